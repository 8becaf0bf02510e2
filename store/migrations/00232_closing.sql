-- +goose Up
-- What a person vouches for before a contract is closed, and what a deal follows (S085, S088).
create table closing_item ( -- of every contract; the setting's version stands in setting
  key text primary key,
  name text not null,
  position integer not null
);
insert into setting (name) values ('closing') on conflict do nothing;

create table closing_tick (
  contract_id uuid not null references contract,
  key text not null,
  by uuid not null references app_user,
  at timestamptz not null,
  primary key (contract_id, key)
);

create table deal_origin ( -- what a deal came of, beside a lead; written with the deal
  opportunity_id uuid primary key references opportunity,
  kind text not null check (kind in ('closing', 'renewal', 'case')),
  contract_id uuid references contract,
  case_id uuid references care_case,
  at timestamptz not null,
  check ((contract_id is null) <> (case_id is null))
);
create unique index deal_origin_contract on deal_origin (contract_id, kind) where contract_id is not null;
create unique index deal_origin_case on deal_origin (case_id) where case_id is not null;
alter table care_case add column deal_id uuid references opportunity; -- that came of it

-- +goose Down
select 1;
