-- +goose Up
-- Why nothing is charged goes with each part of a sum to the invoice: an order may have several reasons.

alter table quote_line add tax_code text not null default ''; -- of its tax class, as it was then (N2.1 …)
update quote_line l set tax_code = k.code from tax_class k where k.id = l.tax_class_id and k.code <> '';

alter table tranche_part add tax_code text not null default '', add tax_reason text not null default '';
update tranche_part p set tax_code = z.code, tax_reason = z.reason
  from tranche t join contract c on c.id = t.contract_id join sales_order o on o.id = c.order_id
  join lateral (select max(l.tax_code) as code, max(l.exemption) as reason from quote_line l
    where l.quote_id = o.quote_id and l.tax_percent = 0 and l.tax_code <> '' having count(distinct l.tax_code) = 1) z on true
  where t.id = p.tranche_id and p.tax_percent = 0;
alter table tranche_part drop constraint tranche_part_pkey, add primary key (tranche_id, tax_percent, tax_code);

alter table invoice_line add tax_code text not null default '', add tax_reason text not null default ''; -- none on those from before

-- +goose Down
select 1;
