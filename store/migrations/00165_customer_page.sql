-- +goose Up
-- The customer's page: the paper that he was shown, what he wrote, what he offered instead, when he looked; alternatives side by side; a deposit
-- that confirms; who pays the tax, kept to the invoice.

alter table quote
  add column variant text not null default '' check (variant ~ '^[A-F]?$'), -- of offers that stand side by side
  add column deposit_percent numeric(5,2) not null default 0 check (deposit_percent between 0 and 90), -- of what is to be paid, before the deal is won
  add column deposit_days integer not null default 14 check (deposit_days between 1 and 365),
  add column last_seen_at timestamptz,
  add column seen_count integer not null default 0,
  add column decided_role text not null default '',
  add column decided_place text not null default '',
  add column decided_address text not null default '',
  add column decided_paper text not null default ''; -- SHA-256 of the PDF that he was shown
alter table quote drop constraint quote_state_check, add constraint quote_state_check
  check (state in ('draft', 'sent', 'accepted', 'refused', 'expired', 'superseded', 'withdrawn', 'not_chosen', 'awaiting_deposit'));

create table quote_paper ( -- the PDF of a quote that left, made when it is first asked for and never again
  quote_id uuid primary key references quote on delete cascade,
  sha256 text not null,
  content bytea not null,
  made_at timestamptz not null
);
create trigger quote_paper_append_only before update on quote_paper for each row execute function refuse_change();

create table quote_comment ( -- what customer and seller write under a deal's offers
  id uuid primary key,
  quote_id uuid not null references quote on delete cascade,
  opportunity_id uuid not null references opportunity on delete cascade,
  "by" uuid references app_user, -- empty: the customer
  name text not null,
  text text not null,
  at timestamptz not null
);
create index quote_comment_opportunity on quote_comment (opportunity_id, at);
create trigger quote_comment_append_only before update on quote_comment for each row execute function refuse_change();

create table quote_deposit ( -- that a customer owes before his acceptance counts
  quote_id uuid primary key references quote on delete cascade,
  amount numeric(15,2) not null check (amount > 0),
  due_on date not null,
  paid_on date,
  paid numeric(15,2),
  reference text not null default '',
  noted_by uuid references app_user,
  noted_at timestamptz
);

alter table bid alter column "by" drop not null, add column name text not null default ''; -- of the customer, who has no user

alter table sales_order add column split_payment boolean not null default false;
alter table contract add column split_payment boolean not null default false;
alter table invoice add column split_payment boolean not null default false;

-- +goose Down
select 1;
