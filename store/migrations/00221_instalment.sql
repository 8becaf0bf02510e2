-- +goose Up
-- Payment in several parts: terms of customer, order and contract, and the parts of an invoice.

alter table account_tax add payment_terms text not null default ''; -- as crm.PaymentTerms writes them; empty: the days of quote or order
alter table contract add payment_terms text not null default '';

create table invoice_instalment ( -- of invoices that are paid in several parts; the parts sum to what is to be paid
  invoice_id uuid not null references invoice,
  position integer not null,
  due_date date not null,
  amount numeric(15,2) not null check (amount > 0),
  primary key (invoice_id, position)
);
create trigger invoice_instalment_immutable before update or delete on invoice_instalment for each row execute function refuse_change();

-- What is open of each part of an invoice: what came in, or was credited, went to the earliest. One part where an invoice has no others.
create view receivable_part as
  select r.invoice_id, r.account_id, coalesce(p.position, 1) as position, coalesce(p.due_date, r.due_date) as due_date, coalesce(p.amount, r.open) as amount,
    case when p.position is null then r.open else greatest(0.00, least(p.amount, r.open - p.after)) end as open
  from receivable r left join lateral (select i.position, i.due_date, i.amount,
      coalesce(sum(i.amount) over (order by i.position desc rows between unbounded preceding and 1 preceding), 0) as after
    from invoice_instalment i where i.invoice_id = r.invoice_id) p on true;

-- A receivable's due date is that of its earliest part of which something is open, however it came to be open.
-- +goose StatementBegin
create function next_instalment() returns trigger language plpgsql as $$
declare next date;
begin
  select min(p.due_date) into next from (select i.due_date, i.amount, new.open - coalesce(sum(i.amount) over (order by i.position desc rows between unbounded preceding and 1 preceding), 0) as left
    from invoice_instalment i where i.invoice_id = new.invoice_id) p where p.left > 0;
  if next is not null then
    new.due_date := next;
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger receivable_next_instalment before insert or update of open on receivable for each row execute function next_instalment();

-- +goose Down
select 1;
