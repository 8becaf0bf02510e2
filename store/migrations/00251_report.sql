-- +goose Up
-- What reports on deals ask: where a deal went from a stage, and what was refused (S005, N14).
alter table stage_interval
  add column next_stage text, -- where the deal went when it left
  add column visit integer not null default 1; -- how many times it has been in the stage, with this one
update stage_interval i set next_stage = case when i.left_at is not null then n.stage end, visit = n.visit
  from (select id, lead(stage) over (partition by opportunity_id order by id) as stage, row_number() over (partition by opportunity_id, stage order by id) as visit from stage_interval) n
  where n.id = i.id and (n.stage is not null or n.visit > 1);
create index stage_interval_again on stage_interval (entered_at) where visit > 1;
create index stage_interval_entered on stage_interval (entered_at);
create index stage_interval_left on stage_interval (left_at) where next_stage is not null;
create index opportunity_closed on opportunity (closed_at) where state <> 'open';
create index verdict_refused on verdict (at) where result <> 'allowed';
create index engagement_report on engagement (coalesce(done_at, due_at));

-- +goose Down
select 1;
