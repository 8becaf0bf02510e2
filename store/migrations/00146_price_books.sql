-- +goose Up
-- Price books by currency, customer or class of customers, period and quantity; exchange rates by date.

create table if not exists price_book (
  id uuid primary key,
  name text not null,
  currency text not null,
  account_id uuid references account, -- for one customer
  class text not null default '', -- for the customers of a class; both empty: for everybody
  valid_from date, -- local dates of the legal entity; empty: open
  valid_until date, -- the last day
  active boolean not null default true,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  check (account_id is null or class = ''),
  check (valid_from is null or valid_until is null or valid_from <= valid_until)
);
create unique index if not exists price_book_name on price_book (lower(name));
create index if not exists price_book_account on price_book (account_id) where account_id is not null;

create table if not exists price_entry (
  id uuid primary key,
  book_id uuid not null references price_book on delete cascade,
  product_id uuid references product, -- empty: every product
  min_quantity numeric(15,4) not null default 0 check (min_quantity >= 0),
  price numeric(15,4) check (price >= 0),
  percent numeric(5,2) check (percent between 0 and 100), -- below the list price
  check ((price is null) <> (percent is null)),
  check (product_id is not null or price is null)
);
create unique index if not exists price_entry_one on price_entry (book_id, coalesce(product_id, '00000000-0000-0000-0000-000000000000'), min_quantity);
create index if not exists price_entry_product on price_entry (product_id, book_id);

create table if not exists exchange_rate ( -- of one unit of the legal entity's currency
  currency text not null,
  on_date date not null,
  rate numeric(18,8) not null check (rate > 0),
  source text not null default '',
  primary key (currency, on_date)
);

-- +goose Down
select 1;
