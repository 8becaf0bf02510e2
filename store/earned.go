package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// EarnedTime is an entry of time with what the customer pays for it, as a page shows it.
type EarnedTime struct {
	crm.PricedTime
	Person    string
	Phase     string
	Corrected bool // taken back, or what takes it back
}

// EarnedTask is a task with what the customer pays for it.
type EarnedTask struct {
	crm.ProjectTask
	Phase  string
	Price  decimal.Decimal // of an hour
	Worth  decimal.Decimal
	Earned decimal.Decimal
}

// EarningRow is a billing as a page shows it.
type EarningRow struct {
	crm.Earning
	Author   string
	Tranches int  // that it put up
	Free     bool // none of them is invoiced, or credited for good
}

// EarnedView is what a project's work has earned up to a day, with what that follows from.
type EarnedView struct {
	crm.Earned
	Project  crm.Project
	Currency string
	Prices   []HourPriceRow
	Tasks    []EarnedTask
	Times    []EarnedTime // that are not billed yet, up to the day; the first first
	Takes    []crm.TakenPart
	Earnings []EarningRow // the last first
}

// earnedTimes are the entries of a project: those that are billed at what they were billed at.
const earnedTimes = `select t.id, t.project_id, t.user_id, t.on_date, t.hours, t.rate, t.amount, t.note, t.phase_id, t.corrects_id, t.entered_by, t.at, b.earning_id, coalesce(b.price, 0) as price, coalesce(b.amount, 0) as earned,
	u.name as person, coalesce(h.name, '') as phase, t.corrects_id is not null or exists (select from time_entry x where x.corrects_id = t.id) as corrected
	from time_entry t join app_user u on u.id = t.user_id left join project_phase h on h.id = t.phase_id left join earning_time b on b.time_entry_id = t.id where t.project_id = $1 order by t.on_date, t.at, t.id`

// work reads all that what a project may bill follows from. Only billing by hours asks for entries.
func work(ctx context.Context, q querier, c crm.Contract, p crm.Project) (w crm.Work, times []EarnedTime, prices []HourPriceRow, err error) {
	w = crm.Work{Project: p, Currency: crm.Currency(c.Currency), Prices: crm.HourPrices{Project: p.HourPrice}}
	if prices, err = many[HourPriceRow](ctx, q, hourPrices, p.ID); err != nil {
		return w, nil, nil, err
	}
	for _, x := range prices {
		w.Prices.Others = append(w.Prices.Others, x.HourPrice)
	}
	if w.Tranches, err = plannedParts(ctx, q, c.ID); err != nil {
		return w, nil, nil, err
	}
	if w.Tasks, err = tasksOf(ctx, q, p.ID); err != nil || p.Billing != crm.EarnHours {
		return w, nil, prices, err
	}
	if times, err = many[EarnedTime](ctx, q, earnedTimes, p.ID); err != nil {
		return w, nil, nil, err
	}
	for i := range times {
		if times[i].EarningID == "" {
			times[i].PricedTime = w.Prices.Time(times[i].TimeEntry, w.Currency)
		}
		w.Times = append(w.Times, times[i].PricedTime)
	}
	return w, times, prices, nil
}

// Work reads what this project may bill follows from, as the step finds it.
func (tx *Tx) Work(ctx context.Context, c crm.Contract, p crm.Project) (crm.Work, error) {
	w, _, _, err := work(ctx, tx.q, c, p)
	return w, err
}

// Earned reads what the work of a contract's project has earned up to a day; ErrNotFound when it has no project. Whether it may be seen the caller asks.
func (s *Store) Earned(ctx context.Context, c crm.Contract, upTo crm.Date) (v EarnedView, err error) {
	v.Currency = c.Currency
	if v.Project, err = one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, c.ID); err != nil {
		return v, err
	}
	w, times, prices, err := work(ctx, s.pool, c, v.Project)
	if err != nil {
		return v, err
	}
	v.Earned, v.Prices = w.Earned(upTo), prices
	for _, t := range times {
		if t.EarningID == "" && (upTo.IsZero() || !t.OnDate.After(upTo)) {
			v.Times = append(v.Times, t)
		}
	}
	if v.Tasks, err = s.earnedTasks(ctx, w); err != nil {
		return v, err
	}
	if v.Net.IsPositive() {
		if v.Takes, err = crm.Take(w.Tranches, v.Net, w.Currency); err != nil {
			return v, err
		}
	}
	v.Earnings, err = many[EarningRow](ctx, s.pool, `select e.*, coalesce(u.name, '') as author, (select count(*) from tranche t where t.earning_id = e.id) as tranches,
			e.undone_at is null and not exists (select from tranche t where t.earning_id = e.id and (t.invoice_id is not null or t.external_number <> '' or t.state = 'cancelled')) as free
		from earning e left join app_user u on u.id::text = e.by where e.project_id = $1 order by e.at desc, e.id desc limit $2`, v.Project.ID, projectRows)
	return v, err
}

func (s *Store) earnedTasks(ctx context.Context, w crm.Work) (out []EarnedTask, err error) {
	if w.Project.Billing != crm.EarnProgress {
		return nil, nil
	}
	all, err := phases(ctx, s.pool, w.Project.ID)
	names := map[crm.ID]string{}
	for _, p := range all {
		names[p.ID] = p.Name
	}
	for _, t := range w.Tasks {
		priced := w.Prices.Task(t)
		out = append(out, EarnedTask{t, names[t.PhaseID], priced.Price, priced.Worth(w.Currency), priced.Earned(w.Currency)})
	}
	return out, err
}

// PutUp writes a billing of what was earned: the tranches that it takes may be billed, what it cuts off one is a tranche of its own behind the others, and the
// entries of hours stand as billed, each once (S060).
func (tx *Tx) PutUp(w crm.Work, e crm.Earning, taken []crm.TakenPart) {
	tx.q.later(`insert into earning (id, project_id, way, up_to, earned, billed, net, hours, by, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.ProjectID, e.Way, e.UpTo, e.Earned, e.Billed, e.Net, e.Hours, e.By, e.At)
	for _, t := range w.Times {
		if e.Bills(t) {
			tx.q.later(`insert into earning_time (time_entry_id, earning_id, price, amount) values ($1, $2, $3, $4)`, t.ID, e.ID, t.Price, t.Earned)
		}
	}
	for _, x := range taken {
		t := x.Tranche
		if x.Rest == nil {
			tx.q.later(`update tranche set state = 'billable', earning_id = $2, version = version + 1 where id = $1`, t.ID, e.ID)
			continue
		}
		tx.q.later(`update tranche set percent = $2, net = $3, tax = $4, total = $5, version = version + 1 where id = $1`, t.ID, x.Rest.Tranche.Percent, x.Rest.Tranche.Net, x.Rest.Tranche.Tax, x.Rest.Tranche.Total)
		tx.parts(t.ID, x.Rest.Parts)
		t.ID = NewID()
		tx.q.later(insertTranche, t.ID, t.ContractID, t.Position, t.Kind, t.Percent, t.OpensAtPercent, t.Net, t.Tax, t.Total, t.State, t.Milestone, t.MilestoneID, t.PeriodStart, t.PeriodEnd)
		tx.q.later(`update tranche set earning_id = $2, cut_of = $3 where id = $1`, t.ID, e.ID, t.CutOf)
		tx.parts(t.ID, x.Parts)
	}
}

// parts writes a tranche's parts by tax rate anew.
func (tx *Tx) parts(tranche crm.ID, parts []crm.TranchePart) {
	tx.q.later(`delete from tranche_part where tranche_id = $1`, tranche)
	for _, p := range parts {
		tx.q.later(`insert into tranche_part (tranche_id, tax_percent, tax_code, tax_reason, net, tax) values ($1, $2, $3, $4, $5, $6)`, tranche, p.TaxPercent, p.TaxCode, p.TaxReason, p.Net, p.Tax)
	}
}

// Earning locks a billing of this process's project.
func (tx *Tx) Earning(ctx context.Context, project, id crm.ID) (crm.Earning, error) {
	return one[crm.Earning](ctx, tx.q, `select * from earning where id = $1 and project_id = $2 for update`, id, project)
}

// EarnedBy is the billing that put a tranche up.
func (tx *Tx) EarnedBy(ctx context.Context, earning crm.ID) (crm.Earning, error) {
	return one[crm.Earning](ctx, tx.q, `select * from earning where id = $1`, earning)
}

// PutBack takes a billing back: what was cut off a tranche that is still open goes back to it, everything else stands in the plan as it is; its hours are free again.
// A tranche that an invoice once named stays a row of its own.
func (tx *Tx) PutBack(ctx context.Context, e crm.Earning, all []crm.PlannedPart) error {
	named, err := many[struct{ ID crm.ID }](ctx, tx.q, `select t.id from tranche t where t.earning_id = $1 and exists (select from invoice_line l where l.tranche_id = t.id)`, e.ID)
	if err != nil {
		return err
	}
	keep := map[crm.ID]bool{}
	for _, n := range named {
		keep[n.ID] = true
	}
	at := map[crm.ID]int{}
	for i, p := range all {
		at[p.Tranche.ID] = i
	}
	for _, p := range all {
		t := p.Tranche
		if t.EarningID != e.ID {
			continue
		}
		i, there := at[t.CutOf]
		if !there || keep[t.ID] || all[i].Tranche.Billed() {
			tx.q.later(`update tranche set state = 'planned', earning_id = null, version = version + 1 where id = $1`, t.ID)
			continue
		}
		all[i] = all[i].Uncut(p)
		whole := all[i].Tranche
		tx.q.later(`delete from tranche_part where tranche_id = $1`, t.ID)
		tx.q.later(`delete from tranche where id = $1`, t.ID)
		tx.q.later(`update tranche set percent = $2, net = $3, tax = $4, total = $5, version = version + 1 where id = $1`, whole.ID, whole.Percent, whole.Net, whole.Tax, whole.Total)
		tx.parts(whole.ID, all[i].Parts)
	}
	tx.q.later(`delete from earning_time where earning_id = $1`, e.ID)
	tx.q.later(`update earning set undone_at = $2 where id = $1`, e.ID, tx.Now)
	return nil
}

// rebillable puts the ended tranches of a credited invoice back to where they are billed from: what was planned may be billed again, what was earned stands in the
// plan once more and is earned anew, hours and all, and expenses are put up anew.
func (tx *Tx) rebillable(invoice crm.ID, ended []crm.ID) {
	const of = `invoice_id = $1 and id = any($2::uuid[]) and state <> 'cancelled'`
	tx.q.later(`update earning e set undone_at = $3 where undone_at is null and id in (select earning_id from tranche where `+of+`) and not exists (select from tranche t where t.earning_id = e.id and not t.id = any($2::uuid[]))`, invoice, texts(ended), tx.Now)
	tx.q.later(`delete from earning_time x using earning e where e.id = x.earning_id and e.undone_at is not null and e.id in (select earning_id from tranche where `+of+`)`, invoice, texts(ended))
	tx.q.later(`delete from expense_bill where tranche_id in (select id from tranche where `+of+`)`, invoice, texts(ended))
	tx.q.later(`update tranche set state = case when kind = 'expenses' then 'cancelled' when earning_id is null then 'billable' else 'planned' end, earning_id = null, invoice_id = null, dishonoured = false, version = version + 1 where `+of, invoice, texts(ended))
}

// errTimeBilled refuses to take back what the customer was billed.
var errTimeBilled = Refused{Code: "time_billed"}

// unbilled refuses an entry of time that stands as billed: the billing is taken back first, or credited.
func (e *edit) unbilled(ctx context.Context, entry crm.ID) error {
	var billed bool
	if err := e.q.QueryRow(ctx, `select exists (select from earning_time where time_entry_id = $1)`, entry).Scan(&billed); err != nil {
		return told(err)
	}
	if billed {
		return errTimeBilled
	}
	return nil
}

// notEarned refuses another way of billing once something was billed by the one there is.
func (e *edit) notEarned(ctx context.Context, d delivery) error {
	var begun bool
	if err := e.q.QueryRow(ctx, `select exists (select from earning where project_id = $1 and undone_at is null)`, d.ID).Scan(&begun); err != nil {
		return told(err)
	}
	if begun {
		return Refused{Code: "billing_begun"}
	}
	return nil
}
