-- +goose Up
-- Interest on what is paid late: the rates by the day from which each goes, and whether the company asks for it.

create table interest_rate ( -- of all currencies; a rate goes until the next one's day; the setting's version stands in setting
  from_day date primary key,
  percent numeric(7,4) not null check (percent between 0 and 100) -- a year
);
-- Directive 2011/7/EU as Italy applies it: the reference rate of the half-year (4.50, 4.25, 3.15, 2.15, 2.15) and 8 points.
insert into interest_rate (from_day, percent) values ('2024-01-01', 12.50), ('2024-07-01', 12.25), ('2025-01-01', 11.15), ('2025-07-01', 10.15), ('2026-01-01', 10.15);
insert into setting (name) values ('interest') on conflict do nothing;
create table interest_charged ( -- whether a legal entity asks for interest; without a row it does
  legal_entity_id uuid primary key references legal_entity,
  charged boolean not null
);

-- +goose Down
select 1;
