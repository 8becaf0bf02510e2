package store

import (
	"testing"

	"leadtocash/crm"
)

// BenchmarkDuplicates is the search for what a company is like among 100,000, without the rules: a name with a typing slip, a name of frequent
// words, and exact figures. The target is 20 ms.
func BenchmarkDuplicates(b *testing.B) {
	m := newMerged(b)
	ctx := b.Context()
	m.exec(`insert into account (id, name, kind, vat, country, email, phone, created_at)
		select gen_random_uuid(), initcap(w[1 + (random() * 19)::int] || ' ' || s || ' ' || w[1 + (random() * 19)::int]) || f[1 + n % 5], 'prospect', 'IT' || lpad(n::text, 11, '0'), 'IT',
			'info' || n || '@firm' || n || '.example', '+3902' || lpad(n::text, 7, '0'), now()
		from (select n, string_agg(chr(97 + (random() * 25)::int), '') as s from generate_series(1, 100000) n, generate_series(1, 7) c group by n) x,
			(select array['rossi', 'bianchi', 'verdi', 'costruzioni', 'meccanica', 'industrie', 'impianti', 'servizi', 'italia', 'group', 'trasporti', 'edilizia', 'officine', 'legno', 'plastica', 'pompe', 'valvole',
				'carta', 'vini', 'olio'] as w, array[' S.r.l.', ' SpA', ' S.n.c.', ' Srl', ''] as f) y`)
	m.exec(`analyze duplicate_key`)
	fine(b, m.CountFrequentWords(ctx))
	var known string
	fine(b, m.c.QueryRow(ctx, `select name from account limit 1 offset 5000`).Scan(&known))
	slip := []rune(known)
	slip[4], slip[5] = slip[5], slip[4]
	scopes := map[string]Scope{"account": Everything(), "contact": Everything(), "lead": Everything()}
	for name, e := range map[string]Entered{
		"slip": {Kind: "account", Name: string(slip), Country: "IT"}, "frequent": {Kind: "account", Name: "Costruzioni Meccanica Italia", Country: "IT"},
		"frequent and rare": {Kind: "account", Name: "Costruzioni Qwertiz Italia", Country: "IT"},
		"exact":             {Kind: "account", Name: "Zz", VAT: "IT00000000777", Email: "info77@firm77.example", Phone: "+39020000777", Country: "IT"},
	} {
		b.Run(name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				err := m.edit(ctx, m.actor, func(ed *edit) error {
					all, err := candidates(ctx, ed.q, scopes, e)
					for _, c := range all {
						if c.Similarity >= 80 || c.SameVAT {
							found++
						}
					}
					return err
				})
				fine(b, err)
			}
			b.ReportMetric(float64(found)/float64(b.N), "found")
		})
	}
}

// A slip, another order, words written as one, and a word more or less keep a name alike; another number or another word does not.
func TestSimilarity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b  string
		alike bool
	}{
		{"acme pumps", "acme pmups", true},
		{"acme pumps", "pumps acme", true},
		{"euro tech", "eurotech", true},
		{"bianchi rossi", "bianchi rosi", true},
		{"mueller", "muller", true},
		{"hall 1", "hall 2", false},
		{"acme 3000", "acme", false},
		{"rossi verdi", "bianchi rossi", false},
		{"acme", "alma", false},
		{"verde", "verdi impianti", false},
		{"", "acme", false},
	} {
		for _, pair := range [][2]string{{c.a, c.b}, {c.b, c.a}} {
			if got := crm.Similarity(pair[0], pair[1]); (got >= 80) != c.alike {
				t.Errorf("%q and %q: %d", pair[0], pair[1], got)
			}
		}
	}
}
