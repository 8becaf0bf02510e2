-- +goose Up
-- What the ERP calls an order is written to the contract with the effect's outcome; a deal's process ends with its contract and no longer waits.
update contract c set erp_reference = e.outcome, version = c.version + 1
  from effect e where e.key = 'erp/order/' || c.order_id and e.state = 'done' and c.erp_reference = '';
with over as (
  update process set closed = true, version = version + 1 where kind = 'opportunity' and step = 'erp' and not closed returning id
), quiet as (
  delete from deadline d using over where d.process = over.id
) insert into outbox (id, process, due_at) select 'erp-answer/' || id, id, now() from over;

-- +goose Down
select 1;
