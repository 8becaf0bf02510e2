package chaos

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// invariant is a question whose every row is a fault: the record, and what is wrong with it.
type invariant struct {
	name    string // number in the list of invariants
	doubles bool   // a row is something that happened twice
	sql     string
}

// invariants that the rows alone can break.
var invariants = []invariant{
	{"1 tranches = contract total", false, `select c.id::text, format('contract %s: tranches %s, total %s', c.number, sum(t.total), c.total)
		from contract c left join tranche t on t.contract_id = c.id and t.kind <> 'expenses' group by c.id having coalesce(sum(t.total), 0) <> c.total or coalesce(sum(t.net), 0) <> c.net`},
	{"1 parts = tranche", false, `select t.contract_id::text, format('tranche %s', t.position) from tranche t left join tranche_part p on p.tranche_id = t.id
		group by t.id having coalesce(sum(p.net), 0) <> t.net or coalesce(sum(p.tax), 0) <> t.tax`},
	{"1 contract = its version", false, `select c.id::text, format('contract %s comes to %s, its version %s to %s', c.number, c.total, v.number, v.terms->>'total') from contract c
		join lateral (select * from contract_version where contract_id = c.id order by number desc limit 1) v on true
		where (v.terms->>'total')::numeric <> c.total or (v.terms->>'net')::numeric <> c.net or (v.terms->>'end_date')::date <> c.end_date or (v.terms->>'payment_days')::int <> c.payment_days`},
	{"1 versions without holes", false, `select contract_id::text, format('%s versions up to %s', count(*), max(number)) from contract_version group by contract_id having max(number) <> count(*) or count(*) = 1`},
	{"1 plans = 100 %", false, `select t.id::text, t.name from tranche_template t where 100 <> (select sum((p->>'percent')::numeric) from jsonb_array_elements(t.plan) p)`},
	{"2 invoices = contract total", false, `select c.id::text, format('contract %s, %s: invoices %s, total %s', c.number, c.state, sum(i.total), c.total)
		from contract c left join (select i.contract_id, i.total - case when n.rebill then i.total else 0 end as total from invoice i left join credit_note n on n.invoice_id = i.id and n.rebill) i on i.contract_id = c.id
		group by c.id having coalesce(sum(i.total), 0) > c.total + (select coalesce(sum(x.total), 0) from tranche x where x.contract_id = c.id and x.kind = 'expenses' and x.invoice_id is not null) or c.state = 'closed' and coalesce(sum(i.total), 0) <> c.total + (select coalesce(sum(x.total), 0) from tranche x where x.contract_id = c.id and x.kind = 'expenses' and x.invoice_id is not null)`},
	{"3 invoice = lines + tax", false, `select i.id::text, i.number from invoice i left join invoice_line l on l.invoice_id = i.id group by i.id
		having coalesce(sum(l.net), 0) <> i.net or coalesce(sum(l.tax), 0) <> i.tax or i.net + i.tax <> i.total`},
	{"3 paid + open = total", false, `select i.id::text, format('invoice %s: total %s, open %s, ledger %s', i.number, i.total, r.open, sum(g.amount))
		from invoice i left join receivable r on r.invoice_id = i.id left join ledger g on g.invoice_id = i.id group by i.id, r.open
		having r.open is null or r.open <> sum(g.amount) or i.total + coalesce(sum(g.amount) filter (where g.kind <> 'invoice'), 0) <> r.open`},
	{"3 split tax = tax", false, `select i.id::text, format('invoice %s: tax %s, split %s', i.number, i.tax, sum(g.amount)) from invoice i left join ledger g on g.invoice_id = i.id and g.kind = 'split_tax'
		group by i.id
		having not i.split_payment and count(g.id) > 0 or i.split_payment and coalesce(sum(g.amount), 0) <> coalesce((select sum(n.tax) from credit_note n where n.invoice_id = i.id), 0) - i.tax`},
	{"3 deposits = ledger", false, `select '', format('came in %s, used %s, on invoices %s, ledger %s of which on invoices %s', d.paid, d.used, i.before, g.came, g.used)
		from (select coalesce(sum(paid), 0) as paid, coalesce(sum(used), 0) as used from quote_deposit) d, (select coalesce(sum(paid_before), 0) as before from invoice) i,
			(select coalesce(-sum(amount), 0) as came, coalesce(-sum(amount) filter (where invoice_id is not null), 0) as used from ledger where kind = 'deposit') g
		where (g.came, g.used, i.before) <> (d.paid, d.used, d.used)`},
	{"3 credited within invoice", false, `select l.invoice_id::text, format('line %s of %s', l.position, i.number) from invoice_line l join invoice i on i.id = l.invoice_id
		join credit_note n on n.invoice_id = i.id left join credit_note_line c on c.credit_note_id = n.id and c.position = l.position group by l.invoice_id, l.position, i.number
		having abs(coalesce(sum(c.net), 0)) > abs(l.net) or abs(coalesce(sum(c.tax), 0)) > abs(l.tax) or coalesce(sum(c.net), 0) = l.net and coalesce(sum(c.tax), 0) <> l.tax`},
	{"3 credit note = lines + tax", false, `select n.invoice_id::text, n.number from credit_note n left join credit_note_line l on l.credit_note_id = n.id group by n.id
		having coalesce(sum(l.net), 0) <> n.net or coalesce(sum(l.tax), 0) <> n.tax or n.net + n.tax <> n.total or n.settled + n.on_account > n.total`},
	{"3 credited as a whole = nothing open", false, `select i.id::text, format('%s: open %s', i.number, r.open) from credit_note n join invoice i on i.id = n.invoice_id join receivable r on r.invoice_id = i.id
		group by i.id, r.open having sum(n.total) = i.total and r.open <> 0`},
	{"3 credit notes = ledger", false, `select '', format('%s: credit notes %s, ledger %s', a.name, n.total, g.total) from account a
		left join (select i.account_id, sum(n.total) as total from credit_note n join invoice i on i.id = n.invoice_id group by 1) n on n.account_id = a.id
		left join (select account_id, -sum(amount) as total from ledger where kind = 'credit' group by 1) g on g.account_id = a.id where n.total is distinct from g.total`},
	{"4 a payment is allocated once", true, `select coalesce(min(g.invoice_id::text), ''), p.reference from payment p left join ledger g on g.payment_id = p.id and g.kind not in ('fee', 'interest', 'write_off') left join payment_return b on b.payment_id = p.id
		group by p.id, b.payment_id having -coalesce(sum(g.amount) filter (where g.kind <> 'refund'), 0) <> case when b.payment_id is null then p.amount else 0 end
		or count(*) filter (where g.kind = 'payment') <> count(distinct coalesce(g.invoice_id::text, '')) filter (where g.kind = 'payment')`},
	{"4 what is on account came in", false, `select account_id::text, format('payment %s: %s over', payment_id, sum(amount)) from ledger where invoice_id is null and kind <> 'deposit' group by account_id, payment_id having sum(amount) > 0`},
	{"4 a refund is its entries", false, `select f.account_id::text, f.reference from refund f left join ledger g on g.refund_id = f.id group by f.id having f.amount is distinct from sum(g.amount)`},
	{"4 an entry of a statement is one payment", false, `select x.id::text, x.state from bank_entry x join payment p on p.id = x.payment_id left join payment_return b on b.payment_id = p.id
		where p.amount <> abs(x.amount) or p.currency <> x.currency or x.state = 'returned' and b.payment_id is null`},
	{"5 numbers without holes", false, `select id::text, number || ' is number ' || n from
		(select id, number, sequence, issue_date, row_number() over w as n, lag(issue_date) over w as before from invoice window w as (partition by series, year order by sequence)) i
		where sequence <> n or issue_date < before`},
	{"5 the counter", false, `select '', format('series %s %s: next %s, invoices %s', s.series, s.year, s.next, count(i.id)) from number_series s
		left join (select id, series, year from invoice union all select id, series, year from credit_note) i on i.series = s.series and i.year = s.year group by s.series, s.year having s.next <> count(i.id) + 1`},
	{"6 won amount = accepted quote", false, `select o.id::text, format('%s: amount %s, quote %s', o.number, o.amount, q.net) from opportunity o
		left join quote q on q.opportunity_id = o.id and q.state = 'accepted' where o.state = 'won' and q.net is distinct from o.amount`},
	{"6 amount = product lines", false, `select o.id::text, o.number from opportunity o join product_line l on l.opportunity_id = o.id where o.amount_source = 'products'
		and not exists (select from quote q where q.opportunity_id = o.id and q.state = 'superseded' and q.net = o.amount) -- one that came back keeps the amount it was won with
		group by o.id having o.amount <> round(sum(l.quantity * l.unit_price * (100 - l.discount_percent) / 100), 2)`},
	{"6 quote = its lines", false, `select q.id::text, format('%s v%s: net %s, lines %s', q.number, q.revision, q.net, coalesce(sum(l.net), 0)) from quote q
		left join quote_line l on l.quote_id = q.id and l.kind = 'line' and (not l.optional or l.chosen) group by q.id having q.net <> coalesce(sum(l.net), 0)`},
	{"8 stage history is a path", false, `select opportunity_id::text, format('%s then %s', stage, next) from
		(select *, lead(stage) over w as next, lead(entered_at) over w as entered from stage_interval window w as (partition by opportunity_id order by id)) s
		where actor = '' or cause = '' or next is not null and (left_at is distinct from entered or (stage, next) not in
		(('identify', 'timing'), ('timing', 'configure'), ('configure', 'send'), ('send', 'won'), ('won', 'negotiate'), ('negotiate', 'won'),
		('request', 'send'), ('won', 'send')))`},
	{"8 each step has a rule version", false, `select process, code from timeline where actor = '' or code in ('opportunity.moved', 'order.validated', 'order.approved') and rule_version = 0`},
	{"9 a gated step was allowed", false, `select t.process, t.code || ' by ' || t.cause from timeline t where t.code in ('opportunity.moved', 'quote.sent', 'order.validated')
		and not exists (select from verdict v where v.cause = t.cause and v.result = 'allowed')
		or t.code in ('opportunity.moved', 'quote.sent', 'order.validated') and exists (select from verdict v where v.cause = t.cause and v.result <> 'allowed')`},
	{"9 an exception passes once", false, `select x.opportunity_id::text, x.id || ' ' || x.state from rule_exception x
		where x.state = 'used' and not exists (select from verdict v where v.cause = x.used_by and v.result = 'allowed' and v.clauses @> jsonb_build_array(jsonb_build_object('excepted', jsonb_build_object('exception', x.id))))
		or x.decided_by = x.requested_by or x.used_at is not null and x.decided_at > x.used_at`},
	{"9 only an exception excepts", false, `select v.process, v.cause from verdict v, jsonb_array_elements(v.clauses) c where c ? 'excepted' and v.result = 'allowed'
		and not exists (select from rule_exception x where x.id = (c->'excepted'->>'exception')::uuid and x.used_by = v.cause and c->>'id' = any(x.clauses))`},
	{"9 what is handed off was allowed", false, `select t.process, t.code || ' by ' || t.cause from timeline t where t.code in ('handoff.sent', 'handoff.completed')
		and not exists (select from verdict v where v.cause = t.cause and v.kind = 'hand_off' and v.result = 'allowed')`},
	{"9 handed off = answered for", false, `select o.id::text, format('%s says %s', o.number, o.handed_off) from opportunity o where o.handed_off <> coalesce((select bool_and(exists
		(select from hand_off h where h.opportunity_id = o.id and h.state = 'completed' and h.to_department = 'production' and h.product_id = l.product_id and h.quantity = l.quantity))
		from product_line l join product p on p.id = l.product_id where l.opportunity_id = o.id and p.made_to_order), false)`},
	{"10 approver is not requester", false, `select o.id::text, o.number from sales_order o join approval a on a.order_id = o.id
		where a.decided_by::text = o.requested_by or a.on_behalf_of::text = o.requested_by or (a.state in ('waiting', 'recalled')) <> (a.decided_by is null)
		or a.round = o.round and o.state = 'approved' and a.state <> 'approved'`},
	{"10 amendments are approved by others", false, `select a.contract_id::text, format('version %s is %s', a.number, a.state) from contract_amendment a left join amendment_station t on t.amendment_id = a.id
		where a.requested_by in (t.decided_by, t.on_behalf_of, a.decided_by) or a.state in ('approved', 'signed', 'in_force') and t.state <> 'approved' or a.state = 'rejected' and a.decided_by is null`},
	{"10 what is in force was signed", false, `select a.contract_id::text, format('version %s', a.number) from contract_amendment a where (a.state = 'in_force') <> exists (select from contract_version v where v.amendment_id = a.id)
		or a.state in ('signed', 'in_force') and not exists (select from contract_signature g where g.contract_id = a.contract_id and g.version = a.number and g.party = 'customer' and g.hash <> '')`},
	{"10 limit covers the order", false, `select o.id::text, o.number from sales_order o join approval a on a.order_id = o.id join app_user u on u.id = coalesce(a.on_behalf_of, a.decided_by)
		where o.state = 'approved' and a.round = o.round and a.position = (select max(position) from approval where order_id = o.id and round = o.round) and u.approval_limit < o.net`},
	{"11 contract exists exactly when approved", false, `select coalesce(o.id, c.order_id)::text, format('order %s is %s, contract %s', o.number, o.state, c.number)
		from sales_order o full join contract c on c.order_id = o.id where (o.state = 'approved') is distinct from (c.id is not null)`},
	{"12 one accepted quote", false, `select q.opportunity_id::text, format('%s accepted, %s open', count(*) filter (where q.state = 'accepted'), count(*) filter (where q.state in ('draft', 'sent')))
		from quote q join opportunity o on o.id = q.opportunity_id and o.state = 'won' group by q.opportunity_id
		having count(*) filter (where q.state = 'accepted') <> 1 or count(*) filter (where q.state in ('draft', 'sent')) > 0`},
	{"13 a lead is converted once", false, `select l.id::text, l.state from lead l left join opportunity o on o.id = l.opportunity_id and o.lead_id = l.id
		left join contact c on c.id = l.contact_id and c.account_id = l.account_id
		where (l.state = 'converted') <> (o.id is not null) or l.state = 'converted' and (c.id is null or o.account_id <> l.account_id)`},
	{"13 deals of a lead", true, `select lead_id::text, count(*) || ' deals' from opportunity where lead_id is not null group by lead_id having count(*) > 1`},
	{"14 every effect is done", false, `select process, format('%s is %s: %s', key, state, outcome) from effect where (state, outcome) <> ('cancelled', 'undone') and (state <> 'done' or outcome_at is null) or payload ? 'secret'`},
	{"15 a letter for each step once", true, `select process, key || ': ' || count(*) from (select process, split_part(key, '/', 3) || ' ' || split_part(key, '/', 4) as key from effect where key like 'mail/dunning/%' and state <> 'cancelled') e
		group by process, key having count(*) > 1`},
	{"15 nobody is chased for what he paid", false, `select d.invoice_id::text, d.key from dunning_step d join receivable r on r.invoice_id = d.invoice_id
		where d.state = 'written' and (r.open <= 0 and not exists (select from ledger g where g.invoice_id = d.invoice_id and g.kind in ('payment', 'allocation'))
			or exists (select from ledger g where g.invoice_id = d.invoice_id group by g.invoice_id having sum(g.amount) <= 0 and max(g.at) < d.at))`},
	{"16 every command is answered", false, `select process, id || ' ' || kind from command where answer is null or answered_at is null`},
	{"19 timeline is unique", true, `select min(process), cause || ' ' || count(*) || ' lines up to ' || max(seq) from timeline group by cause having count(*) <> max(seq) + 1 or count(distinct process) > 2 and cause not like 'chase/%'`}, // a batch of the chase tells of many debtors
	{"19 each happens once", true, `select process, format('%s %s: %s times', code, thing, count(*)) from (select process, code,
			coalesce(data->>'credit_note_id', data->>'payment_id', data->>'invoice_id', data->>'order_id', data->>'quote_id', data->>'contract_id', data->>'exception_id', data->>'hand_off_id', data->>'key', '') || coalesce(data->>'station', '') as thing from timeline
			where code in ('lead.qualified', 'lead.converted', 'quote.sent', 'quote.accepted', 'order.created', 'order.validated', 'order.approved', 'order.rejected',
				'contract.signed', 'project.opened', 'project.closed', 'invoice.issued', 'invoice.grouped', 'invoice.credited', 'payment.recorded', 'payment.received', 'payment.returned', 'contract.closed', 'order.in_erp', 'effect.sent',
				'exception.asked', 'exception.granted', 'exception.used', 'handoff.opened', 'handoff.sent', 'handoff.taken', 'handoff.completed')) t group by process, code, thing having count(*) > 1`},
	{"7 no process without record", false, `select p.id, 'no record' from process p where not exists (select from lead where id = p.record_id union all select from opportunity where id = p.record_id
		union all select from contract where id = p.record_id
		union all select from account where id = p.record_id union all select from import where id = p.record_id union all select from care_case where id = p.record_id
		union all select from rule_migration where id = p.record_id)`},
	{"21 nothing closed has a deadline", false, `select d.process, d.kind from deadline d join process p on p.id = d.process where p.closed`},
}

// rows asks all invariants of the rows.
func (a *audit) rows(ctx context.Context) error {
	for _, i := range invariants {
		if err := a.ask(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// ask notes every row that breaks an invariant.
func (a *audit) ask(ctx context.Context, i invariant) error {
	rows, err := a.conn.Query(ctx, i.sql)
	if err != nil {
		return fmt.Errorf("invariant %s: %w", i.name, err)
	}
	var record, what *string
	var found [][2]string
	if _, err := pgx.ForEachRow(rows, []any{&record, &what}, func() error {
		found = append(found, [2]string{text(record), text(what)})
		return nil
	}); err != nil {
		return fmt.Errorf("invariant %s: %w", i.name, err)
	}
	for _, f := range found {
		if i.doubles {
			a.doubled(f[0], "invariant %s: %s (%s)", i.name, f[1], f[0])
		} else {
			a.wrong(f[0], "invariant %s: %s (%s)", i.name, f[1], f[0])
		}
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// chain recomputes the hash chains of the invoices (invariant 5).
func (a *audit) chain(ctx context.Context) error {
	rows, err := a.conn.Query(ctx, `select series, year from number_series`)
	if err != nil {
		return err
	}
	type series struct {
		Series string
		Year   int
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[series])
	if err != nil {
		return err
	}
	for _, s := range all {
		bad, err := a.store.CheckChain(ctx, s.Series, s.Year)
		if err != nil {
			return err
		}
		if bad != "" {
			a.wrong("", "invariant 5: the chain of series %s %d breaks at %s", s.Series, s.Year, bad)
		}
	}
	return nil
}
