-- +goose Up
-- Debts that are paid in parts by agreement.

create table payment_plan ( -- of a debtor, over what was open on some of his invoices
  id uuid primary key,
  account_id uuid not null references account,
  amount numeric(15,2) not null check (amount > 0), -- the sum of its parts
  currency text not null,
  state text not null default 'open' check (state in ('open', 'kept', 'broken', 'ended')),
  note text not null default '',
  reason text not null default '', -- why it was ended by hand
  made_by text not null,
  made_at timestamptz not null,
  ended_on date, -- from which the chase goes on
  check ((state = 'open') = (ended_on is null)),
  check ((state = 'ended') = (reason <> ''))
);
create index payment_plan_account on payment_plan (account_id, made_at desc);

create table payment_plan_invoice (
  plan_id uuid not null references payment_plan,
  invoice_id uuid not null references invoice,
  primary key (plan_id, invoice_id)
);
create index payment_plan_invoice_of on payment_plan_invoice (invoice_id);

create table payment_plan_part (
  plan_id uuid not null references payment_plan,
  position integer not null,
  due_on date not null,
  amount numeric(15,2) not null check (amount > 0),
  primary key (plan_id, position)
);

-- What is to come of plans that are on, part by part: what was settled since went to the earliest.
create view payment_plan_rest as
  select plan_id, account_id, currency, position, due_on, least(amount, up_to - paid) as amount
    from (select x.plan_id, p.account_id, p.currency, x.position, x.due_on, x.amount, sum(x.amount) over (partition by x.plan_id order by x.position) as up_to,
        p.amount - (select coalesce(sum(r.open), 0) from payment_plan_invoice i join receivable r on r.invoice_id = i.invoice_id where i.plan_id = p.id) as paid
      from payment_plan_part x join payment_plan p on p.id = x.plan_id where p.state = 'open') s
    where up_to > paid;

-- +goose Down
select 1;
