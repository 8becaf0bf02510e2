-- +goose Up
-- Messages about any record, posts to the company, who is told of them, and what is made of them (S029, S106).

alter table note
  alter column opportunity_id drop not null,
  add column account_id uuid references account,
  add column contact_id uuid references contact,
  add column lead_id uuid references lead,
  add column quote_id uuid references quote,
  add column contract_id uuid references contract,
  add column project_id uuid references project,
  add column product_id uuid references product,
  add column team_id uuid references team, -- of a post to a team
  add column reply_to uuid references note, -- the first message of its thread
  add column source_id uuid references note, -- the post that it was made of
  add column edited_at timestamptz,
  add column withdrawn_at timestamptz,
  add column version integer not null default 1,
  add column home text not null generated always as (case when opportunity_id is not null then 'opportunity' when account_id is not null then 'account' when contact_id is not null then 'contact'
    when lead_id is not null then 'lead' when quote_id is not null then 'quote' when contract_id is not null then 'contract' when project_id is not null then 'project'
    when product_id is not null then 'product' else 'company' end) stored,
  add check (num_nonnulls(opportunity_id, account_id, contact_id, lead_id, quote_id, contract_id, project_id, product_id, team_id) <= 1);
create index note_at on note (at desc, id desc);
create index note_reply on note (reply_to, at) where reply_to is not null;
create index note_source on note (source_id) where source_id is not null;
create index note_account on note (account_id, at) where account_id is not null;
create index note_contact on note (contact_id, at) where contact_id is not null;
create index note_lead on note (lead_id, at) where lead_id is not null;
create index note_quote on note (quote_id, at) where quote_id is not null;
create index note_contract on note (contract_id, at) where contract_id is not null;
create index note_project on note (project_id, at) where project_id is not null;
create index note_product on note (product_id, at) where product_id is not null;

alter table document add column note_id uuid references note; -- the post that it was made of
create index document_note on document (note_id) where note_id is not null;

create table note_revision ( -- what a message said before it was edited or withdrawn
  note_id uuid not null references note,
  version integer not null,
  text text not null,
  until timestamptz not null,
  primary key (note_id, version)
);
create trigger note_revision_append_only before update or delete on note_revision for each row execute function refuse_change();

create table note_mention (
  note_id uuid not null references note,
  user_id uuid not null references app_user,
  primary key (note_id, user_id)
);

create table task (
  id uuid primary key,
  note_id uuid not null references note, -- the post that it was made of
  subject text not null check (subject <> ''),
  owner_id uuid not null references app_user,
  due_on date,
  made_by uuid not null references app_user,
  made_at timestamptz not null,
  done_at timestamptz,
  version integer not null default 1
);
create index task_open on task (owner_id, due_on) where done_at is null;
create index task_note on task (note_id);

create table notice ( -- what a person is told of, until he has seen it
  id uuid primary key,
  user_id uuid not null references app_user,
  kind text not null check (kind in ('mention', 'reply', 'expiry')),
  note_id uuid references note,
  document_id uuid references document,
  expires_on date,
  at timestamptz not null,
  seen_at timestamptz,
  check (num_nonnulls(note_id, document_id) = 1)
);
create unique index notice_note on notice (note_id, user_id) where note_id is not null;
create unique index notice_expiry on notice (document_id, user_id, expires_on) where document_id is not null;
create index notice_unseen on notice (user_id, at desc) where seen_at is null;

create table follow ( -- records of which a person wants to see what happens
  id uuid primary key,
  user_id uuid not null references app_user,
  opportunity_id uuid references opportunity,
  account_id uuid references account,
  contact_id uuid references contact,
  lead_id uuid references lead,
  quote_id uuid references quote,
  contract_id uuid references contract,
  project_id uuid references project,
  product_id uuid references product,
  at timestamptz not null,
  unique (user_id, opportunity_id), unique (user_id, account_id), unique (user_id, contact_id), unique (user_id, lead_id),
  unique (user_id, quote_id), unique (user_id, contract_id), unique (user_id, project_id), unique (user_id, product_id),
  check (num_nonnulls(opportunity_id, account_id, contact_id, lead_id, quote_id, contract_id, project_id, product_id) = 1)
);

alter table app_user add column mention_mail boolean not null default true; -- he is mailed when somebody mentions him
