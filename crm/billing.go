package crm

import "github.com/shopspring/decimal"

// TranchePart is a tranche's share of one tax rate, or of what is not taxed for one reason.
type TranchePart struct {
	TrancheID  ID
	TaxPercent decimal.Decimal
	TaxCode    string
	TaxReason  string
	Net        decimal.Decimal
	Tax        decimal.Decimal
}

// Bill divides a document into tranches by its shares, tax rate by tax rate, so that the tranches sum to the document to the cent in
// net, in tax and in total (S060, M1). A deposit may be billed at once, progress when half of the work is done, the balance at its end.
// Errors are those of Plan and Split.
func Bill(t Totals, shares []Share, c Currency) ([]Tranche, [][]TranchePart, error) {
	if _, err := Plan(t.Net, shares, c); err != nil {
		return nil, nil, err
	}
	return BillPlan(t, PlanOf(shares), Date{}, c)
}

// opensAt is the progress of the project, in percent, from which a tranche may be billed.
func opensAt(k TrancheKind) decimal.Decimal {
	switch k {
	case TrancheProgress:
		return decimal.NewFromInt(50)
	case TrancheBalance:
		return decimal.NewFromInt(100)
	default:
		return decimal.Zero
	}
}

// Pricing is how this legal entity adds up its documents.
func (e LegalEntity) Pricing(currency string) Pricing {
	return Pricing{Currency: Currency(currency), Rounding: Rounding(e.Rounding), TaxPerLine: e.TaxRounding == "line"}
}

// Pricing is how a quote is added up: as the legal entity did when it was written, whatever its settings are now.
func (q Quote) Pricing() Pricing {
	return Pricing{Currency: Currency(q.Currency), Rounding: Rounding(q.Rounding), TaxPerLine: q.TaxRounding == "line"}
}

// PriceLines turns a quote's positions into what Pricing adds up.
func PriceLines(lines []QuoteLine) []Line {
	out := make([]Line, len(lines))
	for i, l := range lines {
		out[i] = Line{Quantity: l.Quantity, UnitPrice: l.UnitPrice, DiscountPercent: l.DiscountPercent, Cost: l.UnitCost, TaxPercent: l.TaxPercent, TaxCode: l.TaxCode, Exemption: l.Exemption, Apart: !l.Counts()}
	}
	return out
}
