-- +goose Up
-- Who asked for an exception may take the request back before it is decided (N1).

alter table rule_exception drop constraint if exists rule_exception_state_check, drop constraint if exists rule_exception_check;
alter table rule_exception add constraint rule_exception_state_check check (state in ('asked', 'granted', 'declined', 'used', 'withdrawn')),
  add constraint rule_exception_check check ((state in ('asked', 'withdrawn')) = (decided_by is null)),
  add column if not exists withdrawn_at timestamptz,
  add constraint rule_exception_withdrawn check ((state = 'withdrawn') = (withdrawn_at is not null));
