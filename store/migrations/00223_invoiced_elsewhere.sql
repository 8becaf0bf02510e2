-- +goose Up
-- A company may invoice in another system: what it invoices there is kept under its number there, owed and chased like any other (S061, S062).

alter table legal_entity add invoicing text not null default 'own' check (invoicing in ('own', 'elsewhere'));
create unique index invoice_elsewhere on invoice (year, lower(number)) where series = 'X';

-- +goose Down
select 1;
