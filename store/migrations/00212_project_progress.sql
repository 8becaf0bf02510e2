-- +goose Up
-- How a project's progress is reckoned: typed, or by its tasks, their hours, or its milestones (S084).
alter table project add progress_way text not null default 'hand' check (progress_way in ('hand', 'task', 'effort', 'milestone'));
