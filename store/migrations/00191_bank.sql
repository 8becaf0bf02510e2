-- +goose Up
-- Payments over several invoices, money on account, refunds, returned payments; bank statements and what their entries became.

-- +goose StatementBegin
do $$ -- kinds are added to those that are there, whatever these are by now
declare was text;
begin
  select pg_get_constraintdef(oid) into strict was from pg_constraint where conname = 'ledger_kind_check';
  execute 'alter table ledger drop constraint ledger_kind_check, add constraint ledger_kind_check ' || replace(was, 'ARRAY[', 'ARRAY[''allocation''::text, ''refund''::text, ''return''::text, ');
end $$;
-- +goose StatementEnd

create table refund ( -- money on account that was paid back
  id uuid primary key,
  account_id uuid not null references account,
  amount numeric(15,2) not null check (amount > 0),
  currency text not null,
  reference text not null unique, -- of the bank
  paid_on date not null,
  reason text not null default '',
  recorded_by uuid not null references app_user,
  at timestamptz not null
);
create index refund_account on refund (account_id);

alter table ledger add refund_id uuid references refund, add currency text; -- of money on account that came from no payment

create table payment_return ( -- the bank took a payment back
  payment_id uuid primary key references payment,
  on_date date not null,
  reason text not null default '',
  fee numeric(15,2) not null default 0 check (fee >= 0), -- asked for with the invoice
  invoice_id uuid references invoice,
  recorded_by uuid not null references app_user,
  at timestamptz not null
);
create index payment_return_invoice on payment_return (invoice_id);
create index payment_account on payment (account_id);

create table bank_file ( -- as it was uploaded
  id uuid primary key,
  name text not null,
  format text not null check (format in ('camt053', 'csv')),
  sha256 bytea not null unique,
  content bytea not null,
  entries integer not null, -- that it brought
  known integer not null, -- that were there before
  warnings jsonb not null default '[]',
  imported_by uuid references app_user,
  at timestamptz not null
);
create index bank_file_at on bank_file (at desc);

create table bank_statement (
  file_id uuid not null references bank_file,
  position integer not null,
  reference text not null,
  iban text not null,
  currency text not null,
  from_date date,
  to_date date,
  opening numeric(17,2),
  closing numeric(17,2),
  entries integer not null,
  primary key (file_id, position)
);

create table bank_entry (
  id uuid primary key,
  file_id uuid not null references bank_file,
  statement text not null,
  position integer not null,
  iban text not null, -- our account
  identity bytea not null unique, -- account and what makes the entry known again
  amount numeric(15,2) not null check (amount <> 0), -- positive: it came in
  currency text not null,
  booked_on date not null,
  value_on date,
  reversal boolean not null default false,
  name text not null default '', -- of the other side
  counter_iban text not null default '',
  remittance text not null default '',
  reference text not null default '', -- structured
  end_to_end text not null default '',
  bank_reference text not null default '',
  charges numeric(15,2) not null default 0,
  state text not null default 'open' check (state in ('open', 'booked', 'returned', 'aside')),
  account_id uuid references account,
  payment_id uuid references payment,
  note text not null default '',
  version integer not null default 1,
  asked text not null default '', -- where it was to go, as it was decided
  decided_by uuid references app_user,
  decided_at timestamptz,
  at timestamptz not null,
  check ((state in ('booked', 'returned')) = (payment_id is not null))
);
create unique index bank_entry_booked on bank_entry (payment_id) where state = 'booked';
create index bank_entry_open on bank_entry (booked_on, id) where state = 'open';
create index bank_entry_account on bank_entry (account_id);
create index bank_entry_counter on bank_entry (counter_iban) where account_id is not null;
create index account_iban on account (iban) where iban <> '';

-- +goose Down
select 1;
