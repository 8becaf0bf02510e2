package crm

import (
	"math/big"
	"slices"

	"github.com/shopspring/decimal"
)

// Billed tells whether a tranche is out of one's hands: invoiced, here or elsewhere, put up as earned, or cancelled.
func (t Tranche) Billed() bool {
	return t.EarningID != "" || t.InvoiceID != "" || t.ExternalNumber != "" || t.State != TranchePlanned && t.State != TrancheBillable
}

// BilledBy adds tranches up by tax rate and reason.
func BilledBy(tranches []PlannedPart) (out []TaxTotal) {
	for _, t := range tranches {
		for _, p := range t.Parts {
			addTax(&out, p, 1)
		}
	}
	return out
}

func addTax(taxes *[]TaxTotal, p TranchePart, sign int64) {
	i := slices.IndexFunc(*taxes, func(t TaxTotal) bool { return t.Percent.Equal(p.TaxPercent) && t.Code == p.TaxCode })
	if i < 0 && p.TaxCode == "" && sign < 0 { // billed before reasons went with it
		i = slices.IndexFunc(*taxes, func(t TaxTotal) bool { return t.Percent.Equal(p.TaxPercent) })
	}
	if i < 0 {
		i, *taxes = len(*taxes), append(*taxes, TaxTotal{Percent: p.TaxPercent, Code: p.TaxCode, Reason: p.TaxReason})
	}
	t := &(*taxes)[i]
	t.Base, t.Tax = t.Base.Add(p.Net.Mul(decimal.NewFromInt(sign))), t.Tax.Add(p.Tax.Mul(decimal.NewFromInt(sign)))
}

// Replan divides what a contract now comes to, rate by rate, among its tranches: those that are billed stay as they are, and the rest, by the largest
// remainder, adds up to the new total to the minor unit (S060, M1). Without a plan the open tranches keep their shares of the rest; where none is open
// any more, one balance takes it. Where all of a rate is invoiced, the tax that was charged is its tax. Errors: below_invoiced at /net with the net
// that was asked for and what is invoiced, those of BillPlan at /plan.
func Replan(now []PlannedPart, taxes []TaxTotal, plan []PlanPart, from Date, c Currency) ([]PlannedPart, error) {
	left := slices.Clone(taxes)
	var kept, open []PlannedPart
	invoiced, asked, rest := decimal.Zero, decimal.Zero, decimal.Zero
	for _, t := range taxes {
		asked = asked.Add(t.Base)
	}
	for _, t := range now {
		if !t.Tranche.Billed() {
			open = append(open, t)
			continue
		}
		kept, invoiced = append(kept, t), invoiced.Add(t.Tranche.Net)
		for _, p := range t.Parts {
			addTax(&left, p, -1)
		}
	}
	for i := range left {
		if left[i].Base.IsNegative() {
			n := c.Digits()
			return nil, FieldErrors{Problem("below_invoiced", "net", asked.StringFixed(n), "invoiced", invoiced.StringFixed(n)).At("/net")}
		}
		if left[i].Base.IsZero() || left[i].Tax.IsNegative() {
			left[i].Tax = decimal.Zero
		}
		rest = rest.Add(left[i].Base)
	}
	if rest.IsPositive() {
		planned, err := divided(open, left, plan, from, c)
		if err != nil {
			return nil, err
		}
		if err := checkCount(len(slices.DeleteFunc(slices.Clone(kept), earned)) + len(planned)); err != nil {
			return nil, FieldErrors{err.At("/plan")}
		}
		if len(plan) > 0 || len(open) == 0 {
			place(kept, planned)
		}
		kept = append(kept, planned...)
	}
	slices.SortStableFunc(kept, func(a, b PlannedPart) int { return a.Tranche.Position - b.Tranche.Position })
	return kept, shares(kept)
}

// earned tells whether a tranche was put up by what was earned, of which there may be any number.
func earned(p PlannedPart) bool { return p.Tranche.EarningID != "" }

// divided divides what is left.
func divided(open []PlannedPart, left []TaxTotal, plan []PlanPart, from Date, c Currency) ([]PlannedPart, error) {
	if len(plan) == 0 && len(open) > 0 {
		return stretched(open, left, c)
	}
	if len(plan) == 0 {
		plan = []PlanPart{{Kind: TrancheBalance, Percent: hundred}}
	}
	tranches, parts, err := BillPlan(Totals{Taxes: left}, plan, from, c)
	if err != nil {
		return nil, renamed(err, "/plan")
	}
	out := make([]PlannedPart, len(tranches))
	for i := range tranches {
		out[i] = PlannedPart{tranches[i], parts[i]}
	}
	return out, nil
}

// renamed puts what is wrong with a plan at its field.
func renamed(err error, pointer string) error {
	errs, ok := err.(FieldErrors)
	if !ok {
		return FieldErrors{fieldError(err).At(pointer)}
	}
	out := slices.Clone(errs)
	for i := range out {
		out[i].Pointer = pointer
	}
	return out
}

func fieldError(err error) FieldError {
	if e, ok := err.(FieldError); ok {
		return e
	}
	return Problem("out_of_range")
}

// stretched gives each open tranche its share of what is left; one that comes to nothing is left out.
func stretched(open []PlannedPart, left []TaxTotal, c Currency) (out []PlannedPart, err error) {
	weights := make([]decimal.Decimal, len(open))
	planned := slices.Clone(open)
	for i, t := range open {
		weights[i] = t.Tranche.Net
		planned[i].Parts, planned[i].Tranche.Net, planned[i].Tranche.Tax = nil, decimal.Zero, decimal.Zero
	}
	for _, rate := range left {
		if rate.Base.IsZero() {
			continue
		}
		nets, err := Split(rate.Base, weights, c)
		if err != nil {
			return nil, err
		}
		taxes, err := Split(rate.Tax, nets, c)
		if err != nil {
			return nil, err
		}
		for i := range planned {
			t := &planned[i]
			if nets[i].IsZero() {
				continue
			}
			t.Parts = append(t.Parts, TranchePart{TaxPercent: rate.Percent, TaxCode: rate.Code, TaxReason: rate.Reason, Net: nets[i], Tax: taxes[i]})
			t.Tranche.Net, t.Tranche.Tax = t.Tranche.Net.Add(nets[i]), t.Tranche.Tax.Add(taxes[i])
		}
	}
	for _, t := range planned {
		if t.Tranche.Total = t.Tranche.Net.Add(t.Tranche.Tax); t.Tranche.Net.IsPositive() {
			out = append(out, t)
		}
	}
	return out, nil
}

// place puts new tranches behind those that stay.
func place(kept, planned []PlannedPart) {
	last := 0
	for _, t := range kept {
		last = max(last, t.Tranche.Position)
	}
	for i := range planned {
		planned[i].Tranche.Position = last + i + 1
	}
}

// shares writes each tranche's share of the whole; they add up to 100.
func shares(tranches []PlannedPart) error {
	sum := decimal.Zero
	for _, t := range tranches {
		sum = sum.Add(t.Tranche.Net)
	}
	exact := make([]*big.Rat, len(tranches))
	for i, t := range tranches {
		exact[i] = new(big.Rat).Quo(t.Tranche.Net.Mul(hundred).Rat(), sum.Rat())
	}
	for i, p := range apportion(hundred, exact, 4) {
		tranches[i].Tranche.Percent = p
	}
	return nil
}
