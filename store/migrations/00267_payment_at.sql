-- +goose Up
-- The queue of debtors asks again and again what came in since it was opened.
create index payment_at on payment (at);

-- +goose Down
select 1;
