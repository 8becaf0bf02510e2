-- +goose Up
-- A file's columns are told what they become; the file itself is kept, to be read again and as the raw input of its touches.

alter table import
  add column heads text[] not null default '{}', -- of the file's header, in its order
  add column places text[] not null default '{}', -- what each of them becomes; empty: it is left out
  add column source text not null default '', -- of rows that bring none
  add column campaign text not null default '';
create table import_file (
  import_id uuid primary key references import on delete cascade,
  body bytea not null
);
create table import_mapping ( -- what a person chose for a header
  heads text[] primary key,
  places text[] not null,
  actor text not null,
  at timestamptz not null
);
