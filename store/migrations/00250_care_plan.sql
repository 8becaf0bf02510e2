-- +goose Up
-- Promises for single customers and contracts, what a case is about beside its contract, cases that are one, and what follows a poor rating (S086).

create table service_plan ( -- the setting's version stands in setting
  key text primary key,
  name text not null,
  position integer not null
);

create table service_plan_level ( -- a priority that is not here gets the general promise
  plan text not null references service_plan on delete cascade,
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  answer interval not null,
  solve interval not null,
  primary key (plan, priority)
);

create table service_plan_use ( -- for whom it holds
  id bigint generated always as identity primary key,
  plan text not null references service_plan on delete cascade,
  account_id uuid references account,
  contract_id uuid references contract,
  check ((account_id is null) <> (contract_id is null))
);
create index service_plan_use_account on service_plan_use (account_id) where account_id is not null;
create index service_plan_use_contract on service_plan_use (contract_id) where contract_id is not null;
insert into setting (name) values ('service_plans') on conflict do nothing;

alter table care_case
  add column plan text not null default '', -- name of the plan whose promises it was given; empty: the general ones
  add column project_id uuid references project,
  add column opportunity_id uuid references opportunity, -- the deal that it is about
  add column merged_id uuid references care_case; -- the case that goes on in its place
create index care_case_merged on care_case (merged_id) where merged_id is not null;
create index care_case_deal on care_case (opportunity_id) where opportunity_id is not null;
create index care_case_project on care_case (project_id) where project_id is not null;

create table case_merge ( -- what an undo gives back
  id uuid primary key,
  kept_id uuid not null references care_case,
  gone_id uuid not null references care_case,
  state text not null, -- of the one that went
  closed_at timestamptz,
  deadlines jsonb not null,
  actor uuid not null references app_user,
  at timestamptz not null,
  undone_by uuid references app_user,
  undone_at timestamptz
);
create unique index case_merge_once on case_merge (gone_id) where undone_at is null;

-- +goose StatementBegin
create function case_family(the_case uuid) returns setof uuid language sql stable as $$ -- the case with all that went into it
  with recursive f as (select the_case as id union select k.id from care_case k join f on k.merged_id = f.id) select id from f
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function case_root(the_case uuid) returns uuid language sql stable as $$ -- the case that goes on in its place, else itself
  with recursive u as (select id, merged_id, 0 as n from care_case where id = the_case union all select k.id, k.merged_id, n + 1 from care_case k join u on k.id = u.merged_id)
  select id from u order by n desc limit 1
$$;
-- +goose StatementEnd

alter table task
  alter column note_id drop not null,
  add column case_id uuid references care_case, -- whose customer is not satisfied
  add check (num_nonnulls(note_id, case_id) = 1);
create index task_case on task (case_id) where case_id is not null;

-- +goose Down
select 1;
