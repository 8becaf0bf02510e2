package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quoteBody is a quote as it is created or patched while it is a draft. Lines and shares replace those that are there.
type quoteBody struct {
	OpportunityID   crm.ID               `json:"opportunity_id"`
	Lines           opt[[]quoteLineBody] `json:"lines"`
	DiscountPercent opt[decimalText]     `json:"discount_percent"`
	ValidUntil      opt[crm.Date]        `json:"valid_until"`
	PaymentDays     opt[int]             `json:"payment_days"`
	DeliveryDate    opt[crm.Date]        `json:"delivery_date"`
	Language        opt[string]          `json:"language"`
	Shares          opt[[]shareBody]     `json:"shares"`
}

// quoteLineBody is a position: of a catalogue product by id or SKU, or free text (S043).
type quoteLineBody struct {
	ProductID       crm.ID      `json:"product_id"`
	SKU             string      `json:"sku"`
	Name            string      `json:"name"`
	Unit            string      `json:"unit"`
	Quantity        decimalText `json:"quantity"`
	UnitPrice       decimalText `json:"unit_price"`
	DiscountPercent decimalText `json:"discount_percent"`
	TaxPercent      decimalText `json:"tax_percent"`
	UnitCost        decimalText `json:"unit_cost"`
	Currency        string      `json:"currency"`
}

type shareBody struct {
	Kind    crm.TrancheKind `json:"kind"`
	Percent decimalText     `json:"percent"`
}

// products are the catalogue entries that a quote's lines name.
type products struct {
	byID  map[crm.ID]crm.Product
	bySKU map[string]crm.Product
}

func (b quoteBody) products(ctx context.Context, s *store.Store) (p products, err error) {
	var ids []crm.ID
	var skus []string
	for _, l := range b.Lines.Value {
		if id, err := parseID(string(l.ProductID)); err == nil {
			ids = append(ids, id)
		}
		if l.SKU != "" {
			skus = append(skus, clean(l.SKU, 200))
		}
	}
	p = products{map[crm.ID]crm.Product{}, map[string]crm.Product{}}
	if len(ids)+len(skus) == 0 || len(b.Lines.Value) > crm.MaxLines {
		return p, nil
	}
	found, err := s.ProductsNamed(ctx, ids, skus)
	for _, f := range found {
		p.byID[f.ID], p.bySKU[f.SKU] = f, f
	}
	return p, err
}

// apply writes the body into a draft and checks the result, all of it at once (B031-B052).
func (b quoteBody) apply(d *store.QuoteDraft, p products) error {
	var c check
	set(b.PaymentDays, &d.PaymentDays)
	set(b.ValidUntil, &d.ValidUntil)
	set(b.DeliveryDate, &d.DeliveryDate)
	set(b.Language, &d.Language)
	c.between("/payment_days", d.PaymentDays, 0, 365)
	c.language("/language", d.Language)
	if d.ValidUntil.IsZero() {
		c.fail("/valid_until", "required", nil)
	} else if d.ValidUntil.Before(d.Today) {
		c.fail("/valid_until", "in_the_past", params{"today": d.Today.String()})
	}
	if b.DeliveryDate.Set && !d.DeliveryDate.IsZero() && d.DeliveryDate.Before(d.Today) {
		c.fail("/delivery_date", "in_the_past", params{"today": d.Today.String()})
	}
	if b.DiscountPercent.Set {
		d.DiscountPercent = c.percent("/discount_percent", zeroIfCleared(b.DiscountPercent.Value))
	}
	if b.Lines.Set {
		d.Lines = c.quoteLines(b.Lines.Value, d.Currency, p)
	}
	if b.Shares.Set {
		d.Shares = c.shares(b.Shares.Value)
	}
	return c.err()
}

func (c *check) quoteLines(in []quoteLineBody, currency string, p products) []crm.QuoteLine {
	if len(in) > crm.MaxLines {
		c.fail("/lines", "too_many", params{"max": crm.MaxLines})
		return nil
	}
	out := make([]crm.QuoteLine, len(in))
	for i, l := range in {
		out[i] = c.quoteLine("/lines/"+strconv.Itoa(i), l, currency, p)
	}
	return out
}

func (c *check) quoteLine(at string, l quoteLineBody, currency string, p products) crm.QuoteLine {
	out := crm.QuoteLine{Unit: "pc"}
	if l.Currency != "" && l.Currency != currency {
		c.fail(at+"/currency", "mixed_currency", params{"want": currency})
	}
	if product, ok := c.product(at, l, p); ok {
		out = crm.QuoteLine{ProductID: product.ID, Name: product.Name, Unit: product.Unit, UnitPrice: product.Price, TaxPercent: product.TaxPercent, UnitCost: product.Cost}
		if product.Currency != currency {
			c.fail(at+"/currency", "mixed_currency", params{"want": currency})
		}
	} else if l.ProductID == "" && l.SKU == "" { // free text: nothing comes from the catalogue
		for _, needed := range []struct{ name, value string }{{"name", l.Name}, {"unit_price", string(l.UnitPrice)}, {"tax_percent", string(l.TaxPercent)}} {
			if needed.value == "" {
				c.fail(at+"/"+needed.name, "required", nil)
			}
		}
	}
	if l.Name != "" {
		c.line(at+"/name", &l.Name, maxName)
		out.Name = l.Name
	}
	if l.Unit != "" {
		c.line(at+"/unit", &l.Unit, 20)
		out.Unit = l.Unit
	}
	if l.Quantity == "" {
		c.fail(at+"/quantity", "required", nil)
	} else {
		out.Quantity = c.quantity(at+"/quantity", l.Quantity)
	}
	c.maybe(at+"/unit_price", l.UnitPrice, &out.UnitPrice, func(p string, t decimalText) decimal.Decimal { return c.amount(p, t, currency) })
	c.maybe(at+"/unit_cost", l.UnitCost, &out.UnitCost, func(p string, t decimalText) decimal.Decimal { return c.amount(p, t, currency) })
	c.maybe(at+"/discount_percent", l.DiscountPercent, &out.DiscountPercent, c.percent)
	c.maybe(at+"/tax_percent", l.TaxPercent, &out.TaxPercent, c.percent)
	return out
}

// maybe reads a figure that is there; else what the catalogue says stays.
func (c *check) maybe(pointer string, text decimalText, into *decimal.Decimal, read func(string, decimalText) decimal.Decimal) {
	if text != "" {
		*into = read(pointer, text)
	}
}

func (c *check) product(at string, l quoteLineBody, p products) (crm.Product, bool) {
	if l.ProductID != "" {
		id, _ := parseID(string(l.ProductID))
		found, ok := p.byID[id]
		if !ok {
			c.fail(at+"/product_id", "unknown_record", nil)
		}
		return found, ok
	}
	if l.SKU == "" {
		return crm.Product{}, false
	}
	found, ok := p.bySKU[l.SKU]
	if !ok {
		c.fail(at+"/sku", "unknown_record", nil)
	}
	return found, ok
}

// shares reads a billing plan: 1 to 60 parts that sum to 100 (S060).
func (c *check) shares(in []shareBody) []crm.Share {
	out := make([]crm.Share, len(in))
	before := len(c.wrong)
	for i, s := range in {
		out[i] = crm.Share{Kind: s.Kind, Percent: c.percent("/shares/"+strconv.Itoa(i)+"/percent", s.Percent)}
	}
	if len(c.wrong) == before {
		_, err := crm.Plan(decimal.NewFromInt(1_000_000), out, crm.EUR)
		var errs crm.FieldErrors
		if errors.As(err, &errs) {
			for _, e := range errs {
				e.Pointer = "/shares" + strings.TrimPrefix(e.Pointer, "/tranches")
				c.wrong = append(c.wrong, fieldItems(crm.FieldErrors{e})...)
			}
		}
	}
	return out
}

// postQuote makes version 1 of an offer; without lines it takes those of the Products tab (S041).
func postQuote(r *request) error {
	var b quoteBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.OpportunityID == "" {
		c.fail("/opportunity_id", "required", nil)
	}
	c.id("/opportunity_id", &b.OpportunityID)
	if err := c.err(); err != nil {
		return err
	}
	p, err := b.products(r.ctx(), r.store)
	if err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: b.OpportunityID}
	if err := r.dealSeen(t); err != nil {
		return err
	}
	d, err := r.store.CreateQuote(r.ctx(), t, id, func(d *store.QuoteDraft) error { return b.apply(d, p) })
	if err != nil {
		return err
	}
	return r.quoteCreated(d)
}

func (r *request) dealSeen(t store.Target) error {
	_, err := store.Opportunities.Record(r.ctx(), r.store, t.Scope, t.ID)
	if errors.Is(err, store.ErrNotFound) {
		return refusal(codeValidation, invalid("/opportunity_id", "unknown_record", nil))
	}
	return err
}

func (r *request) quoteCreated(d store.QuoteDraft) error {
	r.gin.Header("Location", "/api/v1/quotes/"+string(d.ID))
	return r.quoteView(http.StatusCreated, d)
}

func (r *request) quoteView(status int, d store.QuoteDraft) error {
	return r.recordStatus(status, d.Quote, d.Version, "lines", views(d.Lines), "shares", views(d.Shares))
}

// patchQuote changes a draft; what was sent never changes.
func patchQuote(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b quoteBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	if b.OpportunityID != "" {
		return refusal(codeValidation, invalid("/opportunity_id", "read_only", nil))
	}
	p, err := b.products(r.ctx(), r.store)
	if err != nil {
		return err
	}
	d, err := r.store.EditQuote(r.ctx(), t, func(d *store.QuoteDraft) error { return b.apply(d, p) })
	if err != nil {
		return err
	}
	return r.quoteView(http.StatusOK, d)
}

// postRevision makes the next version of an offer as a draft (S026).
func postRevision(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	d, err := r.store.ReviseQuote(r.ctx(), t, id)
	if err != nil {
		return err
	}
	return r.quoteCreated(d)
}

func getQuote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	q, err := store.Quotes.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	parts, err := r.store.QuoteParts(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.quoteView(http.StatusOK, store.QuoteDraft{Quote: q, Lines: parts.Lines, Shares: parts.Shares})
}

// postSendQuote sends a draft to the customer, through the gate of "quote sent" (S073, S075).
func postSendQuote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	q, err := store.Quotes.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	var b struct {
		Fill map[string]string `json:"fill"`
	}
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.fill(b.Fill)
	if err := c.err(); err != nil {
		return err
	}
	return r.command(crm.QuoteSend, crm.ProcessID(crm.KindOpportunity, q.OpportunityID), crm.QuoteDecision{QuoteID: id, Fill: b.Fill})
}
