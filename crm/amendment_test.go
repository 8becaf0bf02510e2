package crm

import (
	"fmt"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// agreed is a contract of random lines, billed by a random plan.
func agreed(t *rapid.T) Agreement {
	a := Agreement{Pricing: Pricing{Currency: "EUR", Rounding: HalfUp, TaxPerLine: rapid.Bool().Draw(t, "tax per line")}}
	a.Contract = Contract{Currency: "EUR", StartDate: NewDate(2026, 1, 1)}
	for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
		a.Lines = append(a.Lines, QuoteLine{
			ID: ID(fmt.Sprint("line ", i)), Name: fmt.Sprint("Line ", i), Kind: LineOfQuote, Quantity: decimal.NewFromInt(rapid.Int64Range(1, 9).Draw(t, "quantity")),
			UnitPrice: decimal.New(rapid.Int64Range(5_000, 5_000_000).Draw(t, "price"), -2), TaxPercent: decimal.NewFromInt(rapid.SampledFrom([]int64{0, 10, 22}).Draw(t, "tax")), UnitCost: decimal.NewFromInt(20),
		})
	}
	sum, err := a.Pricing.Add(PriceLines(a.Lines), decimal.Zero)
	must(t, err)
	tranches, parts, err := BillPlan(sum, planFrom(t, "first plan"), a.Contract.StartDate, "EUR")
	must(t, err)
	a.Now = ContractTerms{EndDate: NewDate(2027, 1, 1), Renewal: RenewalDeal, RenewalMonths: 12, NoticeDays: 60, PaymentDays: 30, List: sum.List, Cost: sum.Cost, Net: sum.Net, Tax: sum.Tax, Total: sum.Total}
	for i := range tranches {
		a.Now.Tranches = append(a.Now.Tranches, PlannedPart{tranches[i], parts[i]})
	}
	return a
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func planFrom(t *rapid.T, name string) []PlanPart {
	percent := func(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
	return rapid.SampledFrom([][]PlanPart{
		{{Kind: TrancheDeposit, Percent: percent(30)}, {Kind: TrancheProgress, Percent: percent(50)}, {Kind: TrancheBalance, Percent: percent(20)}},
		{{Kind: TrancheBalance, Percent: percent(100)}},
		{{Kind: TranchePeriod, Percent: percent(100), Every: EveryMonth, Periods: 7}},
		{{Kind: TrancheDeposit, Percent: percent(33)}, {Kind: TrancheProgress, Percent: percent(34), Milestone: "Installed"}, {Kind: TranchePeriod, Percent: percent(33), Every: EveryQuarter, Periods: 3}},
	}).Draw(t, name)
}

// S060, M1: whatever is amended and invoiced in whatever order, the tranches always add up to the contract to the cent, by rate and as a whole; what is
// invoiced never changes, and no contract comes to less.
func TestTranchesAddUpAfterAnyAmendment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := agreed(t)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			if rapid.Bool().Draw(t, "invoices") {
				if open := slices.IndexFunc(a.Now.Tranches, func(p PlannedPart) bool { return !p.Tranche.Billed() }); open >= 0 {
					a.Now.Tranches[open].Tranche.State = TrancheInvoiced
				}
				continue
			}
			was := slices.Clone(a.Now.Tranches)
			invoiced := decimal.Zero
			for _, p := range was {
				if p.Tranche.Billed() {
					invoiced = invoiced.Add(p.Tranche.Net)
				}
			}
			f := anyChange(t, a)
			now, rebilled, err := a.Amend(f, completed(f.Added)...)
			if err != nil {
				continue // it was refused, and nothing changes
			}
			if now.Net.LessThan(invoiced) {
				t.Fatalf("%s is less than the %s that are invoiced", now.Net, invoiced)
			}
			if f.Net != nil && !now.Net.Equal(*f.Net) {
				t.Fatalf("%s was agreed, %s came of it", f.Net, now.Net)
			}
			if !rebilled && !slices.EqualFunc(was, now.Tranches, samePart) {
				t.Fatal("tranches changed that nobody asked to change")
			}
			checkPlanned(t, was, now)
			checkLines(t, a, now)
			a.Now = now
		}
	})
}

// completed are lines as the catalogue completes them.
func completed(fields []AddFields) (out []LineTerm) {
	for i, f := range fields {
		tax := decimal.NewFromInt(22)
		if f.TaxClassID == "exempt" {
			tax = decimal.Zero
		}
		out = append(out, Added(QuoteLine{ID: ID(fmt.Sprint("added ", f.Name, i)), Name: f.Name, Quantity: f.Quantity, UnitPrice: *f.UnitPrice, UnitCost: *f.UnitCost, DiscountPercent: f.DiscountPercent, TaxPercent: tax, TaxCode: map[ID]string{"exempt": "N4"}[f.TaxClassID]}))
	}
	return out
}

// checkLines adds a version up again, line by line and from nothing: what it comes to, what it costs, and that no line was lost.
func checkLines(t *rapid.T, a Agreement, now ContractTerms) {
	cents := func(d decimal.Decimal) decimal.Decimal { return d.Round(2) }
	net, cost := now.Adjustment, decimal.Zero
	add := func(q, price, discount, each decimal.Decimal) {
		net, cost = net.Add(cents(q.Mul(price).Mul(hundred.Sub(discount)).Shift(-2))), cost.Add(cents(q.Mul(each)))
	}
	said := map[ID]LineTerm{}
	for _, l := range now.Lines {
		if said[l.ID] = l; l.Added != nil {
			add(l.Quantity, l.UnitPrice, l.Added.DiscountPercent, l.Added.UnitCost)
		}
	}
	for _, q := range a.Lines {
		if l, ok := said[q.ID]; ok {
			q.Quantity, q.UnitPrice = l.Quantity, l.UnitPrice
		}
		add(q.Quantity, q.UnitPrice, q.DiscountPercent, q.UnitCost)
	}
	if !net.Equal(now.Net) || !cost.Equal(now.Cost) {
		t.Fatalf("the lines come to %s at a cost of %s, the version to %s at %s", net, cost, now.Net, now.Cost)
	}
	for _, l := range a.Now.Lines {
		if _, ok := said[l.ID]; !ok && l.Added != nil {
			t.Fatalf("the line %q, added before, is lost", l.Added.Name)
		}
	}
	if lines, err := a.Priced(now); err != nil || len(lines) != len(now.On(a.Lines)) {
		t.Fatalf("%d lines on the paper: %v", len(lines), err)
	}
}

func anyChange(t *rapid.T, a Agreement) (f AmendFields) {
	if rapid.Bool().Draw(t, "plan") {
		f.Plan = planFrom(t, "new plan")
	}
	if rapid.Bool().Draw(t, "adds") {
		for i := range rapid.IntRange(1, 3).Draw(t, "added") {
			price, cost := decimal.New(rapid.Int64Range(0, 900_000).Draw(t, "price of the new"), -2), decimal.New(rapid.Int64Range(0, 500_000).Draw(t, "its cost"), -2)
			f.Added = append(f.Added, AddFields{
				Name: fmt.Sprint(len(a.Now.Every(a.Lines)), "/", i), Quantity: decimal.New(rapid.Int64Range(1, 90_000).Draw(t, "how many"), -3), UnitPrice: &price, UnitCost: &cost,
				DiscountPercent: decimal.New(rapid.Int64Range(0, 10_000).Draw(t, "discount"), -2), TaxClassID: rapid.SampledFrom([]ID{"full", "exempt"}).Draw(t, "class"),
			})
		}
	}
	switch rapid.IntRange(0, 3).Draw(t, "what") {
	case 0:
		net := decimal.New(rapid.Int64Range(1, 60_000_000).Draw(t, "net"), -2)
		f.Net = &net
	case 1:
		l := rapid.SampledFrom(a.Now.Every(a.Lines)).Draw(t, "line")
		f.Lines = []LineTerm{{ID: l.ID, Quantity: decimal.NewFromInt(rapid.Int64Range(0, 12).Draw(t, "new quantity")), UnitPrice: decimal.New(rapid.Int64Range(0, 6_000_000).Draw(t, "new price"), -2)}}
	case 2:
		f.EndDate = NewDate(2028, 1, 1).AddDays(rapid.IntRange(0, 99).Draw(t, "days"))
	}
	return f
}

func samePart(a, b PlannedPart) bool {
	return a.Tranche.Position == b.Tranche.Position && a.Tranche.Net.Equal(b.Tranche.Net) && a.Tranche.Tax.Equal(b.Tranche.Tax) && a.Tranche.State == b.Tranche.State
}

// checkPlanned looks at the tranches of a version: they are the version's sums, and those that were billed stand as they did.
func checkPlanned(t *rapid.T, was []PlannedPart, now ContractTerms) {
	net, tax, total, percent, places := decimal.Zero, decimal.Zero, decimal.Zero, decimal.Zero, map[int]bool{}
	for _, p := range now.Tranches {
		tr := p.Tranche
		net, tax, total, percent = net.Add(tr.Net), tax.Add(tr.Tax), total.Add(tr.Total), percent.Add(tr.Percent)
		partNet, partTax := decimal.Zero, decimal.Zero
		for _, q := range p.Parts {
			partNet, partTax = partNet.Add(q.Net), partTax.Add(q.Tax)
		}
		if !partNet.Equal(tr.Net) || !partTax.Equal(tr.Tax) || !tr.Net.IsPositive() || !tr.Total.Equal(tr.Net.Add(tr.Tax)) || places[tr.Position] {
			t.Fatalf("tranche %+v of parts %+v", tr, p.Parts)
		}
		places[tr.Position] = true
	}
	if !net.Equal(now.Net) || !tax.Equal(now.Tax) || !total.Equal(now.Total) || !percent.Equal(hundred) && len(now.Tranches) > 0 && !percent.Equal(decimal.NewFromInt(100)) {
		t.Fatalf("tranches %s + %s = %s of %s %%, the contract %s + %s = %s", net, tax, total, percent, now.Net, now.Tax, now.Total)
	}
	for _, p := range was {
		if p.Tranche.Billed() && !slices.ContainsFunc(now.Tranches, func(q PlannedPart) bool { return samePart(p, q) }) {
			t.Fatalf("tranche %d was invoiced and changed", p.Tranche.Position)
		}
	}
}

// N8: what a change makes worse is told clause by clause, and what it makes better or leaves is not worse.
func TestBridgeOfAnAmendment(t *testing.T) {
	t.Parallel()
	price := decimal.NewFromInt(100)
	a := Agreement{
		Pricing: Pricing{Currency: "EUR", Rounding: HalfUp}, Contract: Contract{Currency: "EUR", StartDate: NewDate(2026, 1, 1)},
		Lines: []QuoteLine{{ID: "press", Name: "Press", Kind: LineOfQuote, Quantity: decimal.NewFromInt(10), UnitPrice: price, TaxPercent: decimal.NewFromInt(22), UnitCost: decimal.NewFromInt(60)}},
		Now: ContractTerms{
			SignOff: SignNothing,
			EndDate: NewDate(2027, 1, 1), Renewal: RenewalDeal, RenewalMonths: 12, NoticeDays: 60, PaymentDays: 30, DeliveryDate: NewDate(2026, 6, 1),
			List: decimal.NewFromInt(1000), Cost: decimal.NewFromInt(600), Net: decimal.NewFromInt(1000), Tax: decimal.NewFromInt(220), Total: decimal.NewFromInt(1220),
			Tranches: []PlannedPart{
				{Tranche{Position: 1, Kind: TrancheDeposit, State: TrancheInvoiced, Net: decimal.NewFromInt(300), Tax: decimal.NewFromInt(66), Total: decimal.NewFromInt(366)}, []TranchePart{{TaxPercent: decimal.NewFromInt(22), Net: decimal.NewFromInt(300), Tax: decimal.NewFromInt(66)}}},
				{Tranche{Position: 2, Kind: TrancheProgress, OpensAtPercent: decimal.NewFromInt(50), State: TranchePlanned, Net: decimal.NewFromInt(700), Tax: decimal.NewFromInt(154), Total: decimal.NewFromInt(854)}, []TranchePart{{TaxPercent: decimal.NewFromInt(22), Net: decimal.NewFromInt(700), Tax: decimal.NewFromInt(154)}}},
			},
		},
	}
	n := func(i int) *int { return &i }
	d := func(i int64) *decimal.Decimal { v := decimal.NewFromInt(i); return &v }
	if less, _, err := a.Amend(AmendFields{Net: d(900)}); err != nil || !less.Adjustment.Equal(decimal.NewFromInt(-100)) {
		t.Fatalf("%+v %v", less, err)
	} else {
		again := a
		again.Now = less
		if more, _, err := again.Amend(AmendFields{ByLines: true}); err != nil || !more.Net.Equal(decimal.NewFromInt(1000)) || !more.Adjustment.IsZero() {
			t.Errorf("by the lines: %+v %v", more, err)
		}
		if more, _, err := again.Amend(AmendFields{Lines: []LineTerm{{ID: "press", Quantity: decimal.NewFromInt(12), UnitPrice: price}}}); err != nil || !more.Net.Equal(decimal.NewFromInt(1100)) {
			t.Errorf("two more, with what was agreed: %+v %v", more, err)
		}
	}
	for name, c := range map[string]struct {
		ask   AmendFields
		worse []string
		code  string
	}{
		"a longer contract":       {ask: AmendFields{EndDate: NewDate(2028, 1, 1)}},
		"a shorter one":           {ask: AmendFields{EndDate: NewDate(2026, 9, 1)}, worse: []string{"contract.end_date"}},
		"it goes on by itself":    {ask: AmendFields{Renewal: RenewalAutomatic}},
		"it only ends":            {ask: AmendFields{Renewal: RenewalNone}, worse: []string{"contract.renewal"}},
		"more is signed":          {ask: AmendFields{SignOff: SignBoth}, worse: []string{"contract.sign_off"}},
		"less time to say no":     {ask: AmendFields{NoticeDays: n(10)}, worse: []string{"contract.notice_days"}},
		"paid later":              {ask: AmendFields{PaymentDays: n(60)}, worse: []string{"order.payment_days"}},
		"paid sooner":             {ask: AmendFields{PaymentDays: n(14)}},
		"delivered sooner":        {ask: AmendFields{DeliveryDate: NewDate(2026, 5, 1)}, worse: []string{"order.delivery_date"}},
		"delivered later":         {ask: AmendFields{DeliveryDate: NewDate(2026, 7, 1)}},
		"fewer, at the price":     {ask: AmendFields{Lines: []LineTerm{{ID: "press", Quantity: decimal.NewFromInt(9), UnitPrice: price}}}},
		"cheaper":                 {ask: AmendFields{Net: d(900)}, worse: []string{"order.discount_percent", "order.margin_percent"}},
		"more money":              {ask: AmendFields{Net: d(1100)}, worse: []string{"order.total"}},
		"billed at the end":       {ask: AmendFields{Plan: []PlanPart{{Kind: TrancheBalance, Percent: hundred}}}, worse: []string{"contract.billed_at"}},
		"billed at once":          {ask: AmendFields{Plan: []PlanPart{{Kind: TrancheDeposit, Percent: hundred}}}},
		"less than is invoiced":   {ask: AmendFields{Net: d(299)}, code: "below_invoiced"},
		"as much as is invoiced":  {ask: AmendFields{Net: d(300)}, worse: []string{"order.discount_percent", "order.margin_percent"}},
		"the net that it has":     {ask: AmendFields{Net: d(1000)}, code: "nothing_changed"},
		"nothing":                 {ask: AmendFields{EndDate: NewDate(2027, 1, 1)}, code: "nothing_changed"},
		"ended before it began":   {ask: AmendFields{EndDate: NewDate(2025, 1, 1)}, code: "before_start"},
		"a line of somebody else": {ask: AmendFields{Lines: []LineTerm{{ID: "other", Quantity: price, UnitPrice: price}}}, code: "unknown_record"},
		"a plan of 99 %":          {ask: AmendFields{Plan: []PlanPart{{Kind: TrancheBalance, Percent: decimal.NewFromInt(99)}}}, code: "sum_mismatch"},
	} {
		terms, _, err := a.Amend(c.ask)
		if c.code != "" {
			if errs, ok := err.(FieldErrors); !ok || errs[0].Code != c.code {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var worse []string
		for _, ch := range a.Bridge(terms) {
			if ch.Worse {
				worse = append(worse, ch.Field)
			}
		}
		if err != nil || !slices.Equal(worse, c.worse) {
			t.Errorf("%s: worse is %v, not %v: %v", name, worse, c.worse, err)
		}
	}
}
