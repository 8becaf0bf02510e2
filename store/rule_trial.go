package store

import (
	"context"
	"iter"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// RuleTrial is a decision on which a rule set can be tried (N2): an open deal as it stands, or a step that a deal took which is won or lost by
// now, on the facts as they were stored with the verdict.
type RuleTrial struct {
	Deal     crm.ID
	State    crm.OpportunityState
	Owner    crm.ID
	Pipeline string
	Stage    string
	Ask      string // the stage that a past step entered, or what else the rules were asked; empty for an open deal
	Amount   decimal.Decimal
	Currency crm.Currency
	Facts    crm.Facts
	Lines    []crm.LineFacts // of a trial of prices: those of the Products tab and of the quote
}

// trialFacts reads all open deals with what rules may read about them, in one pass: the figures are those of Facts.
const trialFacts = selectTrial + fromTrial + ` where o.state = 'open' order by o.id`

const selectTrial = `select o.id, o.state, o.owner_id, o.pipeline, o.stage, o.amount, o.currency,
	o.name, o.amount_source, o.target, o.close_date, o.need, o.budget, o.decision_maker, o.handed_off, o.tags, o.custom,
	coalesce(pl.cost, 0), coalesce(pl.n, 0)::numeric, coalesce(pl.made, false), coalesce(e.n, 0)::numeric, coalesce(r.n, 0)::numeric, coalesce(sa.n, 0)::numeric, coalesce(sa.waiting, 0)::numeric,
	a.name, a.vat, a.country, a.address, a.email, a.phone, a.language, a.class, a.credit_limit, a.custom, not exists (select from contract where account_id = a.id), coalesce(rc.open, 0), coalesce(rc.late, 0),
	coalesce(rc.days, 0)::numeric, coalesce(dl.letters, 0)::numeric, coalesce(bp.n, 0)::numeric, lh.account_id is not null,
	coalesce(c.name, ''), coalesce(c.email, ''), coalesce(c.phone, ''), coalesce(c.job, ''), coalesce(c.status, ''), c.custom,
	q.state, q.net, q.total, q.valid_until, q.cost, q.list_total, q.lines,
	so.state, so.net, so.payment_days, so.delivery_date, so.cost, so.list_total, so.shares, so.ticks`

const fromTrial = `
from opportunity o join account a on a.id = o.account_id left join contact c on c.id = o.contact_id
left join (select l.opportunity_id, sum(round(l.quantity * l.unit_cost, 2)) as cost, count(*) as n, bool_or(p.made_to_order) as made
	from product_line l join product p on p.id = l.product_id group by 1) pl on pl.opportunity_id = o.id
left join (select opportunity_id, count(*) as n from engagement where outcome <> '' group by 1) e on e.opportunity_id = o.id
left join (select opportunity_id, count(*) as n from relation where kind = 'competitor' group by 1) r on r.opportunity_id = o.id
left join (select opportunity_id, count(*) as n, count(*) filter (where state <> 'answered') as waiting from sample group by 1) sa on sa.opportunity_id = o.id
left join (select account_id, sum(open) as open, sum(open) filter (where due_date < $1) as late, $1::date - min(due_date) filter (where open > 0 and due_date < $1) as days
	from receivable group by 1) rc on rc.account_id = a.id
left join (select r.account_id, max(d.level) as letters from dunning_step d join receivable r on r.invoice_id = d.invoice_id where r.open > 0 and d.state = 'written' and d.part >= ` + partChased + ` group by 1) dl on dl.account_id = a.id
left join (select account_id, count(*) as n from (select account_id, state, ended_on from promise union all select account_id, state, ended_on from payment_plan) w
	where state = 'broken' and ended_on > $1::date - 365 group by 1) bp on bp.account_id = a.id
left join (select distinct account_id from legal_hand_over where ended_on is null) lh on lh.account_id = a.id
left join (select distinct on (opportunity_id) opportunity_id, state, net, total, valid_until, cost, list_total,
		(select count(*)::numeric from quote_line where quote_id = quote.id) as lines
	from quote where state <> 'superseded' order by opportunity_id, created_at desc, revision desc) q on q.opportunity_id = o.id
left join (select distinct on (s.opportunity_id) s.opportunity_id, s.state, s.net, s.payment_days, s.delivery_date, s.ticks, k.cost, k.list_total,
		(select count(*)::numeric from quote_share where quote_id = k.id) as shares
	from sales_order s join quote k on k.id = s.quote_id order by s.opportunity_id, s.created_at desc) so on so.opportunity_id = o.id`

// OpenTrials reads every open deal, one after the other. The value is used again for the next one; an error ends it.
func (s *Store) OpenTrials(ctx context.Context) iter.Seq2[*RuleTrial, error] {
	return func(yield func(*RuleTrial, error) bool) {
		today, err := s.today(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		day, err := s.holidays(ctx, today)
		if err != nil {
			yield(nil, err)
			return
		}
		rows, err := s.pool.Query(ctx, trialFacts, today)
		if err != nil {
			yield(nil, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			t, err := scanTrial(rows, today)
			t.Facts.Process.Holidays = day
			if !yield(&t, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, told(err))
		}
	}
}

// holidays are the days around one on which the company does not work.
func (s *Store) holidays(ctx context.Context, today crm.Date) ([]crm.Date, error) {
	var f crm.ProcessFacts
	b := &pgx.Batch{}
	holidayFacts(b, today, &f)
	return f.Holidays, told(s.pool.SendBatch(ctx, b).Close())
}

func (s *Store) today(ctx context.Context) (crm.Date, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return crm.Date{}, err
	}
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return crm.Date{}, err
	}
	zone, err := time.LoadLocation(entity.TimeZone)
	return crm.DateOf(now, zone), err
}

// scanTrial reads what selectTrial selects; more stands behind it.
func scanTrial(row pgx.Row, today crm.Date, more ...any) (t RuleTrial, err error) {
	f := &t.Facts
	d, c, q, o := &f.Deal, &f.Customer, &f.Quote, &f.Order
	var quoteState, orderState *string
	var ticks []crm.Tick
	var quoteNet, quoteTotal, quoteCost, quoteList, quoteLines, orderNet, orderCost, orderList, shares decimal.NullDecimal
	var days *int64
	err = row.Scan(append([]any{
		&t.Deal, &t.State, &t.Owner, &t.Pipeline, &t.Stage, &t.Amount, &t.Currency,
		&d.Name, &d.AmountSource, &d.Target, &d.CloseDate, &d.Need, &d.Budget, &d.DecisionMaker, &d.HandedOff, &d.Tags, &d.Custom,
		&d.Cost, &d.Products, &d.MadeToOrder, &d.Engagements, &d.Competitors, &d.Samples, &d.SamplesOpen,
		&c.Name, &c.VAT, &c.Country, &c.Address, &c.Email, &c.Phone, &c.Language, &c.Class, &c.CreditLimit, &f.Account.Custom, &c.New, &f.Receivables.Open, &f.Receivables.Overdue,
		&f.Receivables.DaysLate, &f.Receivables.Letters, &f.Receivables.Broken, &f.Receivables.Legal,
		&f.Contact.Name, &f.Contact.Email, &f.Contact.Phone, &f.Contact.Job, &f.Contact.Status, &f.Contact.Custom,
		&quoteState, &quoteNet, &quoteTotal, &q.ValidUntil, &quoteCost, &quoteList, &quoteLines,
		&orderState, &orderNet, &days, &o.DeliveryDate, &orderCost, &orderList, &shares, &ticks,
	}, more...)...)
	if err != nil {
		return t, told(err)
	}
	f.Process.Today = today
	d.Pipeline, d.Stage, d.Amount, d.MarginPercent = t.Pipeline, t.Stage, t.Amount, crm.PercentOf(t.Amount.Sub(d.Cost), t.Amount)
	if quoteState != nil {
		q.State, q.Net, q.Total, q.Lines = *quoteState, quoteNet.Decimal, quoteTotal.Decimal, quoteLines.Decimal
		q.DiscountPercent = crm.PercentOf(quoteList.Decimal.Sub(q.Net), quoteList.Decimal)
		q.MarginPercent = crm.PercentOf(q.Net.Sub(quoteCost.Decimal), q.Net)
	}
	if orderState != nil {
		o.State, o.Total, o.PaymentDays, o.Tranches, o.Ticked = *orderState, orderNet.Decimal, decimal.NewFromInt(*days), shares.Decimal, crm.Ticked(ticks)
		o.MarginPercent = crm.PercentOf(o.Total.Sub(orderCost.Decimal), o.Total)
		o.DiscountPercent = crm.PercentOf(orderList.Decimal.Sub(o.Total), orderList.Decimal)
	}
	return t, nil
}

const pastSteps = `select o.id, o.state, o.owner_id, o.pipeline, o.stage, o.amount, o.currency, v.key, v.facts from verdict v
	join process p on p.id = v.process and p.kind = 'opportunity' join opportunity o on o.id = p.record_id
	where v.kind = $1 and v.result = 'allowed' and o.state in ('won', 'lost') order by o.id, v.at`

// PastTrials reads the steps that deals took which are won or lost by now, deal by deal in the order of time: what the rules of the kind were
// asked, with the facts of then. A refused try is no step. Of rules of projects these are projects that were closed.
func (s *Store) PastTrials(ctx context.Context, kind crm.RuleKind) iter.Seq2[*RuleTrial, error] {
	return func(yield func(*RuleTrial, error) bool) {
		query := pastSteps
		if kind == crm.RuleProject {
			query = pastProjects
		}
		rows, err := s.pool.Query(ctx, query, string(kind))
		if err != nil {
			yield(nil, told(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			var t RuleTrial
			err := told(rows.Scan(&t.Deal, &t.State, &t.Owner, &t.Pipeline, &t.Stage, &t.Amount, &t.Currency, &t.Ask, &t.Facts))
			if !yield(&t, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(nil, told(err))
		}
	}
}
