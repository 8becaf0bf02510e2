-- +goose Up
-- Supporting processes that are switched off, with the reason that is shown in their place (S027, S030, S090). What is not here is on.

insert into setting (name) values ('modules') on conflict do nothing;

create table module_off (
  module text primary key,
  reason text not null check (reason <> '')
);
