-- +goose Up
-- The word by which each language calls an opportunity on the screens (S010), with a version and a history like other settings.

insert into setting (name) values ('deal_words') on conflict do nothing;

create table if not exists deal_word ( -- a language that is not there uses the word that its texts are written with
  language text primary key check (language in ('en', 'it', 'es', 'pl')),
  word text not null check (word in ('deal', 'opportunity'))
);
