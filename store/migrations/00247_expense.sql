-- +goose Up
-- What people spend for projects (S083): approved, an expense is the cost entry of the same id, so it counts once.

create table expense (
  id uuid primary key,
  user_id uuid not null references app_user,
  project_id uuid not null references project,
  phase_id uuid references project_phase,
  on_date date not null,
  kind text not null check (kind in ('travel', 'lodging', 'meals', 'mileage', 'material', 'other')),
  amount numeric(15,2) not null check (amount > 0),
  currency text not null,
  cost numeric(15,2) not null default 0 check (cost >= 0), -- in the contract's currency, once it is handed in
  text text not null,
  billable boolean not null default false,
  state text not null default 'draft' check (state in ('draft', 'submitted', 'approved', 'returned')),
  reason text not null default '',
  submitted_at timestamptz,
  decided_by uuid references app_user,
  decided_at timestamptz,
  version integer not null default 1,
  at timestamptz not null,
  check (decided_by is null or decided_by <> user_id)
);
create index expense_user on expense (user_id, on_date);
create index expense_project on expense (project_id);
create index expense_waiting on expense (submitted_at) where state = 'submitted';
create trigger expense_approved before update or delete on expense for each row when (old.state = 'approved') execute function refuse_change();

create table expense_receipt (
  expense_id uuid primary key references expense on delete cascade,
  name text not null,
  media_type text not null,
  bytes bytea not null,
  size integer not null,
  at timestamptz not null
);
alter table expense_receipt alter column bytes set storage external;

-- +goose Down
select 1;
