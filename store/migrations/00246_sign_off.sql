-- +goose Up
-- The customer's signature under milestones and progress, where the contract asks for it (S060, S084).

alter table project
  add column sign_off text not null default 'none' check (sign_off in ('none', 'milestones', 'progress', 'both')),
  add column signed_percent numeric(5,2) not null default 0 check (signed_percent between 0 and 100);
alter table milestone add column signed_at timestamptz;

create table sign_off (
  id uuid primary key,
  project_id uuid not null references project,
  milestone_id uuid references milestone, -- none: of the progress
  percent numeric(5,2) check (percent between 0 and 100),
  text text not null,
  state text not null default 'asked' check (state in ('asked', 'signed', 'refused', 'withdrawn')),
  name text not null,
  email text not null,
  language text not null,
  asked_by uuid not null references app_user,
  asked_at timestamptz not null,
  reminded_at timestamptz,
  decided_name text not null default '',
  decided_role text not null default '',
  decided_address text not null default '',
  decided_at timestamptz,
  reason text not null default '',
  version integer not null default 1,
  check ((milestone_id is null) = (percent is not null)),
  check ((state in ('signed', 'refused')) = (decided_at is not null))
);
create index sign_off_project on sign_off (project_id, asked_at);
create unique index sign_off_milestone on sign_off (milestone_id) where state in ('asked', 'signed'); -- one at a time, and none after it is signed
create unique index sign_off_progress on sign_off (project_id) where state = 'asked' and milestone_id is null;
create trigger sign_off_stays before update or delete on sign_off for each row when (old.state <> 'asked') execute function refuse_change();

create table sign_off_link ( -- the customer's page; each mail has a secret of its own
  hash bytea primary key,
  sign_off_id uuid not null references sign_off,
  at timestamptz not null
);
create index sign_off_link_sign_off on sign_off_link (sign_off_id);

-- +goose Down
select 1;
