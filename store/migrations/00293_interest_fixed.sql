-- +goose Up
-- Rates of the company's own stay until they are changed; the law's need a new one for each half-year.
alter table interest_charged add column fixed boolean not null default false;

-- +goose Down
select 1;
