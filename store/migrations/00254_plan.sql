-- +goose Up
-- The revenue plan (S099-S102), and who belonged where before: the roll-up follows the organisation as it was at each date.

create table revenue_plan (
  id uuid primary key,
  name text not null,
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  unit text not null check (unit in ('day', 'week', 'month')),
  deadline date, -- until when salespeople plan; none: whenever
  confirm boolean not null default false, -- the head of sales looks at each position (S102)
  version integer not null default 1,
  made_by uuid not null references app_user,
  made_at timestamptz not null
);

create table plan_cell ( -- a position: what one customer is expected to bring in one period
  plan_id uuid not null references revenue_plan,
  account_id uuid not null references account,
  first_day date not null, -- of its period
  amount numeric(15,2) not null check (amount >= 0), -- in the company's currency
  state text not null default 'planned' check (state in ('planned', 'confirmed', 'doubtful')),
  reason text not null default '' check (state <> 'doubtful' or reason <> ''),
  changed boolean not null default false, -- the amount is another one since it was found doubtful
  version integer not null default 1,
  planned_by uuid not null references app_user,
  planned_at timestamptz not null,
  decided_by uuid references app_user,
  decided_at timestamptz,
  primary key (plan_id, account_id, first_day)
);
create index plan_cell_account on plan_cell (account_id);

create table plan_version ( -- the plan as it was, under a name
  id uuid primary key,
  plan_id uuid not null references revenue_plan,
  name text not null,
  made_by uuid not null references app_user,
  made_at timestamptz not null,
  unique (plan_id, name)
);

create table plan_version_cell ( -- refers to no account: companies are merged, pictures stay
  version_id uuid not null references plan_version,
  account_id uuid not null,
  first_day date not null,
  amount numeric(15,2) not null,
  state text not null,
  primary key (version_id, account_id, first_day)
);
create trigger plan_version_cell_append_only before update or delete on plan_version_cell for each row execute function refuse_change();

create table plan_comment (
  id uuid primary key,
  plan_id uuid not null references revenue_plan,
  account_id uuid references account, -- none: about the plan as a whole
  author_id uuid not null references app_user,
  text text not null,
  at timestamptz not null
);
create index plan_comment_plan on plan_comment (plan_id, at);
create index plan_comment_account on plan_comment (account_id) where account_id is not null;

-- Until the day, exclusive, it was this one; from the last such day on it is what stands in the record itself. What never changed has no row.
create table account_owner_past (
  account_id uuid not null, -- without a reference: a merge must not mix the pasts of two companies
  until_day date not null,
  owner_id uuid references app_user,
  primary key (account_id, until_day)
);
create table member_past (
  user_id uuid not null references app_user,
  until_day date not null,
  team_id uuid references team,
  primary key (user_id, until_day)
);
create table team_past (
  team_id uuid not null references team,
  until_day date not null,
  parent_id uuid references team,
  primary key (team_id, until_day)
);
create trigger account_owner_past_append_only before update or delete on account_owner_past for each row execute function refuse_change();
create trigger member_past_append_only before update or delete on member_past for each row execute function refuse_change();
create trigger team_past_append_only before update or delete on team_past for each row execute function refuse_change();

-- What the timeline knows of owners before: the first change of each day says who it was until then.
insert into account_owner_past (account_id, until_day, owner_id)
select distinct on (a.id, day) a.id, day, u.id
from (select t.account_id, t.id, (t.at at time zone coalesce((select time_zone from legal_entity limit 1), 'UTC'))::date as day, t.data->'changes'->'owner_id'->>'from' as was
  from timeline t where t.code = 'account.edited' and t.data->'changes' ? 'owner_id') c
join account a on a.id = c.account_id left join app_user u on u.id::text = c.was
order by a.id, day, c.id;

create table plan_setting (
  id smallint primary key default 1 check (id = 1),
  fiscal_month smallint not null default 1 check (fiscal_month between 1 and 12) -- in which the fiscal year begins
);
insert into plan_setting default values;
insert into setting (name) values ('plan') on conflict do nothing;

-- +goose Down
select 1;
