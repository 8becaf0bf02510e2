-- +goose Up
-- My day by mail (S092): when it comes, and the links by which it is stopped.
create table desk_mail (
  user_id uuid primary key references app_user,
  sends text not null check (sends in ('off', 'working_days', 'weekly')),
  weekday text not null,
  hour integer not null check (hour between 0 and 23), -- of the person's zone
  empty boolean not null, -- it comes too when there is nothing to say
  done_on date, -- the last day, where the person is, that was looked at
  version integer not null
);

create table desk_mail_link ( -- each mail has its own; what is kept of its secret is a hash
  hash bytea primary key,
  user_id uuid not null references app_user,
  on_date date not null
);
create index desk_mail_link_user on desk_mail_link (user_id, on_date);

-- +goose Down
drop table desk_mail_link;
drop table desk_mail;
