package crm

import (
	"maps"
	"slices"
)

// DealWord is one of the two words that people know an opportunity by (S010).
type DealWord string

// The words; every language has its own for each of them: deal, trattativa, operación, transakcja - opportunity, opportunità, oportunidad, szansa.
const (
	WordDeal        DealWord = "deal"
	WordOpportunity DealWord = "opportunity"
)

// DealWordNames lists the words, for forms and checks.
func DealWordNames() []string { return []string{string(WordDeal), string(WordOpportunity)} }

// DealWords says by language which word the screens show.
type DealWords map[string]DealWord

// UsualDealWords is the word that each language uses until somebody chooses another: the one that its texts are written with.
func UsualDealWords() DealWords {
	return DealWords{"en": WordDeal, "it": WordDeal, "es": WordOpportunity, "pl": WordOpportunity}
}

// In is the word of a language; the usual one where nothing was chosen.
func (w DealWords) In(language string) DealWord {
	if word := w[language]; word != "" {
		return word
	}
	return UsualDealWords()[language]
}

// Check demands a known word of known languages. Errors: unknown_value at /<language>.
func (w DealWords) Check() error {
	var errs FieldErrors
	for _, l := range slices.Sorted(maps.Keys(w)) {
		_, known := UsualDealWords()[l]
		if !known || !slices.Contains(DealWordNames(), string(w[l])) {
			errs.Add("/"+l, FieldError{Code: "unknown_value", Params: map[string]string{"value": string(w[l])}})
		}
	}
	return errs.Err()
}
