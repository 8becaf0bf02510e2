-- +goose Up
-- Files that are brought in row by row.

create table import (
  id uuid primary key,
  name text not null,
  author text not null,
  state text not null default 'running' check (state in ('running', 'done')),
  total integer not null,
  made integer not null default 0, -- new leads
  touched integer not null default 0, -- one more touch of a known lead
  unchanged integer not null default 0, -- the very same row came before
  refused integer not null default 0,
  began_at timestamptz not null default now(), -- real time: the pace of starts counts from it
  created_at timestamptz not null,
  finished_at timestamptz
);
create index import_created on import (created_at desc);

create table import_row (
  import_id uuid not null references import,
  line integer not null, -- of the file
  lead jsonb not null, -- as it was read
  state text not null check (state in ('waiting', 'made', 'touched', 'unchanged', 'refused')),
  problems jsonb not null default '[]', -- why it was refused: pointer, code, params
  lead_id uuid references lead,
  primary key (import_id, line)
);
create index import_row_waiting on import_row (import_id, line) where state = 'waiting';
