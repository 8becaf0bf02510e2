-- +goose Up
-- Money that is to be paid back to a customer: asked for with a reason, approved by another person where it is above the limit of who asked, and paid. Only paying it
-- moves the ledger.
create table refund_order (
  id uuid primary key,
  account_id uuid not null references account,
  quote_id uuid references quote_deposit, -- whose deposit it is; none: of what stands on account
  amount numeric(15,2) not null check (amount > 0),
  currency text not null,
  iban text not null default '', -- to which it is paid
  reason text not null,
  state text not null check (state in ('asked', 'approved', 'refused', 'cancelled', 'paid')),
  asked_by uuid not null references app_user,
  asked_at timestamptz not null,
  decided_by uuid references app_user,
  decided_at timestamptz,
  note text not null default '',
  refund_id uuid references refund,
  version integer not null default 1
);
create index refund_order_account on refund_order (account_id);
create index refund_order_open on refund_order (asked_at) where state in ('asked', 'approved');

-- +goose Down
select 1;
