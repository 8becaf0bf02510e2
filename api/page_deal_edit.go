package api

import (
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// dealTarget is the deal that a form changes, in the version that the person saw.
func (r *request) dealTarget(f form) (store.Target, error) {
	id, err := r.id("id")
	version, _ := strconv.Atoi(f.Value("version"))
	return store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: version}, err
}

// dealForm carries out a form of one of the tabs, and shows the tab again when it is refused.
func dealForm(r *request, tab, done string, do func(*form, store.Target) error) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.values["tab"] = tab
	t, err := r.dealTarget(f)
	if err != nil {
		return err
	}
	err = do(&f, t)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showDeal(r, t.ID, f, nil)
	}
	return r.said(done, "/opportunities/"+string(t.ID)+"?tab="+tab)
}

// formDealEdit saves the Main tab. The amount is written only where it may be typed (S033).
func formDealEdit(r *request) error {
	return dealForm(r, "main", "saved", func(f *form, t store.Target) error {
		r.needed(f, "name", "owner_id")
		amount, target, closing := r.decimal(f, "amount"), r.decimal(f, "target"), r.date(f, "close_date")
		if f.Failed() {
			return nil
		}
		typed, aimed := f.Sent("amount"), f.Sent("target")
		_, err := r.store.EditOpportunity(r.ctx(), t, func(o *crm.Opportunity) error {
			o.Name, o.Need, o.CloseDate = clean(f.Value("name"), 200), f.Value("need"), closing
			o.Budget, o.DecisionMaker = f.Value("budget") == "true", f.Value("decision_maker") == "true"
			o.OwnerID, o.ContactID = optionalID(f.Value("owner_id")), optionalID(f.Value("contact_id"))
			var wrong crm.FieldErrors
			if aimed { // nobody but a person writes the target (S037)
				o.Target = target
				wrong.Add("/target", crm.CheckAmount(target, crm.Currency(o.Currency)))
			}
			if typed && !amount.Equal(o.Amount) {
				wrong.Add("/amount", crm.CheckAmount(amount, crm.Currency(o.Currency)))
				if err := o.SetAmountByHand(amount); err != nil {
					return err
				}
			}
			return wrong.Err()
		})
		return err
	})
}

// formDealReopen takes up a lost deal again.
func formDealReopen(r *request) error {
	return dealForm(r, "main", "deal_reopened", func(f *form, t store.Target) error {
		r.needed(f, "reason")
		if f.Failed() {
			return nil
		}
		if _, err := r.store.DealPage(r.ctx(), t.Scope, t.ID); err != nil {
			return err
		}
		a, _, err := r.carry(*f, crm.OpportunityReopen, crm.KindOpportunity, t.ID, crm.ReasonFields{Reason: f.Value("reason")})
		if err == nil && !a.OK() {
			r.refuse(f, a)
		}
		return err
	})
}

// formDealProduct adds a catalogue product to the Products tab (S038, S039).
func formDealProduct(r *request) error {
	return dealForm(r, "products", "product_added", func(f *form, t store.Target) error {
		r.needed(f, "product_id", "quantity")
		quantity := r.quantity(f, "quantity")
		discount, written := r.discounts(f, "discount_percent")
		if f.Failed() {
			return nil
		}
		t.Version = 0
		_, err := r.store.AddConfigured(r.ctx(), t, store.NewID(), optionalID(f.Value("product_id")), func(l *crm.ProductLine) error {
			l.Quantity, l.DiscountPercent, l.Discounts = quantity, discount, written
			return nil
		})
		return err
	})
}

// formDealProductEdit changes or removes a line of the Products tab.
func formDealProductEdit(r *request) error {
	line, err := r.id("item")
	if err != nil {
		return err
	}
	return dealForm(r, "products", "saved", func(f *form, t store.Target) error {
		t.Version = 0
		defer f.within("lines."+string(line), "quantity", "unit_price", "discount_percent") // the page has these names for a new line too
		if f.Value("action") == "remove" {
			return r.store.RemoveProductLine(r.ctx(), t, line)
		}
		if to, err := strconv.Atoi(strings.TrimPrefix(f.Value("action"), "to-")); err == nil {
			return r.store.MoveProductLine(r.ctx(), t, line, to)
		}
		r.needed(f, "quantity", "unit_price")
		quantity, price := r.quantity(f, "quantity"), r.decimal(f, "unit_price")
		discount, written := r.discounts(f, "discount_percent")
		if price.IsNegative() {
			f.blame("unit_price", r.errorText(crm.Problem("out_of_range", "min", "0")))
		}
		if f.Failed() {
			return nil
		}
		_, err := r.store.EditProductLine(r.ctx(), t, line, func(l *crm.ProductLine) error {
			l.Quantity, l.UnitPrice, l.DiscountPercent, l.Discounts = quantity, price.Round(4), discount, written
			return nil
		})
		return r.judge(f, err)
	})
}

func formRelationRemove(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return dealForm(r, "relations", "removed", func(_ *form, t store.Target) error { return r.store.RemoveRelation(r.ctx(), t, item) })
}

// formDealQuote makes a quote from the Products tab's lines and opens its editor (S041).
func formDealQuote(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.values["tab"] = "quotes"
	t, err := r.dealTarget(f)
	if err != nil {
		return err
	}
	t.Version = 0
	q, err := r.store.CreateQuote(r.ctx(), t, store.NewID(), func(*store.QuoteDraft) error { return nil })
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showDeal(r, t.ID, f, nil)
	}
	return r.said("quote_created", "/quotes/"+string(q.ID))
}
