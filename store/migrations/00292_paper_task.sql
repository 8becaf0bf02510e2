-- +goose Up
-- Tasks to post letters that were cancelled since are called off with them.
update engagement g set done_at = e.outcome_at, cancelled_at = e.outcome_at, cancel_reason = e.outcome, version = g.version + 1, sequence = g.sequence + 1, changed_at = e.outcome_at
  from paper_letter p join effect e on e.key = p.effect_key
  where e.state = 'cancelled' and e.outcome_at is not null and g.id = p.engagement_id and g.done_at is null;

-- +goose Down
select 1;
