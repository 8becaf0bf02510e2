package store

import (
	"context"

	"leadtocash/crm"
)

const quoteColumns = `id, number, revision, opportunity_id, state, currency, valid_until, discount_percent, payment_days, delivery_date, language, net, tax,
	total, cost, list_total, rounding, tax_rounding, split_payment, rate, rate_on, sent_at, seen_at, last_seen_at, seen_count, variant, deposit_percent, deposit_days,
	decided_at, decided_by, decided_note, decided_role, decided_place, decided_address, decided_paper, version, created_at`

// Quote locks a quote of this opportunity; a quote of another one is not found.
func (tx *Tx) Quote(ctx context.Context, opportunity, id crm.ID) (crm.Quote, error) {
	return ask[crm.Quote](ctx, tx.q, QuoteOf(opportunity, id))
}

// QuoteOf is the question for Quote.
func QuoteOf(opportunity, id crm.ID) Question {
	return asks(`select `+quoteColumns+` from quote where id = $1 and opportunity_id = $2 for update`, id, opportunity)
}

// QuoteLines lists a quote's positions in their order.
func (tx *Tx) QuoteLines(ctx context.Context, quote crm.ID) ([]crm.QuoteLine, error) {
	return quoteLines(ctx, tx.q, quote)
}

func quoteLines(ctx context.Context, q querier, quote crm.ID) ([]crm.QuoteLine, error) {
	return askAll[crm.QuoteLine](ctx, q, QuoteLinesOf(quote))
}

// QuoteLinesOf is the question for QuoteLines.
func QuoteLinesOf(quote crm.ID) Question {
	return asks(`select * from quote_line where quote_id = $1 order by position, id`, quote)
}

// QuoteShares is how a quote's total will be billed.
func (tx *Tx) QuoteShares(ctx context.Context, quote crm.ID) ([]crm.Share, error) {
	return quoteShares(ctx, tx.q, quote)
}

func quoteShares(ctx context.Context, q querier, quote crm.ID) ([]crm.Share, error) {
	return askAll[crm.Share](ctx, q, QuoteSharesOf(quote))
}

// QuoteSharesOf is the question for QuoteShares.
func QuoteSharesOf(quote crm.ID) Question {
	return asks(`select kind, percent from quote_share where quote_id = $1 order by position`, quote)
}

// SaveQuote writes what a step changed on a quote's state.
func (tx *Tx) SaveQuote(ctx context.Context, q crm.Quote) error {
	return late(ctx, tx.q, `update quote set state = $2, sent_at = $3, decided_at = $4, decided_by = $5, decided_note = $6, delivery_date = $7, payment_days = $8,
		decided_role = $9, decided_place = $10, decided_address = $11, decided_paper = $12, version = version + 1 where id = $1`, q.ID, q.State, q.SentAt, q.DecidedAt, q.DecidedBy,
		q.DecidedNote, q.DeliveryDate, q.PaymentDays, q.DecidedRole, q.DecidedPlace, q.DecidedAddress, q.DecidedPaper)
}

// SetQuoteSecret keeps the hash of the customer's link; the link itself is nowhere but in the mail.
func (tx *Tx) SetQuoteSecret(ctx context.Context, quote crm.ID, hash []byte) error {
	return late(ctx, tx.q, `update quote set secret_hash = $2 where id = $1`, quote, hash)
}

// SupersedeQuotes ends the deal's other quotes that are still open: all of them, or, where q stands beside others, only its own older versions.
func (tx *Tx) SupersedeQuotes(ctx context.Context, opportunity crm.ID, q crm.Quote) error {
	return late(ctx, tx.q, `update quote set state = 'superseded', version = version + 1
		where opportunity_id = $1 and id is distinct from $2 and state in ('draft', 'sent', 'expired', 'awaiting_deposit') and ($3 = '' or variant in ('', $3))`, opportunity, q.ID, q.Variant)
}

// CloseQuotes ends the deal's other quotes when one is accepted, or when the deal is over and except is empty: those that stood beside it were not chosen (S042-S045).
func (tx *Tx) CloseQuotes(ctx context.Context, opportunity, except crm.ID) error {
	return late(ctx, tx.q, `update quote set state = case when variant <> '' and state = 'sent' and $2::uuid is not null then 'not_chosen' else 'superseded' end, version = version + 1
		where opportunity_id = $1 and id is distinct from $2 and state in ('draft', 'sent', 'expired', 'awaiting_deposit')`, opportunity, except)
}

// QuoteBySecret finds a quote by the hash of the customer's link.
func (s *Store) QuoteBySecret(ctx context.Context, hash []byte) (crm.Quote, error) {
	return one[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where secret_hash = $1`, hash)
}

// QuoteSeen notes that the customer opened his page (S077): the first time, the last, and how often.
func (s *Store) QuoteSeen(ctx context.Context, quote crm.ID) error {
	now, err := s.Now(ctx)
	if err != nil {
		return err
	}
	_, err = s.pool.Exec(ctx, `update quote set seen_at = coalesce(seen_at, $2), last_seen_at = $2, seen_count = seen_count + 1 where id = $1`, quote, now)
	return told(err)
}

// SentBy is who sent the quote: the one who asks for its order and may therefore not approve it.
func (tx *Tx) SentBy(ctx context.Context, quote crm.ID) (string, error) {
	var actor string
	err := askRow(ctx, tx.q, tx.SenderOf(quote)).Scan(&actor)
	return actor, told(err)
}

// SenderOf is the question for SentBy.
func (tx *Tx) SenderOf(quote crm.ID) Question {
	return asks(`select actor from timeline where process = $1 and code = 'quote.sent' and data->>'quote_id' = $2 order by id desc limit 1`, tx.Process.ID, string(quote))
}

// OrderOf is the id of the order that an accepted quote became.
func (tx *Tx) OrderOf(ctx context.Context, quote crm.ID) (id crm.ID, err error) {
	err = tx.q.QueryRow(ctx, `select id from sales_order where quote_id = $1`, quote).Scan(&id)
	return id, told(err)
}
