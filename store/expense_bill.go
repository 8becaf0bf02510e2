package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// billableExpenses are approved expenses of a project that the customer pays and that nothing bills; one whose cost was taken back is none.
const billableExpenses = selectExpenses + ` where x.project_id = $1 and x.state = 'approved' and x.billable and x.cost > 0 and not exists (select from expense_bill b where b.expense_id = x.id)
	and not exists (select from cost_entry k where k.corrects_id = x.id) order by x.on_date, x.id limit 500`

// BillableExpenses lists the expenses of a contract's project that may be billed. Whether they may be seen the caller asks.
func (s *Store) BillableExpenses(ctx context.Context, contract crm.ID) ([]ExpenseRow, error) {
	var project crm.ID
	if err := s.pool.QueryRow(ctx, `select id from project where contract_id = $1`, contract).Scan(&project); err != nil {
		return nil, told(err)
	}
	return many[ExpenseRow](ctx, s.pool, billableExpenses, project)
}

// BillableExpenses lists them as the step finds them.
func (tx *Tx) BillableExpenses(ctx context.Context, project crm.ID) ([]ExpenseRow, error) {
	return many[ExpenseRow](ctx, tx.q, billableExpenses, project)
}

// ExpenseBillRow is a tranche of expenses as a page shows it.
type ExpenseBillRow struct {
	crm.Tranche
	Expenses int
	Invoice  string // its number
}

// ExpenseBills lists the tranches of expenses of a contract, the last first.
func (s *Store) ExpenseBills(ctx context.Context, contract crm.ID) ([]ExpenseBillRow, error) {
	return many[ExpenseBillRow](ctx, s.pool, `select t.*, (select count(*) from expense_bill b where b.tranche_id = t.id) as expenses, coalesce(i.number, '') as invoice from tranche t left join invoice i on i.id = t.invoice_id
		where t.contract_id = $1 and t.kind = 'expenses' order by t.position desc`, contract)
}

// MainTax is how most of a contract is taxed; ErrNotFound where it has no tranche.
func (tx *Tx) MainTax(ctx context.Context, contract crm.ID) (crm.TranchePart, error) {
	return one[crm.TranchePart](ctx, tx.q, `select p.tax_percent, p.tax_code, min(p.tax_reason) as tax_reason from tranche_part p join tranche t on t.id = p.tranche_id where t.contract_id = $1 and t.kind <> 'expenses'
		group by p.tax_percent, p.tax_code order by sum(p.net) desc, p.tax_percent desc limit 1`, contract)
}

// TaxOf is how a class taxes; ErrNotFound where there is none in use.
func (tx *Tx) TaxOf(ctx context.Context, class crm.ID) (crm.TranchePart, error) {
	c, err := one[crm.TaxClass](ctx, tx.q, `select * from tax_class where id = $1 and active`, class)
	return crm.TranchePart{TaxPercent: c.Percent, TaxCode: c.Code, TaxReason: c.Exemption}, err
}

// PutUpExpenses writes a tranche of expenses; each expense is on one at most.
func (tx *Tx) PutUpExpenses(t crm.Tranche, part crm.TranchePart, lines []crm.BilledExpense) {
	tx.q.later(insertTranche, t.ID, t.ContractID, t.Position, t.Kind, t.Percent, t.OpensAtPercent, t.Net, t.Tax, t.Total, t.State, t.Milestone, t.MilestoneID, t.PeriodStart, t.PeriodEnd)
	tx.parts(t.ID, []crm.TranchePart{part})
	for _, l := range lines {
		tx.q.later(`insert into expense_bill (expense_id, tranche_id, markup_percent, net, tax) values ($1, $2, $3, $4, $5)`, l.ExpenseID, t.ID, l.MarkupPercent, l.Net, l.Tax)
	}
}

// FreeExpenses takes a tranche of expenses back: they may be billed anew. The tranche stays where an invoice once named it, and is gone else.
func (tx *Tx) FreeExpenses(ctx context.Context, tranche crm.ID) error {
	var named bool
	if err := tx.q.QueryRow(ctx, `select exists (select from invoice_line where tranche_id = $1)`, tranche).Scan(&named); err != nil {
		return told(err)
	}
	tx.q.later(`delete from expense_bill where tranche_id = $1`, tranche)
	if named {
		tx.q.later(`update tranche set state = 'cancelled', version = version + 1 where id = $1`, tranche)
		return nil
	}
	tx.q.later(`delete from tranche_part where tranche_id = $1`, tranche)
	tx.q.later(`delete from tranche where id = $1`, tranche)
	return nil
}

// BilledExpenseRow is a line of a tranche of expenses with what it says.
type BilledExpenseRow struct {
	ExpenseRow
	MarkupPercent decimal.Decimal
	Net           decimal.Decimal
	Tax           decimal.Decimal
}

// BilledExpenses lists what a tranche of expenses bills, in the order of the days.
func (tx *Tx) BilledExpenses(ctx context.Context, tranche crm.ID) ([]BilledExpenseRow, error) {
	return many[BilledExpenseRow](ctx, tx.q, `select x.*, b.markup_percent, b.net, b.tax from (`+selectExpenses+`) x join expense_bill b on b.expense_id = x.id where b.tranche_id = $1 order by x.on_date, x.id`, tranche)
}

// rebilled refuses the cost of an expense that the customer is billed: that is taken back first, or credited.
func (e *edit) rebilled(ctx context.Context, cost crm.ID) error {
	var billed bool
	if err := e.q.QueryRow(ctx, `select exists (select from expense_bill where expense_id = $1)`, cost).Scan(&billed); err != nil {
		return told(err)
	}
	if billed {
		return Refused{Code: "cost_billed"}
	}
	return nil
}
