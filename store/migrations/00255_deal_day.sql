-- +goose Up
-- What a forecast reads of each deal, as it was at the end of every day: a row for each day on which it changed, valid until the next one. The picture of any
-- night is the rows that are valid on it, so no night can be missed, and 100,000 open deals cost what they change and not 100,000 rows a night.
create table deal_day (
  opportunity_id uuid not null references opportunity,
  day date not null, -- of the entity's zone, at whose end it was so
  until_day date not null default 'infinity', -- exclusive
  pipeline text not null,
  stage text not null,
  state text not null,
  currency text not null,
  amount numeric(15,2) not null,
  close_date date,
  owner_id uuid,
  stage_since timestamptz not null,
  primary key (opportunity_id, day)
);

-- The day is that of updated_at, which every step and edit sets to business time.
-- +goose StatementBegin
create function keep_deal_day() returns trigger language plpgsql as $$
declare
  on_day date := (new.updated_at at time zone coalesce((select time_zone from legal_entity order by id limit 1), 'UTC'))::date;
begin
  update deal_day set until_day = on_day where opportunity_id = new.id and until_day = 'infinity' and day < on_day;
  insert into deal_day (opportunity_id, day, pipeline, stage, state, currency, amount, close_date, owner_id, stage_since)
    select new.id, greatest(on_day, (select max(day) from deal_day where opportunity_id = new.id)), new.pipeline, new.stage, new.state, new.currency, new.amount, new.close_date, new.owner_id, new.stage_since
    on conflict (opportunity_id, day) do update set pipeline = excluded.pipeline, stage = excluded.stage, state = excluded.state, currency = excluded.currency, amount = excluded.amount,
      close_date = excluded.close_date, owner_id = excluded.owner_id, stage_since = excluded.stage_since;
  return null;
end $$;
-- +goose StatementEnd
create trigger deal_day_new after insert on opportunity for each row execute function keep_deal_day();
create trigger deal_day_keep after update of stage, state, amount, currency, close_date, owner_id, pipeline on opportunity for each row
  when ((old.stage, old.state, old.amount, old.currency, old.close_date, old.owner_id, old.pipeline) is distinct from (new.stage, new.state, new.amount, new.currency, new.close_date, new.owner_id, new.pipeline))
  execute function keep_deal_day();

-- What is known of the past: the stages from their intervals, the other fields from what edits say they were before.
with zone as (select coalesce((select time_zone from legal_entity order by id limit 1), 'UTC') as name),
edits as (
  select t.opportunity_id as id, t.id as line, (t.at at time zone zone.name)::date as day, t.data->'changes' as was
  from timeline t, zone where t.code = 'opportunity.edited' and t.opportunity_id is not null and t.data->'changes' ?| array['amount', 'close_date', 'owner_id']),
stays as (
  select i.opportunity_id as id, i.id as line, (i.entered_at at time zone zone.name)::date as day, i.stage, i.entered_at from stage_interval i, zone),
closes as (select distinct pipeline, stage, state from opportunity where state <> 'open'),
days as (
  select o.id, (o.created_at at time zone zone.name)::date as day from opportunity o, zone
  union select id, day from edits union select id, day from stays),
known as (
  select d.id, d.day, lead(d.day, 1, 'infinity'::date) over (partition by d.id order by d.day) as until_day from days d join opportunity o on o.id = d.id, zone
  where d.day >= (o.created_at at time zone zone.name)::date)
insert into deal_day (opportunity_id, day, until_day, pipeline, stage, state, currency, amount, close_date, owner_id, stage_since)
select k.id, k.day, k.until_day, o.pipeline, coalesce(s.stage, o.stage),
  case when k.until_day = 'infinity' then o.state else coalesce((select c.state from closes c where c.pipeline = o.pipeline and c.stage = s.stage limit 1), 'open') end,
  o.currency,
  coalesce((select e.was->'amount'->>'from' from edits e where e.id = k.id and e.day > k.day and e.was ? 'amount' order by e.line limit 1)::numeric, o.amount),
  case when exists (select from edits e where e.id = k.id and e.day > k.day and e.was ? 'close_date')
    then nullif((select e.was->'close_date'->>'from' from edits e where e.id = k.id and e.day > k.day and e.was ? 'close_date' order by e.line limit 1), '')::date else o.close_date end,
  case when exists (select from edits e where e.id = k.id and e.day > k.day and e.was ? 'owner_id')
    then nullif((select e.was->'owner_id'->>'from' from edits e where e.id = k.id and e.day > k.day and e.was ? 'owner_id' order by e.line limit 1), '')::uuid else o.owner_id end,
  coalesce(s.entered_at, o.stage_since)
from known k join opportunity o on o.id = k.id
left join lateral (select stage, entered_at from stays x where x.id = k.id and x.day <= k.day order by x.line desc limit 1) s on true;

create index deal_day_valid on deal_day (until_day, day); -- the picture of a night

create table forecast_adjustment ( -- what a manager expects other than the categories say, for one person's month
  id uuid primary key,
  month date not null check (extract(day from month) = 1),
  owner_id uuid not null references app_user,
  category text not null check (category in ('commit', 'best_case', 'pipeline')),
  amount numeric(15,2) not null, -- added; may be negative
  reason text not null check (reason <> ''),
  made_by uuid not null references app_user,
  made_at timestamptz not null
);
create index forecast_adjustment_month on forecast_adjustment (month, owner_id);
create trigger forecast_adjustment_append_only before update or delete on forecast_adjustment for each row execute function refuse_change();

-- +goose Down
select 1;
