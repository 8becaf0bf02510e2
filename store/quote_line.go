package store

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// What a writer leaves to the store in a line of a catalogue product.
const (
	AskPrice = "asked"         // as Price.Source: what catalogue and price books say
	AskTax   = crm.ID("asked") // as TaxClassID: the customer's case, else the product's class
)

// offered completes the lines of a draft from the catalogue: prices, taxes, names in the quote's language, and what they require. All that is wrong is
// told at once, below /lines: unknown_record, product_inactive, product_replaced, mixed_currency, too_many_decimals, and what constraints forbid.
func (e *edit) offered(ctx context.Context, o crm.Opportunity, d *QuoteDraft) error {
	if d.Required {
		if err := e.requiredLines(ctx, o, d); err != nil {
			return err
		}
	}
	var wrong crm.FieldErrors
	constraints := constraintsOf(slices.Collect(maps.Values(d.products)))
	for i := range d.Lines {
		l, at := &d.Lines[i], "/lines/"+strconv.Itoa(i)
		p := d.products[l.ProductID]
		switch {
		case l.Kind == crm.SectionOfQuote:
			*l = crm.QuoteLine{Kind: crm.SectionOfQuote, Name: l.Name, Unit: "", Quantity: decimal.NewFromInt(1)}
		case l.ProductID == "":
			l.Price = crm.PriceReason{}
		case p.ID == "":
			wrong.Add(at+"/product_id", crm.Problem("unknown_record"))
		default:
			wrong = append(wrong, e.offeredLine(d, l, p, at)...)
		}
	}
	if len(wrong) == 0 {
		wrong = crm.Configure(configuredLines(d.Lines), constraints)
	}
	return wrong.Err()
}

// offeredLine completes one line of a catalogue product.
func (e *edit) offeredLine(d *QuoteDraft, l *crm.QuoteLine, p item, at string) (wrong crm.FieldErrors) {
	same := func(b crm.QuoteLine) bool { return b.ProductID == l.ProductID }
	if !slices.ContainsFunc(d.before, same) {
		wrong.Add(at+"/product_id", p.sold())
	}
	if !slices.ContainsFunc(d.before, func(b crm.QuoteLine) bool { return same(b) && b.Quantity.Equal(l.Quantity) }) {
		wrong.Add(at+"/quantity", p.CheckQuantity(l.Quantity))
	}
	if l.Name == p.Name || slices.Contains(slices.Collect(maps.Values(p.Names)), l.Name) {
		l.Name = p.Said(d.Language)
	}
	if l.TaxClassID == AskTax {
		l.TaxClassID, l.TaxPercent, l.Exemption = p.TaxClassID, p.TaxPercent, p.Exemption
		if p.CaseClass != "" {
			l.TaxClassID, l.TaxPercent, l.Exemption = p.CaseClass, p.CasePercent, p.CaseReason
		}
	}
	var err error
	if l.Price.Source == AskPrice {
		var cost decimal.Decimal
		if l.UnitPrice, cost, l.Price, err = p.priced(e, l.Quantity); l.UnitCost.IsZero() {
			l.UnitCost = cost
		}
	} else {
		was := l.UnitPrice
		if i := slices.IndexFunc(d.before, func(b crm.QuoteLine) bool { return b.ID == l.ID && same(b) }); i >= 0 && l.ID != "" {
			was = d.before[i].UnitPrice
		}
		l.UnitPrice, l.Price, err = p.repriced(e, l.Quantity, l.UnitPrice, was, l.Price)
	}
	wrong.Add(at+"/currency", err)
	return wrong
}

// requiredLines adds what the lines require below them.
func (e *edit) requiredLines(ctx context.Context, o crm.Opportunity, d *QuoteDraft) error {
	var constraints []crm.Constraint
	for _, p := range d.products {
		constraints = append(constraints, p.Constraints...)
	}
	if len(constraints) == 0 {
		return nil
	}
	add, items, err := e.proposed(ctx, o.ID, configuredLines(d.Lines), constraints)
	for _, a := range add {
		p := items[a.ProductID]
		if p.ID == "" || !p.Active {
			continue // Configure tells what is missing
		}
		d.products[p.ID] = p
		d.Lines = append(d.Lines, crm.QuoteLine{
			Kind: crm.LineOfQuote, ProductID: p.ID, Name: p.Said(d.Language), Unit: p.Unit, Quantity: a.Quantity, TaxClassID: AskTax, Price: crm.PriceReason{Source: AskPrice},
		})
	}
	return err
}

// rated notes what the quote's currency is worth today, where it is not the legal entity's.
func (e *edit) rated(ctx context.Context, q *crm.Quote) error {
	if q.Currency == e.entity.Currency {
		return nil
	}
	r, err := orNone(one[crm.ExchangeRate](ctx, e.q, `select * from exchange_rate where currency = $1 and on_date <= $2 order by on_date desc limit 1`, q.Currency, e.today))
	if err == nil && r.Currency != "" {
		q.Rate, q.RateOn = r.Rate, r.OnDate
	}
	return err
}
