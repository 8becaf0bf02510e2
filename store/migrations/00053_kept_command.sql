-- +goose Up
-- A command that came while the engine was away: the relay brings it to its process (B127).

alter table outbox add column command text references command;
