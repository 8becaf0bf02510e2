package crm

import (
	"strings"

	"github.com/shopspring/decimal"
)

// DuplicateFacts says how a record that is entered is like one that is there. They are empty where a rule is asked about anything else.
type DuplicateFacts struct {
	Entered      string          `expr:"entered" json:"entered,omitzero"` // account, contact, lead
	With         string          `expr:"with" json:"with,omitzero"`
	SameVAT      bool            `expr:"same_vat" json:"same_vat,omitzero"`
	SameEmail    bool            `expr:"same_email" json:"same_email,omitzero"`
	SamePhone    bool            `expr:"same_phone" json:"same_phone,omitzero"`
	Similarity   decimal.Decimal `expr:"similarity" json:"similarity,omitzero"` // of the names, in percent
	OtherCountry bool            `expr:"other_country" json:"other_country,omitzero"`
}

// DuplicateKinds are the kinds of records that can be of the same company or person.
func DuplicateKinds() []string { return []string{"account", "contact", "lead"} }

// Similarity tells how much two names are alike, in percent, 100 for the same. They come as the database keeps them for this: small letters,
// no accents, no legal form. Words are compared one by one in whatever order, with room for typing slips, and as one word; a word with a digit
// is another word when a character differs, as "Hall 1" and "Hall 2" are two halls.
func Similarity(a, b string) int {
	if a == b {
		return 100
	}
	x, y := strings.Fields(a), strings.Fields(b)
	if len(x) == 0 || len(y) == 0 || !sameNumbers(x, y) {
		return 0
	}
	return max(wordsAlike(x, y), alike(strings.Join(x, ""), strings.Join(y, "")))
}

// sameNumbers tells whether the words with digits are the same on both sides.
func sameNumbers(x, y []string) bool {
	count := map[string]int{}
	for _, w := range x {
		if strings.ContainsAny(w, "0123456789") {
			count[w]++
		}
	}
	for _, w := range y {
		if strings.ContainsAny(w, "0123456789") {
			count[w]--
		}
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

// wordsAlike pairs each word with the one that is most like it; longer words weigh more, words without a partner count against.
func wordsAlike(x, y []string) int {
	if len(x) < len(y) {
		x, y = y, x
	}
	used := make([]bool, len(y))
	sum, all := 0, 0
	for _, w := range x {
		best, at := 0, -1
		for i, v := range y {
			if s := alike(w, v); !used[i] && s > best {
				best, at = s, i
			}
		}
		n := len([]rune(w))
		all += n
		if at >= 0 && best >= 50 {
			used[at] = true
			sum += best * n
		}
	}
	return sum / all
}

// alike is 100 less the slips between two words in percent of the longer one: a letter that is missing, too many, wrong, or changed places
// with its neighbour is one slip.
func alike(a, b string) int {
	x, y := []rune(a), []rune(b)
	longer := max(len(x), len(y))
	if longer == 0 || longer > 200 {
		return 0
	}
	return 100 - 100*slips(x, y)/longer
}

func slips(x, y []rune) int {
	rows := [3][]int{make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		now, last, before := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		now[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
	}
	return rows[len(x)%3][len(y)]
}
