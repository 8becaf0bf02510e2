-- +goose Up
-- What the ledger says of invoices, added up by due date and day, so that the ageing at any date is a sum over days and not over invoices. What was
-- written to the ledger since is added when it is asked.

create table ledger_sum (
  currency text not null,
  due_date date not null,
  on_date date not null,
  amount numeric(19,2) not null,
  primary key (currency, due_date, on_date)
);
create table ledger_summed (id bigint not null); -- the last entry that it holds
insert into ledger_summed select coalesce(max(id), 0) from ledger;
insert into ledger_sum select i.currency, i.due_date, l.on_date, sum(l.amount) from ledger l join invoice i on i.id = l.invoice_id group by 1, 2, 3;
create index invoice_issued on invoice (issue_date);

-- +goose Down
select 1;
