-- +goose Up
-- What reports on deals would otherwise find out of whole histories, kept by the statement that makes it so (S005, N14). When a deal came back to a stage, or
-- left it by the same way, again: with this the last visit within any days is told from its own row.
alter table stage_interval
  add column pipeline text, -- the deal's, which stays
  add column again_at timestamptz, -- when the deal next entered this stage
  add column way_again_at timestamptz; -- when it next left this stage for the same one
update stage_interval i set again_at = n.again_at, way_again_at = n.way_again_at from (
    select id, lead(entered_at) over (partition by opportunity_id, stage order by id) as again_at,
      case when next_stage is not null then lead(left_at) over (partition by opportunity_id, stage, next_stage order by id) end as way_again_at
    from stage_interval) n
  where n.id = i.id and (n.again_at is not null or n.way_again_at is not null);

update stage_interval i set pipeline = o.pipeline from opportunity o where o.id = i.opportunity_id;
alter table stage_interval alter column pipeline set not null;

-- +goose StatementBegin
create function name_stage_pipeline() returns trigger language plpgsql as $$
begin
  new.pipeline := (select pipeline from opportunity where id = new.opportunity_id);
  return new;
end $$;
-- +goose StatementEnd
create trigger stage_interval_pipeline before insert on stage_interval for each row when (new.pipeline is null) execute function name_stage_pipeline();

-- +goose StatementBegin
create function keep_stage_again() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    update stage_interval set again_at = new.entered_at where opportunity_id = new.opportunity_id and stage = new.stage and visit = new.visit - 1;
  end if;
  if new.next_stage is not null then
    update stage_interval set way_again_at = new.left_at where id = (
      select max(id) from stage_interval where opportunity_id = new.opportunity_id and stage = new.stage and next_stage = new.next_stage and id < new.id);
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger stage_interval_came_back after insert on stage_interval for each row when (new.visit > 1) execute function keep_stage_again();
create trigger stage_interval_left_again after update of next_stage on stage_interval for each row
  when (new.visit > 1 and new.next_stage is distinct from old.next_stage) execute function keep_stage_again();

-- What refused a deal: a row for each clause of a refused step that stood in the way. An alternative does not when another of its group is met, nor does
-- what is excepted (crm.Verdict.Failing).
create table refusal (
  opportunity_id uuid not null references opportunity on delete cascade,
  cause text not null, -- with kind the verdict
  kind text not null,
  clause text not null,
  at timestamptz not null,
  primary key (opportunity_id, clause, at, cause, kind)
);
create index refusal_at on refusal (at);
create index refusal_clause on refusal (clause, at);

-- +goose StatementBegin
create function refusing_clauses(clauses jsonb) returns table (clause text) language sql immutable as $$
  select distinct c ->> 'id' from jsonb_array_elements(clauses) c
  where c ->> 'id' is not null and (c ->> 'outcome' = 'unknown' or c ->> 'outcome' = 'unmet' and c -> 'excepted' is null and not exists (
    select from jsonb_array_elements(clauses) d where coalesce(c ->> 'group', '') <> '' and d ->> 'group' = c ->> 'group' and (d ->> 'outcome' = 'met' or d -> 'excepted' is not null)))
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function keep_refusal() returns trigger language plpgsql as $$
begin
  insert into refusal (opportunity_id, cause, kind, clause, at)
    select p.record_id, new.cause, new.kind, x.clause, new.at from process p cross join refusing_clauses(new.clauses) x where p.id = new.process and p.kind = 'opportunity';
  return null;
end $$;
-- +goose StatementEnd
insert into refusal (opportunity_id, cause, kind, clause, at)
  select p.record_id, v.cause, v.kind, x.clause, v.at from verdict v join process p on p.id = v.process and p.kind = 'opportunity' cross join lateral refusing_clauses(v.clauses) x where v.result <> 'allowed';
create trigger verdict_refusal after insert on verdict for each row when (new.result <> 'allowed') execute function keep_refusal();

-- +goose Down
select 1;
