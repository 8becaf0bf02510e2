package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// LeadFacts gathers what rules may read about a lead as this step leaves it, and when it was last heard of: the last touch, or the last
// call or meeting with an outcome.
func (tx *Tx) LeadFacts(ctx context.Context, l crm.Lead) (f crm.Facts, heard time.Time, err error) {
	if k := tx.facts; k.of == l.ID && k.written == tx.q.written {
		f, heard = k.facts, k.heard
		f.Lead = leadFactsOf(l)
		f.Lead.Touches, f.Lead.LastTouch = k.facts.Lead.Touches, k.facts.Lead.LastTouch
		return f, heard, nil
	}
	var touches int64
	var touched time.Time
	b := &pgx.Batch{}
	b.Queue(`select count(*), coalesce(max(at), $2),
			greatest(coalesce(max(at), $2), coalesce((select max(done_at) from engagement where lead_id = $1 and outcome <> ''), $2))
		from touch where lead_id = $1`, l.ID, l.CreatedAt).QueryRow(func(row pgx.Row) error { return row.Scan(&touches, &touched, &heard) })
	holidayFacts(b, tx.Today, &f.Process)
	if err = tx.q.SendBatch(ctx, b).Close(); err != nil {
		return f, heard, told(err)
	}
	f.Process.Today = tx.Today
	f.Lead = leadFactsOf(l)
	f.Lead.Touches, f.Lead.LastTouch = decimal.NewFromInt(touches), crm.DateOf(touched, tx.Zone)
	tx.facts = keptFacts{of: l.ID, written: tx.q.written, facts: f, heard: heard}
	return f, heard, nil
}

// LeadScore is what the scoring rules said of a lead when they were last asked; without clauses when they never were.
func (s *Store) LeadScore(ctx context.Context, lead crm.ID) (v crm.Verdict, at time.Time, err error) {
	v.Kind = crm.RuleScoring
	err = told(s.pool.QueryRow(ctx, `select version, key, result, clauses, at from verdict where process = $1 and kind = $2 order by at desc limit 1`,
		crm.ProcessID(crm.KindLead, lead), v.Kind).Scan(&v.Version, &v.Key, &v.Result, &v.Clauses, &at))
	if errors.Is(err, ErrNotFound) {
		return v, at, nil
	}
	return v, at, err
}
