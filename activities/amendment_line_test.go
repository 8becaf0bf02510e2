package activities_test

import (
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S059, S060: an amendment adds lines of the catalogue and of free text. What is wrong with them is told at once; they are judged as discounts and margins are; tranches, budget and what
// the project's lines come to follow them; and a later amendment changes or takes out one as any other.
func (s *signed) amendedByLines() {
	press, class := store.NewID(), ask[crm.ID](s.desk, `select id from tax_class where percent = 22 limit 1`)
	s.exec(`insert into product (id, sku, name, unit, currency, price, cost, tax_percent, tax_class_id) values ($1, 'ROBOT', 'Robot', 'pc', 'EUR', 200, 90, 22, $2)`, press, class)
	got := s.refused(s.amend(6, "anna", crm.AmendFields{PaymentDays: new(400), Added: []crm.AddFields{{ProductID: store.NewID(), Quantity: decimal.NewFromInt(1)}, {Name: "Training"}}}), "validation_failed")
	for _, at := range []string{"/payment_days", "/added/0/product_id", "/added/1/quantity", "/added/1/unit_price", "/added/1/unit_cost", "/added/1/tax_class_id"} {
		if got.Params[at] == "" {
			s.t.Errorf("nothing is wrong at %s: %v", at, got.Params)
		}
	}
	before := ask[decimal.Decimal](s.desk, `select budget from project where contract_id = $1`, s.contract(6))
	s.must(s.amend(6, "anna", crm.AmendFields{Added: []crm.AddFields{
		{ProductID: press, Quantity: decimal.NewFromInt(2)}, {Name: "Training", Unit: "h", Quantity: decimal.RequireFromString("1.5"), UnitPrice: amount("80.33"), UnitCost: amount("50"), TaxClassID: class},
	}}))
	for s.amendment(6) == "proposed" {
		s.must(s.onContract(6, crm.AmendApprove, "dora", crm.AmendmentFields{}))
	}
	s.must(s.signAmended(6))
	s.sums()
	if net := ask[string](s.desk, `select net::text from contract where id = $1`, s.contract(6)); net != "1520.50" { // 1000 + 2 × 200 + 1.5 × 80.33
		s.t.Errorf("the contract comes to %s", net)
	}
	if budget := ask[decimal.Decimal](s.desk, `select budget from project where contract_id = $1`, s.contract(6)); !budget.Equal(before.Add(decimal.NewFromInt(255))) {
		s.t.Errorf("a budget of %s, before it was %s", budget, before)
	}
	lines := s.budgetLines(6)
	if len(lines) < 3 || lines[len(lines)-2].Name != "Robot" || !lines[len(lines)-2].Cost.Equal(decimal.NewFromInt(180)) || lines[len(lines)-1].Name != "Training" || !lines[len(lines)-1].Cost.Equal(decimal.NewFromInt(75)) {
		s.t.Fatalf("%+v", lines)
	}
	robot := lines[len(lines)-2].ID
	s.must(s.amend(6, "anna", crm.AmendFields{Lines: []crm.LineTerm{{ID: robot, Quantity: decimal.Zero, UnitPrice: decimal.NewFromInt(200)}}}))
	for s.amendment(6) == "proposed" {
		s.must(s.onContract(6, crm.AmendApprove, "dora", crm.AmendmentFields{}))
	}
	s.must(s.signAmended(6))
	s.sums()
	if slices.ContainsFunc(s.budgetLines(6), func(l crm.BudgetLine) bool { return l.ID == robot }) {
		s.t.Error("a line that was taken out has a budget")
	}
	// a price below the catalogue's is a discount, for which finance is asked
	s.must(s.amend(6, "anna", crm.AmendFields{Added: []crm.AddFields{{ProductID: press, Quantity: decimal.NewFromInt(5), UnitPrice: amount("100")}}}))
	if n := ask[int](s.desk, `select count(*)::int from contract_amendment a join amendment_station t on t.amendment_id = a.id where a.contract_id = $1 and a.state = 'proposed' and t.key = 'finance'`, s.contract(6)); n != 1 {
		s.t.Error("half the catalogue's price is no discount")
	}
}

func (s *signed) budgetLines(n int) []crm.BudgetLine {
	s.t.Helper()
	lines, err := s.BudgetLines(s.t.Context(), crm.Contract{ID: crm.ID(s.contract(n)), Currency: "EUR"})
	if err != nil {
		s.t.Fatal(err)
	}
	return lines
}
