package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// AddedLines completes the lines that an amendment adds as a quote completes its own: names in the quote's language, prices for the customer and the quantity, taxes and costs from the catalogue
// of today; and it asks the catalogue's constraints about the contract with them. What is wrong comes beside them, all at once, below /added: unknown_record, product_inactive,
// product_replaced, mixed_currency, too_many_decimals, what a product's quantities and constraints forbid.
func (tx *Tx) AddedLines(ctx context.Context, deal crm.Agreement, fields []crm.AddFields) (out []crm.LineTerm, wrong crm.FieldErrors, err error) {
	if len(fields) == 0 {
		return nil, nil, nil
	}
	quote, err := one[crm.Quote](ctx, tx.q, `select `+quoteColumns+` from quote where id = (select quote_id from sales_order where id = $1)`, deal.Contract.OrderID)
	if err != nil {
		return nil, nil, err
	}
	classes, err := many[crm.TaxClass](ctx, tx.q, `select * from tax_class`)
	if err != nil {
		return nil, nil, err
	}
	e, had := &edit{q: tx.q, now: tx.Now, today: tx.Today, entity: tx.Entity, zone: tx.Zone}, deal.Now.On(deal.Lines)
	d := QuoteDraft{Quote: quote, Lines: had}
	for _, f := range fields {
		d.Lines = append(d.Lines, addedLine(f))
	}
	if err := e.named(ctx, deal.Contract.OpportunityID, &d); err != nil {
		return nil, nil, err
	}
	for i, f := range fields {
		at, l := "/added/"+strconv.Itoa(i), &d.Lines[len(had)+i]
		wrong = append(wrong, e.addedLine(&d, l, f, classes, at)...)
		if out = append(out, crm.Added(*l)); !f.DiscountPercent.IsZero() {
			out[i].Added.DiscountPercent = f.DiscountPercent
		}
	}
	if len(wrong) == 0 {
		wrong = newlyBroken(d, len(had))
	}
	return out, wrong, nil
}

func addedLine(f crm.AddFields) crm.QuoteLine {
	l := crm.QuoteLine{ID: NewID(), Kind: crm.LineOfQuote, ProductID: f.ProductID, Name: f.Name, Unit: f.Unit, Quantity: f.Quantity, DiscountPercent: f.DiscountPercent, TaxClassID: f.TaxClassID}
	if f.UnitCost != nil {
		l.UnitCost = *f.UnitCost
	}
	switch {
	case f.UnitPrice != nil:
		l.UnitPrice = *f.UnitPrice
	case f.ProductID != "":
		l.Price.Source = AskPrice
	}
	if f.ProductID != "" && f.TaxClassID == "" {
		l.TaxClassID = AskTax
	}
	return l
}

// addedLine completes one line.
func (e *edit) addedLine(d *QuoteDraft, l *crm.QuoteLine, f crm.AddFields, classes []crm.TaxClass, at string) (wrong crm.FieldErrors) {
	if p := d.products[l.ProductID]; l.ProductID != "" && p.ID == "" {
		wrong.Add(at+"/product_id", crm.Problem("unknown_record"))
		return wrong
	} else if p.ID != "" {
		if l.Name == "" {
			l.Name = p.Name
		}
		if l.Unit == "" {
			l.Unit = p.Unit
		}
		wrong = e.offeredLine(d, l, p, at)
		if _, cost, _, err := p.list(e); f.UnitCost == nil && err == nil {
			l.UnitCost = cost
		}
	}
	if l.Unit == "" {
		l.Unit = "pc"
	}
	if i := slices.IndexFunc(classes, func(c crm.TaxClass) bool { return c.ID == l.TaxClassID }); i >= 0 {
		l.TaxPercent, l.TaxCode, l.Exemption = classes[i].Percent, classes[i].Code, classes[i].Exemption
		if f.TaxClassID != "" && !classes[i].Active {
			wrong.Add(at+"/tax_class_id", crm.Problem("unknown_record"))
		}
	} else if f.TaxClassID != "" {
		wrong.Add(at+"/tax_class_id", crm.Problem("unknown_record"))
	}
	return wrong
}

// newlyBroken is what the catalogue's constraints say against the contract with its new lines that they do not say without them.
func newlyBroken(d QuoteDraft, had int) (out crm.FieldErrors) {
	var products []item
	for _, p := range d.products {
		products = append(products, p)
	}
	constraints := constraintsOf(products)
	said := map[string]bool{}
	for _, e := range crm.Configure(configuredLines(d.Lines[:had]), constraints) {
		said[fmt.Sprint(e.Pointer, e.Code, e.Params)] = true
	}
	for _, e := range crm.Configure(configuredLines(d.Lines), constraints) {
		if said[fmt.Sprint(e.Pointer, e.Code, e.Params)] {
			continue
		}
		place, field, _ := strings.Cut(strings.TrimPrefix(e.Pointer, "/lines/"), "/")
		if n, err := strconv.Atoi(place); err == nil && n >= had {
			e.Pointer = strings.TrimSuffix("/added/"+strconv.Itoa(n-had)+"/"+field, "/")
		} else {
			e.Pointer = "/added/0/product_id"
		}
		out = append(out, e)
	}
	return out
}

// agreedLines are the catalogue's lines of a deal: those of its contract as the version in force has them where it was amended, else those of its Products tab (S059, S088).
func (tx *Tx) agreedLines(ctx context.Context, opportunity crm.ID) (out []crm.ProductLine, err error) {
	c, err := one[crm.Contract](ctx, tx.q, `select `+contractColumns+` from contract where opportunity_id = $1 and exists (select from contract_version v where v.contract_id = contract.id) order by signed_at desc limit 1`, opportunity)
	if errors.Is(err, ErrNotFound) {
		return productLines(ctx, tx.q, opportunity)
	} else if err != nil {
		return nil, err
	}
	deal, _, err := agreement(ctx, tx.q, c)
	for _, l := range deal.Now.On(deal.Lines) {
		if l.ProductID != "" && l.Counts() {
			out = append(out, crm.ProductLine{ProductID: l.ProductID, Quantity: l.Quantity})
		}
	}
	return out, err
}

// quotedAlone is the condition that no version of a contract c added a line on which nothing is charged: the accepted quote then says why for every line that does not say it itself.
const quotedAlone = `not exists (select from contract_version v where v.contract_id = c.id and jsonb_path_exists(v.terms, '$.lines[*].added.tax_percent ? (@ like_regex "^0(\\.0*)?$")'))`
