-- +goose Up
-- People, the command path, rules and everything that leaves the house.

create table team (
  id uuid primary key,
  name text not null unique,
  parent_id uuid references team
);

create table app_user (
  id uuid primary key,
  name text not null,
  email text not null,
  password_hash text not null,
  roles text[] not null,
  team_id uuid references team,
  language text not null default 'en',
  approval_limit numeric(15,2) not null default 0, -- 0: may approve nothing by himself
  active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index app_user_email on app_user (lower(email));

create table api_key (
  id uuid primary key,
  user_id uuid not null references app_user,
  name text not null,
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz
);

create table sessions ( -- the shape that the session library wants
  token text primary key,
  data bytea not null,
  expiry timestamptz not null
);
create index sessions_expiry on sessions (expiry);

create table login_attempt ( -- brute force is counted by address and by name
  id bigint generated always as identity primary key,
  email text not null,
  address text not null,
  at timestamptz not null
);
create index login_attempt_at on login_attempt (at);

create table legal_entity (
  id uuid primary key,
  name text not null,
  country text not null,
  vat text not null default '',
  address text not null default '',
  email text not null default '',
  time_zone text not null,
  currency text not null,
  rounding text not null default 'half_up',
  tax_rounding text not null default 'document',
  quote_days integer not null default 30,
  payment_days integer not null default 30
);

create table business_clock ( -- moved in development and tests only
  id smallint primary key default 1 check (id = 1),
  shift_seconds bigint not null default 0
);
insert into business_clock default values;

create table process (
  id text primary key, -- <kind>-<uuid of the record>
  kind text not null,
  record_id uuid not null,
  parent text references process, -- the process that it came from
  step text not null,
  version integer not null default 1,
  closed boolean not null default false,
  rules jsonb not null default '{}', -- pinned versions by kind
  started_at timestamptz not null,
  updated_at timestamptz not null
);
create index process_parent on process (parent);
create index process_open on process (kind) where not closed;

create table deadline (
  process text not null references process,
  kind text not null,
  key text not null default '',
  due_at timestamptz not null,
  primary key (process, kind, key)
);

create table command (
  id text primary key,
  kind text not null,
  process text not null,
  actor text not null,
  fields jsonb not null,
  sends integer not null default 0,
  answer jsonb,
  answered_at timestamptz,
  created_at timestamptz not null default now()
);
create index command_process on command (process);

create table timeline (
  id bigint generated always as identity primary key,
  process text not null references process,
  cause text not null, -- command id, or the deadline that came
  seq smallint not null,
  at timestamptz not null,
  actor text not null,
  code text not null,
  data jsonb not null default '{}',
  rule_kind text not null default '',
  rule_version integer not null default 0,
  account_id uuid,
  opportunity_id uuid,
  unique (cause, seq)
);
create index timeline_process on timeline (process, id);
create index timeline_opportunity on timeline (opportunity_id, id) where opportunity_id is not null;
create index timeline_account on timeline (account_id, id) where account_id is not null;

create table verdict (
  cause text not null,
  kind text not null,
  process text not null references process,
  at timestamptz not null,
  version integer not null,
  key text not null,
  result text not null,
  clauses jsonb not null,
  facts jsonb not null,
  primary key (cause, kind)
);
create index verdict_process on verdict (process, at);

create table outbox ( -- wake-ups: what the engine has to hear of, should the direct way be lost
  id text primary key,
  process text not null,
  due_at timestamptz not null
);
create index outbox_due on outbox (due_at);
create index outbox_process on outbox (process);

create table effect ( -- what leaves the house: intent before, outcome after
  key text primary key, -- subject, step, recipient
  channel text not null,
  process text not null,
  payload jsonb not null,
  invoice_id uuid, -- a letter that must not leave once this invoice is settled
  state text not null default 'due' check (state in ('due', 'claimed', 'done', 'parked', 'cancelled')),
  attempts integer not null default 0,
  next_at timestamptz not null,
  intent_at timestamptz,
  outcome_at timestamptz,
  outcome text not null default '',
  created_at timestamptz not null
);
create index effect_next on effect (channel, next_at) where state in ('due', 'claimed');
create index effect_process on effect (process);
create index effect_invoice on effect (invoice_id) where invoice_id is not null;

create table rule_set (
  kind text not null,
  version integer not null,
  source text not null,
  author text not null,
  comment text not null,
  created_at timestamptz not null,
  active boolean not null default false,
  primary key (kind, version)
);
create unique index rule_set_active on rule_set (kind) where active;

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'LTC01';
end $$;
-- +goose StatementEnd
create trigger timeline_append_only before update or delete on timeline for each row execute function refuse_change();
create trigger verdict_append_only before update or delete on verdict for each row execute function refuse_change();
