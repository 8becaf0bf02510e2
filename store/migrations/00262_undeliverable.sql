-- +goose Up
-- Addresses that take no mail, and letters that are printed and posted instead.

create table undeliverable ( -- of debtors: a letter came back from it for good
  id uuid primary key,
  account_id uuid not null references account,
  email text not null, -- in lower case
  reason text not null, -- in the words of the mail server
  effect_key text not null unique references effect, -- the letter that came back: it tells so once
  at timestamptz not null,
  ended_at timestamptz, -- somebody said that it takes mail
  ended_by text,
  check ((ended_at is null) = (ended_by is null))
);
create index undeliverable_account on undeliverable (account_id) where ended_at is null;

create table paper_letter ( -- a letter that a person prints and posts
  id uuid primary key,
  account_id uuid not null references account,
  effect_key text not null unique, -- its words leave with the step that writes it
  engagement_id uuid references engagement, -- of whom it was given to; none where the company has no collector
  at timestamptz not null
);
create index paper_letter_account on paper_letter (account_id, at desc);

alter table dunning_step drop constraint dunning_step_channel_check;
alter table dunning_step add constraint dunning_step_channel_check check (channel in ('mail', 'call', 'paper'));

-- +goose Down
select 1;
