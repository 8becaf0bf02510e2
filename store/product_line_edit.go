package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// LineEdit is what a person writes into a line of the Products tab.
type LineEdit = func(*crm.ProductLine) error

// AddProductLine puts a catalogue product on the deal (S038, S039) at its catalogue price and cost, which the change may alter.
// The deal's amount becomes the tab's total (S034, S040).
func (s *Store) AddProductLine(ctx context.Context, t Target, line crm.ID, product crm.ID, change LineEdit) (l crm.ProductLine, err error) {
	catalogue := asks(`select * from product where id = $1`, product)
	lines, err := s.editLines(ctx, t, "product.added", func(e *edit, o crm.Opportunity) (map[string]any, error) {
		p, err := ask[crm.Product](ctx, e.q, catalogue)
		if err != nil {
			return nil, unknown(err, "/product_id")
		}
		if !p.Active {
			return nil, crm.FieldErrors{crm.Problem("product_inactive").At("/product_id")}
		}
		if p.Currency != o.Currency {
			return nil, crm.FieldErrors{crm.Problem("mixed_currency", "want", o.Currency).At("/product_id")}
		}
		l = crm.ProductLine{
			ID: line, OpportunityID: o.ID, ProductID: p.ID, SKU: p.SKU, Name: p.Name, Unit: p.Unit, TaxClassID: p.TaxClassID, TaxPercent: p.TaxPercent,
			MadeToOrder: p.MadeToOrder, UnitPrice: p.Price, UnitCost: p.Cost,
		}
		if err := change(&l); err != nil {
			return nil, err
		}
		if err := e.priced(ctx, o, lineFacts(l, p.Price)); err != nil {
			return nil, err
		}
		return map[string]any{"line": l.ID, "sku": l.SKU, "quantity": l.Quantity.String()}, late(ctx, e.q, `insert into product_line (id, opportunity_id, product_id, position,
			quantity, unit_price, discount_percent, unit_cost) values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from product_line where opportunity_id = $2), $4, $5, $6, $7)`,
			l.ID, o.ID, l.ProductID, l.Quantity, l.UnitPrice, l.DiscountPercent, l.UnitCost)
	}, catalogue)
	for _, written := range lines {
		if written.ID == l.ID {
			l.Position = written.Position
		}
	}
	return l, err
}

// EditProductLine changes quantity, price, discount or cost of a line; the deal's amount follows.
func (s *Store) EditProductLine(ctx context.Context, t Target, line crm.ID, change LineEdit) (l crm.ProductLine, err error) {
	_, err = s.editLines(ctx, t, "product.edited", func(e *edit, o crm.Opportunity) (map[string]any, error) {
		l, err = one[crm.ProductLine](ctx, e.q, `select `+productLineColumns+` from product_line l join product p on p.id = l.product_id
			where l.id = $1 and l.opportunity_id = $2`, line, o.ID)
		if err != nil {
			return nil, err
		}
		before := l
		if err := change(&l); err != nil {
			return nil, err
		}
		var list decimal.Decimal
		if err := e.q.QueryRow(ctx, `select price from product where id = $1`, l.ProductID).Scan(&list); err != nil {
			return nil, err
		}
		if err := e.priced(ctx, o, lineFacts(l, list)); err != nil {
			return nil, err
		}
		_, err := e.q.Exec(ctx, `update product_line set quantity = $2, unit_price = $3, discount_percent = $4, unit_cost = $5 where id = $1`,
			l.ID, l.Quantity, l.UnitPrice, l.DiscountPercent, l.UnitCost)
		return map[string]any{"line": l.ID, "sku": l.SKU, "line_changes": differences(before, l)}, err
	})
	return l, err
}

// RemoveProductLine takes a line off the deal. After the last one the amount may be typed by hand again.
func (s *Store) RemoveProductLine(ctx context.Context, t Target, line crm.ID) error {
	_, err := s.editLines(ctx, t, "product.removed", func(e *edit, o crm.Opportunity) (map[string]any, error) {
		var sku string
		err := e.q.QueryRow(ctx, `delete from product_line l using product p where l.id = $1 and l.opportunity_id = $2 and p.id = l.product_id returning p.sku`,
			line, o.ID).Scan(&sku)
		return map[string]any{"line": line, "sku": sku}, told(err)
	})
	return err
}

// editLines runs a change of the Products tab of an open deal and has the amount follow (S032, S034, S040). It gives the lines as they are
// then; the change may ask the questions given without a round trip.
func (s *Store) editLines(ctx context.Context, t Target, code string, change func(*edit, crm.Opportunity) (map[string]any, error), ahead ...Question) (lines []crm.ProductLine, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.lockOpportunity(ctx, t.Scope, t.ID, ahead...)
		if err != nil {
			return err
		}
		if err := e.fresh(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), t.Version, o.Version); err != nil {
			return err
		}
		if o.State != crm.OpportunityOpen {
			return Refused{Code: "opportunity_closed", Params: map[string]string{"state": string(o.State)}}
		}
		data, err := change(e, o)
		if err != nil {
			return err
		}
		if lines, err = productLines(ctx, e.q, o.ID); err != nil {
			return err
		}
		total, err := e.entity.Pricing(o.Currency).Add(pricedProducts(lines), decimal.Zero)
		if err != nil {
			return err
		}
		before := o
		o.ProductsChanged(len(lines), total.Net)
		if o.HandedOff, err = e.isHandedOff(ctx, o.ID, lines); err != nil {
			return err
		}
		return e.saveOpportunity(ctx, before, &o, code, data)
	})
	return lines, err
}

func pricedProducts(lines []crm.ProductLine) []crm.Line {
	out := make([]crm.Line, len(lines))
	for i, l := range lines {
		out[i] = crm.Line{Quantity: l.Quantity, UnitPrice: l.UnitPrice, DiscountPercent: l.DiscountPercent, Cost: l.UnitCost, TaxPercent: l.TaxPercent}
	}
	return out
}
