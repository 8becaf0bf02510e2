-- +goose Up
-- Each part of an invoice that is paid in several has levels of its own.

alter table dunning_step add column part integer not null default 1; -- of the invoice; 1 where it has no others

-- What was written so far counts for the part that was chased last: the earliest of which something is open.
update dunning_step d set part = p.position from (select i.invoice_id, min(r.position) as position from invoice_instalment i join receivable_part r on r.invoice_id = i.invoice_id and r.open > 0 group by 1) p
  where p.invoice_id = d.invoice_id and p.position > 1;

alter table dunning_step drop constraint dunning_step_pkey;
alter table dunning_step add primary key (invoice_id, part, level);

-- +goose Down
select 1;
