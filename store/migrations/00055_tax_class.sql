-- +goose Up
-- Tax classes: what a product or a free-text line is taxed with. Lines keep the rate that they were written with.

create table if not exists tax_class (
  id uuid primary key,
  name text not null,
  percent numeric(5,2) not null check (percent between 0 and 100),
  exemption text not null default '', -- why nothing is charged
  country text not null default '', -- for whose rates it is; empty: not said
  is_default boolean not null default false,
  active boolean not null default true,
  version integer not null default 1,
  check ((percent = 0) = (exemption <> '')),
  check (active or not is_default)
);
create unique index if not exists tax_class_name on tax_class (lower(name), country);
create unique index if not exists tax_class_default on tax_class (is_default) where is_default;
insert into setting (name) values ('taxes') on conflict do nothing;

alter table product add column if not exists tax_class_id uuid references tax_class;
alter table quote_line add column if not exists tax_class_id uuid references tax_class, add column if not exists exemption text not null default '';
create index if not exists product_tax_class on product (tax_class_id);

-- What the code charged on free text is the default; every rate that the catalogue knows is a class of its own. What is exempt waits for
-- somebody to say why, and lines that were written keep their rate without a class.
insert into tax_class (id, name, percent, country, is_default)
  select gen_random_uuid(), 'Standard', 22, coalesce((select country from legal_entity order by id limit 1), ''), true where not exists (select from tax_class)
  on conflict do nothing;
insert into tax_class (id, name, percent, country)
  select gen_random_uuid(), trim_scale(p.tax_percent) || ' %', p.tax_percent, coalesce((select country from legal_entity order by id limit 1), '')
  from (select distinct tax_percent from product where tax_percent > 0) p where not exists (select from tax_class c where c.percent = p.tax_percent)
  on conflict do nothing;
update product p set tax_class_id = c.id from tax_class c where p.tax_class_id is null and c.percent = p.tax_percent and c.percent > 0;
