-- +goose Up
-- Two records of one company, person or lead that became one: what was moved, and what both were before, so that it can be undone.
create table record_merge (
  id uuid primary key,
  kind text not null check (kind in ('account', 'contact', 'lead')),
  kept uuid not null,
  gone uuid not null,
  name text not null, -- of the one that is gone
  chosen text[] not null, -- fields that were taken from it
  gone_row jsonb not null,
  before jsonb not null, -- the one that was kept, as it was
  after jsonb not null, -- and as the merge left it
  moved jsonb not null, -- per table and column, the keys of the rows that moved
  dropped jsonb not null, -- per table, rows that the one that was kept had already
  processes jsonb not null, -- that the merge ended, with their deadlines
  actor uuid not null references app_user,
  at timestamptz not null,
  undone_at timestamptz,
  undone_by uuid references app_user
);
create unique index record_merge_gone on record_merge (kind, gone) where undone_at is null;
create index record_merge_kept on record_merge (kind, kept) where undone_at is null;
create index record_merge_at on record_merge (at desc, id desc);

-- with_merged lists a record with those that were merged into it, and those into them: their timelines are its own.
-- +goose StatementBegin
create function with_merged(kind text, id uuid) returns uuid[] language sql stable parallel safe as $$
  with recursive m as (
    select $2 as id union select r.gone from record_merge r join m on r.kept = m.id where r.kind = $1 and r.undone_at is null
  ) select array_agg(m.id) from m
$$;

-- An issued invoice keeps for ever whom it was issued to, which its hash covers. When that company is merged with another, who owes it moves.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name in ('invoice', 'ledger') and coalesce(current_setting('leadtocash.merge', true), '') <> ''
    and to_jsonb(new) - 'account_id' = to_jsonb(old) - 'account_id' then
    return new;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'LTC01';
end $$;

create function keep_issued_to() returns trigger language plpgsql as $$
begin
  insert into invoice_issued_to values (old.id, old.account_id) on conflict do nothing;
  delete from invoice_issued_to where invoice_id = new.id and account_id = new.account_id; -- it is back where it was issued
  return null;
end $$;
-- +goose StatementEnd

create table invoice_issued_to ( -- whom an invoice was issued to, where that is not its account any more
  invoice_id uuid primary key references invoice,
  account_id uuid not null
);
create trigger invoice_issued_to after update of account_id on invoice for each row when (old.account_id <> new.account_id) execute function keep_issued_to();
