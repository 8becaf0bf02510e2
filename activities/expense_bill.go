package activities

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// billExpenses puts approved expenses that the customer pays beside the price up for billing, as a tranche of their own on top of the contract (S060, S083). Each is
// billed once; it may be after the project is closed.
func (s *Steps) billExpenses(ctx context.Context, tx *store.Tx, f crm.BillExpensesFields) (crm.Answer, error) {
	c, p, _, err := openProject(ctx, tx)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case c.State != crm.ContractActive:
		return refuse("contract_closed"), nil
	}
	markup := decimal.Zero
	if f.MarkupPercent != "" {
		if markup, err = crm.ParsePercent(f.MarkupPercent); err != nil {
			return invalid("/markup_percent", codeOf(err)), nil
		}
	}
	tax, err := tx.MainTax(ctx, c.ID)
	if f.TaxClassID != "" {
		if tax, err = tx.TaxOf(ctx, f.TaxClassID); errors.Is(err, store.ErrNotFound) {
			return invalid("/tax_class_id", "unknown_record"), nil
		}
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return crm.Answer{}, err
	}
	rows, err := tx.BillableExpenses(ctx, p.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	expenses, wrong := chosenExpenses(rows, f.ExpenseIDs)
	switch {
	case wrong != "":
		return invalid(wrong, "not_billable"), nil
	case len(expenses) == 0:
		return refuse("no_billable_expenses"), nil
	}
	t, part, lines, err := tx.Entity.Pricing(c.Currency).BillExpenses(expenses, markup, tax)
	if err != nil {
		return crm.Answer{}, err
	}
	t.ID, t.ContractID = store.NewID(), c.ID
	tx.PutUpExpenses(t, part, lines)
	tx.Tell(store.Entry{Code: "expense.billed", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"amount": t.Net, "quantity": len(lines), "tranche_id": t.ID}})
	return done("tranche", string(t.ID), "net", t.Net.StringFixed(2)), s.watchProject(ctx, tx)
}

// chosenExpenses are the expenses that are named, all where none is; wrong points at the first that may not be billed.
func chosenExpenses(rows []store.ExpenseRow, ids []crm.ID) (out []crm.Expense, wrong string) {
	for i, id := range ids {
		if !slices.ContainsFunc(rows, func(x store.ExpenseRow) bool { return x.ID == id }) {
			return nil, "/expense_ids/" + strconv.Itoa(i)
		}
	}
	for _, x := range rows {
		if len(ids) == 0 || slices.Contains(ids, x.ID) {
			out = append(out, x.Expense)
		}
	}
	return out, ""
}

// unbillExpenses takes a tranche of expenses back before it is invoiced.
func (s *Steps) unbillExpenses(ctx context.Context, tx *store.Tx, f crm.UnbillExpensesFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	t, there, err := tranche(ctx, tx, c.ID, f.TrancheID)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case c.State != crm.ContractActive:
		return refuse("contract_closed"), nil
	case !there || t.Kind != crm.TrancheExpenses:
		return refuse("not_found"), nil
	case t.State == crm.TrancheCancelled:
		return done("tranche", string(t.ID)), nil
	case t.Billed():
		return refuse("already_invoiced", "invoice", string(t.InvoiceID), "number", t.ExternalNumber), nil
	}
	if err := tx.FreeExpenses(ctx, t.ID); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "expense.unbilled", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"amount": t.Net, "tranche_id": t.ID}})
	return done("tranche", string(t.ID)), s.watchProject(ctx, tx)
}

// billLines adds the lines of a tranche to those of an invoice: of expenses one for each with its day and its receipt, else one for each rate or reason.
func billLines(ctx context.Context, tx *store.Tx, words *i18n.Printer, lines []crm.InvoiceLine, contract string, t crm.Tranche, parts []crm.TranchePart) ([]crm.InvoiceLine, error) {
	if t.Kind != crm.TrancheExpenses || len(parts) != 1 {
		text, err := lineOf(ctx, tx, words, contract, t)
		return trancheLines(lines, t.ID, text, parts), err
	}
	rows, err := tx.BilledExpenses(ctx, t.ID)
	for _, x := range rows {
		text := words.T("billing.line_expense", map[string]any{"Contract": contract, "Kind": words.T("enum.expense_kind." + string(x.Kind)), "On": words.Date(x.OnDate), "Text": x.Text, "Receipt": x.Receipt})
		lines = append(lines, crm.InvoiceLine{Position: len(lines) + 1, Text: text, Net: x.Net, TaxPercent: parts[0].TaxPercent, TaxCode: parts[0].TaxCode, TaxReason: parts[0].TaxReason, Tax: x.Tax, TrancheID: t.ID})
	}
	return lines, err
}
