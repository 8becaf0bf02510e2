package i18n

import (
	"regexp"
	"slices"
	"testing"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"leadtocash/crm"
)

// otherWords is the language's word that its texts are not written with, and wrongForms what no text may say after the words were exchanged.
var otherWords, usualWords, wrongForms = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\bopportunit`), "it": regexp.MustCompile(`(?i)opportunit`), "es": regexp.MustCompile(`(?i)\boperación|\bnegocio?s? (abierto|perdido|ganado)`), "pl": regexp.MustCompile(`(?i)transakcj`),
}, map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\bdeals?\b[^.]`), "it": regexp.MustCompile(`(?i)trattativ`), "es": regexp.MustCompile(`(?i)oportunidad`), "pl": regexp.MustCompile(`(?i)\bszan[^o]`),
}, map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\ba opportunit|\ban deal`), "it": regexp.MustCompile(`(?i)\b(la|una|della|alla|dalla|nella|sulla|nessuna|quella) opportunit`),
	"es": regexp.MustCompile(`(?i)\b(el|un|los|del|al) operaci|\by oportunidad[^.]*\bh`), "pl": regexp.MustCompile(`(?i)transakcj\w+ sprzeda`),
}

// S010: every text speaks of opportunities by the one word of its language, and by the other one when that is chosen, with the articles and
// endings that go with it; no text is left that says the first.
func TestBothWordsForOpportunity(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for _, lang := range Languages() {
		other := func(key string) []string {
			m := texts.reworded[lang][key]
			if m == nil {
				return nil
			}
			return m.placeholders
		}
		said := written(t, lang)
		n := 0
		for key, forms := range said {
			if slices.Contains(bothWords, key) {
				continue
			}
			for _, text := range forms {
				if otherWords[lang].MatchString(braces.ReplaceAllString(text, "")) {
					t.Errorf("%s %s is written with the other word: %s", lang, key, text)
				}
				again := reword(lang, text)
				if again != text {
					n++
				}
				plain := braces.ReplaceAllString(again, "")
				if m := usualWords[lang].FindString(plain + " "); m != "" {
					t.Errorf("%s %s keeps %q: %s", lang, key, m, again)
				}
				if m := wrongForms[lang].FindString(plain); m != "" {
					t.Errorf("%s %s says %q: %s", lang, key, m, again)
				}
			}
			if p := other(key); p != nil && !slices.Equal(p, texts.messages[lang][key].placeholders) {
				t.Errorf("%s %s has the placeholders %v in one word and %v in the other", lang, key, texts.messages[lang][key].placeholders, p)
			}
		}
		if n < 50 {
			t.Errorf("%s: only %d texts name opportunities", lang, n)
		}
	}
	for _, tt := range []struct{ lang, usual, other string }{
		{"en", "A deal over 100: {{.Deal}} a deal, deals; deal.amount, dealer", "An opportunity over 100: {{.Deal}} an opportunity, opportunities; deal.amount, dealer"},
		{"it", "La trattativa, nessuna trattativa, delle trattative", "L’opportunità, nessun’opportunità, delle opportunità"},
		{"es", "Oportunidades con la oportunidad.", "Operaciones con la operación."},
		{"pl", "Szansę sprzedaży, szans i szansami; Szanowni Państwo", "Transakcję, transakcji i transakcjami; Szanowni Państwo"},
	} {
		if got := reword(tt.lang, tt.usual); got != tt.other {
			t.Errorf("%s: %s, want %s", tt.lang, got, tt.other)
		}
	}
	words := crm.DealWords{"it": crm.WordOpportunity, "pl": crm.WordOpportunity}
	for lang, want := range map[string]string{"en": "5 deals", "it": "5 opportunità", "es": "5 oportunidades", "pl": "5 szans sprzedaży"} {
		if got := texts.For(lang).Calling(words).N("count.opportunities", 5); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if got := texts.For("pl").Calling(crm.DealWords{"pl": crm.WordDeal}).N("count.opportunities", 5); got != "5 transakcji" {
		t.Error(got)
	}
}

var braces = regexp.MustCompile(`\{\{.*?\}\}`)

// written are all texts of a language with all their forms, as they stand in the files.
func written(t *testing.T, lang string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, area := range Areas(lang) {
		raw, err := embedded.ReadFile("texts/" + lang + "/" + area + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		messages, err := goi18n.NewBundle(language.English).ParseMessageBytes(language.Make(lang), raw, strict)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			out[m.ID] = []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}
		}
	}
	return out
}
