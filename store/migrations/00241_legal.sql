-- +goose Up
-- Debts that somebody outside collects: the chase rests until they come back.

create table legal_hand_over ( -- of all that a debtor owes
  id uuid primary key,
  account_id uuid not null references account,
  handler text not null, -- the lawyer or agency
  reason text not null,
  since date not null,
  made_by text not null,
  made_at timestamptz not null,
  ended_on date, -- from which the house chases again
  outcome text not null default '',
  check (ended_on is not null or outcome = '')
);
create unique index legal_hand_over_on on legal_hand_over (account_id) where ended_on is null;
create index legal_hand_over_account on legal_hand_over (account_id, made_at desc);

-- +goose Down
select 1;
