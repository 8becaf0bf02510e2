-- +goose Up
-- The catalogue in depth: kinds, categories, bundles, what goes with what, and names by language.

create table if not exists product_category (
  id uuid primary key,
  parent_id uuid references product_category, -- empty: at the top
  name text not null,
  version integer not null default 1,
  check (parent_id is distinct from id)
);
create unique index if not exists product_category_name on product_category (coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name));

alter table product
  add column if not exists kind text not null default 'goods' check (kind in ('goods', 'service', 'bundle', 'option')),
  add column if not exists category_id uuid references product_category,
  add column if not exists unit_decimals smallint not null default 4 check (unit_decimals between 0 and 4), -- of a quantity
  add column if not exists priced_as text not null default 'fixed' check (priced_as in ('fixed', 'sum')), -- of a bundle
  add column if not exists replaced_by uuid references product,
  add column if not exists names jsonb not null default '{}', -- by language; what is missing is said by name
  add column if not exists descriptions jsonb not null default '{}';
create index if not exists product_category_of on product (category_id) where category_id is not null;

create table if not exists product_component ( -- what a bundle consists of
  bundle_id uuid not null references product,
  product_id uuid not null references product,
  position integer not null,
  quantity numeric(15,4) not null check (quantity > 0),
  primary key (bundle_id, product_id),
  check (bundle_id <> product_id)
);

create table if not exists product_constraint ( -- what goes with what
  id uuid primary key,
  product_id uuid not null references product, -- holds where this one is
  kind text not null check (kind in ('requires', 'excludes', 'ratio', 'choose', 'amount')),
  others uuid[] not null default '{}',
  least numeric(15,4) not null default 0,
  most numeric(15,4) not null default 0, -- 0: no limit
  note text not null default '',
  position integer not null default 0
);
create index if not exists product_constraint_product on product_constraint (product_id);

-- +goose Down
select 1;
