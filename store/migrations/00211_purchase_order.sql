-- +goose Up
-- Purchase orders of projects (S082): what they commit stands in cost_entry, as every purchase does, so that no sum knows of them.

create sequence purchase_order_number;

create table purchase_order (
  id uuid primary key,
  number text not null unique,
  project_id uuid not null references project,
  phase_id uuid references project_phase,
  supplier text not null,
  kind text not null check (kind in ('material', 'travel', 'subcontract')),
  state text not null default 'draft' check (state in ('draft', 'approved', 'done', 'refused', 'cancelled')),
  net numeric(15,2) not null check (net > 0),
  invoiced numeric(15,2) not null default 0 check (invoiced >= 0),
  due_date date,
  note text not null default '',
  requested_by uuid not null references app_user,
  decided_by uuid references app_user,
  decided_at timestamptz,
  version integer not null default 1,
  at timestamptz not null
);
create index purchase_order_project on purchase_order (project_id, at);

create table purchase_line (
  order_id uuid not null references purchase_order,
  position integer not null,
  text text not null,
  quantity numeric(15,4) not null check (quantity > 0),
  unit_price numeric(15,4) not null check (unit_price >= 0),
  net numeric(15,2) not null check (net >= 0),
  received numeric(15,4) not null default 0 check (received between 0 and quantity),
  primary key (order_id, position)
);

create table purchase_invoice ( -- of the supplier; never changes
  id uuid primary key,
  order_id uuid not null references purchase_order,
  number text not null,
  on_date date not null,
  amount numeric(15,2) not null check (amount > 0), -- without tax
  entered_by uuid not null references app_user,
  at timestamptz not null,
  unique (order_id, number)
);
create trigger purchase_invoice_append_only before update or delete on purchase_invoice for each row execute function refuse_change();

alter table cost_entry add purchase_order_id uuid references purchase_order; -- it moves with the order and not by itself
create unique index cost_entry_order on cost_entry (purchase_order_id) where state in ('requested', 'committed');
