-- +goose Up
-- A person's own calendar for other programs (S095): an address with a secret, of which only the hash is kept.

create table calendar_feed (
  id uuid primary key,
  user_id uuid not null references app_user,
  name text not null,
  hash bytea not null unique,
  busy_only boolean not null default false, -- times without what they are about
  made_at timestamptz not null,
  used_at timestamptz,                       -- last fetched, to the hour
  revoked_at timestamptz
);
create index calendar_feed_user on calendar_feed (user_id, made_at);
