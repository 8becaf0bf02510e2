-- +goose Up
-- The delivery of a contract: time, costs, milestones; renewal; what other systems invoice.

create table holiday ( -- days on which the legal entity does not work
  on_date date primary key,
  name text not null default ''
);

alter table app_user add cost_rate numeric(15,4) not null default 0 check (cost_rate >= 0); -- of an hour; 0: the project's
alter table project add cost_rate numeric(15,4) not null default 0 check (cost_rate >= 0), add alarmed_at timestamptz;

create table time_entry ( -- never changes; a counter-entry takes it back
  id uuid primary key,
  project_id uuid not null references project,
  user_id uuid not null references app_user,
  on_date date not null,
  hours numeric(7,2) not null check (hours <> 0),
  rate numeric(15,4) not null check (rate >= 0),
  amount numeric(15,2) not null,
  note text not null default '',
  corrects_id uuid unique references time_entry, -- taken back at most once
  entered_by uuid not null references app_user,
  at timestamptz not null
);
create index time_entry_project on time_entry (project_id, on_date);
create trigger time_entry_append_only before update or delete on time_entry for each row execute function refuse_change();

create table cost_entry (
  id uuid primary key,
  project_id uuid not null references project,
  kind text not null check (kind in ('material', 'travel', 'subcontract')),
  state text not null check (state in ('requested', 'committed', 'actual', 'refused')),
  amount numeric(15,2) not null check (amount <> 0),
  supplier text not null default '',
  text text not null default '',
  on_date date not null,
  corrects_id uuid unique references cost_entry,
  entered_by uuid not null references app_user,
  approved_by uuid references app_user,
  version integer not null default 1,
  at timestamptz not null
);
create index cost_entry_project on cost_entry (project_id, on_date);
create trigger cost_entry_actual before update or delete on cost_entry for each row when (old.state in ('actual', 'refused')) execute function refuse_change();

create table milestone (
  id uuid primary key,
  project_id uuid not null references project,
  name text not null,
  due_date date not null,
  done_on date,
  reminded_at timestamptz,
  version integer not null default 1
);
create index milestone_project on milestone (project_id, due_date);

create table corrective_action (
  id uuid primary key,
  project_id uuid not null references project,
  milestone_id uuid references milestone,
  text text not null,
  author_id uuid not null references app_user,
  at timestamptz not null
);
create index corrective_action_project on corrective_action (project_id, at);

alter table contract add notice_days integer not null default 60 check (notice_days between 0 and 3650);
insert into deadline (process, kind, due_at)
  select p.id, 'renewal', ((c.end_date - c.notice_days) + time '09:00') at time zone e.time_zone
  from contract c join process p on p.id = 'contract-' || c.id and not p.closed cross join (select time_zone from legal_entity order by id limit 1) e
  where c.state = 'active' on conflict do nothing;
insert into outbox (id, process, due_at) select 'renewal/' || process, process, now() from deadline where kind = 'renewal' on conflict do nothing;

alter table tranche add version integer not null default 1;
create index tranche_dishonoured on tranche (contract_id) where dishonoured;

alter table dunning_step add fee numeric(15,2) not null default 0 check (fee >= 0); -- asked for with the letter
alter table ledger drop constraint ledger_kind_check, add constraint ledger_kind_check check (kind in ('invoice', 'payment', 'fee'));

create table bid ( -- the negotiation's log (S076)
  id uuid primary key,
  opportunity_id uuid not null references opportunity,
  quote_id uuid references quote,
  side text not null check (side in ('offer', 'counter')),
  amount numeric(15,2) not null check (amount >= 0),
  terms text not null default '',
  note text not null default '',
  "by" uuid not null references app_user,
  at timestamptz not null
);
create index bid_opportunity on bid (opportunity_id, at);
create trigger bid_append_only before update or delete on bid for each row execute function refuse_change();
