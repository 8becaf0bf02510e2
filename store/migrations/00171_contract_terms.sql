-- +goose Up
-- Contracts with terms that were chosen on their order, and billing plans by template, with milestones and periods (S060, S088).
alter table contract
  add column renewal text not null default 'deal' check (renewal in ('deal', 'automatic', 'none')),
  add column renewal_months integer not null default 12, -- for how long it goes on, when it does so by itself
  add column terms text not null default ''; -- clauses beside what the quote says

alter table tranche
  add column milestone text not null default '', -- that has to be reached before it may be billed
  add column milestone_id uuid references milestone,
  add column period_start date, -- it may be billed from then on
  add column period_end date;
alter table tranche drop constraint tranche_kind_check, add check (kind in ('deposit', 'progress', 'balance', 'period'));

create table tranche_template ( -- a billing plan that orders may take; the setting's version stands in setting
  id uuid primary key,
  name text not null unique,
  plan jsonb not null
);
insert into setting (name) values ('tranches') on conflict do nothing;
insert into tranche_template (id, name, plan) values
  (gen_random_uuid(), '30 – 50 – 20', '[{"kind":"deposit","percent":"30"},{"kind":"progress","percent":"50","opens_at_percent":"50"},{"kind":"balance","percent":"20"}]'),
  (gen_random_uuid(), '50 – 50', '[{"kind":"deposit","percent":"50"},{"kind":"balance","percent":"50"}]'),
  (gen_random_uuid(), '12 × 1/12', '[{"kind":"period","percent":"100","every":"month","periods":12}]');
