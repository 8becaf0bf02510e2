package e2e

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// TestAmountOnEveryPath: products x accepted quote x open or closed, each reached by the commands and edits that people reach it by. In every one
// of the eight a hand-typed amount is taken only without products on an open deal, and nothing but a person writes the target (S031-S037, decision 1).
func TestAmountOnEveryPath(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.wonWithoutQuote()
	for _, c := range []struct {
		name                   string
		lines, accepted, close bool
		state, source, amount  string // as the steps leave it
		typed, filled          bool   // an edit, and a move that fills it in, may type it
	}{
		{"open, nothing", false, false, false, "open", "hand", "1500", true, true},
		{"open, products", true, false, false, "open", "products", "37200", false, false},
		{"open again after a quote, no products", false, true, false, "open", "hand", "19140", true, true},
		{"open again after a quote, products", true, true, false, "open", "products", "19140", false, false},
		{"won without a quote, nothing", false, false, true, "won", "hand", "1500", false, false},
		{"won without a quote, products", true, false, true, "won", "products", "37200", false, false},
		{"won by the quote, free text only", false, true, true, "won", "quote", "19140", false, false},
		{"won by the quote, products", true, true, true, "won", "quote", "19140", false, false},
	} {
		func() {
			d.round++
			deal := d.newDeal()
			d.edit(deal, func(o *crm.Opportunity) error {
				o.Target, o.Budget, o.CloseDate = decimal.NewFromInt(777), true, crm.NewDate(2099, 1, 1)
				return o.SetAmountByHand(decimal.NewFromInt(1500))
			})
			if c.lines {
				d.line(deal)
			}
			d.conclude(deal, c.lines, c.accepted, c.close)
			stands := func(amount string) {
				t.Helper()
				got := look[string](d, `select state || ' ' || amount_source || ' ' || trim_scale(amount) || ' ' || trim_scale(target) from opportunity where id = $1`, deal)
				if want := fmt.Sprintf("%s %s %s 777", c.state, c.source, amount); got != want {
					t.Fatalf("%s: %s, want %s", c.name, got, want)
				}
			}
			stands(c.amount)
			err := d.try(deal, func(o *crm.Opportunity) error { return o.SetAmountByHand(decimal.NewFromInt(1)) })
			if c.typed != (err == nil) || err != nil && !errors.Is(err, crm.ErrAmountDerived) {
				t.Fatalf("%s, typed: %v", c.name, err)
			}
			if c.typed {
				c.amount = "1"
			}
			stands(c.amount)
			a := d.send(deal, crm.OpportunityMove, crm.MoveFields{To: "timing", Fill: map[string]string{"deal.amount": "2", "deal.need": "x"}})
			if a.OK() != c.filled {
				t.Fatalf("%s, filled in with a move: %+v", c.name, a)
			}
			if c.filled {
				c.amount = "2"
			}
			stands(c.amount)
		}()
	}
	reopened(t, d)
}

// reopened: a lost deal and one won without a quote come back with amount and target as they were; then a product edit decides the
// amount, and after the last line it may be typed again (S033-S036, S040).
func reopened(t *testing.T, d *deck) {
	t.Helper()
	for _, to := range []string{"lost", "won"} {
		d.round++
		deal := d.newDeal()
		d.edit(deal, func(o *crm.Opportunity) error {
			o.Target, o.CloseDate, o.Budget = decimal.NewFromInt(777), crm.NewDate(2099, 1, 1), true
			return nil
		})
		line := d.line(deal)
		if to == "won" {
			d.conclude(deal, true, false, true)
		} else if a := d.send(deal, crm.OpportunityMove, crm.MoveFields{To: "lost", Reason: "price"}); !a.OK() {
			t.Fatal(a)
		}
		if err := d.store.RemoveProductLine(t.Context(), d.of(deal), line); err == nil || !strings.Contains(err.Error(), "opportunity_closed") {
			t.Fatalf("a closed deal's line: %v", err)
		}
		if a := d.send(deal, crm.OpportunityReopen, crm.ReasonFields{Reason: "asked again"}); !a.OK() {
			t.Fatalf("%s: %+v", to, a)
		}
		figures := func() string {
			return look[string](d, `select state || ' ' || amount_source || ' ' || trim_scale(amount) || ' ' || trim_scale(target) from opportunity where id = $1`, deal)
		}
		if got := figures(); got != "open products 37200 777" {
			t.Errorf("reopened from %s: %s", to, got)
		}
		if err := d.store.RemoveProductLine(t.Context(), d.of(deal), line); err != nil {
			t.Fatal(err)
		}
		d.edit(deal, func(o *crm.Opportunity) error { return o.SetAmountByHand(decimal.NewFromInt(5)) })
		if got := figures(); got != "open hand 5 777" {
			t.Errorf("typed after %s: %s", to, got)
		}
	}
}

// wonWithoutQuote puts a pipeline into force that wins on the salesperson's word.
func (d *deck) wonWithoutQuote() {
	d.t.Helper()
	all := sources()
	text := all[crm.RulePipeline]
	i := strings.Index(text, "  cases:") // they are of the shipped gates
	j := strings.Index(text, "\n- key: repeat")
	text = text[:i] + strings.TrimPrefix(text[j:], "\n")
	all[crm.RulePipeline] = strings.Replace(text, `when: quote.state == "accepted"`, `when: deal.amount > 0`, 1)
	if _, err := d.store.ActivateRules(d.t.Context(), all, "test", ""); err != nil {
		d.t.Fatal(err)
	}
	if _, problems := rules.Parse(crm.RulePipeline, []byte(all[crm.RulePipeline])); problems.Err() != nil {
		d.t.Fatal(problems)
	}
}

func (d *deck) of(deal crm.ID) store.Target {
	return store.Target{Scope: store.Everything(), Actor: crm.ID(person("sales")), ID: deal}
}

func (d *deck) try(deal crm.ID, change func(*crm.Opportunity) error) error {
	_, err := d.store.EditOpportunity(d.t.Context(), d.of(deal), change)
	return err
}

func (d *deck) edit(deal crm.ID, change func(*crm.Opportunity) error) {
	d.t.Helper()
	if err := d.try(deal, change); err != nil {
		d.t.Fatal(err)
	}
}

func (d *deck) line(deal crm.ID) crm.ID {
	d.t.Helper()
	l, err := d.store.AddProductLine(d.t.Context(), d.of(deal), store.NewID(), store.DemoID("LINE-200"), func(l *crm.ProductLine) error {
		l.Quantity, l.UnitPrice, l.UnitCost = decimal.NewFromInt(2), decimal.NewFromInt(18600), decimal.NewFromInt(12600)
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return l.ID
}

func (d *deck) send(deal crm.ID, kind string, fields any) crm.Answer {
	d.t.Helper()
	actor := person("sales")
	if kind == crm.OrderReject {
		actor = person("manager")
	}
	if kind == crm.OrderValidate {
		actor = person("finance")
	}
	return d.play(d.t, d.card(kind, kind, func() string { return crm.ProcessID(crm.KindOpportunity, deal) }, actor, func() any { return fields }))
}

// conclude takes a deal where the case wants it: by its quote, which a rejected order brings back, or without one.
func (d *deck) conclude(deal crm.ID, lines, accepted, closed bool) {
	d.t.Helper()
	if !accepted && !closed {
		return
	}
	d.through(deal, crm.OpportunityMove, crm.MoveFields{To: "timing", Fill: map[string]string{"deal.need": "a line"}})
	d.through(deal, crm.OpportunityMove, crm.MoveFields{To: "configure", Fill: map[string]string{"customer.country": "IT"}})
	if !accepted {
		d.exec(`update opportunity set stage = 'negotiate' where id = $1`, deal)
		d.through(deal, crm.OpportunityMove, crm.MoveFields{To: "won"})
		return
	}
	quote := d.quote(deal)
	if !lines {
		d.exec(`update quote_line set product_id = null where quote_id = $1`, quote)
	}
	d.through(deal, crm.QuoteSend, crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157"}})
	order := crm.ID(d.through(deal, crm.QuoteAccept, crm.QuoteDecision{QuoteID: quote, Name: "The buyer"}).Params["order"])
	if closed {
		return
	}
	d.through(deal, crm.OrderValidate, crm.OrderDecision{OrderID: order, Fill: map[string]string{"order.delivery_date": "2099-01-01", "customer.address": "Via Po 2, Torino"}})
	d.through(deal, crm.OrderReject, crm.ReasonFields{ID: order, Reason: "Margin too thin"})
}

func (d *deck) through(deal crm.ID, kind string, fields any) crm.Answer {
	d.t.Helper()
	a := d.send(deal, kind, fields)
	if !a.OK() {
		d.t.Fatalf("%s: %+v", kind, a)
	}
	return a
}
