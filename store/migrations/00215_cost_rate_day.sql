-- +goose Up
-- What an hour of a person cost from a day on, once it was changed; the first row holds what it cost before. Without any, app_user.cost_rate holds (S082).
create table cost_rate_day (
  user_id uuid not null references app_user,
  from_day date not null,
  rate numeric(15,4) not null check (rate >= 0),
  primary key (user_id, from_day)
);

-- +goose Down
select 1;
