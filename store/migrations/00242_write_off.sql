-- +goose Up
-- What of an invoice is given up: asked for by one person, decided by another.

create table write_off (
  id uuid primary key,
  account_id uuid not null references account,
  invoice_id uuid not null references invoice,
  amount numeric(15,2) not null check (amount > 0),
  reason text not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'declined')),
  asked_by uuid not null references app_user,
  asked_at timestamptz not null,
  decided_by uuid references app_user,
  decided_at timestamptz,
  note text not null default '',
  check ((state = 'waiting') = (decided_by is null)),
  check (decided_by <> asked_by) -- nobody decides on his own
);
create unique index write_off_waiting on write_off (invoice_id) where state = 'waiting';
create index write_off_account on write_off (account_id, asked_at desc);
create index write_off_open on write_off (asked_at) where state = 'waiting';

-- +goose Down
select 1;
