-- +goose Up
-- Templates of mails and letters that people write to customers, and what was written (S093, S096).

create table mail_template (
  id uuid primary key,
  kind text not null check (kind in ('mail', 'letter')),
  name text not null,
  texts jsonb not null, -- of each language its subject and text
  active boolean not null default true,
  version integer not null default 1,
  changed_at timestamptz not null,
  constraint mail_template_name unique (kind, name)
);

create table engagement_message ( -- what was written for a mail or letter: once, and never changed
  engagement_id uuid primary key references engagement,
  template_id uuid references mail_template,
  language text not null,
  recipient text not null,
  address text not null, -- e-mail address, or the postal one
  subject text not null,
  text text not null,
  effect_key text references effect, -- of a mail
  author_id uuid not null references app_user,
  at timestamptz not null
);
