-- +goose Up
-- Leads, accounts, contacts, opportunities and what belongs to them.

create table account (
  id uuid primary key,
  name text not null,
  kind text not null default 'prospect' check (kind in ('prospect', 'customer')),
  vat text not null default '',
  country text not null default '',
  address text not null default '',
  email text not null default '',
  phone text not null default '',
  class text not null default '',
  language text not null default 'en',
  credit_limit numeric(15,2) not null default 0, -- 0: no limit
  payment_days integer not null default 30,
  owner_id uuid references app_user,
  version integer not null default 1,
  created_at timestamptz not null
);
create index account_vat on account (vat) where vat <> '';
create index account_owner on account (owner_id);
create index account_name on account (lower(name), id);

create table contact (
  id uuid primary key,
  account_id uuid not null references account,
  name text not null,
  email text not null default '',
  phone text not null default '',
  job text not null default '',
  status text not null default 'new',
  language text not null default 'en',
  owner_id uuid references app_user,
  version integer not null default 1,
  created_at timestamptz not null
);
create index contact_account on contact (account_id);
create index contact_email on contact (lower(email)) where email <> '';

create table capture_form (
  key text primary key,
  name text not null,
  source text not null,
  campaign text not null default '',
  active boolean not null default true
);

create table lead (
  id uuid primary key,
  company text not null,
  contact_name text not null default '',
  email text not null default '',
  phone text not null default '',
  vat text not null default '',
  country text not null default '',
  need text not null default '',
  language text not null default 'en',
  source text not null,
  campaign text not null default '',
  external_id text,
  state text not null default 'new' check (state in ('new', 'qualified', 'assigned', 'converted', 'disqualified')),
  score integer not null default 0 check (score between 0 and 100),
  owner_id uuid references app_user,
  feedback text not null default '' check (feedback in ('', 'positive', 'negative')),
  feedback_note text not null default '',
  reason text not null default '', -- of disqualification
  account_id uuid references account,
  contact_id uuid references contact,
  opportunity_id uuid,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index lead_external on lead (external_id) where external_id is not null;
create index lead_email on lead (lower(email)) where email <> '';
create index lead_owner on lead (owner_id);
create index lead_list on lead (created_at desc, id desc);

create table touch ( -- each way by which the person came to us, with the raw input
  id uuid primary key,
  lead_id uuid not null references lead,
  channel text not null,
  source text not null,
  raw jsonb not null,
  at timestamptz not null
);
create index touch_lead on touch (lead_id);

create table product (
  id uuid primary key,
  sku text not null unique,
  name text not null,
  description text not null default '',
  unit text not null default 'pc',
  currency text not null,
  price numeric(15,4) not null,
  cost numeric(15,4) not null,
  tax_percent numeric(5,2) not null,
  made_to_order boolean not null default false,
  active boolean not null default true,
  version integer not null default 1
);

create sequence opportunity_number;

create table opportunity (
  id uuid primary key,
  number text not null unique,
  name text not null,
  account_id uuid not null references account,
  contact_id uuid references contact,
  lead_id uuid references lead,
  stage text not null,
  state text not null default 'open' check (state in ('open', 'won', 'lost')),
  currency text not null,
  amount numeric(15,2) not null default 0,
  amount_source text not null default 'hand' check (amount_source in ('hand', 'products', 'quote')),
  target numeric(15,2) not null default 0,
  close_date date,
  need text not null default '',
  budget boolean not null default false,
  decision_maker boolean not null default false,
  handed_off boolean not null default false,
  tags text[] not null default '{}',
  lost_reason text not null default '',
  lost_note text not null default '',
  owner_id uuid references app_user,
  version integer not null default 1,
  stage_since timestamptz not null,
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index opportunity_account on opportunity (account_id);
create index opportunity_owner on opportunity (owner_id);
create index opportunity_board on opportunity (stage, amount desc, id) where state = 'open';
create index opportunity_list on opportunity (updated_at desc, id desc);
create index opportunity_month on opportunity (stage, close_date) include (amount) where state = 'open';

alter table lead add foreign key (opportunity_id) references opportunity;

create table stage_interval ( -- a stage entered twice stands here twice
  id bigint generated always as identity primary key,
  opportunity_id uuid not null references opportunity,
  stage text not null,
  entered_at timestamptz not null,
  left_at timestamptz,
  actor text not null,
  cause text not null
);
create index stage_interval_opportunity on stage_interval (opportunity_id, id);

create table product_line ( -- the Products tab: catalogue products only (S038)
  id uuid primary key,
  opportunity_id uuid not null references opportunity,
  product_id uuid not null references product,
  position integer not null,
  quantity numeric(15,4) not null check (quantity > 0),
  unit_price numeric(15,4) not null check (unit_price >= 0),
  discount_percent numeric(5,2) not null default 0 check (discount_percent between 0 and 100),
  unit_cost numeric(15,4) not null
);
create index product_line_opportunity on product_line (opportunity_id, position);

create table relation ( -- the Relations tab: contacts, partners, competitors (S021-S025)
  id uuid primary key,
  opportunity_id uuid not null references opportunity,
  kind text not null check (kind in ('contact', 'partner', 'competitor')),
  name text not null,
  contact_id uuid references contact,
  role text not null default '',
  note text not null default ''
);
create index relation_opportunity on relation (opportunity_id, kind);

create table engagement ( -- calls, meetings, visits, mails, letters (decision 5)
  id uuid primary key,
  kind text not null check (kind in ('call', 'meeting', 'visit', 'mail', 'letter')),
  opportunity_id uuid references opportunity,
  lead_id uuid references lead,
  contact_id uuid references contact,
  subject text not null,
  due_at timestamptz not null,
  outcome text not null default '', -- empty while planned
  note text not null default '',
  owner_id uuid not null references app_user,
  done_at timestamptz,
  version integer not null default 1
);
create index engagement_opportunity on engagement (opportunity_id, due_at);
create index engagement_owner on engagement (owner_id, due_at) where done_at is null;

create table note ( -- the Messages and notes tab (S029)
  id uuid primary key,
  opportunity_id uuid not null references opportunity,
  author_id uuid not null references app_user,
  text text not null,
  at timestamptz not null
);
create index note_opportunity on note (opportunity_id, at);

create table document ( -- the Documents tab (S028)
  id uuid primary key,
  opportunity_id uuid references opportunity,
  account_id uuid references account,
  name text not null,
  media_type text not null,
  bytes bytea not null,
  hash bytea not null,
  author_id uuid references app_user,
  at timestamptz not null
);
create index document_opportunity on document (opportunity_id, at);
