-- +goose Up
-- The workbench: drafts of rule sets, what was found out about a version, and the migration of running processes to another version (N2, N3).

alter table rule_set
  add column running boolean not null default false, -- running processes were to follow too, not only new ones
  add column restored integer, -- the earlier version whose text it has again
  add column report jsonb; -- the trial on deals that its author saw before he activated it

create table rule_draft (
  id uuid primary key,
  kind text not null,
  source text not null,
  base integer not null, -- the version that was active when it was begun
  comment text not null default '',
  author text not null,
  report jsonb, -- of the latest trial of this very text
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index rule_draft_kind on rule_draft (kind, updated_at);

create table rule_migration (
  id uuid primary key,
  kind text not null,
  version integer not null, -- to which processes are taken; of a rollback, from which
  reverses uuid references rule_migration, -- the migration that this one takes back
  state text not null default 'running' check (state in ('running', 'done')),
  total integer not null, -- processes that stood at another version when it began
  done integer not null default 0,
  author text not null,
  comment text not null,
  created_at timestamptz not null,
  finished_at timestamptz
);
create unique index rule_migration_once on rule_migration (reverses) where reverses is not null;
create index rule_migration_kind on rule_migration (kind, created_at);

create table rule_migration_step ( -- which process came from which version; its log and what a rollback needs
  migration_id uuid not null references rule_migration,
  process text not null references process,
  was integer, -- null: the process had none of this kind
  at timestamptz not null,
  primary key (migration_id, process)
);
create index process_open_id on process (id) where not closed;
