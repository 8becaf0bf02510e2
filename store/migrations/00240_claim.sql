-- +goose Up
-- What is asked for beside an invoice: interest with its letters, what of it was waived, what was written off; all may be paid.

-- +goose StatementBegin
do $$ -- kinds are added to those that are there, whatever these are by now
declare was text;
begin
  select pg_get_constraintdef(oid) into strict was from pg_constraint where conname = 'ledger_kind_check';
  execute 'alter table ledger drop constraint ledger_kind_check, add constraint ledger_kind_check ' || replace(was, 'ARRAY[', 'ARRAY[''interest''::text, ''write_off''::text, ');
end $$;
-- +goose StatementEnd

alter table dunning_step add interest numeric(15,2) not null default 0 check (interest >= 0); -- that its letter says has run up to its day, before what of it was paid or waived

create table claim_waiver ( -- fees or interest that the house asks for no longer
  id uuid primary key,
  account_id uuid not null references account,
  invoice_id uuid not null references invoice,
  claim text not null check (claim in ('fees', 'interest')),
  amount numeric(15,2) not null check (amount > 0),
  reason text not null,
  made_by uuid not null references app_user,
  at timestamptz not null
);
create index claim_waiver_invoice on claim_waiver (invoice_id);
create index claim_waiver_account on claim_waiver (account_id);

-- +goose Down
select 1;
