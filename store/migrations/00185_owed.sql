-- +goose Up
-- What a customer owes of an invoice: not the tax that he pays to the state himself, and not what his deposit covers. Both stand in the ledger, so that its
-- entries come to what is open.

alter table ledger drop constraint ledger_kind_check, add constraint ledger_kind_check
  check (kind in ('invoice', 'payment', 'fee', 'credit', 'split_tax', 'deposit')); -- split_tax: paid to the state; deposit: it came in, was set off

alter table contract add column deposit numeric(15,2) not null default 0 check (deposit >= 0); -- of the deal, on hand when the contract was made
alter table invoice add column paid_before numeric(15,2) not null default 0 check (paid_before >= 0); -- of the deposit
alter table quote_deposit
  add column used numeric(15,2) not null default 0 check (used >= 0), -- set off against invoices
  add constraint quote_deposit_used check (used <= coalesce(paid, 0));

-- Deposits that came in stand on the customer's account.
insert into ledger (account_id, kind, amount, on_date, at)
  select o.account_id, 'deposit', -d.paid, d.paid_on, coalesce(d.noted_at, now()) from quote_deposit d join quote q on q.id = d.quote_id join opportunity o on o.id = q.opportunity_id
  where d.paid > 0;
update contract c set deposit = x.paid from (select q.opportunity_id, sum(d.paid) as paid from quote_deposit d join quote q on q.id = d.quote_id where d.paid > 0 group by 1) x
  where x.opportunity_id = c.opportunity_id and c.state = 'active';

-- Invoices whose tax goes to the state were open with it.
create temporary table split_open on commit drop as
  select i.id, i.account_id, i.issue_date, least(i.tax, r.open) as tax from invoice i join receivable r on r.invoice_id = i.id where i.split_payment and least(i.tax, r.open) > 0;
insert into ledger (account_id, invoice_id, kind, amount, on_date, at) select account_id, id, 'split_tax', -tax, issue_date, now() from split_open;
update receivable r set open = r.open - s.tax, settled_at = case when r.open = s.tax then now() end from split_open s where s.id = r.invoice_id;
update tranche t set state = 'paid' from receivable r join split_open s on s.id = r.invoice_id where t.invoice_id = r.invoice_id and r.open = 0 and t.state = 'invoiced';

-- +goose Down
select 1;
