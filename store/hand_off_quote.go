package store

import (
	"context"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// quoteHandedOff asks about every line of a draft whether it may be quoted: one that is made to order needs an answer of who makes it (S104).
func (r *ruled) quoteHandedOff(ctx context.Context, d *QuoteDraft, f crm.Facts, answers []crm.HandOff) error {
	if r.version == 0 {
		return nil
	}
	f.Quote, f.Order = crm.QuoteFacts{}, crm.OrderFacts{}
	for i, l := range d.Lines {
		if !l.Counts() {
			continue
		}
		f.Line = quotedLine(l, d.products[l.ProductID].Product, answers)
		if err := r.ask(ctx, "line", "/lines/"+strconv.Itoa(i), f); err != nil {
			return err
		}
	}
	return r.end(ctx)
}

// quotedLine is a line of a quote as rules read it, with whether one of the answers is about it.
func quotedLine(l crm.QuoteLine, p crm.Product, answers []crm.HandOff) crm.LineFacts {
	f := quoteLineFacts(l, p)
	f.HandedOff = l.ProductID != "" && slices.ContainsFunc(answers, func(h crm.HandOff) bool { return h.Answers(l.ProductID, l.Quantity) })
	return f
}

// AnswersOf is the question for what completed hand-offs to who makes a deal's products answer for: the products with the quantities.
func AnswersOf(opportunity crm.ID) Question {
	return asks(`select product_id, quantity, state from hand_off where opportunity_id = $1 and state = 'completed' and to_department = 'production' and product_id is not null`, opportunity)
}

// queueAnswers asks it with other questions.
func queueAnswers(b *pgx.Batch, opportunity crm.ID, into *[]crm.HandOff) {
	a := AnswersOf(opportunity)
	b.Queue(a.sql, a.args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[crm.HandOff])
		return err
	})
}
