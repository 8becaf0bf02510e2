-- +goose Up
-- How soon a salesperson has to get in touch with a lead that he was given, and how that went.
insert into setting (name) values ('lead_response') on conflict do nothing;

create table lead_target ( -- the first one that fits a lead is its target; none fits: no clock runs
  place smallint primary key,
  source text not null default '', -- empty: from wherever
  least_score smallint not null default 0 check (least_score between 0 and 100),
  minutes integer not null check (minutes between 1 and 120000) -- of working time
);

create table lead_response_policy (
  one boolean primary key default true check (one),
  remind_percent smallint not null default 25 check (remind_percent between 0 and 99), -- of the target that is left at the reminder; 0: none
  passes smallint not null default 2 check (passes between 0 and 10) -- how often a lead goes to the next before its manager is told
);
insert into lead_response_policy default values on conflict do nothing;

alter table app_user add column zone text not null default ''; -- where the person works, an IANA name; empty: where the company does

create table lead_response ( -- one row each time that a lead is given to somebody
  lead_id uuid not null references lead,
  assigned_at timestamptz not null,
  owner_id uuid not null references app_user,
  source text not null, -- as they were then
  score smallint not null,
  minutes integer not null, -- the target; 0: none
  version integer not null, -- of the setting that it is from
  round smallint not null default 0, -- how often the clock has passed the lead on before
  remind_at timestamptz,
  due_at timestamptz,
  state text not null check (state in ('untimed', 'running', 'passing', 'escalated', 'answered', 'passed', 'handed')),
  act text not null default '', -- what the owner did first
  acted_at timestamptz,
  used_seconds integer, -- of working time, until then
  reminded_at timestamptz,
  missed_at timestamptz, -- when the target was over
  escalated_at timestamptz,
  passed_to uuid references app_user,
  ended_at timestamptz, -- when the owner stopped having it, answered or not
  primary key (lead_id, assigned_at)
);
create index lead_response_open on lead_response (due_at) where state in ('running', 'passing', 'escalated');
create index lead_response_owner on lead_response (owner_id, assigned_at desc) where state <> 'untimed';

-- What was given before there was a clock has none.
insert into lead_response (lead_id, assigned_at, owner_id, source, score, minutes, version, state)
  select id, assigned_at, owner_id, source, score, 0, 1, 'untimed' from lead where assigned_at is not null and owner_id is not null;

create index engagement_lead on engagement (lead_id, done_at) where lead_id is not null;

-- +goose StatementBegin
-- lead_act is the first thing that counts as getting in touch: a call, meeting, visit, mail or letter of the owner with its outcome, or what he
-- could say only after it: his word on the lead, its conversion, or that it is given up.
create function lead_act(lead uuid, owner uuid, since timestamptz) returns table (act text, at timestamptz) language sql stable as $$
  select a.act, a.at from (
    select e.kind as act, e.done_at as at from engagement e where e.lead_id = $1 and e.owner_id = $2 and e.done_at >= $3 and e.outcome <> ''
    union all
    select substr(t.code, 6), t.at from timeline t where t.process = 'lead-' || $1 and t.at >= $3
      and t.code in ('lead.feedback', 'lead.converted', 'lead.converted_below', 'lead.disqualified')
  ) a order by a.at limit 1
$$;
-- +goose StatementEnd

-- With the time in it, the index alone tells when somebody was last heard of.
drop index touch_lead;
create index touch_lead on touch (lead_id, at);
