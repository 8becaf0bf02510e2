-- +goose Up
-- Contracts, projects, invoices, payments and the chase.

create sequence contract_number;

create table contract (
  id uuid primary key,
  number text not null unique,
  opportunity_id uuid not null references opportunity,
  order_id uuid not null unique references sales_order, -- one contract an order (S080)
  account_id uuid not null references account,
  state text not null default 'active' check (state in ('active', 'closed')),
  currency text not null,
  net numeric(15,2) not null,
  tax numeric(15,2) not null,
  total numeric(15,2) not null,
  payment_days integer not null,
  start_date date not null,
  end_date date not null,
  erp_reference text not null default '',
  owner_id uuid references app_user,
  next_opportunity_id uuid references opportunity,
  version integer not null default 1,
  signed_at timestamptz not null,
  closed_at timestamptz
);
create index contract_account on contract (account_id);
create index contract_opportunity on contract (opportunity_id);

create table invoice (
  id uuid primary key,
  series text not null,
  year integer not null,
  sequence integer not null,
  number text not null,
  contract_id uuid not null references contract,
  account_id uuid not null references account,
  currency text not null,
  issue_date date not null,
  due_date date not null,
  net numeric(15,2) not null,
  tax numeric(15,2) not null,
  total numeric(15,2) not null,
  previous_hash bytea not null,
  hash bytea not null,
  issued_at timestamptz not null,
  unique (series, year, sequence)
);
create index invoice_account on invoice (account_id);
create index invoice_contract on invoice (contract_id);

create table invoice_line (
  invoice_id uuid not null references invoice,
  position integer not null,
  text text not null,
  net numeric(15,2) not null,
  tax_percent numeric(5,2) not null,
  tax numeric(15,2) not null,
  primary key (invoice_id, position)
);
create trigger invoice_immutable before update or delete on invoice for each row execute function refuse_change();
create trigger invoice_line_immutable before update or delete on invoice_line for each row execute function refuse_change();

create table tranche (
  id uuid primary key,
  contract_id uuid not null references contract,
  position integer not null,
  kind text not null check (kind in ('deposit', 'progress', 'balance')),
  percent numeric(7,4) not null,
  opens_at_percent numeric(5,2) not null, -- progress at which it may be billed
  net numeric(15,2) not null check (net > 0),
  tax numeric(15,2) not null,
  total numeric(15,2) not null,
  state text not null default 'planned' check (state in ('planned', 'billable', 'invoiced', 'paid')),
  invoice_id uuid unique references invoice,
  external_number text not null default '', -- S061, for companies that invoice elsewhere
  dishonoured boolean not null default false, -- S062
  unique (contract_id, position)
);

create table tranche_part ( -- a tranche by tax rate; the parts sum to the tranche
  tranche_id uuid not null references tranche,
  tax_percent numeric(5,2) not null,
  net numeric(15,2) not null,
  tax numeric(15,2) not null,
  primary key (tranche_id, tax_percent)
);

create table number_series (
  series text not null,
  year integer not null,
  next integer not null default 1,
  last_hash bytea not null default ''::bytea,
  last_date date,
  primary key (series, year)
);

create table payment (
  id uuid primary key,
  account_id uuid not null references account,
  reference text not null unique,
  amount numeric(15,2) not null check (amount > 0),
  currency text not null,
  received_on date not null,
  recorded_by text not null,
  at timestamptz not null
);

create table ledger ( -- decision 11: append-only; a positive amount raises what the customer owes
  id bigint generated always as identity primary key,
  account_id uuid not null references account,
  invoice_id uuid references invoice,
  payment_id uuid references payment,
  kind text not null check (kind in ('invoice', 'payment')),
  amount numeric(15,2) not null check (amount <> 0),
  on_date date not null,
  at timestamptz not null
);
create index ledger_invoice on ledger (invoice_id);
create index ledger_account on ledger (account_id);
create trigger ledger_append_only before update or delete on ledger for each row execute function refuse_change();

create table receivable ( -- what is open on an invoice: the sum of its ledger entries, kept with them in one transaction
  invoice_id uuid primary key references invoice,
  account_id uuid not null references account,
  due_date date not null,
  open numeric(15,2) not null check (open >= 0),
  settled_at timestamptz
);
create index receivable_due on receivable (due_date, account_id) where open > 0;
create index receivable_account on receivable (account_id) where open > 0;

create table project (
  id uuid primary key,
  contract_id uuid not null unique references contract,
  name text not null,
  state text not null default 'open' check (state in ('open', 'closed')),
  revenue numeric(15,2) not null,
  budget numeric(15,2) not null, -- the costs of the accepted quote (S083)
  progress_percent numeric(5,2) not null default 0 check (progress_percent between 0 and 100),
  manager_id uuid references app_user,
  version integer not null default 1,
  opened_at timestamptz not null,
  closed_at timestamptz
);

create table dunning_step ( -- each level of each invoice once
  invoice_id uuid not null references invoice,
  level integer not null,
  key text not null,
  on_date date not null, -- local date of the legal entity
  state text not null check (state in ('written', 'skipped', 'cancelled')),
  effect_key text,
  at timestamptz not null,
  primary key (invoice_id, level)
);

create table chase_run ( -- one row a tick of the cron expression
  tick timestamptz primary key,
  at timestamptz not null,
  debtors integer not null,
  woken integer not null
);
