-- +goose Up
-- The table of deals by amount, from either end, reads its page instead of sorting every deal.
create index opportunity_amount on opportunity (amount, id);

-- +goose Down
drop index opportunity_amount;
