-- +goose Up
-- Who changed a draft last: a second person whose copy is older is told whose change it would undo.
alter table rule_draft add column editor text;
