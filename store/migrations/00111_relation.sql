-- +goose Up
-- What is known of a competitor's offer and what part a partner has (S023, S024).

alter table relation
  add column strengths text not null default '',
  add column price numeric(15,2) not null default 0 check (price >= 0),
  add column share numeric(5,2) not null default 0 check (share between 0 and 100);
create index relation_competitor on relation (lower(name)) where kind = 'competitor';
