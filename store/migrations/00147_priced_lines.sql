-- +goose Up
-- Lines keep why their price is what it is and how their discount was written; quotes have sections and options, and keep how they were rounded.

alter table product_line
  alter column discount_percent type numeric,
  add column if not exists discounts text not null default '', -- as it was written: 10+5
  add column if not exists price jsonb not null default '{}'; -- why it is what it is

alter table quote_line
  alter column discount_percent type numeric,
  add column if not exists discounts text not null default '',
  add column if not exists price jsonb not null default '{}',
  add column if not exists kind text not null default 'line' check (kind in ('line', 'section')),
  add column if not exists optional boolean not null default false,
  add column if not exists chosen boolean not null default false;

alter table quote
  add column if not exists rounding text not null default 'half_up',
  add column if not exists tax_rounding text not null default 'document',
  add column if not exists split_payment boolean not null default false, -- the customer pays the tax to the state himself
  add column if not exists rate numeric(18,8) not null default 1, -- of one unit of the legal entity's currency
  add column if not exists rate_on date;
update quote q set rounding = e.rounding, tax_rounding = e.tax_rounding from (select * from legal_entity order by id limit 1) e;

alter table tax_class add column if not exists code text not null default ''; -- why nothing is charged, as invoices name it: N1 to N7

create table if not exists account_tax ( -- how a customer is charged; most have no row
  account_id uuid primary key references account,
  tax_class_id uuid references tax_class, -- of all his lines, instead of the products'
  split_payment boolean not null default false,
  version integer not null default 1
);

-- +goose Down
select 1;
