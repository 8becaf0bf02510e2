-- +goose Up
-- Engagements on a calendar: where they are, how often they were moved, and those that were called off (S019, S093, S095).

alter table engagement
  add column place text not null default '',
  add column sequence integer not null default 0,              -- how often what a calendar shows of it has changed (RFC 5545 SEQUENCE)
  add column changed_at timestamptz not null default now(),
  add column cancelled_at timestamptz,                          -- called off: done without an outcome
  add column cancel_reason text not null default '',
  add constraint engagement_cancelled check (cancelled_at is null or (done_at is not null and outcome = ''));

-- What was done, by person and time; what is planned has its own index since the beginning, so that a row stands in one of the two.
create index engagement_done on engagement (owner_id, due_at) where done_at is not null;
