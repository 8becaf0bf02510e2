-- +goose Up
-- Requests with an Idempotency-Key that are no commands: what was asked for, whether it was done, and what was answered. Kept some days.

create table if not exists idempotency (
  id text primary key, -- made of the person, the address and his key
  hash bytea not null, -- of the request's content
  done boolean not null default false, -- set with the change, in its transaction
  status integer, -- of the answer; empty until it is kept
  headers jsonb,
  body bytea,
  at timestamptz not null default now()
);
create index if not exists idempotency_at on idempotency (at);
