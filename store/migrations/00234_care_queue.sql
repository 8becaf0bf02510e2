-- +goose Up
-- What cases are about and what they came of, and the queue (S086).
alter table care_case
  add column category text not null default '',
  add column cause text not null default '', -- found when it was solved
  add column wait_reason text not null default ''; -- why its clock stands
alter table care_setting
  add column categories text[] not null default '{}',
  add column causes text[] not null default '{}';
create index care_case_owner on care_case (owner_id) where state in ('open', 'in_progress', 'waiting');
create index care_case_closed on care_case (closed_at);

-- +goose Down
select 1;
