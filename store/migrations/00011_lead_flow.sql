-- +goose Up
-- Scoring, assignment and nurture of leads; samples of deals.

alter table lead
  add score_by_hand integer not null default 0 check (score_by_hand between 0 and 100), -- 0: the rules' score holds
  add halved boolean not null default false,
  add consent boolean not null default false, -- to be written to
  add consent_source text not null default '',
  add consent_at timestamptz, -- given or withdrawn
  add bounced_at timestamptz,
  add track text not null default '', -- the nurture track that it is in
  add assign_rule text not null default '', -- empty: a person chose the owner
  add assigned_at timestamptz;
create index lead_in_hand on lead (owner_id) where state = 'assigned';
create index lead_turn on lead (owner_id, assigned_at) where assigned_at is not null;
create index lead_account on lead (account_id) where account_id is not null;

alter table touch add key text; -- the same input counts once
create unique index touch_key on touch (key) where key is not null;

create table nurture_touch ( -- each mail of each track once to each lead
  lead_id uuid not null references lead,
  track text not null,
  touch text not null,
  mail text not null,
  position integer not null,
  due_at timestamptz not null,
  state text not null check (state in ('planned', 'written', 'stopped')),
  effect_key text not null default '',
  secret_hash bytea unique, -- of the link that ends the mails
  at timestamptz,
  primary key (lead_id, track, touch)
);

create table sample ( -- a product sample for a deal (S071)
  id uuid primary key,
  opportunity_id uuid not null references opportunity,
  product_id uuid not null references product,
  quantity numeric(15,4) not null check (quantity > 0),
  state text not null default 'requested' check (state in ('requested', 'shipped', 'answered')),
  note text not null default '',
  requested_by text not null,
  requested_at timestamptz not null,
  reference text not null default '', -- of the shipment
  shipped_at timestamptz,
  feedback_due date,
  reminded_at timestamptz,
  outcome text not null default '' check (outcome in ('', 'positive', 'neutral', 'negative')),
  feedback text not null default '',
  answered_at timestamptz
);
create index sample_opportunity on sample (opportunity_id, requested_at);
