package i18n

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"leadtocash/crm"
)

// phrase is the word for an opportunity with what depends on it, as the texts are written and with the language's other word.
type phrase struct{ usual, other string }

// phrases are all forms in which the texts name an opportunity, by language: articles, elisions and cases are of whole phrases, none is put
// together. Texts are written with the usual word (crm.UsualDealWords); a longer phrase goes before a shorter one.
var phrases = map[string][]phrase{
	"en": {{"a deal", "an opportunity"}, {"deal", "opportunity"}, {"deals", "opportunities"}},
	"it": {
		{"una trattativa", "un’opportunità"},
		{"nessuna trattativa", "nessun’opportunità"},
		{"la trattativa", "l’opportunità"},
		{"alla trattativa", "all’opportunità"},
		{"della trattativa", "dell’opportunità"},
		{"dalla trattativa", "dall’opportunità"},
		{"nella trattativa", "nell’opportunità"},
		{"sulla trattativa", "sull’opportunità"},
		{"questa trattativa", "quest’opportunità"},
		{"quella trattativa", "quell’opportunità"},
		{"trattativa", "opportunità"},
		{"trattative", "opportunità"},
	},
	"es": {{"oportunidad", "operación"}, {"oportunidades", "operaciones"}},
	"pl": {
		{"szansa sprzedaży", "transakcja"},
		{"szansy sprzedaży", "transakcji"},
		{"szansie sprzedaży", "transakcji"},
		{"szansę sprzedaży", "transakcję"},
		{"szansą sprzedaży", "transakcją"},
		{"szanse sprzedaży", "transakcje"},
		{"szans sprzedaży", "transakcji"},
		{"szansa", "transakcja"},
		{"szansy", "transakcji"},
		{"szansie", "transakcji"},
		{"szansę", "transakcję"},
		{"szansą", "transakcją"},
		{"szanse", "transakcje"},
		{"szans", "transakcji"},
		{"szansom", "transakcjom"},
		{"szansami", "transakcjami"},
		{"szansach", "transakcjach"},
	},
}

// bothWords are the texts that hold both words: what people may look for an opportunity by, and the setting itself.
var bothWords = []string{"find.deal_words", "deal_words.title", "title.deal_words", "deal_words.note"}

// reword is a text with the other word; what stands between braces stays.
func reword(lang, s string) string {
	var b strings.Builder
	for before := rune(0); s != ""; {
		if strings.HasPrefix(s, "{{") {
			end := strings.Index(s, "}}") + 2
			b.WriteString(s[:end])
			s, before = s[end:], 0
			continue
		}
		if p, n := phraseAt(lang, s); n > 0 && !inWord(before) {
			b.WriteString(p)
			s, before = s[n:], 'x'
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		b.WriteRune(r)
		s, before = s[n:], r
	}
	return b.String()
}

// phraseAt is what a text that begins with a phrase begins with in the other word, and how long the phrase is.
func phraseAt(lang, s string) (string, int) {
	for _, p := range phrases[lang] {
		n := len(p.usual)
		if len(s) < n || !strings.EqualFold(s[:n], p.usual) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(s[n:]); inWord(next) || next == '.' && len(s) > n+1 && inWord(rune(s[n+1])) { // deal.amount is a field
			continue
		}
		if first, size := utf8.DecodeRuneInString(p.other); unicode.IsUpper(rune(s[0])) {
			return string(unicode.ToUpper(first)) + p.other[size:], n
		}
		return p.other, n
	}
	return "", 0
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// reworded is a message with the other word; nil when it does not name opportunities.
func reworded(lang string, m *goi18n.Message) *goi18n.Message {
	if slices.Contains(bothWords, m.ID) {
		return nil
	}
	c := *m
	for _, form := range []*string{&c.Zero, &c.One, &c.Two, &c.Few, &c.Many, &c.Other} {
		*form = reword(lang, *form)
	}
	if c.Zero == m.Zero && c.One == m.One && c.Two == m.Two && c.Few == m.Few && c.Many == m.Many && c.Other == m.Other {
		return nil
	}
	return &c
}

// Calling is the printer that calls an opportunity as was chosen for its language (S010).
func (p *Printer) Calling(words crm.DealWords) *Printer {
	c := *p
	if c.other = nil; words.In(p.language) != crm.UsualDealWords()[p.language] {
		c.other = goi18n.NewLocalizer(p.texts.others, p.language)
	}
	return &c
}

// DealNames are the words for one and for several opportunities, to choose between: the language's usual word, or its other one.
func (p *Printer) DealNames(word crm.DealWord) (one, several string) {
	p = p.Calling(crm.DealWords{p.language: word})
	return p.T("thing.opportunity"), p.T("thing.opportunities")
}
