-- +goose Up
-- Lists of deals that somebody saved: columns, filter and sort as their address holds them; shared ones are seen by all who see deals.

create table deal_view (
  id uuid primary key,
  owner_id uuid not null references app_user,
  name text not null,
  query text not null,
  shared boolean not null default false,
  version integer not null default 1
);
create unique index deal_view_name on deal_view (owner_id, lower(name));
