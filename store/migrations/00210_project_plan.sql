-- +goose Up
-- The plan of a project: its phases with their part of the budget, its tasks, and what follows what (S082, S084).

create table project_phase (
  id uuid primary key,
  project_id uuid not null references project,
  position integer not null,
  name text not null,
  budget numeric(15,2) not null default 0 check (budget >= 0), -- its part of the project's; what no phase has is not spread
  version integer not null default 1
);
create index project_phase_project on project_phase (project_id, position);

create table project_task (
  id uuid primary key,
  project_id uuid not null references project,
  phase_id uuid references project_phase,
  name text not null,
  start_date date not null,
  end_date date not null check (end_date >= start_date),
  effort_hours numeric(9,2) not null default 0 check (effort_hours >= 0),
  user_id uuid references app_user,
  progress_percent numeric(5,2) not null default 0 check (progress_percent between 0 and 100),
  version integer not null default 1
);
create index project_task_project on project_task (project_id, start_date);
create index project_task_user on project_task (user_id, start_date) where user_id is not null;

create table project_task_after ( -- the task begins when the other has ended
  task_id uuid not null references project_task,
  after_id uuid not null references project_task,
  primary key (task_id, after_id),
  check (task_id <> after_id)
);
create index project_task_before on project_task_after (after_id);

alter table time_entry add phase_id uuid references project_phase;
alter table cost_entry add phase_id uuid references project_phase;
