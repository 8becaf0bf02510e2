package store

import (
	"context"
	"slices"
	"strconv"

	"leadtocash/crm"
)

// quoteHandedOff asks about every line of a draft whether it may be quoted: one that is made to order needs an answer of who makes it (S104).
func (e *edit) quoteHandedOff(ctx context.Context, o crm.Opportunity, d *QuoteDraft, f crm.Facts) error {
	r, err := e.rules(ctx, crm.RuleHandOff, crm.ProcessID(crm.KindOpportunity, o.ID))
	if err != nil || r.version == 0 {
		return err
	}
	lines, err := quotedLines(ctx, e.q, o.ID, d.Lines)
	if err != nil {
		return err
	}
	f.Quote, f.Order = crm.QuoteFacts{}, crm.OrderFacts{}
	for i, l := range lines {
		f.Line = l
		if err := r.ask(ctx, "line", "/lines/"+strconv.Itoa(i), f); err != nil {
			return err
		}
	}
	return r.end(ctx)
}

// quotedLines are lines of a quote as the rules of hand-offs read them.
func quotedLines(ctx context.Context, q querier, opportunity crm.ID, lines []crm.QuoteLine) (out []crm.LineFacts, err error) {
	products, err := catalogued(ctx, q, lines)
	if err != nil {
		return nil, err
	}
	answers, err := answeredFor(ctx, q, opportunity)
	for _, l := range lines {
		f := quoteLineFacts(l, products[l.ProductID])
		f.HandedOff = l.ProductID != "" && slices.ContainsFunc(answers, func(h crm.HandOff) bool { return h.Answers(l.ProductID, l.Quantity) })
		out = append(out, f)
	}
	return out, err
}

// QuotedLines are the lines of a quote as the rules of hand-offs read them, in their order.
func (tx *Tx) QuotedLines(ctx context.Context, opportunity, quote crm.ID) ([]crm.LineFacts, error) {
	lines, err := quoteLines(ctx, tx.q, quote)
	if err != nil {
		return nil, err
	}
	return quotedLines(ctx, tx.q, opportunity, lines)
}
