-- +goose Up
-- Which version of the dunning rules said the fee of a payment that came back; 0: a person did.
alter table payment_return add column rule_version integer not null default 0;

-- +goose Down
select 1;
