-- +goose Up
-- Mail that comes in: each kept as it came, once for its Message-ID, with what it was taken for.

create table inbound_mail (
  id uuid primary key,
  key text not null unique, -- the Message-ID; of a mail without one the hash of what came
  kind text not null check (kind in ('lead', 'reply', 'bounce', 'answer', 'auto', 'loop')),
  sender text not null,
  recipients text[] not null,
  subject text not null,
  text text not null, -- as a person reads it
  raw bytea not null,
  process text not null default '', -- that it was told to
  lead_id uuid references lead,
  at timestamptz not null -- business time
);
create index inbound_mail_lead on inbound_mail (lead_id, at) where lead_id is not null;

-- A letter of ours is found again by the Message-ID that was made of its key.
create index effect_message_id on effect (replace(key, '/', '.')) where channel = 'mail';

alter table document add column lead_id uuid references lead; -- that a mail's attachment came with
create index document_lead on document (lead_id, at) where lead_id is not null;
