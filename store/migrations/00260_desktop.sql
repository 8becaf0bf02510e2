-- +goose Up
-- How a person has arranged My day (S092): panels in their order, and what he pinned. No panels: he sees what is usual for his roles.
create table desktop (
  user_id uuid primary key references app_user,
  panels jsonb not null default '[]',
  pins text[] not null default '{}',
  version integer not null default 1
);
create index opportunity_won on opportunity (closed_at) where state = 'won';

-- +goose Down
drop index opportunity_won;
drop table desktop;
