-- +goose Up
-- Amendments of contracts as versions: proposed, approved by the rules for what became worse, signed, in force from a day (S059, S060, N8).

create table contract_amendment (
  id uuid primary key,
  contract_id uuid not null references contract,
  number integer not null check (number > 1), -- of the version that it is to be
  state text not null default 'proposed' check (state in ('proposed', 'approved', 'signed', 'in_force', 'rejected', 'withdrawn', 'lapsed')),
  terms jsonb not null, -- as they will be, whole
  changes jsonb not null, -- against the version in force
  rebilled boolean not null, -- tranches are planned anew
  from_day date, -- from which it holds; none: as soon as it is signed
  reason text not null,
  requested_by uuid not null references app_user,
  requested_at timestamptz not null,
  note text not null default '', -- why it was rejected or has lapsed
  decided_by uuid references app_user check (decided_by <> requested_by), -- none: nothing became worse
  decided_at timestamptz,
  signed_at timestamptz,
  in_force_at timestamptz,
  erp_note text not null default '', -- how the ERP learnt of it
  erp_by uuid references app_user,
  erp_at timestamptz,
  version integer not null default 1
);
create unique index contract_amendment_open on contract_amendment (contract_id) where state in ('proposed', 'approved', 'signed');
create unique index contract_amendment_in_force on contract_amendment (contract_id, number) where state = 'in_force';
create index contract_amendment_asked on contract_amendment (requested_at) where state = 'proposed';

create table amendment_station ( -- the frozen route of an amendment
  amendment_id uuid not null references contract_amendment,
  position integer not null,
  stage integer not null,
  key text not null,
  role text not null,
  team_lead boolean not null,
  user_id uuid references app_user,
  need integer not null,
  within_minutes integer not null,
  escalate text not null,
  state text not null default 'waiting' check (state in ('waiting', 'approved', 'rejected')),
  decided_by uuid references app_user,
  decided_at timestamptz,
  on_behalf_of uuid references app_user,
  note text not null default '',
  turn_at timestamptz, -- since when it is asked
  voted jsonb not null default '[]', -- who said yes so far, where several must
  limited boolean not null, -- only the right of who may approve the amount counts
  worse jsonb not null default '[]', -- why it is asked
  primary key (amendment_id, position)
);

create table contract_version ( -- written when it is in force; the first when the second is. A contract without any holds as it was made
  contract_id uuid not null references contract,
  number integer not null check (number > 0),
  terms jsonb not null,
  from_day date not null,
  amendment_id uuid references contract_amendment check ((amendment_id is null) = (number = 1)),
  made_at timestamptz not null,
  primary key (contract_id, number)
);
create trigger contract_version_immutable before update or delete on contract_version for each row execute function refuse_change();
