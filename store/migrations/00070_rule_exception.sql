-- +goose Up
-- Exceptions from rules: what a gate refused, asked of the rule's owner, decided by him, and used once (N1).

create table rule_exception (
  id uuid primary key,
  opportunity_id uuid not null references opportunity,
  kind text not null,
  rule_version integer not null, -- of the rules that refused; under another one it counts for nothing
  key text not null, -- the gate
  clauses text[] not null check (cardinality(clauses) > 0),
  asked jsonb not null, -- these clauses with the values of the moment
  owner text not null, -- role or address of the person who decides, as the rules had it
  reason text not null,
  state text not null default 'asked' check (state in ('asked', 'granted', 'declined', 'used')),
  requested_by uuid not null references app_user,
  requested_at timestamptz not null,
  decided_by uuid references app_user,
  decided_at timestamptz,
  note text not null default '',
  expires_on date, -- the last day on which a granted one counts
  used_at timestamptz,
  used_by text, -- the command that passed with it
  version integer not null default 1,
  check ((state = 'asked') = (decided_by is null)),
  check (decided_by <> requested_by),
  check ((state = 'used') = (used_at is not null))
);
create unique index rule_exception_once on rule_exception (opportunity_id, kind, key, rule_version) where state = 'asked';
create index rule_exception_deal on rule_exception (opportunity_id, requested_at desc);
create index rule_exception_list on rule_exception (requested_at desc, id desc);
create index rule_exception_open on rule_exception (requested_at) where state in ('asked', 'granted');
