-- +goose Up
-- What moves a chase: promises to pay, disputes, pauses; calls as steps of it.

create table promise ( -- of a debtor, to pay an amount of some invoices until a day
  id uuid primary key,
  account_id uuid not null references account,
  amount numeric(15,2) not null check (amount > 0),
  currency text not null,
  left_open numeric(15,2) not null check (left_open >= 0), -- on its invoices, when it is kept
  on_date date not null,
  state text not null default 'open' check (state in ('open', 'kept', 'broken', 'replaced', 'withdrawn')),
  note text not null default '',
  made_by text not null,
  made_at timestamptz not null,
  ended_on date, -- from which the chase goes on
  check ((state = 'open') = (ended_on is null))
);
create index promise_account on promise (account_id, made_at desc);
create index promise_open on promise (on_date) where state = 'open';

create table promise_invoice (
  promise_id uuid not null references promise,
  invoice_id uuid not null references invoice,
  primary key (promise_id, invoice_id)
);
create index promise_invoice_of on promise_invoice (invoice_id);

create table dispute ( -- of an invoice or a part of it
  id uuid primary key,
  invoice_id uuid not null references invoice,
  position integer, -- of the line
  amount numeric(15,2) not null check (amount > 0), -- held back from the chase
  whole boolean not null, -- all that was open
  reason text not null,
  owner_id uuid not null references app_user, -- who decides
  due_on date not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'rejected')),
  outcome text not null default '',
  opened_by text not null,
  opened_at timestamptz not null,
  ended_on date,
  check ((state = 'open') = (ended_on is null))
);
create index dispute_invoice on dispute (invoice_id);
create index dispute_owner on dispute (owner_id, due_on) where state = 'open';

create table dunning_pause (
  id uuid primary key,
  account_id uuid not null references account,
  invoice_id uuid references invoice, -- none: all that is owed
  until date not null,
  reason text not null,
  made_by text not null,
  made_at timestamptz not null,
  ended_on date -- before its day
);
create index dunning_pause_account on dunning_pause (account_id);

alter table dunning_step
  add column channel text not null default 'mail' check (channel in ('mail', 'call')),
  add column tries integer not null default 1; -- a letter that was cancelled before it left may be written again

create table collection_call ( -- with a debtor
  id uuid primary key,
  account_id uuid not null references account,
  outcome text not null,
  note text not null default '',
  made_by text not null,
  at timestamptz not null
);
create index collection_call_account on collection_call (account_id, at desc);

create table collection_task ( -- a call with a debtor that a person has to make
  engagement_id uuid primary key references engagement,
  account_id uuid not null references account
);
create index collection_task_account on collection_task (account_id);

-- +goose Down
select 1;
