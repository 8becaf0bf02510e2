-- +goose Up
-- Signed webhooks: other systems send leads, each through an endpoint of its own.

create table capture_hook (
  id uuid primary key,
  key text not null, -- in its address; never changes
  name text not null,
  source text not null,
  campaign text not null default '',
  language text not null default '',
  mapping jsonb not null default '{}', -- our field to a JSON pointer into what is sent; one that is not there is read under its own name
  active boolean not null default true,
  unsigned integer not null default 0, -- deliveries whose signature was none; nothing else of them is kept
  unsigned_at timestamptz,
  version integer not null default 1
);
create unique index capture_hook_key on capture_hook (key);
insert into setting (name) values ('hooks') on conflict do nothing;

create table capture_hook_secret ( -- the signature is made with it, so it is kept as it is
  id uuid primary key,
  hook_id uuid not null references capture_hook,
  secret text not null,
  made_at timestamptz not null,
  ends_at timestamptz -- empty: the present one
);
create index capture_hook_secret_hook on capture_hook_secret (hook_id);

create table capture_delivery ( -- every signed delivery, with what became of it
  id uuid primary key,
  hook_id uuid not null references capture_hook,
  event text not null default '', -- the sender's own id
  hash bytea not null, -- of what was sent
  raw text not null,
  outcome text not null check (outcome in ('made', 'touched', 'repeated', 'refused')),
  problems jsonb not null default '[]',
  lead_id uuid references lead,
  at timestamptz not null -- real time: what the sender saw
);
create index capture_delivery_hook on capture_delivery (hook_id, at desc, id desc);
create unique index capture_delivery_event on capture_delivery (hook_id, event) where outcome in ('made', 'touched');
