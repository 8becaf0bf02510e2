-- +goose Up
-- Notice, price adjustments and renewals of contracts that go on by themselves (S088).
create table contract_notice ( -- the customer ends the contract at its end
  contract_id uuid not null references contract,
  end_date date not null, -- of the contract, when notice was given
  given_on date not null,
  reason text not null default '',
  late boolean not null, -- after the last day; taken all the same
  recorded_by uuid references app_user,
  at timestamptz not null,
  withdrawn_at timestamptz,
  primary key (contract_id, end_date)
);

create table contract_adjustment ( -- of the price of what is billed again and again, from the next renewal on
  id uuid primary key,
  contract_id uuid not null references contract,
  from_day date not null,
  percent numeric(7,4) not null check (percent > 0 and percent <= 100),
  source text not null, -- the index or clause that it follows
  proposed_by uuid references app_user,
  at timestamptz not null
);
create index contract_adjustment_contract on contract_adjustment (contract_id, from_day, at desc);

create table contract_renewal ( -- each period by which a contract went on
  contract_id uuid not null references contract,
  from_day date not null,
  until_day date not null,
  net numeric(15,2) not null, -- of its periods
  percent numeric(7,4) not null default 0, -- by which their price rose
  source text not null default '',
  amendment_id uuid not null references contract_amendment,
  at timestamptz not null,
  primary key (contract_id, from_day)
);
create index contract_renewals_due on contract (end_date) where state = 'active';
insert into deadline (process, kind, key, due_at)
  select p.id, 'renewal', 'ahead', ((c.end_date - c.notice_days - 30)::timestamp + interval '9 hours') at time zone coalesce((select time_zone from legal_entity order by id limit 1), 'UTC')
  from contract c join process p on p.id = 'contract-' || c.id where c.renewal = 'automatic' and c.state = 'active' and not p.closed on conflict do nothing;

-- +goose Down
select 1;
