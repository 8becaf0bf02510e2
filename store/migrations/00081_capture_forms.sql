-- +goose Up
-- Public forms are records with a page of their own; what looks like spam waits for a person; a touch keeps its campaign.

alter table capture_form
  add column id uuid not null default gen_random_uuid(),
  add column fields text[] not null default '{company,contact_name,email,phone,need}', -- what the page asks for, in this order
  add column required text[] not null default '{company,email,need}', -- of those
  add column language text not null default '', -- empty: that of the visitor
  add column thanks text not null default '', -- empty: the product's own words
  add column redirect text not null default '', -- where the visitor goes after sending; empty: the words
  add column origins text[] not null default '{*}', -- sites that may show or send it; * is every one
  add column consent_text text not null default '', -- empty: it is not asked
  add column consent_version integer not null default 0, -- of that text
  add column min_seconds integer not null default 2 check (min_seconds between 0 and 60), -- who is faster is taken for a machine
  add column version integer not null default 1;
create unique index capture_form_id on capture_form (id);
insert into setting (name) values ('forms') on conflict do nothing;

create table capture_consent ( -- each text to which people agreed, as it stood
  form_id uuid not null references capture_form (id),
  version integer not null,
  text text not null,
  at timestamptz not null,
  primary key (form_id, version)
);

alter table touch
  add column campaign text not null default '',
  add column utm jsonb not null default '{}', -- what the address said of where the visitor came from
  add column consent_version integer not null default 0; -- of the form's text; 0: nothing was ticked

create table capture_held ( -- what came in and looks like spam: never lost, a lead only when a person says so
  id uuid primary key,
  channel text not null,
  source text not null,
  lead jsonb not null, -- as it was read
  touch jsonb not null,
  reasons text[] not null,
  sameness bytea not null, -- hash of what was written, to see it again
  at timestamptz not null, -- business time
  state text not null default 'held' check (state in ('held', 'released', 'dropped')),
  decided_by uuid references app_user,
  decided_at timestamptz,
  lead_id uuid references lead
);
create index capture_held_waiting on capture_held (at desc, id desc) where state = 'held';

create table capture_seen ( -- hashes of texts that forms sent lately, to know one that goes round
  sameness bytea not null,
  sender text not null,
  at timestamptz not null,
  primary key (sameness, sender)
);
create index capture_seen_at on capture_seen (at);
