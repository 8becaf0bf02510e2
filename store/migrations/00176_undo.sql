-- +goose Up
-- Undoing a won deal: a plan of compensations, approved by a manager and run step by step; invoices are credited (N15).

alter table contract drop constraint contract_state_check, add constraint contract_state_check check (state in ('active', 'closed', 'undoing', 'undone'));
alter table tranche drop constraint tranche_state_check, add constraint tranche_state_check check (state in ('planned', 'billable', 'invoiced', 'paid', 'cancelled'));
alter table ledger drop constraint ledger_kind_check, add constraint ledger_kind_check check (kind in ('invoice', 'payment', 'fee', 'credit'));

create table undo (
  id uuid primary key,
  contract_id uuid not null references contract,
  outcome text not null check (outcome in ('reopen', 'lose')), -- what becomes of the deal
  lost_reason text not null default '',
  tells boolean not null, -- the customer is told by mail
  reason text not null,
  state text not null default 'asked' check (state in ('asked', 'withdrawn', 'declined', 'running', 'stopped', 'done')),
  requested_by uuid not null references app_user,
  requested_at timestamptz not null,
  decided_by uuid references app_user check (decided_by <> requested_by),
  decided_at timestamptz,
  note text not null default '',
  ended_at timestamptz,
  version integer not null default 1
);
create unique index undo_once on undo (contract_id) where state in ('asked', 'running', 'stopped');
create index undo_contract on undo (contract_id, requested_at desc);
create index undo_asked on undo (requested_at) where state = 'asked';

create table undo_step (
  undo_id uuid not null references undo,
  position integer not null,
  kind text not null,
  subject_id uuid, -- the invoice that is credited
  label text not null default '',
  amount numeric(15,2),
  state text not null default 'planned' check (state in ('planned', 'running', 'done', 'failed', 'settled')),
  intent jsonb not null default '{}', -- how it was when the step began
  result jsonb not null default '{}', -- what it came to
  problem text not null default '',
  tries integer not null default 0,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (undo_id, position)
);

create table credit_note ( -- what takes an issued invoice back; whose it is the invoice says
  id uuid primary key,
  series text not null,
  year integer not null,
  sequence integer not null,
  number text not null,
  invoice_id uuid not null unique references invoice,
  contract_id uuid not null references contract,
  currency text not null,
  issue_date date not null,
  net numeric(15,2) not null,
  tax numeric(15,2) not null,
  total numeric(15,2) not null,
  previous_hash bytea not null,
  hash bytea not null,
  issued_at timestamptz not null,
  unique (series, year, sequence)
);
create index credit_note_contract on credit_note (contract_id);
create trigger credit_note_immutable before update or delete on credit_note for each row execute function refuse_change();

-- +goose Down
select 1;
