-- +goose Up
-- A tick of the chase goes on where it was cut off: it is over when it says so.

alter table chase_run
  add column letters integer not null default 0,
  add column finished boolean not null default true;
alter table chase_run alter column finished set default false;

-- +goose Down
select 1;
