-- +goose Up
-- A candidate of rules that runs beside the active ones on real steps without deciding anything (N10).

create table rule_shadow (
  id uuid primary key,
  kind text not null,
  source text not null, -- as it was when it began
  base integer not null, -- the version that was active then
  comment text not null default '',
  author text not null,
  state text not null default 'running' check (state in ('running', 'ended')),
  began_at timestamptz not null, -- business time, as that of verdicts
  ends_at timestamptz not null,
  ended_at timestamptz,
  seen_to timestamptz not null, -- verdicts up to here were looked at
  check ((state = 'ended') = (ended_at is not null))
);
create unique index rule_shadow_once on rule_shadow (kind) where state = 'running';
create index rule_shadow_list on rule_shadow (kind, began_at desc);

create table rule_shadow_step ( -- a real decision, and what the candidate says of it
  shadow_id uuid not null references rule_shadow,
  cause text not null,
  process text not null references process,
  at timestamptz not null,
  version integer not null, -- of the rules that decided
  key text not null,
  was text not null,
  would text not null,
  clauses text[] not null, -- the conditions by which one of them refuses where they differ
  primary key (shadow_id, cause)
);
create index rule_shadow_step_differs on rule_shadow_step (shadow_id, at) where (was = 'allowed') <> (would = 'allowed');
create index verdict_kind on verdict (kind, at);
