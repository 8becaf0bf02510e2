-- +goose Up
-- A constraint between products as a text of the rules' language; its products stand in it by their ids, and in "others".

alter table product_constraint add column text text not null default '';
alter table product_constraint drop constraint product_constraint_kind_check, add constraint product_constraint_kind_check
  check (kind in ('requires', 'excludes', 'ratio', 'choose', 'amount', 'rule') and (kind = 'rule') = (text <> ''));

-- +goose Down
select 1;
