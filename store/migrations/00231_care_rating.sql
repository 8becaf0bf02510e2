-- +goose Up
-- How satisfied customers are: asked once for each solution, with one reminder (S086).
alter table care_case add column solutions integer not null default 0; -- how many times it was solved

create table case_rating (
  id uuid primary key,
  case_id uuid not null references care_case,
  solution integer not null, -- which one of the case
  owner_id uuid references app_user, -- who solved it
  asked_at timestamptz not null,
  reminded_at timestamptz,
  stars integer check (stars between 1 and 5),
  words text not null default '',
  answered_at timestamptz,
  told boolean not null default false, -- a manager was told
  unique (case_id, solution),
  check ((stars is null) = (answered_at is null))
);
create index case_rating_asked on case_rating (asked_at);

alter table care_setting add column survey boolean not null default true;

-- +goose Down
select 1;
