-- +goose Up
-- What sales operations set: the working calendar and the promises of care. Each setting has a version and a history.

create table if not exists setting (
  name text primary key,
  version integer not null default 1
);
insert into setting (name) values ('calendar'), ('service_levels') on conflict do nothing;

create table if not exists setting_change ( -- who changed what when
  id bigint generated always as identity primary key,
  setting text not null references setting,
  version integer not null, -- after it
  at timestamptz not null,
  actor text not null,
  changes jsonb not null -- by what it is about: from and to, as text
);
create index if not exists setting_change_latest on setting_change (setting, id desc);
create or replace trigger setting_change_append_only before update or delete on setting_change for each row execute function refuse_change();

create table if not exists working_hours ( -- in minutes after midnight, on the company's clocks
  weekday smallint not null check (weekday between 0 and 6), -- Sunday first
  opens smallint not null check (opens >= 0),
  closes smallint not null check (closes > opens and closes <= 1440),
  primary key (weekday, opens)
);
insert into working_hours (weekday, opens, closes) -- as it was in the code
  select d, h.opens, h.closes from generate_series(1, 5) d cross join (values (540, 780), (840, 1080)) h (opens, closes)
  where not exists (select from working_hours) on conflict do nothing;

alter table holiday add column if not exists country text not null default '', -- where it holds; empty: everywhere
  add column if not exists free_from smallint not null default 0 check (free_from >= 0 and free_from < 1440); -- 0: the whole day
alter table holiday drop constraint if exists holiday_pkey;
alter table holiday add primary key (on_date, country);

create table if not exists service_level ( -- what a case of the priority is promised, in working time
  priority text primary key check (priority in ('low', 'normal', 'high', 'urgent')),
  answer interval not null check (answer > '0'),
  solve interval not null check (solve >= answer)
);
insert into service_level (priority, answer, solve) values -- as it was in the code
  ('urgent', '1 hour', '8 hours'), ('high', '2 hours', '16 hours'), ('normal', '4 hours', '40 hours'), ('low', '8 hours', '80 hours')
  on conflict do nothing;

-- An open case keeps the promise with which it was opened: until now that of the code.
alter table care_case add column if not exists answer_within interval, add column if not exists solve_within interval;
update care_case k set answer_within = coalesce(answer_within, l.answer), solve_within = coalesce(solve_within, l.solve)
  from service_level l where l.priority = k.priority and (answer_within is null or solve_within is null);
alter table care_case alter column answer_within set not null, alter column solve_within set not null;
