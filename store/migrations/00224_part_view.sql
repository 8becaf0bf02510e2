-- +goose Up
-- Lists of debts read parts of all invoices: those that are paid at once, which are nearly all, are not looked up among the others one by one.

create or replace view receivable_part as
  select r.invoice_id, r.account_id, 1 as position, r.due_date, r.open as amount, r.open
    from receivable r where not exists (select from invoice_instalment i where i.invoice_id = r.invoice_id)
  union all
  select r.invoice_id, r.account_id, p.position, p.due_date, p.amount, greatest(0.00, least(p.amount, r.open - p.after)) as open
    from (select i.invoice_id, i.position, i.due_date, i.amount,
        coalesce(sum(i.amount) over (partition by i.invoice_id order by i.position desc rows between unbounded preceding and 1 preceding), 0) as after
      from invoice_instalment i) p join receivable r on r.invoice_id = p.invoice_id;

-- +goose Down
select 1;
