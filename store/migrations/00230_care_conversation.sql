-- +goose Up
-- What is said on a case, by mail, on the customer's page and by hand; requests that wait to be placed; how care is reached (S086).

alter table inbound_mail drop constraint inbound_mail_kind_check,
  add constraint inbound_mail_kind_check check (kind in ('lead', 'reply', 'bounce', 'answer', 'auto', 'loop', 'care'));

alter table care_case
  alter column opened_by drop not null, -- nobody of the house did
  add column channel text not null default 'house' check (channel in ('house', 'mail', 'form', 'page')),
  add column sender text not null default '', -- address that the customer wrote from, where he is no contact
  add column sender_name text not null default '',
  add column language text not null default '',
  add column follows_id uuid references care_case; -- the closed one that he answered to
create index care_case_follows on care_case (follows_id) where follows_id is not null;
create index care_case_contact on care_case (contact_id) where contact_id is not null;

create table case_message (
  id uuid primary key,
  case_id uuid not null references care_case,
  kind text not null check (kind in ('in', 'out', 'note')), -- a note stays in the house
  channel text not null check (channel in ('house', 'mail', 'form', 'page')),
  author_id uuid references app_user,
  name text not null default '', -- who wrote, when none of the house
  text text not null,
  mail_id uuid references inbound_mail,
  at timestamptz not null
);
create index case_message_case on case_message (case_id, at, id);
create index case_message_mail on case_message (mail_id) where mail_id is not null;
create trigger case_message_stays before update or delete on case_message for each row execute function refuse_change();

create table case_file ( -- it is there once its message is
  id uuid primary key,
  case_id uuid not null references care_case,
  message_id uuid not null,
  name text not null,
  media_type text not null,
  bytes bytea not null,
  size integer not null,
  at timestamptz not null
);
alter table case_file alter column bytes set storage external;
create index case_file_case on case_file (case_id, at);

create table case_link ( -- the customer's page; each mail has a secret of its own
  hash bytea primary key,
  case_id uuid not null references care_case,
  at timestamptz not null
);
create index case_link_case on case_link (case_id);

create table care_request ( -- of somebody whose company is not known; a person places it
  id uuid primary key,
  channel text not null check (channel in ('mail', 'form')),
  name text not null,
  email text not null,
  company text not null default '',
  subject text not null,
  text text not null,
  language text not null,
  reasons text[] not null default '{}', -- why it may be spam; none: only the sender is unknown
  key text not null unique,
  mail_id uuid references inbound_mail,
  state text not null default 'held' check (state in ('held', 'placed', 'dropped')),
  case_id uuid references care_case,
  decided_by uuid references app_user,
  decided_at timestamptz,
  at timestamptz not null
);
create index care_request_held on care_request (at) where state = 'held';

create table care_request_file (
  id uuid primary key,
  request_id uuid not null references care_request,
  name text not null,
  media_type text not null,
  bytes bytea not null
);
alter table care_request_file alter column bytes set storage external;
create index care_request_file_request on care_request_file (request_id);

create table care_setting (
  one boolean primary key default true check (one),
  addresses text[] not null, -- the part before the @ to which customers write for help
  form_open boolean not null,
  round_robin boolean not null -- new cases go to people of care in turn
);
insert into care_setting (addresses, form_open, round_robin) values ('{care,support,help}', true, false);
insert into setting (name) values ('care') on conflict do nothing;

-- What was said before there were messages.
insert into case_message (id, case_id, kind, channel, name, text, at)
  select gen_random_uuid(), k.id, 'in', 'house', coalesce(c.name, ''), k.text, k.opened_at from care_case k left join contact c on c.id = k.contact_id where k.text <> '';

-- +goose Down
select 1;
