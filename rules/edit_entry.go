package rules

import "leadtocash/crm"

// HasEntries tells whether the conditions of a kind belong to entries with a key and a name, one each: rules of scoring and assignment, levels
// of approval, tracks. always tells whether an entry may go without a condition: it then applies to all.
func HasEntries(kind crm.RuleKind) (entries, always bool) {
	return keyedList(kind) != "", keyedList(kind) != "" && kind != crm.RuleScoring
}
