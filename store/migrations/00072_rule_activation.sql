-- +goose Up
-- Which version a draft became: the draft goes with it, and who asks again is told what he was told first (R3).
create table rule_activation (
  draft_id uuid primary key,
  kind text not null,
  version integer not null,
  migration_id uuid references rule_migration,
  author text not null,
  at timestamptz not null
);
