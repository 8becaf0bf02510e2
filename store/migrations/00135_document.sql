-- +goose Up
-- The archive of documents: folders with rights, versions that are never overwritten, what is written in them (S028, S058, S105).

create text search configuration folded (copy = simple); -- words without accents, of any language
alter text search configuration folded alter mapping for asciiword, word, numword, asciihword, hword, numhword, hword_asciipart, hword_part, hword_numpart with unaccent, simple;

create table document_folder (
  id uuid primary key,
  parent_id uuid references document_folder,
  name text not null check (name <> ''),
  readers text[] not null default '{}', -- "role:finance", "team:<id>"; none: whoever reads the folder above
  writers text[] not null default '{}', -- none: whoever writes in the folder above; at the top, who manages the archive
  version integer not null default 1,
  created_at timestamptz not null,
  created_by uuid references app_user
);
create unique index document_folder_name on document_folder (coalesce(parent_id, '00000000-0000-0000-0000-000000000000'), lower(name));

alter table document
  add column folder_id uuid references document_folder,
  add column contact_id uuid references contact,
  add column quote_id uuid references quote,
  add column contract_id uuid references contract,
  add column project_id uuid references project,
  add column product_id uuid references product,
  add column title text not null default '',
  add column description text not null default '',
  add column kind text not null default '',
  add column tags text[] not null default '{}',
  add column expires_on date,
  add column reminded_for date, -- the expiry that was told of
  add column latest integer not null default 1, -- number of the newest version; name, type, size, hash, author and time are its own
  add column size integer not null default 0,
  add column version integer not null default 1,
  add column removed_at timestamptz,
  add column removed_by uuid references app_user,
  add column search tsvector;
-- Where a document is kept. One of a deal says its company, too.
alter table document add column home text not null generated always as (case when folder_id is not null then 'folder' when quote_id is not null then 'quote'
  when project_id is not null then 'project' when contract_id is not null then 'contract' when product_id is not null then 'product' when opportunity_id is not null then 'opportunity'
  when lead_id is not null then 'lead' when contact_id is not null then 'contact' else 'account' end) stored;
update document set size = length(bytes);

create table document_version (
  document_id uuid not null references document,
  number integer not null check (number > 0),
  name text not null,
  media_type text not null,
  bytes bytea not null,
  size integer not null,
  hash bytea not null, -- SHA-256
  author_id uuid references app_user,
  at timestamptz not null,
  why text not null default '',
  restored_from integer,
  approved_by uuid references app_user,
  approved_at timestamptz,
  extraction text not null default 'due' check (extraction in ('due', 'running', 'done', 'none', 'failed')),
  tries integer not null default 0,
  tried_at timestamptz,
  text text not null default '', -- what is written in it, as far as it could be read
  primary key (document_id, number)
);
alter table document_version alter column bytes set storage external; -- most kinds are compressed already
insert into document_version (document_id, number, name, media_type, bytes, size, hash, author_id, at) select id, 1, name, media_type, bytes, length(bytes), hash, author_id, at from document;
alter table document drop column bytes;
create trigger document_version_stays before delete or update of document_id, number, name, media_type, bytes, size, hash, author_id, at, why, restored_from on document_version
  for each row execute function refuse_change();
create index document_version_due on document_version (tried_at nulls first) where extraction in ('due', 'running');
create index document_search on document using gin (search);
create index document_at on document (at desc, id desc);
create index document_folder_at on document (folder_id, at desc) where folder_id is not null;
create index document_expiry on document (expires_on) where expires_on is not null;
create index document_quote on document (quote_id) where quote_id is not null;
create index document_contract on document (contract_id) where contract_id is not null;
create index document_project on document (project_id) where project_id is not null;
create index document_product on document (product_id) where product_id is not null;
create index document_contact on document (contact_id) where contact_id is not null;

create table document_link ( -- a document of the archive that belongs to a record, too (S028)
  id uuid primary key,
  document_id uuid not null references document,
  opportunity_id uuid references opportunity,
  account_id uuid references account,
  contact_id uuid references contact,
  lead_id uuid references lead,
  quote_id uuid references quote,
  contract_id uuid references contract,
  project_id uuid references project,
  product_id uuid references product,
  made_by uuid references app_user,
  made_at timestamptz not null,
  unique (document_id, opportunity_id), unique (document_id, account_id), unique (document_id, contact_id), unique (document_id, lead_id),
  unique (document_id, quote_id), unique (document_id, contract_id), unique (document_id, project_id), unique (document_id, product_id),
  check (num_nonnulls(opportunity_id, account_id, contact_id, lead_id, quote_id, contract_id, project_id, product_id) = 1)
);
create index document_link_opportunity on document_link (opportunity_id) where opportunity_id is not null;
create index document_link_account on document_link (account_id) where account_id is not null;

create table document_event ( -- what happened to a document, beside its versions
  id bigint generated always as identity primary key,
  document_id uuid not null references document,
  at timestamptz not null,
  actor_id uuid references app_user,
  code text not null,
  data jsonb not null default '{}'
);
create index document_event_document on document_event (document_id, id);

-- document_indexed writes anew what a document is found by: its title before its description, and that before what is written in it.
-- +goose StatementBegin
create function document_indexed(document uuid) returns void language sql as $$
  update document d set search = setweight(to_tsvector('folded', concat_ws(' ', d.title, regexp_replace(d.name, '[_.-]+', ' ', 'g'), array_to_string(d.tags, ' '))), 'A')
    || setweight(to_tsvector('folded', d.description), 'B') || setweight(to_tsvector('folded', left(v.text, 200000)), 'D')
  from document_version v where d.id = $1 and v.document_id = d.id and v.number = d.latest
$$;
-- +goose StatementEnd
select document_indexed(id) from document;

-- The palette finds documents by their titles.
create table find_words_document partition of find_words for values in ('document');
insert into find_words_document select 'document', d.id, plain(concat_ws(' ', d.title, d.name)) from document d;
create index find_words_document_like on find_words_document using gin (words gin_trgm_ops);
-- +goose StatementBegin
create function find_words_document_keep() returns trigger language plpgsql as $$
begin
  insert into find_words_document values ('document', new.id, plain(concat_ws(' ', new.title, new.name)))
    on conflict (kind, id) do update set words = excluded.words;
  return null;
end $$;
-- +goose StatementEnd
create trigger find_words_document_keep after insert or update of title, name on document for each row execute function find_words_document_keep();
