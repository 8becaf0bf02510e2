-- +goose Up
-- What a person ticks off on an order's checklist (S078), and the terms of its contract that were chosen before it was validated (S060, S080).
alter table sales_order
  add column ticks jsonb, -- who ticked what and when; none: nobody anything
  add column terms jsonb; -- of the contract; none: those of the quote, for a year
