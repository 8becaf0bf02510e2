-- +goose Up
-- Credit notes of a part of an invoice, with their lines and why they were written. What they take settles what is open; what was paid already is owed to the customer.

alter table credit_note drop constraint credit_note_invoice_id_key;
create index credit_note_invoice on credit_note (invoice_id);
alter table credit_note
  add column settled numeric(15,2) not null default 0,
  add column on_account numeric(15,2) not null default 0 check (on_account >= 0),
  add column reason text not null default '', -- empty: the deal was undone
  add column rebill boolean not null default false, -- what it took may be invoiced again
  add column issued_by text not null default '',
  add column tranche_kind text not null default '', -- of the invoice, which a tranche that is billed again forgets
  add check (total > 0);

alter table credit_note disable trigger credit_note_immutable;
update credit_note n set settled = coalesce((select -sum(g.amount) from ledger g where g.invoice_id = n.invoice_id and g.kind = 'credit'), 0);
update credit_note set on_account = total - settled;
alter table credit_note enable trigger credit_note_immutable;

create table credit_note_line ( -- none: the note takes the invoice as a whole
  credit_note_id uuid not null references credit_note,
  position integer not null, -- of the invoice's line
  text text not null,
  net numeric(15,2) not null,
  tax_percent numeric(5,2) not null,
  tax numeric(15,2) not null,
  primary key (credit_note_id, position)
);
create trigger credit_note_line_immutable before update or delete on credit_note_line for each row execute function refuse_change();

-- +goose Down
select 1;
