package store

import (
	"context"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// ExchangeRates lists rates of the legal entity's currency, the newest first, of one currency or of all.
func (s *Store) ExchangeRates(ctx context.Context, currency string, limit int) ([]crm.ExchangeRate, error) {
	return many[crm.ExchangeRate](ctx, s.pool, `select * from exchange_rate where $1 = '' or currency = $1 order by on_date desc, currency limit $2`, currency, limit)
}

// SetExchangeRates writes rates; one that is there for the day is replaced. What documents were written with stays. Errors below /rates: those of
// crm.ExchangeRate.Check, in_the_future at a day that has not come, given_twice.
func (s *Store) SetExchangeRates(ctx context.Context, actor crm.ID, rates []crm.ExchangeRate) error {
	return s.edit(ctx, actor, func(e *edit) error {
		var wrong crm.FieldErrors
		seen := map[string]bool{}
		for i, r := range rates {
			at, key := "/rates/"+strconv.Itoa(i), r.Currency+r.OnDate.String()
			wrong.Add(at, r.Check(e.entity.Currency))
			if r.OnDate.After(e.today) {
				wrong.Add(at+"/on_date", crm.Problem("in_the_future", "today", e.today.String()))
			}
			if seen[key] {
				wrong.Add(at, crm.Problem("given_twice"))
			}
			seen[key] = true
		}
		if err := wrong.Err(); err != nil {
			return err
		}
		b := &pgx.Batch{}
		for _, r := range rates {
			b.Queue(`insert into exchange_rate (currency, on_date, rate, source) values ($1, $2, $3, $4) on conflict (currency, on_date) do update set rate = excluded.rate, source = excluded.source`,
				r.Currency, r.OnDate, r.Rate, r.Source)
		}
		return told(e.q.SendBatch(ctx, b).Close())
	})
}
