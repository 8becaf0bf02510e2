-- +goose Up
-- Any list is saved, not only that of deals: a saved list says of which list it is one.
alter table deal_view rename to saved_view;
alter table saved_view add column list text not null default 'opportunities';
alter table saved_view alter column list drop default;
drop index deal_view_name;
create unique index saved_view_name on saved_view (owner_id, list, lower(name));

-- +goose Down
select 1;
