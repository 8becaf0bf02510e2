-- +goose Up
-- When a meeting ends, if that was said (S093).

alter table engagement add column ends_at timestamptz, add constraint engagement_ends check (ends_at > due_at);
