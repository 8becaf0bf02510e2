-- +goose Up
-- The order in which leads are to be worked on, without their response clocks, put together now and then: worked out when asked, it would take
-- longer than a page may among many leads.
create table lead_rank (
  lead_id uuid primary key, -- no reference: one that is gone goes with the next time
  place smallint not null, -- the points below, with a minus, so that the first place is the lowest
  score_points smallint not null,
  heard_points smallint not null,
  consent_points smallint not null,
  word_points smallint not null
);
create index lead_rank_place on lead_rank (place, lead_id);

create table lead_rank_state (
  one boolean primary key default true check (one),
  ranked_at timestamptz not null default '-infinity',
  business_at timestamptz -- what counts as the present there
);
insert into lead_rank_state default values;
