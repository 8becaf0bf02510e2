package crm

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// BilledOfWork is what of the work is billed already, without tax: advances that were not taken back, what was put up as earned, and what else of progress and
// balance is out of one's hands. What waits for a milestone, and periods, are none of the work's.
func BilledOfWork(tranches []Tranche) (sum decimal.Decimal) {
	for _, t := range tranches {
		work := (t.Kind == TrancheProgress || t.Kind == TrancheBalance) && t.Milestone == "" && t.Billed()
		if work && (t.State != TrancheCancelled || t.EarningID != "") || t.Kind == TrancheDeposit && t.State != TrancheCancelled {
			sum = sum.Add(t.Net)
		}
	}
	return sum
}

// CutTranche takes a net sum off a tranche that is not billed: first is what may be billed now, rest what stays, and both sum to it to the cent in net, tax and
// total, rate by rate. The net is divided among the rates by the largest remainder in proportion to theirs, the tax of each by its net. Errors, at /net:
// out_of_range where the sum is not above zero or leaves nothing.
func CutTranche(parts []TranchePart, net decimal.Decimal, c Currency) (first, rest []TranchePart, err error) {
	all := decimal.Zero
	weights := make([]decimal.Decimal, len(parts))
	for i, p := range parts {
		all, weights[i] = all.Add(p.Net), p.Net
	}
	if !net.IsPositive() || !net.LessThan(all) {
		return nil, nil, FieldErrors{Problem("out_of_range", "min", c.Unit().String(), "max", all.Sub(c.Unit()).String()).At("/net")}
	}
	nets, err := Split(net, weights, c)
	if err != nil {
		return nil, nil, err
	}
	for i, p := range parts {
		one, other := p, p
		one.Net, other.Net = nets[i], p.Net.Sub(nets[i])
		switch {
		case other.Net.IsZero():
			one.Tax = p.Tax
		case p.Net.IsPositive():
			one.Tax = Round(p.Tax.Mul(nets[i]).Div(p.Net), c, HalfUp)
		default:
			one.Tax = decimal.Zero
		}
		other.Tax = p.Tax.Sub(one.Tax)
		first, rest = append(first, one), append(rest, other)
	}
	empty := func(p TranchePart) bool { return p.Net.IsZero() && p.Tax.IsZero() }
	return slices.DeleteFunc(first, empty), slices.DeleteFunc(rest, empty), nil
}

// Cut are the tranches that a tranche becomes when its parts are cut: the first may be billed, the rest keeps its place in the plan.
func (t Tranche) Cut(first, rest []TranchePart) (Tranche, Tranche) {
	a, b := t, t
	a.Net, a.Tax, a.Total = sumParts(first)
	b.Net, b.Tax, b.Total = sumParts(rest)
	a.Percent = t.Percent.Mul(a.Net).DivRound(t.Net, 4)
	b.Percent = t.Percent.Sub(a.Percent)
	a.State = TrancheBillable
	return a, b
}

// Uncut puts what was cut off a tranche back: its parts, rate by rate, and its share of the whole.
func (p PlannedPart) Uncut(first PlannedPart) PlannedPart {
	out := PlannedPart{Tranche: p.Tranche, Parts: slices.Clone(p.Parts)}
	for _, f := range first.Parts {
		same := func(x TranchePart) bool { return x.TaxPercent.Equal(f.TaxPercent) && x.TaxCode == f.TaxCode }
		if i := slices.IndexFunc(out.Parts, same); i >= 0 {
			out.Parts[i].Net, out.Parts[i].Tax = out.Parts[i].Net.Add(f.Net), out.Parts[i].Tax.Add(f.Tax)
			continue
		}
		f.TrancheID = p.Tranche.ID
		out.Parts = append(out.Parts, f)
	}
	t := &out.Tranche
	t.Net, t.Tax, t.Total = sumParts(out.Parts)
	t.Percent = t.Percent.Add(first.Tranche.Percent)
	return out
}

func sumParts(parts []TranchePart) (net, tax, total decimal.Decimal) {
	for _, p := range parts {
		net, tax = net.Add(p.Net), tax.Add(p.Tax)
	}
	return net, tax, net.Add(tax)
}

// EarningOrder puts tranches that are not billed into the order in which work takes from them: progress before the balance, the earlier first. Advances, periods and
// what waits for a milestone are none of the work's.
func EarningOrder(all []Tranche) (out []Tranche) {
	for _, t := range all {
		if !t.Billed() && t.Milestone == "" && (t.Kind == TrancheProgress || t.Kind == TrancheBalance) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b Tranche) int {
		if a.Kind != b.Kind {
			return -strings.Compare(string(a.Kind), string(b.Kind)) // progress, balance
		}
		return a.Position - b.Position
	})
	return out
}

// TakenPart is what an earning takes of a tranche: as a whole, or cut off it.
type TakenPart struct {
	PlannedPart              // that may be billed now
	Rest        *PlannedPart // what stays of the tranche; none: it is taken as a whole
}

// Take takes a net sum from the tranches of the plan in their order; the last is cut. The tranches come to the same as before, to the cent (S060, M1). Errors:
// those of CutTranche, and out_of_range at /net where the tranches have less.
func Take(all []PlannedPart, net decimal.Decimal, c Currency) (out []TakenPart, err error) {
	var tranches []Tranche
	for _, p := range all {
		tranches = append(tranches, p.Tranche)
	}
	for _, t := range EarningOrder(tranches) {
		if !net.IsPositive() {
			break
		}
		i := slices.IndexFunc(all, func(p PlannedPart) bool { return p.Tranche.ID == t.ID })
		if net = net.Sub(t.Net); !net.IsNegative() {
			t.State = TrancheBillable
			out = append(out, TakenPart{PlannedPart: PlannedPart{Tranche: t, Parts: all[i].Parts}})
			continue
		}
		first, rest, err := CutTranche(all[i].Parts, net.Add(t.Net), c)
		if err != nil {
			return nil, err
		}
		now, stays := t.Cut(first, rest)
		now.CutOf = t.ID
		out = append(out, TakenPart{PlannedPart{now, first}, &PlannedPart{stays, rest}})
		net = decimal.Zero
	}
	if net.IsPositive() {
		return nil, FieldErrors{Problem("out_of_range", "min", c.Unit().String()).At("/net")}
	}
	return out, nil
}

// AsPlanned are the tranches of a contract as they were agreed: what was cut off one is part of it.
func AsPlanned(all []Tranche) (out []Tranche) {
	at := map[ID]int{}
	for _, t := range all {
		if t.CutOf == "" {
			at[t.ID], out = len(out), append(out, t)
		}
	}
	for again := true; again; {
		again = false
		for _, t := range all {
			i, known := at[t.CutOf]
			if _, done := at[t.ID]; done || !known {
				continue
			}
			at[t.ID], again = i, true
			o := &out[i]
			o.Percent, o.Net, o.Tax, o.Total = o.Percent.Add(t.Percent), o.Net.Add(t.Net), o.Tax.Add(t.Tax), o.Total.Add(t.Total)
		}
	}
	for _, t := range all {
		if _, done := at[t.ID]; !done { // of one that an amendment took away
			out = append(out, t)
		}
	}
	return out
}
