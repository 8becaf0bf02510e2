-- +goose Up
-- Days on which a salesperson is given no leads by the rules.
create table absence (
  id uuid primary key,
  user_id uuid not null references app_user,
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  note text not null default '',
  made_by uuid not null references app_user,
  made_at timestamptz not null,
  dropped_by uuid references app_user,
  dropped_at timestamptz
);
create index absence_user on absence (user_id, last_day) where dropped_at is null;
