package store

import (
	"context"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

const billables = `select t.id, t.contract_id, t.position, t.kind, t.percent, t.opens_at_percent, t.net, t.tax, t.total, t.milestone, t.milestone_id, t.period_start, t.period_end, t.state, t.invoice_id, t.external_number,
		t.dishonoured, t.earning_id, t.version, c.number as contract, c.opportunity_id, a.name as account, c.account_id, c.state = 'active' as active, c.currency, c.payment_days, c.payment_terms, c.split_payment, c.deposit
	from tranche t join contract c on c.id = t.contract_id join account a on a.id = c.account_id`

// Billables lists what may be billed today within the scope, customer by customer; of one customer where one is named.
func (s *Store) Billables(ctx context.Context, sc Scope, account crm.ID, today crm.Date, limit int) ([]crm.BillableTranche, error) {
	where := conditions{sc.sees("c.owner_id"), `c.state = 'active' and t.invoice_id is null and t.external_number = '' and (t.state = 'billable' or t.kind = 'period' and t.state = 'planned' and t.period_start <= @today)`}
	where.when(account != "", `c.account_id = @account`)
	return many[crm.BillableTranche](ctx, s.pool, billables+where.sql()+` order by a.name, c.account_id, c.number, t.position limit @limit`,
		sc.args(pgx.NamedArgs{"account": account, "today": today, "limit": limit}))
}

// BillablesBy reads tranches within the scope in the order in which they are named; those that nobody finds are left out.
func (s *Store) BillablesBy(ctx context.Context, sc Scope, ids []crm.ID) ([]crm.BillableTranche, error) {
	rows, err := many[crm.BillableTranche](ctx, s.pool, billables+` where t.id = any(@ids::uuid[]) and `+sc.sees("c.owner_id"), sc.args(pgx.NamedArgs{"ids": texts(ids)}))
	return inOrder(rows, ids), err
}

func inOrder(rows []crm.BillableTranche, ids []crm.ID) (out []crm.BillableTranche) {
	for _, id := range ids {
		if k := slices.IndexFunc(rows, func(t crm.BillableTranche) bool { return t.ID == id }); k >= 0 {
			out = append(out, rows[k])
		}
	}
	return out
}

// Grouped locks the processes and contracts of the tranches, beside the one of this step, in the order of their ids, and reads the tranches in the order
// in which they are named. Of contracts with smaller ids it is ErrNotFound: their own step would have to do it.
func (tx *Tx) Grouped(ctx context.Context, ids []crm.ID) ([]crm.BillableTranche, error) {
	contracts, err := many[struct{ ID crm.ID }](ctx, tx.q, `select distinct contract_id as id from tranche where id = any($1::uuid[]) order by 1`, texts(ids))
	if err != nil {
		return nil, err
	}
	_, own := crm.SplitProcessID(tx.Process.ID)
	if len(contracts) == 0 || contracts[0].ID != own {
		return nil, ErrNotFound
	}
	for _, c := range contracts[1:] {
		for _, lock := range []struct {
			sql string
			of  any
		}{{`select 1 from process where id = $1 for update`, crm.ProcessID(crm.KindContract, c.ID)}, {`select 1 from contract where id = $1 for update`, c.ID}} {
			var one int
			if err := tx.q.QueryRow(ctx, lock.sql, lock.of).Scan(&one); err != nil {
				return nil, told(err)
			}
		}
	}
	rows, err := many[crm.BillableTranche](ctx, tx.q, billables+` where t.id = any($1::uuid[])`, texts(ids))
	return inOrder(rows, ids), err
}

// SharedInvoice reads an invoice that bills a tranche of the contract, whoever's command issued it.
func (tx *Tx) SharedInvoice(ctx context.Context, contract, id crm.ID) (crm.Invoice, error) {
	return one[crm.Invoice](ctx, tx.q, `select `+invoiceColumns+`, split_payment, paid_before, grouped from invoice i where id = $1 and (contract_id = $2 or exists (select from invoice_share s where s.invoice_id = i.id and s.contract_id = $2))`, id, contract)
}

// TranchesBy tells of which contract each of some tranches is.
func (tx *Tx) TranchesBy(ctx context.Context, ids []crm.ID) ([]crm.BillableTranche, error) {
	return many[crm.BillableTranche](ctx, tx.q, billables+` where t.id = any($1::uuid[]) order by t.id`, texts(ids))
}

// ContractRef is a contract that an invoice bills, with its order and the lines of the invoice that are its.
type ContractRef struct {
	ID        crm.ID
	Number    string
	Order     string
	Positions []int
}

// ContractsOn lists the contracts that a grouped invoice bills, in the order of its lines.
func (s *Store) ContractsOn(ctx context.Context, invoice crm.ID) ([]ContractRef, error) {
	return many[ContractRef](ctx, s.pool, `select c.id, c.number, o.number as "order", array_agg(l.position order by l.position)::int[] as positions
		from invoice_line l join tranche t on t.id = l.tranche_id join contract c on c.id = t.contract_id join sales_order o on o.id = c.order_id
		where l.invoice_id = $1 group by c.id, c.number, o.number order by min(l.position)`, invoice)
}
