package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// RenewalAhead is the key of the renewal's deadline at which the owner is reminded.
const RenewalAhead = "ahead"

const noticeOf = `select * from contract_notice where contract_id = $1 and end_date = $2 and withdrawn_at is null`

// Notice is what the customer gave for the contract's present end; ErrNotFound: none that stands.
func (tx *Tx) Notice(ctx context.Context, c crm.Contract) (crm.ContractNotice, error) {
	return one[crm.ContractNotice](ctx, tx.q, noticeOf, c.ID, c.EndDate)
}

// SaveNotice keeps notice for the contract's present end; one that was taken back stands again.
func (tx *Tx) SaveNotice(n crm.ContractNotice) {
	tx.q.later(`insert into contract_notice (contract_id, end_date, given_on, reason, late, recorded_by, at) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (contract_id, end_date) do update set given_on = excluded.given_on, reason = excluded.reason, late = excluded.late, recorded_by = excluded.recorded_by, at = excluded.at, withdrawn_at = null`,
		n.ContractID, n.EndDate, n.GivenOn, n.Reason, n.Late, n.RecordedBy, tx.Now)
}

// WithdrawNotice notes that the customer takes his notice back.
func (tx *Tx) WithdrawNotice(n crm.ContractNotice) {
	tx.q.later(`update contract_notice set withdrawn_at = $3 where contract_id = $1 and end_date = $2`, n.ContractID, n.EndDate, tx.Now)
}

const adjustmentOf = `select * from contract_adjustment where contract_id = $1 and from_day = $2 order by at desc, id desc limit 1`

// Adjustment is the rise of the price that is to hold from a day on, the last that was proposed; ErrNotFound: none.
func (tx *Tx) Adjustment(ctx context.Context, c crm.Contract) (crm.ContractAdjustment, error) {
	return one[crm.ContractAdjustment](ctx, tx.q, adjustmentOf, c.ID, c.EndDate)
}

// AddAdjustment keeps a rise of the price.
func (tx *Tx) AddAdjustment(a crm.ContractAdjustment) {
	tx.q.later(`insert into contract_adjustment (id, contract_id, from_day, percent, source, proposed_by, at) values ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.ContractID, a.FromDay, a.Percent, a.Source, a.ProposedBy, tx.Now)
}

// AddRenewal notes that the contract went on; once for each period.
func (tx *Tx) AddRenewal(r crm.ContractRenewal) {
	tx.q.later(`insert into contract_renewal (contract_id, from_day, until_day, net, percent, source, amendment_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		r.ContractID, r.FromDay, r.UntilDay, r.Net, r.Percent, r.Source, r.AmendmentID, tx.Now)
}

// RenewalHistory is what is known of a contract's renewals.
type RenewalHistory struct {
	Notice      *crm.ContractNotice // for its present end
	Adjustment  *crm.ContractAdjustment
	Renewals    []crm.ContractRenewal // the last first
	Adjustments []crm.ContractAdjustment
}

// RenewalsOf reads it; the caller has checked that the contract may be seen.
func (s *Store) RenewalsOf(ctx context.Context, c crm.Contract) (h RenewalHistory, err error) {
	notices, err := many[crm.ContractNotice](ctx, s.pool, noticeOf, c.ID, c.EndDate)
	if err != nil {
		return h, err
	}
	if len(notices) > 0 {
		h.Notice = &notices[0]
	}
	if h.Adjustments, err = many[crm.ContractAdjustment](ctx, s.pool, `select * from contract_adjustment where contract_id = $1 order by at desc, id desc limit 100`, c.ID); err != nil {
		return h, err
	}
	for i, a := range h.Adjustments {
		if a.FromDay == c.EndDate && h.Adjustment == nil {
			h.Adjustment = &h.Adjustments[i]
		}
	}
	h.Renewals, err = many[crm.ContractRenewal](ctx, s.pool, `select * from contract_renewal where contract_id = $1 order by from_day desc limit 200`, c.ID)
	return h, err
}

// RenewalRow is a contract that ends, as the list of renewals shows it.
type RenewalRow struct {
	ID                crm.ID
	Number            string
	AccountID         crm.ID
	Account           string
	OwnerID           crm.ID
	Owner             string
	Renewal           crm.RenewalKind
	Currency          string
	Net               decimal.Decimal
	EndDate           crm.Date
	DecideBy          crm.Date // the last day for notice, or on which the next deal opens
	State             string   // planned, noticed, begun (its deal is open), ended
	Percent           decimal.Decimal
	NextOpportunityID crm.ID
	Times             int // it went on by itself
}

// Renewals lists active contracts by the day until which something has to be decided, within the days; whoever sees the contract sees it.
func (s *Store) Renewals(ctx context.Context, sc Scope, from, to, today crm.Date, kind string) ([]RenewalRow, error) {
	where := conditions{sc.sees("c.owner_id"), `c.state = 'active'`, `c.end_date - c.notice_days between @from and @to`}
	where.when(kind != "", `c.renewal = @kind`)
	return many[RenewalRow](ctx, s.pool, `select c.id, c.number, c.account_id, a.name as account, c.owner_id, coalesce(u.name, '') as owner, c.renewal, c.currency, c.net, c.end_date, c.end_date - c.notice_days as decide_by,
			case when n.contract_id is not null then 'noticed' when c.next_opportunity_id is not null then 'begun' when c.end_date < @today then 'ended' else 'planned' end as state,
			coalesce((select x.percent from contract_adjustment x where x.contract_id = c.id and x.from_day = c.end_date order by x.at desc, x.id desc limit 1), 0) as percent, c.next_opportunity_id,
			(select count(*)::int from contract_renewal r where r.contract_id = c.id) as times
		from contract c join account a on a.id = c.account_id left join app_user u on u.id = c.owner_id
		left join contract_notice n on n.contract_id = c.id and n.end_date = c.end_date and n.withdrawn_at is null`+where.sql()+` order by c.end_date - c.notice_days, c.number limit 2000`,
		sc.args(pgx.NamedArgs{"from": from, "to": to, "today": today, "kind": kind}))
}
