-- +goose Up
-- Files of companies and people are brought in as files of leads are.
alter table import
  add what text not null default 'lead' check (what in ('lead', 'account', 'contact')),
  add known text not null default 'skip' check (known in ('skip', 'update', 'new'));
alter table import_row
  add cells jsonb not null default '{}', -- of a company or person: what was read of each column that is filled
  add record_id uuid; -- the company or person; it may have been merged since
alter table import_mapping drop constraint import_mapping_pkey, add what text not null default 'lead', add primary key (what, heads);
