package chaos

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// fate is where a journey ended, counted in the rows.
type fate struct {
	Leads, Deals, Lines, Quotes, Accepted, Orders, Approved, Rejected int
	Contracts, Tranches, Invoices, Payments                           int
	Lead, Deal, Stage, Contract, Project, Next                        string
	InERP, OrderedClosed, LeadClosed, ContractClosed, NextOpen        bool
	Edited, Settled                                                   bool
	Pipeline                                                          string
	Exceptions, HandOffs                                              int // spent ones, answered ones
}

const selectFate = `
	with l as (select * from lead where email = $1),
	o as (select o.* from opportunity o join l on l.id = o.lead_id),
	q as (select q.* from quote q join o on o.id = q.opportunity_id),
	s as (select s.* from sales_order s join o on o.id = s.opportunity_id),
	c as (select c.* from contract c join o on o.id = c.opportunity_id),
	i as (select i.* from invoice i join c on c.id = i.contract_id),
	n as (select n.* from opportunity n join c on c.next_opportunity_id = n.id)
	select (select count(*) from l)::int as leads, (select count(*) from o)::int as deals,
		(select count(*) from product_line p join o on o.id = p.opportunity_id)::int as lines,
		(select count(*) from q)::int as quotes, (select count(*) from q where state = 'accepted')::int as accepted,
		(select count(*) from s)::int as orders, (select count(*) from s where state = 'approved')::int as approved,
		(select count(*) from s where state = 'rejected')::int as rejected,
		(select count(*) from c)::int as contracts, (select count(*) from tranche t join c on c.id = t.contract_id)::int as tranches,
		(select count(*) from i)::int as invoices,
		(select count(*) from payment p where p.id in (select payment_id from ledger g join i on i.id = g.invoice_id))::int as payments,
		coalesce((select min(state) from l), '') as lead, coalesce((select min(state) from o), '') as deal, coalesce((select min(stage) from o), '') as stage,
		coalesce((select min(state) from c), '') as contract,
		coalesce((select min(p.state) from project p join c on c.id = p.contract_id), '') as project,
		coalesce((select min(state) from n), '') as next,
		coalesce((select bool_and(erp_reference <> '' or state = 'undone' and exists (select from effect e where e.key = 'erp/order/' || c.order_id and e.state = 'cancelled')) from c), false) as in_erp,
		coalesce((select bool_and(p.closed) from process p join o on p.record_id = o.id), false) as ordered_closed,
		coalesce((select bool_and(p.closed) from process p join l on p.record_id = l.id), false) as lead_closed,
		coalesce((select bool_and(p.closed) from process p join c on p.record_id = c.id), false) as contract_closed,
		coalesce((select bool_and(not p.closed) from process p join n on p.record_id = n.id), false) as next_open,
		coalesce((select bool_and(a.vat <> '' and a.country = 'FR' and a.address <> '' and k.job <> '' and o.budget and o.close_date is not null and o.need like '%small packs')
			from o join account a on a.id = o.account_id join contact k on k.id = o.contact_id), false) as edited,
		coalesce((select sum(-g.amount) from ledger g join i on i.id = g.invoice_id where g.kind = 'payment'), 0) + coalesce((select sum(n.settled) from credit_note n join i on i.id = n.invoice_id), 0)
			= coalesce((select sum(total) from c), -1) as settled,
		coalesce((select min(pipeline) from o), '') as pipeline,
		(select count(*) from rule_exception x join o on o.id = x.opportunity_id where x.state = 'used')::int as exceptions,
		(select count(*) from hand_off h join o on o.id = h.opportunity_id where h.state = 'completed')::int as hand_offs`

// fate is the end that a journey has to have.
func (j *journey) fate() fate {
	f := fate{
		Leads: 1, Deals: 1, Lines: 2, Quotes: 1, Accepted: 1, Orders: 1, Approved: 1, Contracts: 1, Tranches: 3, Invoices: 3, Payments: 3,
		Lead: "converted", Deal: "won", Stage: "won", Contract: "closed", Project: "closed", Next: "open",
		InERP: true, OrderedClosed: true, LeadClosed: true, ContractClosed: true, NextOpen: true, Edited: true, Settled: true, Pipeline: "standard",
	}
	switch j.way {
	case wayExcepted:
		f.Exceptions = 1
	case wayHanded:
		f.HandOffs = 1
	case wayRepeat:
		f.Pipeline = string(wayRepeat)
	}
	if j.twice {
		f.Quotes, f.Orders, f.Rejected = 2, 2, 1
	}
	if j.halves {
		f.Payments++
	}
	if j.undone { // the project is closed, the bills are credited and the deal is open again
		f.Payments = 0
		f.Accepted, f.Deal, f.Stage, f.Contract, f.Next, f.OrderedClosed, f.NextOpen = 0, "open", "negotiate", "undone", "", false, false
		if j.way == wayRepeat {
			f.Stage = "send"
		}
	}
	if j.owes {
		f.Payments--
		f.Contract, f.Project, f.Next, f.ContractClosed, f.NextOpen, f.Settled = "active", "open", "", false, false, false
	}
	return f
}

// fates compares what each journey was told with what there is.
func (a *audit) fates(ctx context.Context) error {
	for _, j := range a.journeys {
		rows, err := a.conn.Query(ctx, selectFate, j.email())
		if err != nil {
			return err
		}
		got, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[fate])
		if err != nil {
			return err
		}
		want := j.fate()
		if j.err == nil && got != want {
			a.against(j.n, "its end is %+v, not %+v", got, want)
		}
		for _, n := range []struct {
			what      string
			got, want int
		}{
			{"leads", got.Leads, want.Leads},
			{"deals", got.Deals, want.Deals},
			{"product lines", got.Lines, want.Lines},
			{"quotes", got.Quotes, want.Quotes},
			{"orders", got.Orders, want.Orders},
			{"contracts", got.Contracts, want.Contracts},
			{"tranches", got.Tranches, want.Tranches},
			{"invoices", got.Invoices, want.Invoices},
			{"payments", got.Payments, want.Payments},
			{"exceptions", got.Exceptions, want.Exceptions},
			{"hand-offs", got.HandOffs, want.HandOffs},
		} {
			switch {
			case n.got > n.want:
				a.report.Doubled += n.got - n.want
				a.against(j.n, "doubled: %d %s instead of %d", n.got, n.what, n.want)
			case n.got < n.want && j.err == nil:
				a.report.Lost += n.want - n.got
				a.against(j.n, "lost: %d %s instead of %d", n.got, n.what, n.want)
			}
		}
		if err := a.acknowledged(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// acknowledged asks for every command and record that a journey was told of.
func (a *audit) acknowledged(ctx context.Context, j *journey) error {
	for _, k := range j.acks {
		var done bool
		err := a.conn.QueryRow(ctx, `select coalesce((select answer->>'code' = 'done' and exists (select from timeline where cause = $1) from command where id = $1), false)`,
			k.answer.command).Scan(&done)
		if err != nil {
			return err
		}
		if !done && k.answer.ok() {
			a.lost(string(j.deal), "command %s of %s was acknowledged and is not there", k.answer.command, k.request.path)
		}
	}
	for table, told := range map[string][]string{
		"lead": ids(known(j.lead)), "opportunity": ids(known(j.deal, j.next)), "account": ids(known(j.account)), "contact": ids(known(j.contact)),
		"quote": ids(j.quotes), "sales_order": ids(j.orders), "contract": ids(known(j.signed)), "invoice": ids(j.bills), "payment": ids(j.paid),
		"rule_exception": ids(known(j.exception)), "hand_off": ids(known(j.handOff)),
	} {
		var there int
		if err := a.conn.QueryRow(ctx, `select count(*) from `+pgx.Identifier{table}.Sanitize()+` where id = any($1::uuid[])`, told).Scan(&there); err != nil {
			return err
		}
		if there != len(told) {
			a.lost(string(j.deal), "journey %d was told of the %s records %v and %d are there", j.n, table, told, there)
		}
	}
	return nil
}
