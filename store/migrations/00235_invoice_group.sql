-- +goose Up
-- One invoice of several tranches: of one contract, or of several of one customer. What falls to each tranche stands in its share.

alter table tranche drop constraint tranche_invoice_id_key;
create index tranche_invoice on tranche (invoice_id);
alter table invoice add column grouped boolean not null default false;
alter table invoice_line add column tranche_id uuid references tranche; -- none on lines from before it was kept, whose invoice has one tranche

create table invoice_share ( -- of grouped invoices only; shares sum to the invoice
  invoice_id uuid not null references invoice,
  position integer not null,
  tranche_id uuid not null references tranche,
  contract_id uuid not null references contract,
  total numeric(15,2) not null,
  split_tax numeric(15,2) not null, -- that the customer pays to the state himself
  paid_before numeric(15,2) not null, -- by the deposit of its deal
  primary key (invoice_id, position),
  unique (invoice_id, tranche_id)
);
create index invoice_share_contract on invoice_share (contract_id);
create trigger invoice_share_immutable before update or delete on invoice_share for each row execute function refuse_change();

create or replace view invoice_line_now as -- lines as they are worded now
  select l.invoice_id, l.position, coalesce(r.text, l.text) as text, l.net, l.tax_percent, coalesce(r.tax_code, l.tax_code) as tax_code, coalesce(r.tax_reason, l.tax_reason) as tax_reason, l.tax, l.tranche_id
  from invoice_line l left join lateral (select x.text, x.tax_code, x.tax_reason from invoice_line_revision x
    where x.invoice_id = l.invoice_id and x.position = l.position order by x.number desc limit 1) r on true;

-- How the shares of a grouped invoice stand. A deposit is its own deal's first; what came in beside it goes to the shares in proportion to what credit notes left
-- of them, by running sums, so that to the cent they come to what is open on the invoice.
-- +goose StatementBegin
create function invoice_shares(of uuid) returns table (tranche_id uuid, contract_id uuid, total numeric, owed numeric, paid_before numeric, credited numeric, given numeric, open numeric) language sql stable as $$
  with share as (
    select s.*, s.total - s.split_tax as owed, coalesce(k.total, 0) as credited, coalesce(k.total - case when i.split_payment then k.tax else 0 end, 0) as given
    from invoice_share s join invoice i on i.id = s.invoice_id
    left join lateral (select sum(x.net + x.tax) as total, sum(x.tax) as tax from credit_note n join credit_note_line x on x.credit_note_id = n.id
      join invoice_line l on l.invoice_id = n.invoice_id and l.position = x.position where n.invoice_id = s.invoice_id and l.tranche_id = s.tranche_id) k on true
    where s.invoice_id = of),
  rest as (select s.*, greatest(s.owed - s.given - s.paid_before, 0) as asked from share s),
  run as (select r.*, sum(r.asked) over (order by r.position) as upto, sum(r.asked) over () as whole, (select v.open from receivable v where v.invoice_id = of) as left_open from rest r)
  select tranche_id, contract_id, total, owed, paid_before, credited, given, case when whole = 0 then 0 else round(left_open * upto / whole, 2) - round(left_open * (upto - asked) / whole, 2) end
  from run order by position
$$;
-- +goose StatementEnd

create view contract_bill as -- what a contract's invoices come to for it: one row an invoice, or of a grouped one a row a tranche
  select i.contract_id, i.id as invoice_id, i.total, i.total - case when i.split_payment then i.tax else 0 end as owed, i.paid_before, k.credited, k.given, r.open, r.due_date
  from invoice i join receivable r on r.invoice_id = i.id
  cross join lateral (select coalesce(sum(n.total), 0) as credited, coalesce(sum(n.settled + n.on_account), 0) as given from credit_note n where n.invoice_id = i.id) k
  where not i.grouped
  union all
  select w.contract_id, w.invoice_id, h.total, h.owed, h.paid_before, h.credited, h.given, h.open, r.due_date
  from invoice_share w cross join lateral invoice_shares(w.invoice_id) h join receivable r on r.invoice_id = w.invoice_id
  where h.tranche_id = w.tranche_id;

-- +goose Down
select 1;
