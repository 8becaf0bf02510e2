-- +goose Up
-- Deals that may rest for a while, and what people are mailed of in the morning (S070).

create table deal_snooze ( -- a deal does not count as stale before a day; it ends on that day, or when the deal moves on
  opportunity_id uuid primary key references opportunity,
  until date not null,
  reason text not null check (reason <> ''),
  by_id uuid not null references app_user,
  at timestamptz not null
);

create table digest_day ( -- the last day, where the person is, for which was looked at what he is mailed of
  user_id uuid primary key references app_user,
  on_date date not null
);

alter table app_user add column digest_mail boolean not null default true; -- he is mailed of the deals that stand still
