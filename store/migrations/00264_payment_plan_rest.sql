-- +goose Up
-- What was settled of a plan is added up once, not for each of its parts.

create or replace view payment_plan_rest as
  select plan_id, account_id, currency, position, due_on, least(amount, up_to - paid) as amount
    from (select x.plan_id, p.account_id, p.currency, x.position, x.due_on, x.amount, sum(x.amount) over (partition by x.plan_id order by x.position) as up_to, p.amount - o.open as paid
      from payment_plan p
        cross join lateral (select coalesce(sum(r.open), 0) as open from payment_plan_invoice i join receivable r on r.invoice_id = i.invoice_id where i.plan_id = p.id) o
        join payment_plan_part x on x.plan_id = p.id where p.state = 'open') s
    where up_to > paid;

-- +goose Down
select 1;
