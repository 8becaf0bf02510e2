-- +goose Up
-- What reports on deals ask: where a deal went from a stage, and what was refused (S005, N14).
alter table stage_interval add column next_stage text; -- where the deal went when it left
update stage_interval i set next_stage = n.stage
  from (select id, lead(stage) over (partition by opportunity_id order by id) as stage from stage_interval) n where n.id = i.id and n.stage is not null and i.left_at is not null;
create index stage_interval_entered on stage_interval (entered_at);
create index stage_interval_left on stage_interval (left_at) where next_stage is not null;
create index opportunity_closed on opportunity (closed_at) where state <> 'open';
create index verdict_refused on verdict (at) where result <> 'allowed';
create index engagement_report on engagement (coalesce(done_at, due_at));

-- +goose Down
select 1;
