package crm

// ReadyItem is one thing that a deal needs before it can receive a quote (S075).
type ReadyItem struct {
	Code string
	Met  bool
}

// Readiness lists what a deal needs before it can receive a quote, whether it is there or not (S075). decider says that somebody who decides is
// among the deal's contacts. The gate of the stage, which the business writes, is asked beside it; this is what every quote needs to be any good.
func Readiness(f Facts, decider bool) []ReadyItem {
	return []ReadyItem{
		{"need", f.Deal.Need != ""},
		{"budget", f.Deal.Budget},
		{"decision_maker", f.Deal.DecisionMaker || decider},
		{"close_date", !f.Deal.CloseDate.IsZero() && !f.Deal.CloseDate.Before(f.Process.Today)},
		{"recipient", f.Contact.Email != ""},
		{"products", f.Deal.Products.IsPositive() || f.Quote.Lines.IsPositive()},
		{"samples", f.Deal.SamplesOpen.IsZero()},
		{"handed_off", !f.Deal.MadeToOrder || f.Deal.HandedOff},
	}
}

// Ready tells whether nothing is missing.
func Ready(items []ReadyItem) bool {
	for _, i := range items {
		if !i.Met {
			return false
		}
	}
	return true
}
