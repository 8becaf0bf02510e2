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
		from contract c left join tranche t on t.contract_id = c.id group by c.id having coalesce(sum(t.total), 0) <> c.total or coalesce(sum(t.net), 0) <> c.net`},
	{"1 parts = tranche", false, `select t.contract_id::text, format('tranche %s', t.position) from tranche t left join tranche_part p on p.tranche_id = t.id
		group by t.id having coalesce(sum(p.net), 0) <> t.net or coalesce(sum(p.tax), 0) <> t.tax`},
	{"2 invoices = contract total", false, `select c.id::text, format('contract %s, %s: invoices %s, total %s', c.number, c.state, sum(i.total), c.total)
		from contract c left join invoice i on i.contract_id = c.id group by c.id having coalesce(sum(i.total), 0) > c.total or c.state = 'closed' and coalesce(sum(i.total), 0) <> c.total`},
	{"3 invoice = lines + tax", false, `select i.id::text, i.number from invoice i left join invoice_line l on l.invoice_id = i.id group by i.id
		having coalesce(sum(l.net), 0) <> i.net or coalesce(sum(l.tax), 0) <> i.tax or i.net + i.tax <> i.total`},
	{"3 paid + open = total", false, `select i.id::text, format('invoice %s: total %s, open %s, ledger %s', i.number, i.total, r.open, sum(g.amount))
		from invoice i left join receivable r on r.invoice_id = i.id left join ledger g on g.invoice_id = i.id group by i.id, r.open
		having r.open is null or r.open <> sum(g.amount) or i.total + coalesce(sum(g.amount) filter (where g.kind = 'payment'), 0) <> r.open`},
	{"4 a payment is allocated once", true, `select coalesce(min(g.invoice_id::text), ''), p.reference from payment p left join ledger g on g.payment_id = p.id
		group by p.id having count(g.id) <> 1 or sum(g.amount) <> -p.amount`},
	{"5 numbers without holes", false, `select id::text, number || ' is number ' || n from
		(select id, number, sequence, issue_date, row_number() over w as n, lag(issue_date) over w as before from invoice window w as (partition by series, year order by sequence)) i
		where sequence <> n or issue_date < before`},
	{"5 the counter", false, `select '', format('series %s %s: next %s, invoices %s', s.series, s.year, s.next, count(i.id)) from number_series s
		left join invoice i on i.series = s.series and i.year = s.year group by s.series, s.year having s.next <> count(i.id) + 1`},
	{"6 won amount = accepted quote", false, `select o.id::text, format('%s: amount %s, quote %s', o.number, o.amount, q.net) from opportunity o
		left join quote q on q.opportunity_id = o.id and q.state = 'accepted' where o.state = 'won' and q.net is distinct from o.amount`},
	{"6 amount = product lines", false, `select o.id::text, o.number from opportunity o join product_line l on l.opportunity_id = o.id where o.amount_source = 'products'
		group by o.id having o.amount <> round(sum(l.quantity * l.unit_price * (100 - l.discount_percent) / 100), 2)`},
	{"6 quote = its lines", false, `select q.id::text, format('%s v%s: net %s, lines %s', q.number, q.revision, q.net, coalesce(sum(l.net), 0)) from quote q
		left join quote_line l on l.quote_id = q.id and l.kind = 'line' and (not l.optional or l.chosen) group by q.id having q.net <> coalesce(sum(l.net), 0)`},
	{"8 stage history is a path", false, `select opportunity_id::text, format('%s then %s', stage, next) from
		(select *, lead(stage) over w as next, lead(entered_at) over w as entered from stage_interval window w as (partition by opportunity_id order by id)) s
		where actor = '' or cause = '' or next is not null and (left_at is distinct from entered or (stage, next) not in
		(('identify', 'timing'), ('timing', 'configure'), ('configure', 'send'), ('send', 'won'), ('won', 'negotiate'), ('negotiate', 'won')))`},
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
	{"14 every effect is done", false, `select process, format('%s is %s: %s', key, state, outcome) from effect where state <> 'done' or outcome_at is null or payload ? 'secret'`},
	{"15 a letter for each step once", true, `select process, key || ': ' || count(*) from (select process, split_part(key, '/', 3) || ' ' || split_part(key, '/', 4) as key from effect where key like 'mail/dunning/%') e
		group by process, key having count(*) > 1`},
	{"15 nobody is chased for what he paid", false, `select d.invoice_id::text, d.key from dunning_step d join receivable r on r.invoice_id = d.invoice_id
		where d.state = 'written' and (r.open <= 0 and not exists (select from ledger g where g.invoice_id = d.invoice_id and g.kind = 'payment')
			or exists (select from ledger g where g.invoice_id = d.invoice_id group by g.invoice_id having sum(g.amount) <= 0 and max(g.at) < d.at))`},
	{"16 every command is answered", false, `select process, id || ' ' || kind from command where answer is null or answered_at is null`},
	{"19 timeline is unique", true, `select min(process), cause || ' ' || count(*) || ' lines up to ' || max(seq) from timeline group by cause having count(*) <> max(seq) + 1 or count(distinct process) > 2`},
	{"19 each happens once", true, `select process, format('%s %s: %s times', code, thing, count(*)) from (select process, code,
			coalesce(data->>'payment_id', data->>'invoice_id', data->>'order_id', data->>'quote_id', data->>'contract_id', data->>'key', '') || coalesce(data->>'station', '') as thing from timeline
			where code in ('lead.qualified', 'lead.converted', 'quote.sent', 'quote.accepted', 'order.created', 'order.validated', 'order.approved', 'order.rejected',
				'contract.signed', 'project.opened', 'project.closed', 'invoice.issued', 'payment.recorded', 'contract.closed', 'order.in_erp', 'effect.sent')) t group by process, code, thing having count(*) > 1`},
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
