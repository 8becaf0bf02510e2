-- +goose Up
-- Words that so many names have that they tell little of whether two are the same: a name is looked for by its others. Counted now and then.
create table frequent_word (
  word text primary key,
  names integer not null
);
