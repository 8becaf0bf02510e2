-- +goose Up
-- What of an invoice was given up is neither open nor paid: lists and contracts say so.
create index write_off_approved on write_off (invoice_id) where state = 'approved';

create function written_off(uuid) returns numeric language sql stable as $$
  select case when exists (select from write_off w where w.invoice_id = $1 and w.state = 'approved')
    then coalesce((select -sum(l.amount) from ledger l where l.invoice_id = $1 and l.kind = 'write_off'), 0) else 0 end
$$;

create or replace view contract_bill as -- what a contract's invoices come to for it: one row an invoice, or of a grouped one a row a tranche; what was written off falls to tranches as what is open does
  select i.contract_id, i.id as invoice_id, i.total, i.total - case when i.split_payment then i.tax else 0 end as owed, i.paid_before, k.credited, k.given, r.open, r.due_date,
    written_off(i.id) as written_off
  from invoice i join receivable r on r.invoice_id = i.id
  cross join lateral (select coalesce(sum(n.total), 0) as credited, coalesce(sum(n.settled + n.on_account), 0) as given from credit_note n where n.invoice_id = i.id) k
  where not i.grouped
  union all
  select w.contract_id, w.invoice_id, h.total, h.owed, h.paid_before, h.credited, h.given, h.open, r.due_date,
    coalesce(round(o.off * h.upto / nullif(h.whole, 0), 2) - round(o.off * (h.upto - h.asked) / nullif(h.whole, 0), 2), 0)
  from invoice_share w cross join lateral (select y.*, sum(y.asked) over (order by y.tranche_id) as upto, sum(y.asked) over () as whole
    from (select x.*, greatest(x.owed - x.given - x.paid_before, 0) as asked from invoice_shares(w.invoice_id) x) y) h
  cross join lateral (select written_off(w.invoice_id) as off) o
  join receivable r on r.invoice_id = w.invoice_id
  where h.tranche_id = w.tranche_id;

-- +goose Down
select 1;
