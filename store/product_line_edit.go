package store

import (
	"context"
	"errors"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// LineEdit is what a person writes into a line of the Products tab.
type LineEdit = func(*crm.ProductLine) error

// AddProductLine puts a catalogue product on the deal (S038, S039) at what price books and catalogue say for its customer today, which the change may alter.
// The deal's amount becomes the tab's total (S034, S040). What the product requires has to be there already.
func (s *Store) AddProductLine(ctx context.Context, t Target, line crm.ID, product crm.ID, change LineEdit) (l crm.ProductLine, err error) {
	return s.addProductLine(ctx, t, line, product, false, change)
}

// AddConfigured is AddProductLine that adds what the product requires as well, each as a line of its own.
func (s *Store) AddConfigured(ctx context.Context, t Target, line crm.ID, product crm.ID, change LineEdit) (l crm.ProductLine, err error) {
	return s.addProductLine(ctx, t, line, product, true, change)
}

func (s *Store) addProductLine(ctx context.Context, t Target, line, product crm.ID, required bool, change LineEdit) (l crm.ProductLine, err error) {
	lines, err := s.editLines(ctx, t, "product.added", func(e *edit, o crm.Opportunity) (lineChange, error) {
		p, err := ask[item](ctx, e.q, itemOf(o.ID, e.today, product))
		if err != nil {
			return lineChange{}, unknown(err, "/product_id")
		}
		l = crm.ProductLine{ID: line, OpportunityID: o.ID}
		if err := e.addItem(o, p, &l, change); err != nil {
			return lineChange{}, err
		}
		made := lineChange{data: map[string]any{"line": l.ID, "sku": l.SKU, "quantity": l.Quantity.String()}, at: "/product_id", constraints: p.Constraints}
		add := []crm.ProductLine{l}
		if required && len(p.Constraints) > 0 {
			if add, err = e.withRequired(ctx, o, l, &made); err != nil {
				return made, err
			}
		}
		return made, e.insertLines(ctx, o, add)
	})
	for _, written := range lines {
		if written.ID == l.ID {
			l.Position = written.Position
		}
	}
	return l, err
}

// addItem makes a line of a product.
func (e *edit) addItem(o crm.Opportunity, p item, l *crm.ProductLine, change LineEdit) error {
	if err := p.sold(); err != nil {
		return atField("/product_id", err)
	}
	one := decimal.NewFromInt(1)
	price, cost, why, err := p.priced(e, one)
	if err != nil {
		return atField("/product_id", err)
	}
	*l = crm.ProductLine{
		ID: l.ID, OpportunityID: o.ID, ProductID: p.ID, SKU: p.SKU, Name: p.Name, Unit: p.Unit, TaxClassID: p.TaxClassID, TaxPercent: p.TaxPercent, Exemption: p.Exemption,
		MadeToOrder: p.MadeToOrder, Quantity: one, UnitPrice: price, UnitCost: cost, Price: why,
	}
	if err := change(l); err != nil {
		return err
	}
	if err := p.CheckQuantity(l.Quantity); err != nil {
		return atField("/quantity", err)
	}
	if l.UnitPrice, l.Price, err = p.repriced(e, l.Quantity, l.UnitPrice, price, why); err != nil {
		return err
	}
	return nil
}

// insertLines asks the limits of prices about new lines and writes them.
func (e *edit) insertLines(ctx context.Context, o crm.Opportunity, lines []crm.ProductLine) error {
	facts := make([]crm.LineFacts, len(lines))
	for i, l := range lines {
		facts[i] = lineFacts(l, l.Price.List)
	}
	if err := e.priced(ctx, o, facts...); err != nil {
		return err
	}
	for _, l := range lines {
		if err := late(ctx, e.q, `insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, discount_percent, unit_cost, discounts, price)
			values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from product_line where opportunity_id = $2), $4, $5, $6, $7, $8, $9)`,
			l.ID, o.ID, l.ProductID, l.Quantity, l.UnitPrice, l.DiscountPercent, l.UnitCost, l.Discounts, l.Price); err != nil {
			return err
		}
	}
	return nil
}

// withRequired is a new line with those that the constraints of the tab ask for beside it.
func (e *edit) withRequired(ctx context.Context, o crm.Opportunity, l crm.ProductLine, made *lineChange) ([]crm.ProductLine, error) {
	out := []crm.ProductLine{l}
	lines, err := productLines(ctx, e.q, o.ID)
	if err != nil {
		return out, err
	}
	add, items, err := e.proposed(ctx, o.ID, configuredTab(append(lines, l), made.at), made.constraints)
	if err != nil {
		return out, err
	}
	for _, a := range add {
		p := items[a.ProductID]
		if p.ID == "" || !p.Active {
			continue // Configure tells what is missing
		}
		more := crm.ProductLine{ID: NewID()}
		if err := e.addItem(o, p, &more, func(l *crm.ProductLine) error { l.Quantity = a.Quantity; return nil }); err != nil {
			return out, err
		}
		out, made.constraints = append(out, more), append(made.constraints, p.Constraints...)
	}
	return out, nil
}

// EditProductLine changes quantity, price, discount or cost of a line; the deal's amount follows. A price that was looked up is looked up anew for another
// quantity.
func (s *Store) EditProductLine(ctx context.Context, t Target, line crm.ID, change LineEdit) (l crm.ProductLine, err error) {
	_, err = s.editLines(ctx, t, "product.edited", func(e *edit, o crm.Opportunity) (lineChange, error) {
		l, err = one[crm.ProductLine](ctx, e.q, `select `+productLineColumns+` from product_line l join product p on p.id = l.product_id
			where l.id = $1 and l.opportunity_id = $2`, line, o.ID)
		if err != nil {
			return lineChange{}, err
		}
		before := l
		if err := change(&l); err != nil {
			return lineChange{}, err
		}
		p, err := ask[item](ctx, e.q, itemOf(o.ID, e.today, l.ProductID))
		if err != nil {
			return lineChange{}, err
		}
		if err := p.CheckQuantity(l.Quantity); err != nil && !l.Quantity.Equal(before.Quantity) {
			return lineChange{}, atField("/quantity", err)
		}
		if l.UnitPrice, l.Price, err = p.repriced(e, l.Quantity, l.UnitPrice, before.UnitPrice, l.Price); err != nil {
			return lineChange{}, atField("/unit_price", err)
		}
		if err := e.priced(ctx, o, lineFacts(l, l.Price.List)); err != nil {
			return lineChange{}, err
		}
		_, err = e.q.Exec(ctx, `update product_line set quantity = $2, unit_price = $3, discount_percent = $4, unit_cost = $5, discounts = $6, price = $7 where id = $1`,
			l.ID, l.Quantity, l.UnitPrice, l.DiscountPercent, l.UnitCost, l.Discounts, l.Price)
		return lineChange{data: map[string]any{"line": l.ID, "sku": l.SKU, "line_changes": differences(before, l)}, at: "/quantity", constraints: p.Constraints}, err
	})
	return l, err
}

// RemoveProductLine takes a line off the deal. After the last one the amount may be typed by hand again.
func (s *Store) RemoveProductLine(ctx context.Context, t Target, line crm.ID) error {
	_, err := s.editLines(ctx, t, "product.removed", func(e *edit, o crm.Opportunity) (lineChange, error) {
		var sku string
		var constraints []crm.Constraint
		err := e.q.QueryRow(ctx, `delete from product_line l using product p where l.id = $1 and l.opportunity_id = $2 and p.id = l.product_id returning p.sku, `+constraintRows+
			`c.product_id in (select product_id from product_line where opportunity_id = $2)), '[]')`, line, o.ID).Scan(&sku, &constraints)
		return lineChange{data: map[string]any{"line": line, "sku": sku}, constraints: constraints}, told(err)
	})
	return err
}

// MoveProductLine puts a line of the tab at another place, counted from 1.
func (s *Store) MoveProductLine(ctx context.Context, t Target, line crm.ID, to int) error {
	_, err := s.editLines(ctx, t, "product.edited", func(e *edit, o crm.Opportunity) (lineChange, error) {
		var sku string
		err := e.q.QueryRow(ctx, `with now as (select id, row_number() over (order by position, id) as n from product_line where opportunity_id = $2),
			place as (select l.id, row_number() over (order by case when l.id = $1 then $3::numeric + case when $3 > mine.n then 0.5 else -0.5 end else l.n end) as n
				from now l, (select n from now where id = $1) mine),
			moved as (update product_line l set position = p.n from place p where p.id = l.id)
			select p.sku from product_line l join product p on p.id = l.product_id where l.id = $1 and l.opportunity_id = $2`, line, o.ID, to).Scan(&sku)
		return lineChange{data: map[string]any{"line": line, "sku": sku, "line_changes": map[string]change{"position": {"", strconv.Itoa(to)}}}}, told(err)
	})
	return err
}

// lineChange is what a change of the Products tab leaves: its line of the timeline, and the constraints that the lines must meet.
type lineChange struct {
	data        map[string]any
	at          string // the field to blame
	constraints []crm.Constraint
}

// configuredTab are the lines of the Products tab as constraints read them.
func configuredTab(lines []crm.ProductLine, at string) []crm.Configured {
	out := make([]crm.Configured, len(lines))
	for i, l := range lines {
		out[i] = crm.Configured{At: at, ProductID: l.ProductID, Quantity: l.Quantity}
	}
	return out
}

// atField puts an error of the vocabulary at a field.
func atField(pointer string, err error) error {
	if f, ok := errors.AsType[crm.FieldError](err); ok {
		return crm.FieldErrors{f.At(pointer)}
	}
	return err
}

// editLines runs a change of the Products tab of an open deal and has the amount follow (S032, S034, S040). It gives the lines as they are
// then; the change may ask the questions given without a round trip.
func (s *Store) editLines(ctx context.Context, t Target, code string, change func(*edit, crm.Opportunity) (lineChange, error), ahead ...Question) (lines []crm.ProductLine, err error) {
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
		made, err := change(e, o)
		if err != nil {
			return err
		}
		if lines, err = productLines(ctx, e.q, o.ID); err != nil {
			return err
		}
		if wrong := crm.Configure(configuredTab(lines, made.at), made.constraints); len(wrong) > 0 {
			return wrong
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
		return e.saveOpportunity(ctx, before, &o, code, made.data)
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
