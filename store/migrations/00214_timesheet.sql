-- +goose Up
-- A person's weeks of hours (S082, S090). A cell becomes the time entry of the same id when the week is approved, so it counts once.
create table timesheet (
  id uuid primary key,
  user_id uuid not null references app_user,
  monday date not null check (extract(isodow from monday) = 1),
  state text not null default 'draft' check (state in ('draft', 'submitted', 'approved', 'returned')),
  reason text not null default '', -- why it was returned
  version integer not null default 1,
  submitted_at timestamptz,
  decided_by uuid references app_user,
  decided_at timestamptz,
  unique (user_id, monday),
  check (decided_by is null or decided_by <> user_id)
);
create index timesheet_waiting on timesheet (submitted_at) where state = 'submitted';

create table timesheet_line (
  id uuid primary key,
  timesheet_id uuid not null references timesheet,
  position integer not null,
  project_id uuid not null references project,
  phase_id uuid references project_phase,
  task_id uuid references project_task on delete set null
);
create index timesheet_line_sheet on timesheet_line (timesheet_id, position);
create index timesheet_line_project on timesheet_line (project_id);
create index timesheet_line_task on timesheet_line (task_id) where task_id is not null;

create table timesheet_cell (
  id uuid primary key,
  line_id uuid not null references timesheet_line on delete cascade,
  day integer not null check (day between 0 and 6), -- from Monday
  hours numeric(4,2) not null check (hours > 0 and hours <= 24 and hours * 4 = trunc(hours * 4)),
  unique (line_id, day)
);

-- +goose Down
select 1;
