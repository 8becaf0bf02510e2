package crm

import (
	"math/big"

	"github.com/shopspring/decimal"
)

// BillPlan divides a document into the tranches of a plan, tax rate by tax rate, so that they sum to the document to the cent in net, in tax and in total
// (S060, M1): among the parts by the largest remainder, and then among the periods of each. Periods follow each other from the start. A deposit may be
// billed at once, the rest when the work, a milestone or the day has come. Errors: those of CheckPlan and Split, out_of_range at /tranches when a tranche
// would come to nothing.
func BillPlan(t Totals, plan []PlanPart, start Date, c Currency) ([]Tranche, [][]TranchePart, error) {
	if err := CheckPlan(plan); err != nil {
		return nil, nil, err
	}
	var out []Tranche
	for _, p := range plan {
		for i, percent := range percents(p) {
			tr := Tranche{Position: len(out) + 1, Kind: p.Kind, Percent: percent, OpensAtPercent: p.opens(), State: TranchePlanned, Milestone: p.Milestone}
			if p.Kind == TrancheDeposit {
				tr.State = TrancheBillable
			}
			if months := p.Every.Months(); months > 0 {
				tr.PeriodStart = start.AddMonths(i * months)
				tr.PeriodEnd = start.AddMonths((i + 1) * months).AddDays(-1)
			}
			out = append(out, tr)
		}
	}
	parts := make([][]TranchePart, len(out))
	for _, rate := range t.Taxes {
		if rate.Base.IsZero() {
			continue
		}
		nets, err := splitPlan(rate.Base, plan, c)
		if err != nil {
			return nil, nil, err
		}
		taxes, err := splitPlan(rate.Tax, plan, c)
		if err != nil {
			return nil, nil, err
		}
		for i := range out {
			parts[i] = append(parts[i], TranchePart{TaxPercent: rate.Percent, TaxCode: rate.Code, TaxReason: rate.Reason, Net: nets[i], Tax: taxes[i]})
			out[i].Net, out[i].Tax = out[i].Net.Add(nets[i]), out[i].Tax.Add(taxes[i])
			out[i].Total = out[i].Net.Add(out[i].Tax)
		}
	}
	for _, tr := range out {
		if !tr.Net.IsPositive() {
			return nil, nil, FieldErrors{Problem("out_of_range", "min", c.Unit().String()).At("/tranches")}
		}
	}
	return out, parts, nil
}

// percents are a part's shares of the whole, period by period; they add up to the part's to four decimals.
func percents(p PlanPart) []decimal.Decimal {
	n := p.count()
	exact := make([]*big.Rat, n)
	for i := range exact {
		exact[i] = new(big.Rat).Quo(p.Percent.Rat(), new(big.Rat).SetInt64(int64(n)))
	}
	return apportion(p.Percent, exact, 4)
}

// splitPlan divides an amount among the parts, and what falls to each among its periods.
func splitPlan(total decimal.Decimal, plan []PlanPart, c Currency) (out []decimal.Decimal, err error) {
	weights := make([]decimal.Decimal, len(plan))
	for i, p := range plan {
		weights[i] = p.Percent
	}
	amounts, err := Split(total, weights, c)
	if err != nil {
		return nil, err
	}
	for i, p := range plan {
		equal := make([]decimal.Decimal, p.count())
		for k := range equal {
			equal[k] = decimal.NewFromInt(1)
		}
		periods, err := Split(amounts[i], equal, c)
		if err != nil {
			return nil, err
		}
		out = append(out, periods...)
	}
	return out, nil
}
