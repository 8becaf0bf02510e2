-- +goose Up
-- Billing what the work of a project has earned, by its progress or its hours, instead of as its tranches are planned (S060, S084).

alter table project
  add column billing text not null default 'plan' check (billing in ('plan', 'progress', 'hours')),
  add column hour_price numeric(15,4) not null default 0 check (hour_price >= 0); -- that the customer pays, without tax
alter table project_task add column fixed_price numeric(15,2) check (fixed_price >= 0); -- none: its hours at their price

create table hour_price ( -- where it is not the project's: of a person, in a phase, or of a person in a phase
  project_id uuid not null references project,
  user_id uuid references app_user,
  phase_id uuid references project_phase,
  price numeric(15,4) not null check (price >= 0),
  check (user_id is not null or phase_id is not null),
  unique nulls not distinct (project_id, user_id, phase_id)
);

create table earning ( -- one billing of what was earned
  id uuid primary key,
  project_id uuid not null references project,
  way text not null check (way in ('progress', 'hours')),
  up_to date not null,
  earned numeric(15,2) not null,
  billed numeric(15,2) not null,
  net numeric(15,2) not null check (net > 0),
  hours numeric(15,2) not null,
  by text not null,
  at timestamptz not null,
  undone_at timestamptz
);
create index earning_project on earning (project_id, at);

create table earning_time ( -- entries that are billed: each once, and none of them is taken back
  time_entry_id uuid primary key references time_entry,
  earning_id uuid not null references earning,
  price numeric(15,4) not null,
  amount numeric(15,2) not null
);
create index earning_time_earning on earning_time (earning_id);

alter table tranche
  add column earning_id uuid references earning, -- that put it up for billing
  add column cut_of uuid; -- the tranche of the plan that it was cut off
create index tranche_earning on tranche (earning_id) where earning_id is not null;

-- +goose Down
select 1;
