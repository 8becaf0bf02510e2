package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// slipped is a name as somebody types it who swaps, leaves out or doubles a letter.
func slipped(t *rapid.T, name string) string {
	r := []rune(name)
	at := rapid.IntRange(0, len(r)-2).Draw(t, "at")
	switch rapid.IntRange(0, 3).Draw(t, "slip") {
	case 0:
		r[at], r[at+1] = r[at+1], r[at]
	case 1:
		r = slices.Delete(r, at, at+1)
	case 2:
		r = slices.Insert(r, at, r[at])
	}
	return string(r)
}

// rare are the words of a name that are not frequent.
func rare(name string, frequent []string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(name), func(w string) bool { return slices.Contains(frequent, w) }), " ")
}

// A name is found however few of its words are rare: whatever is as alike as the rules ask for, in its rare words too, and was found by holding
// all names against it, is found by its rare words, also with a slip. A name of rare words only is looked for as ever (table A row 2).
func TestFrequentWordsHideNothing(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	chance := rand.New(rand.NewPCG(3, 5))
	frequent := []string{"costruzioni", "meccanica", "impianti"}
	word := func() string {
		var b strings.Builder
		for range 2 + chance.IntN(2) {
			b.WriteByte("bcdfglmnprstvz"[chance.IntN(14)])
			b.WriteByte("aeiou"[chance.IntN(5)])
			b.WriteByte("lmnrst"[chance.IntN(6)])
		}
		return b.String()
	}
	var names []string
	for range 500 {
		parts := []string{frequent[chance.IntN(3)], word()}
		if chance.IntN(3) == 0 {
			parts = append(parts, frequent[chance.IntN(3)])
		}
		names = append(names, strings.Join(parts, " "))
	}
	m.exec(`insert into account (id, name, kind, country, created_at) select gen_random_uuid(), n, 'prospect', 'IT', now() from unnest($1::text[]) n`, names)
	fine(t, m.CountFrequentWords(t.Context())) // none of them is yet
	m.exec(`insert into frequent_word select w, 500 from unnest($1::text[]) w`, frequent)
	rapid.Check(t, func(rt *rapid.T) {
		typed := slipped(rt, rapid.SampledFrom(names).Draw(rt, "name"))
		k, err := one[struct{ Name, Rare string }](t.Context(), m.c, `select match_name(@name) as name, `+rareWords+` as rare`, pgx.NamedArgs{"name": typed})
		fine(rt, err)
		like := namesLike(k.Name, k.Rare)
		_, err = m.c.Exec(t.Context(), `select set_config('pg_trgm.similarity_threshold', $1, false), set_config('pg_trgm.word_similarity_threshold', $2, false)`, threshold(k.Name), rareThreshold(k.Rare))
		fine(rt, err)
		found := map[string]bool{}
		for i, by := range []string{like.sql, `k.name % @name`} {
			rows, err := many[struct{ Name string }](t.Context(), m.c, fmt.Sprintf(`select distinct name from duplicate_key k where %s`, by), pgx.NamedArgs{"name": k.Name, "rare": k.Rare})
			fine(rt, err)
			for _, r := range rows {
				if i == 0 {
					found[r.Name] = true
				} else if crm.Similarity(k.Name, r.Name) >= 80 && crm.Similarity(k.Rare, rare(r.Name, frequent)) >= 75 && !found[r.Name] {
					rt.Fatalf("%q (rare: %q) does not find %q, which is alike by %d %%", k.Name, k.Rare, r.Name, crm.Similarity(k.Name, r.Name))
				}
			}
		}
	})
}
