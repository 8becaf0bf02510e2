package i18n

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// strokes are letters whose stroke is no accent that could be taken away.
var strokes = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe")

// Fold takes case and accents away, so that people find "Łódź" by "lodz".
func Fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(text)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return strokes.Replace(b.String())
}

// Fits tells whether every word of the text begins a word of the label, in any order, whatever their case and accents. No text fits all.
func Fits(text, label string) bool {
	words := strings.FieldsFunc(Fold(label), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, part := range strings.Fields(Fold(text)) {
		begun := false
		for _, w := range words {
			begun = begun || strings.HasPrefix(w, part)
		}
		if !begun {
			return false
		}
	}
	return true
}
