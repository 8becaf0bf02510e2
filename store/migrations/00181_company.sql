-- +goose Up
-- The company's master data in the parts that electronic invoices ask for (S091).
alter table legal_entity
  add tax_code text not null default '',
  add regime text not null default '', -- RF01: ordinary taxation
  add street text not null default '',
  add postal_code text not null default '',
  add city text not null default '',
  add province text not null default '',
  add pec text not null default '',
  add iban text not null default '';

insert into setting (name) values ('company') on conflict do nothing;
