package store

import (
	"context"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// frequentAt is from how many names on a word is frequent: as many are looked at without anybody noticing.
const frequentAt = 500

// rareWords are the words of a name that are not frequent; the name itself where all are rare, or nobody has counted.
const rareWords = `(select coalesce(string_agg(w, ' ' order by n), '') from unnest(string_to_array(match_name(@name), ' ')) with ordinality x(w, n)
	where not exists (select from frequent_word f where f.word = w))`

// A name of frequent words only is looked for among those that share nearly all trigrams.
const (
	allFrequent = "0.75"
	leastRare   = 3 // letters that a rare part has to have
)

// rareThreshold is how many of its trigrams a rare part must find together in a name: as many as two letters that changed places leave.
func rareThreshold(rare string) string {
	switch n := utf8.RuneCountInString(rare); {
	case n < 8:
		return "0.2"
	case n < 12:
		return "0.25"
	default:
		return "0.3"
	}
}

// alike says how names like another are found by the index.
type alike struct {
	sql       string
	threshold string // of the trigrams of the whole names
}

// namesLike chooses how names like one are looked for. One of rare words only is held against all that share enough trigrams. Frequent words
// would bring tens of thousands of names, so that one that has some is looked for by its others, and held as a whole against what these bring.
func namesLike(name, rare string) alike {
	switch {
	case rare == name:
		return alike{`k.name % @name`, threshold(name)}
	case utf8.RuneCountInString(rare) < leastRare:
		return alike{`k.name % @name`, allFrequent}
	}
	return alike{`k.name %> @rare and similarity(k.name, @name) >= ` + threshold(name), threshold(name)}
}

// CountFrequentWords counts in how many names of companies, people and leads each word is, and keeps those that are frequent.
func (s *Store) CountFrequentWords(ctx context.Context) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(7203011)`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `with counted as (
				select word, count(*)::int as names from duplicate_key k, unnest(string_to_array(k.name, ' ')) word where k.kind <> 'contact' and word <> '' group by word having count(*) >= $1
			), gone as (delete from frequent_word f where not exists (select from counted c where c.word = f.word))
			insert into frequent_word select word, names from counted on conflict (word) do update set names = excluded.names where frequent_word.names <> excluded.names`, frequentAt)
		return err
	})
}
