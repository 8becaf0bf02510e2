package store

import (
	"context"

	"leadtocash/crm"
)

// taken is a document's place in its series: its number, and what it follows.
type taken struct {
	Sequence int
	Hash     []byte   // of the document before it
	Date     crm.Date // of the document before it; none of the first
}

// takeNumber gives the next number of a series and year, without gaps (S091): the counter's row is locked until the commit, so a step asks for it last, and a
// number that is not committed is the next one's. Who finds it locked waits for as long as the step itself may take, which is longer than for any other lock:
// that many issue at once is no reason to refuse one. What the step still writes waits no longer than ever, for all the others wait for it.
func (tx *Tx) takeNumber(ctx context.Context, series string, year int) (t taken, err error) {
	tx.q.later(`set local lock_timeout = '30s'`)
	err = tx.q.QueryRow(ctx, `insert into number_series as s (series, year, next) values ($1, $2, 2)
		on conflict (series, year) do update set next = s.next + 1 returning next - 1, last_hash, last_date`, series, year).Scan(&t.Sequence, &t.Hash, &t.Date)
	tx.q.later(`set local lock_timeout to default`)
	return t, told(err)
}

// giveNumber leaves what the next document of the series follows.
func (tx *Tx) giveNumber(series string, year int, hash []byte, date crm.Date) {
	tx.q.later(`update number_series set last_hash = $3, last_date = $4 where series = $1 and year = $2`, series, year, hash, date)
}
