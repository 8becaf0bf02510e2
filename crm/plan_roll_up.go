package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// PlanPiece is the part of a position that falls to one stretch of days, with whom the customer belonged to then.
type PlanPiece struct {
	Period
	AccountID ID
	OwnerID   ID
	Teams     []ID // of the owner, his own first, then those above
	Amount    decimal.Decimal
	State     PlanState
}

// PlanPieces divides positions by the organisation as it was at each date (S101), and by more cuts such as the months of a report. An amount counts evenly for
// each day of its period; the parts of a position always add up to it. Of positions on what is no period of the plan none is left.
func PlanPieces(cells []PlanCell, periods []Period, o *OrganisationPast, cuts []Date, c Currency) (out []PlanPiece) {
	of := map[Date]Period{}
	for _, p := range periods {
		of[p.First] = p
	}
	for _, cell := range cells {
		p, known := of[cell.FirstDay]
		if !known || cell.Amount.IsZero() {
			continue
		}
		for _, stretch := range o.stretches(cell.AccountID, p) {
			for _, s := range stretch.Cut(slices.Clone(cuts)) {
				owner := o.OwnerOn(cell.AccountID, s.First)
				from := s.First.DaysSince(p.First)
				out = append(out, PlanPiece{
					Period: s, AccountID: cell.AccountID, OwnerID: owner, Teams: o.TeamsOn(owner, s.First), State: cell.State,
					Amount: Portion(cell.Amount, from, from+s.Days(), p.Days(), c),
				})
			}
		}
	}
	return out
}

// PlanSum are the two numbers of a plan, which are always shown together: Final and Doubtful add up to Planned.
type PlanSum struct {
	Planned  decimal.Decimal
	Doubtful decimal.Decimal
	Unseen   decimal.Decimal // of the final plan, what nobody has looked at yet
}

// Final is the plan without what is doubtful (S102).
func (s PlanSum) Final() decimal.Decimal { return s.Planned.Sub(s.Doubtful) }

// Add takes an amount in.
func (s *PlanSum) Add(amount decimal.Decimal, state PlanState) {
	s.Planned = s.Planned.Add(amount)
	switch state {
	case PlanDoubtful:
		s.Doubtful = s.Doubtful.Add(amount)
	case PlanPlanned:
		s.Unseen = s.Unseen.Add(amount)
	}
}

// PlanFact is something that happened, or is expected, on a day, to hold a plan against.
type PlanFact struct {
	Kind      string // one of PlanFacts
	AccountID ID
	Day       Date
	Amount    decimal.Decimal // net, in the company's currency
}

// The kinds of facts: what open deals may bring, by the day they are expected to close, and that times their probability; what was won; what was invoiced
// less what was credited; what was paid, without tax.
const (
	FactPipeline = "pipeline"
	FactWeighted = "weighted"
	FactAccepted = "accepted"
	FactInvoiced = "invoiced"
	FactPaid     = "paid"
)

// PlanFacts lists the kinds.
func PlanFacts() []string {
	return []string{FactPipeline, FactWeighted, FactAccepted, FactInvoiced, FactPaid}
}

// PlanBy is what a report's lines are.
type PlanBy string

// The groupings. Lines by team hold those of the teams below, so they add up to more than the whole.
const (
	ByPerson  PlanBy = "person"
	ByTeam    PlanBy = "team"
	ByAccount PlanBy = "account"
	ByPeriod  PlanBy = "period"
)

// PlanGroupings lists them.
func PlanGroupings() []PlanBy { return []PlanBy{ByPerson, ByTeam, ByAccount, ByPeriod} }

// PlanLine is a line of the plan against what became of it.
type PlanLine struct {
	Key string // id, or the first day of the period; empty: nobody, or no team
	PlanSum
	Facts map[string]decimal.Decimal // by kind
}

// Fact is what is known of a kind.
func (l PlanLine) Fact(kind string) decimal.Decimal { return l.Facts[kind] }

// PlanReport holds a plan against facts (S100, S101): its lines by their keys, and the whole.
func PlanReport(by PlanBy, parts []PlanPiece, facts []PlanFact, periods []Period, o *OrganisationPast) (lines []PlanLine, whole PlanLine) {
	at := map[string]*PlanLine{}
	line := func(key string) *PlanLine {
		if at[key] == nil {
			at[key] = &PlanLine{Key: key, Facts: map[string]decimal.Decimal{}}
		}
		return at[key]
	}
	whole.Facts = map[string]decimal.Decimal{}
	for _, p := range parts {
		whole.Add(p.Amount, p.State)
		for _, key := range planKeys(by, p.AccountID, p.OwnerID, p.Teams, p.First, periods) {
			line(key).Add(p.Amount, p.State)
		}
	}
	for _, f := range facts {
		owner := o.OwnerOn(f.AccountID, f.Day)
		whole.Facts[f.Kind] = whole.Facts[f.Kind].Add(f.Amount)
		for _, key := range planKeys(by, f.AccountID, owner, o.TeamsOn(owner, f.Day), f.Day, periods) {
			l := line(key)
			l.Facts[f.Kind] = l.Facts[f.Kind].Add(f.Amount)
		}
	}
	for _, l := range at {
		lines = append(lines, *l)
	}
	slices.SortFunc(lines, func(a, b PlanLine) int {
		if a.Key < b.Key {
			return -1
		}
		return 1
	})
	return lines, whole
}

// planKeys are the lines that something counts in.
func planKeys(by PlanBy, account, owner ID, teams []ID, day Date, periods []Period) []string {
	switch by {
	case ByPerson:
		return []string{string(owner)}
	case ByAccount:
		return []string{string(account)}
	case ByTeam:
		if len(teams) == 0 {
			return []string{""}
		}
		out := make([]string, len(teams))
		for i, t := range teams {
			out[i] = string(t)
		}
		return out
	}
	i, found := slices.BinarySearchFunc(periods, day, func(p Period, d Date) int {
		if p.Has(d) {
			return 0
		}
		return compareDates(p.First, d)
	})
	if !found {
		return nil
	}
	return []string{periods[i].First.String()}
}
