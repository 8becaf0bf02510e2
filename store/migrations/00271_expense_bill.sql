-- +goose Up
-- Expenses that the customer pays beside the price (S060, S083): put up for billing as a tranche of their own, each at most once.

alter table tranche drop constraint tranche_kind_check, add constraint tranche_kind_check check (kind in ('deposit', 'progress', 'balance', 'period', 'expenses'));

create table expense_bill ( -- the lines of such a tranche; gone when it is taken back or its invoice credited to be billed again
  expense_id uuid primary key references expense,
  tranche_id uuid not null references tranche,
  markup_percent numeric(5,2) not null check (markup_percent between 0 and 100),
  net numeric(15,2) not null check (net > 0),
  tax numeric(15,2) not null
);
create index expense_bill_tranche on expense_bill (tranche_id);

-- +goose Down
select 1;
