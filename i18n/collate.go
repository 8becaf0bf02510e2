package i18n

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Collate gives a comparison by the language's alphabet, for slices.SortFunc: ł comes after l, case and accents decide last.
// The comparison belongs to one goroutine.
func (p *Printer) Collate() func(a, b string) int {
	return collate.New(language.Make(p.language)).CompareString
}

// Sort puts texts into the order of the language's alphabet.
func (p *Printer) Sort(texts []string) { slices.SortStableFunc(texts, p.Collate()) }
