-- +goose Up
-- Companies in groups, with what invoices need, and people with all their addresses; what is no longer used is archived.
alter table account
  add parent_id uuid references account deferrable initially deferred, -- of the group; a merge takes the one and gives it back in one transaction
  add tax_code text not null default '', -- Codice Fiscale
  add sdi text not null default '', -- under which the Italian exchange delivers
  add pec text not null default '',
  add iban text not null default '',
  add custom jsonb not null default '{}',
  add archived_at timestamptz,
  add constraint account_own_parent check (parent_id <> id);
create index account_parent on account (parent_id) where parent_id is not null;

create table account_address (
  id uuid primary key,
  account_id uuid not null references account,
  purpose text not null check (purpose in ('legal', 'invoice', 'delivery', 'site')),
  name text not null default '', -- of the place
  street text not null,
  postal_code text not null default '',
  city text not null default '',
  region text not null default '',
  country text not null default '',
  created_at timestamptz not null
);
create index account_address_account on account_address (account_id);

create table account_main_address ( -- one of each purpose
  account_id uuid not null references account,
  purpose text not null,
  address_id uuid not null references account_address on delete cascade deferrable initially deferred,
  primary key (account_id, purpose)
);

-- account_place is a company's main address of a purpose in one text, else that of its legal seat.
-- +goose StatementBegin
create function account_place(account_id uuid, purpose text) returns text language sql stable parallel safe as $$
  select coalesce((
    select concat_ws(', ', nullif(x.street, ''), nullif(trim(concat_ws(' ', nullif(x.postal_code, ''), nullif(x.city, ''),
      case when x.region <> '' then '(' || x.region || ')' end)), '')) from account_main_address m join account_address x on x.id = m.address_id
    where m.account_id = $1 and m.purpose = $2), (select a.address from account a where a.id = $1))
$$;
-- +goose StatementEnd

alter table contact
  add role text not null default '', -- in buying: who decides, who uses, who pays
  add other_emails text[] not null default '{}',
  add other_phones text[] not null default '{}',
  add consent boolean not null default false, -- to be written to
  add consent_source text not null default '',
  add consent_at timestamptz, -- given or withdrawn
  add custom jsonb not null default '{}',
  add archived_at timestamptz;

create table contact_post ( -- where a person worked before
  id uuid primary key,
  contact_id uuid not null references contact,
  account_id uuid not null references account,
  job text not null default '',
  from_at timestamptz not null,
  until_at timestamptz not null,
  actor uuid references app_user
);
create index contact_post_contact on contact_post (contact_id);
create index contact_post_account on contact_post (account_id);

alter table opportunity add custom jsonb not null default '{}';
alter table lead add custom jsonb not null default '{}';

-- What was merged before knows none of these columns; an undo writes every one.
update record_merge set
  gone_row = jsonb_build_object('tax_code', '', 'sdi', '', 'pec', '', 'iban', '', 'custom', '{}'::jsonb) || gone_row,
  before = jsonb_build_object('tax_code', '', 'sdi', '', 'pec', '', 'iban', '', 'custom', '{}'::jsonb) || before,
  after = jsonb_build_object('tax_code', '', 'sdi', '', 'pec', '', 'iban', '', 'custom', '{}'::jsonb) || after
  where kind = 'account';
update record_merge set
  gone_row = jsonb_build_object('role', '', 'other_emails', '[]'::jsonb, 'other_phones', '[]'::jsonb, 'consent', false, 'consent_source', '', 'custom', '{}'::jsonb) || gone_row,
  before = jsonb_build_object('role', '', 'other_emails', '[]'::jsonb, 'other_phones', '[]'::jsonb, 'consent', false, 'consent_source', '', 'custom', '{}'::jsonb) || before,
  after = jsonb_build_object('role', '', 'other_emails', '[]'::jsonb, 'other_phones', '[]'::jsonb, 'consent', false, 'consent_source', '', 'custom', '{}'::jsonb) || after
  where kind = 'contact';
update record_merge set gone_row = '{"custom": {}}'::jsonb || gone_row, before = '{"custom": {}}'::jsonb || before, after = '{"custom": {}}'::jsonb || after where kind = 'lead';

create table custom_field (
  id uuid primary key,
  record text not null check (record in ('account', 'contact', 'opportunity', 'lead')),
  name text not null check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  type text not null check (type in ('text', 'number', 'money', 'date', 'bool', 'choice', 'choices')), -- for good
  labels jsonb not null, -- by language
  options jsonb not null default '[]', -- of a choice
  readers text[] not null default '{}', -- roles; none: who may see the record
  writers text[] not null default '{}', -- roles; none: who may write the record
  position integer not null default 0,
  retired_at timestamptz, -- never deleted: stored values and rules name it
  version integer not null default 1,
  created_at timestamptz not null,
  created_by uuid references app_user,
  unique (record, name)
);
create index document_account on document (account_id, at) where account_id is not null;
insert into setting (name) values ('custom_fields') on conflict do nothing;
