package store

import (
	"context"
	"fmt"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

const contractColumns = `id, number, opportunity_id, order_id, account_id, state, currency, net, tax, total, split_payment, deposit, payment_days, payment_terms, start_date, end_date, notice_days, renewal, renewal_months, terms, erp_reference,
	owner_id, next_opportunity_id, version, signed_at, closed_at`

const trancheColumns = `id, contract_id, position, kind, percent, opens_at_percent, net, tax, total, milestone, milestone_id, period_start, period_end, state, invoice_id, external_number, dishonoured, earning_id, cut_of, version`

const projectColumns = `id, contract_id, name, state, revenue, budget, progress_percent, progress_way, sign_off, signed_percent, manager_id, cost_rate, billing, hour_price, alarmed_at, version, opened_at, closed_at`

// insertTranche puts a tranche behind those that are there, at the place that it is given or later.
const insertTranche = `insert into tranche (id, contract_id, position, kind, percent, opens_at_percent, net, tax, total, state, milestone, milestone_id, period_start, period_end)
	values ($1, $2, greatest($3::int, (select coalesce(max(position), 0) + 1 from tranche where contract_id = $2)), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`

// Contract locks the contract of this process.
func (tx *Tx) Contract(ctx context.Context) (crm.Contract, error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	return ask[crm.Contract](ctx, tx.q, contractOf(id))
}

func contractOf(id crm.ID) Question {
	return asks(`select `+contractColumns+` from contract where id = $1 for update`, id)
}

// ContractNumber is the question for the number of a contract that is to be added. One that is not used is lost.
var ContractNumber = asks(`select nextval('contract_number')`)

// AddContract writes the contract of an approved order, with its project (S089), and gives it a number. The order's id keeps it from being
// made twice (S080).
func (tx *Tx) AddContract(ctx context.Context, c crm.Contract, p crm.Project, tranches []crm.Tranche, parts [][]crm.TranchePart) (crm.Contract, error) {
	var n int64
	if err := askRow(ctx, tx.q, ContractNumber).Scan(&n); err != nil {
		return c, told(err)
	}
	c.Number = fmt.Sprintf("C-%d-%04d", tx.Today.Year(), n)
	tx.q.later(`insert into contract (id, number, opportunity_id, order_id, account_id, currency, net, tax, total, payment_days, start_date, end_date, owner_id, signed_at, notice_days, split_payment,
			renewal, renewal_months, terms, payment_terms, deposit)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, (select split_payment from sales_order where id = $4), $16, $17, $18, coalesce(nullif($19, ''), (select payment_terms from account_tax where account_id = $5), ''), `+depositsOnHand+`)`, c.ID, c.Number, c.OpportunityID, c.OrderID, c.AccountID, c.Currency,
		c.Net, c.Tax, c.Total, c.PaymentDays, c.StartDate, c.EndDate, c.OwnerID, tx.Now, c.NoticeDays, c.Renewal, c.RenewalMonths, c.Terms, c.PaymentTerms)
	tx.q.later(`insert into project (id, contract_id, name, revenue, budget, manager_id, opened_at, billing, hour_price, sign_off) values ($1, $2, $3, $4, $5, $6, $7, coalesce(nullif($8, ''), 'plan'), $9, coalesce(nullif($10, ''), 'none'))`,
		p.ID, c.ID, p.Name, p.Revenue, p.Budget, p.ManagerID, tx.Now, p.Billing, p.HourPrice, p.SignOff)
	for i, t := range tranches {
		t.ID = NewID()
		if t.Milestone != "" {
			t.MilestoneID = tx.planMilestone(c, p.ID, t.Milestone)
		}
		tx.q.later(insertTranche, t.ID, c.ID, t.Position, t.Kind, t.Percent, t.OpensAtPercent, t.Net, t.Tax, t.Total, t.State,
			t.Milestone, t.MilestoneID, t.PeriodStart, t.PeriodEnd)
		for _, part := range parts[i] {
			tx.q.later(`insert into tranche_part (tranche_id, tax_percent, tax_code, tax_reason, net, tax) values ($1, $2, $3, $4, $5, $6)`, t.ID, part.TaxPercent, part.TaxCode, part.TaxReason, part.Net, part.Tax)
		}
	}
	tx.q.later(`update account set kind = 'customer' where id = $1 and kind <> 'customer'`, c.AccountID)
	return c, nil
}

// planMilestone puts the milestone that a tranche waits for on the project's plan, due at the contract's end until somebody says better.
func (tx *Tx) planMilestone(c crm.Contract, project crm.ID, name string) crm.ID {
	id := NewID()
	tx.q.later(`insert into milestone (id, project_id, name, due_date) values ($1, $2, $3, $4)`, id, project, name, c.EndDate)
	tx.AtOf(crm.ProcessID(crm.KindContract, c.ID), DeadlineMilestone, string(id), Morning(c.EndDate.AddDays(1), tx.Zone))
	return id
}

// Tranches lists the contract's billing plan.
func (tx *Tx) Tranches(ctx context.Context, contract crm.ID) ([]crm.Tranche, error) {
	return tranches(ctx, tx.q, contract)
}

func tranches(ctx context.Context, q querier, contract crm.ID) ([]crm.Tranche, error) {
	return askAll[crm.Tranche](ctx, q, TranchesOf(contract))
}

// TranchesOf is the question for Tranches.
func TranchesOf(contract crm.ID) Question {
	return asks(`select `+trancheColumns+` from tranche where contract_id = $1 order by position`, contract)
}

// TrancheParts is a tranche by tax rate.
func (tx *Tx) TrancheParts(ctx context.Context, tranche crm.ID) ([]crm.TranchePart, error) {
	return askAll[crm.TranchePart](ctx, tx.q, TranchePartsOf(tranche))
}

// TranchePartsOf is the question for TrancheParts.
func TranchePartsOf(tranche crm.ID) Question {
	return asks(`select * from tranche_part where tranche_id = $1 order by tax_percent desc, tax_code`, tranche)
}

// openedByProgress are the tranches of the first argument's contract that progress of the second opens: none where the work is billed by what it has earned.
const openedByProgress = `contract_id = $1 and state = 'planned' and opens_at_percent <= $2 and kind <> 'period' and milestone = '' and not exists (select from project p where p.contract_id = $1 and p.billing <> 'plan')`

// OpenTranches makes billable what the progress has reached; it tells how many were opened (S060).
func (tx *Tx) OpenTranches(ctx context.Context, contract crm.ID, progress decimal.Decimal) (int, error) {
	tag, err := tx.q.Exec(ctx, `update tranche set state = 'billable' where `+openedByProgress, contract, progress)
	return int(tag.RowsAffected()), told(err)
}

// Project locks the contract's project.
func (tx *Tx) Project(ctx context.Context, contract crm.ID) (crm.Project, error) {
	return ask[crm.Project](ctx, tx.q, ProjectOf(contract))
}

// ProjectOf is the question for Project.
func ProjectOf(contract crm.ID) Question {
	return asks(`select `+projectColumns+` from project where contract_id = $1 for update`, contract)
}

// SaveProject writes what a step changed on a project.
func (tx *Tx) SaveProject(ctx context.Context, p crm.Project) error {
	return late(ctx, tx.q, `update project set state = $2, progress_percent = $3, closed_at = $4, alarmed_at = $5, version = version + 1 where id = $1`,
		p.ID, p.State, p.ProgressPercent, p.ClosedAt, p.AlarmedAt)
}

// SaveContract writes what a step changed on a contract. The ERP's reference is not a step's to write: it comes with the effect's outcome.
func (tx *Tx) SaveContract(ctx context.Context, c crm.Contract) error {
	return late(ctx, tx.q, `update contract set state = $2, next_opportunity_id = $3, closed_at = $4, version = version + 1 where id = $1`,
		c.ID, c.State, c.NextOpportunityID, c.ClosedAt)
}
