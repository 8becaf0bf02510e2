package store

import (
	"context"
	"encoding/json"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Effect is something that leaves the house: a mail, an ERP order. Its key (subject, step, recipient) makes it happen once.
type Effect struct {
	Key       string
	Channel   string // mail, erp
	Process   string
	Payload   json.RawMessage
	InvoiceID crm.ID // a letter that must not leave once this invoice is settled
	Attempts  int    // with the one now claimed
	Again     bool   // an earlier attempt's outcome is unknown: ask the other side first
}

// The channels by which effects leave.
const (
	ChannelMail  = "mail"
	ChannelERP   = "erp"
	ChannelPaper = "paper" // nothing carries it: a person prints and posts it
)

// maxAttempts is after how many tries an effect is parked for a person: with the backoff of Failed, about two hours for mail. An ERP may be away for
// a night: its orders are tried for half a day.
func maxAttempts(channel string) int {
	if channel == ChannelERP {
		return 150
	}
	return 30
}

// dueBy is the company's clock in SQL: what was put off is due by it, so that a clock that is moved brings the next try.
const dueBy = `now() + make_interval(secs => (select shift_seconds from business_clock))`

const insertEffect = `insert into effect (key, channel, process, payload, invoice_id, next_at, created_at)
	values ($1, $2, $3, $4, $5, ` + dueBy + `, $6) on conflict (key) do nothing`

func effectArgs(e Effect, now time.Time) []any {
	return []any{e.Key, e.Channel, e.Process, e.Payload, e.InvoiceID, now}
}

// Claim takes up to n due effects of a channel and notes the intent to send them, so that an outcome that never comes is known to be
// unknown. Nobody else gets them before the lease ends. A letter for a settled invoice is cancelled under the lock that its payment takes.
func (s *Store) Claim(ctx context.Context, channel string, n int, lease time.Duration) (out []Effect, err error) {
	keys, err := s.dueKeys(ctx, channel, n)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	b := &pgx.Batch{} // one round trip and one transaction
	// Receivables before effects, as payments do: the other way round the two would wait for each other.
	b.Queue(`select from receivable where invoice_id in (select invoice_id from effect where key = any($1)) order by invoice_id for update`, keys)
	b.Queue(`update effect e set state = 'cancelled', outcome = 'settled', outcome_at = now() from receivable r
		where e.key = any($1) and e.state in ('due', 'claimed') and r.invoice_id = e.invoice_id and r.open = 0`, keys)
	b.Queue(`with mine as (
			select key, state from effect where key = any($1) and state in ('due', 'claimed') and next_at <= `+dueBy+` for update skip locked
		)
		update effect e set state = 'claimed', attempts = attempts + 1, intent_at = now(), next_at = `+dueBy+` + $2::interval
		from mine where e.key = mine.key
		returning e.key, e.channel, e.process, e.payload, e.invoice_id, e.attempts, mine.state = 'claimed' as again`, keys, lease).
		Query(func(rows pgx.Rows) error {
			out, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[Effect])
			return err
		})
	crash.At("claim.before")
	err = s.pool.SendBatch(ctx, b).Close()
	crash.At("claim.after")
	return out, told(err)
}

func (s *Store) dueKeys(ctx context.Context, channel string, n int) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select key from effect where channel = $1 and state in ('due', 'claimed') and next_at <= `+dueBy+` order by next_at, key limit $2`, channel, n)
	if err != nil {
		return nil, told(err)
	}
	keys, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return keys, told(err)
}

// Sent writes the outcome of an effect that arrived, tells the timeline and lets its process go on. Secrets in the payload are dropped.
func (s *Store) Sent(ctx context.Context, e Effect, outcome string) error {
	return s.outcome(ctx, e, "done", outcome, "effect.sent")
}

// Parked gives an effect to a person: the other side refuses it for good. A debtor's letter has come back with it.
func (s *Store) Parked(ctx context.Context, e Effect, why string) error {
	return s.outcome(ctx, e, "parked", why, "effect.parked")
}

// writeOutcome is a whole transaction in one statement. No process waits for an effect: what the ERP calls an order is written to its contract
// with the outcome itself (S081).
const writeOutcome = `with sent as (
		update effect set state = $2, outcome = $3, outcome_at = now(), payload = case when $2 = 'done' then payload - 'secret' else payload end
		where key = $1 and state = 'claimed'
		returning key, 'effect/' || key || case when $2 = 'done' then '' else '/' || attempts end as cause, channel, process, now() + make_interval(secs => (select shift_seconds from business_clock)) as at,
			case when channel = '` + ChannelERP + `' and $2 = 'done' then (payload->>'contract_id')::uuid end as contract_id
	), taken as (
		update contract c set erp_reference = $3, version = c.version + 1 from sent where c.id = sent.contract_id
		returning c.id, c.account_id, c.opportunity_id
	), told as (
		insert into timeline (process, cause, seq, at, actor, code, data)
		select process, cause, 0, at, 'system', $4, jsonb_build_object('channel', channel, 'key', key, 'outcome', $3::text) from sent where process <> ''
	) insert into timeline (process, cause, seq, at, actor, code, data, account_id, opportunity_id)
		select process, cause, 1, at, 'system', 'order.in_erp', jsonb_build_object('reference', $3::text, 'contract_id', taken.id), account_id, opportunity_id
		from sent, taken`

// outcome writes what became of an effect. With a debtor's letter that is parked, what follows from its coming back is written, too.
func (s *Store) outcome(ctx context.Context, e Effect, state, outcome, code string) error {
	crash.At("outcome.before")
	write := func(q querier) error {
		_, err := q.Exec(ctx, writeOutcome, e.Key, state, outcome, code)
		return err
	}
	var err error
	if state == "parked" && debtorLetter(e.Key) {
		err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
			if err := write(tx); err != nil {
				return err
			}
			return letterBack(ctx, tx, e.Key, outcome)
		})
	} else {
		err = write(s.pool)
	}
	crash.At("outcome.after")
	return told(err)
}

// Withdrawn notes that an effect was not sent, since by then there was nothing to send. Secrets in the payload are dropped.
func (s *Store) Withdrawn(ctx context.Context, e Effect, why string) error {
	_, err := s.pool.Exec(ctx, `update effect set state = 'cancelled', outcome = $2, outcome_at = now(), payload = payload - 'secret' where key = $1 and state = 'claimed'`, e.Key, why)
	return told(err)
}

// Failed notes a try that did not work and when the next one comes; after too many it is parked.
func (s *Store) Failed(ctx context.Context, e Effect, why string, unknown bool) error {
	if e.Attempts >= maxAttempts(e.Channel) {
		return s.outcome(ctx, e, "parked", why, "effect.parked")
	}
	state := "due"
	if unknown { // the next try has to ask the other side
		state = "claimed"
	}
	crash.At("failed.before")
	_, err := s.pool.Exec(ctx, `update effect set state = $2, outcome = $3, next_at = `+dueBy+` + $4::interval where key = $1 and state = 'claimed'`,
		e.Key, state, why, backoff(e.Attempts))
	crash.At("failed.after")
	return told(err)
}

// backoff doubles from half a second to five minutes.
func backoff(attempts int) time.Duration {
	return min(500*time.Millisecond<<min(attempts, 10), 5*time.Minute)
}

// mail leaves a letter with an edit, about a process where there is one; its key makes it leave once, and nobody's address is no letter.
func (e *edit) mail(ctx context.Context, key, process string, l crm.Letter) error {
	if l.To == "" {
		return nil
	}
	payload, err := json.Marshal(l)
	if err != nil {
		return err
	}
	_, err = e.q.Exec(ctx, insertEffect, effectArgs(Effect{Key: key, Channel: ChannelMail, Process: process, Payload: payload}, e.now)...)
	return told(err)
}
