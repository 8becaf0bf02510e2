-- +goose Up
-- Customer care: cases with promises in working time (S086).

create sequence case_number;

create table care_case (
  id uuid primary key,
  number text not null unique,
  account_id uuid not null references account,
  contract_id uuid references contract,
  contact_id uuid references contact,
  subject text not null,
  text text not null default '',
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  state text not null default 'open' check (state in ('open', 'in_progress', 'waiting', 'solved', 'closed')),
  owner_id uuid references app_user,
  answer_due timestamptz not null,
  answered_at timestamptz,
  solve_due timestamptz not null,
  waiting_since timestamptz,
  remaining interval not null default '0', -- working time left while the customer is waited for
  escalated text[] not null default '{}',
  solution text not null default '',
  solved_at timestamptz,
  lead_id uuid references lead,
  opened_by uuid not null references app_user,
  version integer not null default 1,
  opened_at timestamptz not null,
  closed_at timestamptz
);
create index care_case_account on care_case (account_id);
create index care_case_contract on care_case (contract_id) where contract_id is not null;
create index care_case_list on care_case (opened_at desc, id desc);
create index care_case_open on care_case (solve_due) where state in ('open', 'in_progress', 'waiting');
