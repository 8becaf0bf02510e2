-- +goose Up
-- Hand-offs between departments: what one asks of another on a deal, with what it must be given and must answer (S103, S104).

create sequence hand_off_number;

create table hand_off (
  id uuid primary key,
  number text not null unique,
  opportunity_id uuid not null references opportunity,
  key text not null, -- of the hand-off in the rules
  rule_version integer not null, -- of the rules under which it was sent last
  from_department text not null,
  to_department text not null check (to_department <> from_department),
  line_id uuid references product_line on delete set null, -- none: the deal as a whole, or a line that is gone
  product_id uuid references product, -- of the line as it was when it was sent
  quantity numeric not null default 0,
  specification text not null default '',
  needed_by date,
  state text not null default 'draft' check (state in ('draft', 'sent', 'taken', 'bounced', 'completed', 'cancelled')),
  requested_by uuid not null references app_user,
  requested_at timestamptz not null,
  sent_at timestamptz,
  sends integer not null default 0,
  due_at timestamptz,
  late_at timestamptz,
  taken_by uuid references app_user,
  taken_at timestamptz,
  inputs jsonb not null default '[]', -- what the rules said of them when it was sent last
  feasible boolean not null default false,
  delivery_date date,
  unit_cost numeric not null default 0 check (unit_cost >= 0),
  answer text not null default '',
  outputs jsonb not null default '[]', -- what the rules said of the answers when it was completed
  bounces integer not null default 0,
  bounce_reason text not null default '',
  missing text[] not null default '{}',
  completed_by uuid references app_user,
  completed_at timestamptz,
  cancelled_at timestamptz,
  cancel_reason text not null default '',
  sales_time interval not null default '0', -- working time that it lay with who asked
  team_time interval not null default '0', -- working time that it lay with the department that is asked
  clock_since timestamptz, -- when the running clock was read last
  version integer not null default 1,
  check ((sends = 0) = (sent_at is null)),
  check ((state = 'completed') <= (completed_at is not null)),
  check ((clock_since is null) = (state in ('completed', 'cancelled'))),
  check (due_at is null or state in ('sent', 'taken'))
);
create index hand_off_deal on hand_off (opportunity_id, requested_at desc);
create index hand_off_list on hand_off (requested_at desc, id desc);
create index hand_off_open on hand_off (to_department, due_at) where state in ('draft', 'sent', 'taken', 'bounced');
create unique index hand_off_once on hand_off (opportunity_id, key, line_id) where state in ('draft', 'sent', 'taken', 'bounced');

create table hand_off_bounce (
  id uuid primary key,
  hand_off_id uuid not null references hand_off,
  at timestamptz not null,
  by_user uuid not null references app_user,
  reason text not null,
  missing text[] not null -- ids of inputs; none: something that the inputs do not name
);
create index hand_off_bounce_of on hand_off_bounce (hand_off_id, at);
create index hand_off_bounce_at on hand_off_bounce (at);
