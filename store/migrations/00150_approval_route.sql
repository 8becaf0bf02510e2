-- +goose Up
-- Routes of approval with several people at a station, stand-ins, deadlines, questions and rounds (S079, N6, N8).

alter table sales_order
  add column round integer not null default 1, -- rises each time that the order comes back for approval
  add column follows_id uuid references sales_order, -- the order of the same deal before it
  add column asked_at timestamptz, -- since when an approver's question waits for its answer
  add column decision text not null default '' check (decision in ('', 'approved', 'rejected')), -- made, and can still be taken back
  add column effective_at timestamptz; -- when it takes effect

alter table approval
  add column round integer not null default 1,
  add column stage integer not null default 1, -- stations of one stage are asked together
  add column team_lead boolean not null default false,
  add column user_id uuid references app_user, -- the one who decides; none: by role
  add column need integer not null default 1, -- how many must say yes; 0: everybody
  add column within_minutes integer not null default 0, -- of working time
  add column escalate text not null default 'admin',
  add column on_behalf_of uuid references app_user,
  add column escalated_at timestamptz,
  add column carried_from uuid references sales_order,
  add column worse jsonb not null default '[]'; -- why it is asked again
update approval set stage = position;
alter table approval drop constraint approval_pkey, add primary key (order_id, round, position);
alter table approval drop constraint approval_state_check, add check (state in ('waiting', 'approved', 'rejected', 'recalled'));

create table approval_vote ( -- a yes at a station that needs several
  order_id uuid not null,
  round integer not null,
  position integer not null,
  user_id uuid not null references app_user,
  on_behalf_of uuid references app_user,
  note text not null default '',
  voted_at timestamptz not null,
  primary key (order_id, round, position, user_id),
  foreign key (order_id, round, position) references approval
);

create table approval_question (
  id uuid primary key,
  order_id uuid not null references sales_order,
  round integer not null,
  position integer not null,
  question text not null,
  asked_by uuid not null references app_user,
  asked_at timestamptz not null,
  answer text not null default '',
  answered_by uuid references app_user,
  answered_at timestamptz
);
create index approval_question_order on approval_question (order_id);

create table approval_turn ( -- a station whose turn it is, as it was looked at last
  order_id uuid not null,
  round integer not null,
  position integer not null,
  turn_at timestamptz not null,
  due_at timestamptz,
  house text not null, -- who there was; another: the people are found anew
  primary key (order_id, round, position),
  foreign key (order_id, round, position) references approval
);
create index approval_turn_due on approval_turn (due_at);

create table approval_person ( -- who may decide at a station whose turn it is
  order_id uuid not null,
  round integer not null,
  position integer not null,
  user_id uuid not null references app_user,
  on_behalf_of uuid references app_user,
  away boolean not null default false,
  primary key (order_id, round, position, user_id),
  foreign key (order_id, round, position) references approval
);
create index approval_person_user on approval_person (user_id);

create table delegation ( -- who decides in another's place
  id uuid primary key,
  from_id uuid not null references app_user,
  to_id uuid not null references app_user check (to_id <> from_id),
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  note text not null default '',
  made_by uuid not null references app_user,
  made_at timestamptz not null,
  dropped_by uuid references app_user,
  dropped_at timestamptz
);
create index delegation_from on delegation (from_id, last_day) where dropped_at is null;

insert into setting (name) values ('approvals') on conflict do nothing;
create table approval_policy (
  one boolean primary key default true check (one),
  undo_seconds integer not null default 0 check (undo_seconds between 0 and 86400) -- how long a decision can be taken back, before anything follows from it
);
insert into approval_policy default values on conflict do nothing;
