-- +goose Up
-- Quotes, orders and approvals.

create sequence quote_number;
create sequence order_number;

create table quote (
  id uuid primary key,
  number text not null, -- kept by all versions of one quote
  revision integer not null, -- v1..vn
  opportunity_id uuid not null references opportunity,
  state text not null default 'draft' check (state in ('draft', 'sent', 'accepted', 'refused', 'expired', 'superseded')),
  currency text not null,
  valid_until date not null,
  discount_percent numeric(5,2) not null default 0 check (discount_percent between 0 and 100),
  payment_days integer not null,
  delivery_date date,
  language text not null,
  net numeric(15,2) not null default 0,
  tax numeric(15,2) not null default 0,
  total numeric(15,2) not null default 0,
  cost numeric(15,2) not null default 0,
  list_total numeric(15,2) not null default 0,
  secret_hash bytea unique, -- of the customer's link
  sent_at timestamptz,
  seen_at timestamptz,
  decided_at timestamptz,
  decided_by text not null default '', -- the customer's name, as he wrote it
  decided_note text not null default '',
  version integer not null default 1,
  created_at timestamptz not null,
  unique (number, revision)
);
create index quote_opportunity on quote (opportunity_id, number, revision);
create unique index quote_accepted on quote (opportunity_id) where state = 'accepted'; -- one accepted quote a deal

create table quote_line (
  id uuid primary key,
  quote_id uuid not null references quote on delete cascade,
  position integer not null,
  product_id uuid references product, -- empty: a free-text line, allowed on quotes only (S043)
  name text not null,
  unit text not null default 'pc',
  quantity numeric(15,4) not null check (quantity > 0),
  unit_price numeric(15,4) not null check (unit_price >= 0),
  discount_percent numeric(5,2) not null default 0 check (discount_percent between 0 and 100),
  tax_percent numeric(5,2) not null,
  unit_cost numeric(15,4) not null default 0,
  net numeric(15,2) not null
);
create index quote_line_quote on quote_line (quote_id, position);

create table quote_share ( -- how the total will be billed (S060)
  quote_id uuid not null references quote on delete cascade,
  position integer not null,
  kind text not null check (kind in ('deposit', 'progress', 'balance')),
  percent numeric(7,4) not null check (percent > 0),
  primary key (quote_id, position)
);

create table sales_order (
  id uuid primary key,
  number text not null unique,
  opportunity_id uuid not null references opportunity,
  quote_id uuid not null unique references quote,
  state text not null default 'validate' check (state in ('validate', 'approve', 'approved', 'rejected')),
  currency text not null,
  net numeric(15,2) not null,
  tax numeric(15,2) not null,
  total numeric(15,2) not null,
  payment_days integer not null,
  delivery_date date,
  requested_by text not null, -- who sent the quote: never the approver
  validated_by text not null default '',
  validated_at timestamptz,
  decided_by text not null default '',
  decided_at timestamptz,
  reason text not null default '', -- of the rejection
  version integer not null default 1,
  created_at timestamptz not null
);
create index sales_order_state on sales_order (state);
create index sales_order_opportunity on sales_order (opportunity_id);

create table approval ( -- the route, frozen with the request
  order_id uuid not null references sales_order,
  position integer not null,
  key text not null,
  role text not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected')),
  decided_by uuid references app_user,
  decided_at timestamptz,
  note text not null default '',
  primary key (order_id, position)
);
