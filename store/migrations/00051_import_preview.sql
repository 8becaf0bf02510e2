-- +goose Up
-- A file that was uploaded on a page is looked at before it is brought in.

alter table import drop constraint import_state_check;
alter table import add constraint import_state_check check (state in ('preview', 'running', 'done'));
alter table import add column columns text[] not null default '{}'; -- of the file's header, in its order
