package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// priced asks the limits of prices and discounts about lines of the Products tab.
func (e *edit) priced(ctx context.Context, o crm.Opportunity, lines ...crm.LineFacts) error {
	var f crm.Facts
	b := &pgx.Batch{}
	r := e.queueRules(b, crm.RulePricing, crm.ProcessID(crm.KindOpportunity, o.ID))
	queueFacts(b, o.ID, e.today, &f)
	if err := e.q.SendBatch(ctx, b).Close(); err != nil || r.version == 0 {
		return told(err)
	}
	f.Quote, f.Order = crm.QuoteFacts{}, crm.OrderFacts{}
	for _, l := range lines {
		f.Line = l
		if err := r.ask(ctx, "line", "", f); err != nil {
			return err
		}
	}
	return r.end(ctx)
}

// quotePriced asks the limits about every line of a draft, and about the draft as it adds up.
func (r *ruled) quotePriced(ctx context.Context, d *QuoteDraft, f crm.Facts) error {
	e := r.e
	f.Quote, f.Order = crm.QuoteFacts{}, crm.OrderFacts{}
	if r.version == 0 {
		return nil
	}
	for i, l := range d.Lines {
		if !l.Counts() {
			continue
		}
		f.Line = quoteLineFacts(l, d.products[l.ProductID].Product)
		if err := r.ask(ctx, "line", "/lines/"+strconv.Itoa(i), f); err != nil {
			return err
		}
	}
	if err := e.quoteTotals(d); err != nil {
		return err
	}
	f.Line, f.Quote = crm.LineFacts{}, quoteFactsOf(d.Quote, crm.Counting(d.Lines))
	if err := r.ask(ctx, "quote", "", f); err != nil {
		return err
	}
	return r.end(ctx)
}

// named reads the products that a draft's lines name, unless they were read already.
func (e *edit) named(ctx context.Context, opportunity crm.ID, d *QuoteDraft) error {
	if d.products != nil {
		return nil
	}
	found, err := askAll[item](ctx, e.q, itemsOf(opportunity, e.today, d.Lines))
	d.products = map[crm.ID]item{}
	for _, p := range found {
		d.products[p.ID] = p
	}
	return err
}

// PricedLines are the lines of a quote as rules read them, and what the catalogue's constraints say against them.
func (tx *Tx) PricedLines(ctx context.Context, q crm.Quote) (lines []crm.LineFacts, broken crm.FieldErrors, err error) {
	all, err := quoteLines(ctx, tx.q, q.ID)
	if err != nil {
		return nil, nil, err
	}
	products, err := askAll[item](ctx, tx.q, QuotedProducts(q.ID))
	if err != nil {
		return nil, nil, err
	}
	answers, err := askAll[crm.HandOff](ctx, tx.q, AnswersOf(q.OpportunityID))
	byID := map[crm.ID]crm.Product{}
	for _, p := range products {
		byID[p.ID] = p.Product
	}
	for _, l := range all {
		if !l.Counts() {
			continue
		}
		lines = append(lines, quotedLine(l, byID[l.ProductID], answers))
	}
	return lines, crm.Configure(configuredLines(all), constraintsOf(products)), err
}

// QuotedProducts is the question for the catalogue's products on a quote, with what must hold where they are.
func QuotedProducts(quote crm.ID) Question {
	return asks(`select p.*, `+constraintRows+`c.product_id = p.id), '[]') as constraints from product p where p.id in (select product_id from quote_line where quote_id = $1)`, quote)
}

// constraintsOf are the constraints of products, always in the same order.
func constraintsOf(products []item) (out []crm.Constraint) {
	for _, p := range products {
		out = append(out, p.Constraints...)
	}
	slices.SortFunc(out, func(a, b crm.Constraint) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return out
}

// BrokenBy tells what the catalogue's constraints say today against a quote that is out: a customer is not let accept what could not be sent.
func (s *Store) BrokenBy(ctx context.Context, quote crm.ID, lines []crm.QuoteLine) (crm.FieldErrors, error) {
	products, err := askAll[item](ctx, s.pool, QuotedProducts(quote))
	return crm.Configure(configuredLines(lines), constraintsOf(products)), err
}

// Who is the person who takes the step, as rules read him; nobody for a customer and for the system.
func (tx *Tx) Who(ctx context.Context) (by crm.UserFacts, err error) {
	err = askRow(ctx, tx.q, tx.RolesOf()).Scan(&by.Roles)
	return by, told(err)
}

// RolesOf is the question for Who.
func (tx *Tx) RolesOf() Question {
	return asks(`select coalesce((select roles from app_user where id::text = $1), '{}')`, tx.Actor)
}

func lineFacts(l crm.ProductLine, list decimal.Decimal) crm.LineFacts {
	return crm.LineFacts{
		SKU: l.SKU, Name: l.Name, Quantity: l.Quantity, ListPrice: list, UnitPrice: l.UnitPrice, DiscountPercent: l.DiscountPercent, UnitCost: l.UnitCost,
		MadeToOrder: l.MadeToOrder,
	}.Priced()
}

func quoteLineFacts(l crm.QuoteLine, p crm.Product) crm.LineFacts {
	list := p.Price
	if l.Price.Source != "" && l.ProductID != "" {
		list = l.Price.List
	}
	return crm.LineFacts{
		SKU: p.SKU, Name: l.Name, Quantity: l.Quantity, ListPrice: list, UnitPrice: l.UnitPrice, DiscountPercent: l.DiscountPercent, UnitCost: l.UnitCost,
		MadeToOrder: p.MadeToOrder,
	}.Priced()
}

// quoteFactsOf is a quote as rules read it.
func quoteFactsOf(q crm.Quote, lines int) crm.QuoteFacts {
	return crm.QuoteFacts{
		State: string(q.State), Lines: decimal.NewFromInt(int64(lines)), Net: q.Net, Total: q.Total, ValidUntil: q.ValidUntil,
		DiscountPercent: crm.PercentOf(q.ListTotal.Sub(q.Net), q.ListTotal), MarginPercent: crm.PercentOf(q.Net.Sub(q.Cost), q.Net),
	}
}

// quoteRuled asks every kind of rules that a draft has to pass.
func (e *edit) quoteRuled(ctx context.Context, o crm.Opportunity, d *QuoteDraft) error {
	var f crm.Facts
	b, process := &pgx.Batch{}, crm.ProcessID(crm.KindOpportunity, o.ID)
	required, priced, handed := e.queueRules(b, crm.RuleRequired, process), e.queueRules(b, crm.RulePricing, process), e.queueRules(b, crm.RuleHandOff, process)
	queueFacts(b, o.ID, e.today, &f)
	var answers []crm.HandOff
	queueAnswers(b, o.ID, &answers)
	e.q.ask(b, itemsOf(o.ID, e.today, d.Lines))
	if err := e.q.SendBatch(ctx, b).Close(); err != nil {
		return told(err)
	}
	if err := e.named(ctx, o.ID, d); err != nil {
		return err
	}
	if err := e.offered(ctx, o, d); err != nil {
		return err
	}
	if err := required.quoteRequired(ctx, d, f); err != nil {
		return err
	}
	if err := handed.quoteHandedOff(ctx, d, f, answers); err != nil {
		return err
	}
	return priced.quotePriced(ctx, d, f)
}
