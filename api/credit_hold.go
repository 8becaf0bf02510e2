package api

import (
	"strings"

	"leadtocash/crm"
)

// heldOrder is a check of order validation that refuses every order of a customer as long as he owes what he owes (S078, S091).
type heldOrder struct {
	Check string `doc:"text=Its name in the rules of orders."`
	Text  string `doc:"text=What it asks for, in the reader's language."`
	Now   string `doc:"text=What it read."`
}

// ordersHeld asks the active rules of orders what of a customer's debts holds all his orders, whatever is ordered: a credit hold. Checks that read anything but the
// customer and his debts tell nothing of it. Companies without such rules hold nothing.
func (r *request) ordersHeld(account crm.ID, today crm.Date, currency string) (held []heldOrder, err error) {
	set, err := r.rules(crm.RuleOrder)
	if err != nil {
		return nil, nil
	}
	facts, err := r.store.DebtorFacts(r.ctx(), account, today)
	if err != nil {
		return nil, err
	}
	for _, c := range set.Checklist(facts).Failing() {
		if !aboutDebts(c) {
			continue
		}
		_, check, _ := strings.Cut(c.ID, ".")
		check, _, _ = strings.Cut(check, "#")
		held = append(held, heldOrder{check, r.words().Clause(c, crm.Currency(currency)), r.fieldsHeld(c, currency)})
	}
	return held, nil
}

// aboutDebts tells of a condition that it reads what a customer owes, and of his order no more than its total, which is nothing here.
func aboutDebts(c crm.Clause) (debts bool) {
	for _, v := range c.Values {
		switch group, _, _ := strings.Cut(v.Field, "."); {
		case group == "receivables":
			debts = true
		case group != "customer" && group != "account" && v.Field != "order.total":
			return false
		}
	}
	return debts
}
