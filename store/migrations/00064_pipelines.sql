-- +goose Up
-- Several pipelines: a deal knows its own, and a migration of rules knows which deals it took out of a retired stage.

alter table opportunity add column pipeline text not null default 'standard'; -- those that are there go by the one that was shipped
alter table opportunity alter column pipeline drop default;

alter table rule_migration_step
  add column stage_was text, -- null: the deal's stage was left alone
  add column stage_new text;
