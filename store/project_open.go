package store

import (
	"context"

	"leadtocash/crm"
)

// OpenItem is something that keeps a project from being closed (S085).
type OpenItem struct {
	Kind string // tranche, request (a purchase to be approved), order (one that commits something), case, milestone
	ID   crm.ID
	Name string // number, or what it is called
}

// projectOpenItems is how many of a project's open items are told.
const projectOpenItems = 100

const selectProjectOpen = `select kind, id, name from (
	select 1 as rank, 'tranche' as kind, t.id, c.number || '/' || t.position as name, t.position::bigint as place from tranche t join contract c on c.id = t.contract_id
		where t.contract_id = $1 and t.invoice_id is null and t.external_number = '' and t.kind <> 'period'
	union all select 2, case o.state when 'draft' then 'request' else 'order' end, o.id, o.number, extract(epoch from o.at)::bigint from purchase_order o join project p on p.id = o.project_id where p.contract_id = $1 and o.state in ('draft', 'approved')
	union all select 3, case e.state when 'requested' then 'request' else 'order' end, e.id, e.text, extract(epoch from e.at)::bigint from cost_entry e join project p on p.id = e.project_id where p.contract_id = $1 and e.state in ('requested', 'committed') and e.purchase_order_id is null
	union all select 4, 'case', k.id, k.number, extract(epoch from k.opened_at)::bigint from care_case k where (k.contract_id = $1 or k.project_id = (select p.id from project p where p.contract_id = $1)) and k.merged_id is null and k.state in ('open', 'in_progress', 'waiting')
	union all select 5, 'milestone', m.id, m.name, m.due_date - date '1900-01-01' from milestone m join project p on p.id = m.project_id where p.contract_id = $1 and m.done_on is null) x
	order by rank, place, id limit $2`

// ProjectOpen lists what keeps the project of a contract from being closed.
func (s *Store) ProjectOpen(ctx context.Context, contract crm.ID) ([]OpenItem, error) {
	return many[OpenItem](ctx, s.pool, selectProjectOpen, contract, projectOpenItems)
}

// ProjectOpen is the same as the step leaves it.
func (tx *Tx) ProjectOpen(ctx context.Context, contract crm.ID) ([]OpenItem, error) {
	return many[OpenItem](ctx, tx.q, selectProjectOpen, contract, projectOpenItems)
}
