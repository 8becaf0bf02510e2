-- +goose Up
-- What the Italian exchange says of invoices and credit notes, and how a rejected one is worded anew.

create table einvoice_sending ( -- a sending of a document of which something is known; one that nobody heard of has none
  invoice_id uuid references invoice,
  credit_note_id uuid references credit_note,
  document_id uuid generated always as (coalesce(invoice_id, credit_note_id)) stored,
  attempt integer not null,
  transmission text not null unique, -- what the sending is called
  state text not null,
  exchange text not null default '', -- the exchange's number for it
  said_on date, -- of the notice that made the state
  at timestamptz not null,
  primary key (document_id, attempt),
  check (num_nonnulls(invoice_id, credit_note_id) = 1)
);
create index einvoice_sending_exchange on einvoice_sending (exchange) where exchange <> '';
create index einvoice_sending_invoice on einvoice_sending (invoice_id);
create index einvoice_sending_credit on einvoice_sending (credit_note_id);
create sequence einvoice_again; -- names sendings after the first

create table sdi_notice (
  id uuid primary key,
  kind text not null,
  exchange text not null,
  file text not null,
  name text not null,
  said timestamptz,
  problems jsonb not null,
  accepted boolean not null,
  note text not null,
  invoice_id uuid references invoice, -- neither: nothing of ours is called so
  credit_note_id uuid references credit_note,
  attempt integer not null default 0,
  sha256 bytea not null unique,
  content bytea not null,
  at timestamptz not null
);
create index sdi_notice_at on sdi_notice (at desc, id desc);
create index sdi_notice_invoice on sdi_notice (invoice_id);
create index sdi_notice_credit on sdi_notice (credit_note_id);

create table invoice_revision ( -- a rejected invoice, worded anew under its number; chained to the invoice
  invoice_id uuid not null references invoice,
  number integer not null,
  reason text not null,
  made_by text not null,
  made_at timestamptz not null,
  hash bytea not null,
  primary key (invoice_id, number)
);
create table invoice_line_revision (
  invoice_id uuid not null,
  number integer not null,
  position integer not null,
  text text not null,
  tax_code text not null,
  tax_reason text not null,
  primary key (invoice_id, position, number),
  foreign key (invoice_id, number) references invoice_revision
);
create trigger invoice_revision_immutable before update or delete on invoice_revision for each row execute function refuse_change();
create trigger invoice_line_revision_immutable before update or delete on invoice_line_revision for each row execute function refuse_change();

create view invoice_line_now as -- lines as they are worded now
  select l.invoice_id, l.position, coalesce(r.text, l.text) as text, l.net, l.tax_percent, coalesce(r.tax_code, l.tax_code) as tax_code, coalesce(r.tax_reason, l.tax_reason) as tax_reason, l.tax
  from invoice_line l left join lateral (select x.text, x.tax_code, x.tax_reason from invoice_line_revision x
    where x.invoice_id = l.invoice_id and x.position = l.position order by x.number desc limit 1) r on true;

-- +goose Down
select 1;
