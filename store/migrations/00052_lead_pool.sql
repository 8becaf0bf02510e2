-- +goose Up
-- Who may take a lead that nobody has: teams and people, as the assignment rules say; null is everybody who sells.

alter table lead add column pool uuid[];
create index lead_unowned on lead (created_at desc, id desc) where owner_id is null and state in ('new', 'qualified');
