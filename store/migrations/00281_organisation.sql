-- +goose Up
-- Who moved whom between teams stands in a history of its own (S101).
insert into setting (name) values ('organisation') on conflict do nothing;

-- +goose Down
delete from setting_change where setting = 'organisation';
delete from setting where name = 'organisation';
