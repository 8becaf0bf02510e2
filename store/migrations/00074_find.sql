-- +goose Up
-- What people look for is found without its accents and in spite of a slip: trigrams of plain text.
create extension if not exists pg_trgm;
create extension if not exists unaccent with schema public;

-- +goose StatementBegin
create function plain(text) returns text language sql immutable strict parallel safe as
$$ select lower(public.unaccent('public.unaccent', $1)) $$;
-- +goose StatementEnd

create index lead_find on lead using gin (plain(company || ' ' || contact_name || ' ' || email) gin_trgm_ops);
create index account_find on account using gin (plain(name || ' ' || vat || ' ' || email) gin_trgm_ops);
create index contact_find on contact using gin (plain(name || ' ' || email) gin_trgm_ops);
create index opportunity_find on opportunity using gin (plain(number || ' ' || name) gin_trgm_ops);
create index quote_find on quote using gin (plain(number) gin_trgm_ops);
create index sales_order_find on sales_order using gin (plain(number) gin_trgm_ops);
create index contract_find on contract using gin (plain(number) gin_trgm_ops);
create index invoice_find on invoice using gin (plain(number) gin_trgm_ops);
create index care_case_find on care_case using gin (plain(number || ' ' || subject) gin_trgm_ops);
create index product_find on product using gin (plain(sku || ' ' || name) gin_trgm_ops);
