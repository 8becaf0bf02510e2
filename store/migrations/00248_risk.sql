-- +goose Up
-- What may go wrong with projects: probability × impact is the loss to be expected, beside the margin and not within it (S084).

create table project_risk (
  id uuid primary key,
  project_id uuid not null references project,
  phase_id uuid references project_phase,
  title text not null,
  probability numeric(5,2) not null check (probability between 0 and 100),
  impact numeric(15,2) not null check (impact >= 0),
  owner_id uuid references app_user,
  response text not null check (response in ('reduce', 'avoid', 'transfer', 'accept')),
  plan text not null default '',
  review_on date,
  state text not null default 'open' check (state in ('open', 'occurred', 'closed')),
  ended_at timestamptz,
  version integer not null default 1,
  added_by uuid not null references app_user,
  at timestamptz not null,
  check ((state = 'open') = (ended_at is null))
);
create index project_risk_project on project_risk (project_id, state);
create index project_risk_owner on project_risk (owner_id, review_on) where state = 'open';
alter table corrective_action add risk_id uuid references project_risk;
create index corrective_action_risk on corrective_action (risk_id) where risk_id is not null;

-- +goose Down
select 1;
