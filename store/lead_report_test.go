package store

import (
	"math/rand/v2"
	"testing"
)

// Leads of one score are in one tenth whatever their order, tenths go down with the score, and scores that all differ make equal tenths (S064,
// table A row 6).
func TestTiedScoresStayTogether(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	for name, c := range map[string]struct {
		scores []int // of which there are so many in turn: score, count
		want   []int // tenth, leads
	}{
		"all alike":          {[]int{50, 30}, []int{5, 30}},
		"two halves":         {[]int{90, 10, 10, 10}, []int{3, 10, 8, 10}},
		"one at the top":     {[]int{99, 1, 50, 8, 10, 1}, []int{1, 1, 5, 8, 10, 1}},
		"all different":      {[]int{100, 1, 90, 1, 80, 1, 70, 1, 60, 1, 50, 1, 40, 1, 30, 1, 20, 1, 10, 1}, []int{1, 1, 2, 1, 3, 1, 4, 1, 5, 1, 6, 1, 7, 1, 8, 1, 9, 1, 10, 1}},
		"fewer than a tenth": {[]int{70, 1, 20, 1}, []int{1, 1, 6, 1}},
	} {
		m.exec(`truncate lead cascade`)
		var all []int
		for i := 0; i < len(c.scores); i += 2 {
			for range c.scores[i+1] {
				all = append(all, c.scores[i])
			}
		}
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		m.exec(`insert into lead (id, company, source, state, score, created_at, updated_at) select gen_random_uuid(), 'L', 'web', 'converted', s, now(), now() from unnest($1::int[]) s`, all)
		rows, err := m.LeadLift(t.Context(), Everything())
		fine(t, err)
		var got []int
		for _, r := range rows[:len(rows)-1] {
			got = append(got, r.Decile, r.Leads)
		}
		if len(got) != len(c.want) {
			t.Fatalf("%s: %v, want %v", name, got, c.want)
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", name, got, c.want)
				break
			}
		}
	}
}
