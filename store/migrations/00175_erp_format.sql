-- +goose Up
-- How orders reach the ERP is set for each company; what leaves the house is due by the company's clock, which tests may move.

alter table legal_entity add column if not exists erp_format text not null default 'webhook' check (erp_format in ('webhook', 'ubl'));
insert into setting (name) values ('erp') on conflict do nothing;

-- +goose Down
select 1;
