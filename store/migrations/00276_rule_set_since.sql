-- +goose Up
-- From when, in business time, a version of the rules was in force, so that the forecast of any night can be weighed as it was then (S005). What was activated
-- before this was kept has created_at.
alter table rule_set add column since timestamptz;
create index deal_day_closed_by on deal_day (until_day) where until_day <> 'infinity'; -- what changed between two nights

-- +goose Down
select 1;
