package store

import (
	"net/url"
	"slices"
	"strings"

	"leadtocash/crm"
)

// DealFilterOf reads the filter in the address of the board or of a list of deals; what cannot be read narrows nothing.
func DealFilterOf(q url.Values) DealFilter {
	return DealFilter{
		Pipeline: crm.Shortened(q.Get("pipeline"), 60), Stage: crm.Shortened(q.Get("stage"), 60), State: crm.OpportunityState(crm.Shortened(q.Get("state"), 10)), Owner: queriedID(q, "owner"),
		Account: queriedID(q, "account"), Text: crm.Shortened(q.Get("q"), 100), After: queriedID(q, "after"), Team: queriedID(q, "team"),
	}
}

// Narrowed adds what only a list has: days of the expected closing, and by what it is sorted.
func (f DealFilter) Narrowed(q url.Values) DealFilter {
	f.From, _ = crm.ParseDate(q.Get("from"))
	f.Until, _ = crm.ParseDate(q.Get("until"))
	f.Undated = q.Get("closing") == "none"
	by := strings.TrimPrefix(q.Get("sort"), "-")
	if slices.Contains(crm.DealSorts(), by) {
		f.Sort, f.Down = by, by != q.Get("sort")
	}
	return f
}

// ListedDeals is the filter of a saved list; false: its address cannot be read.
func ListedDeals(query string) (DealFilter, bool) {
	q, err := url.ParseQuery(query)
	return DealFilterOf(q).Narrowed(q), err == nil
}
