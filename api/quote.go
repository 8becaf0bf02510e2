package api

import (
	"errors"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quoteBody is a quote as it is created or patched while it is a draft. Lines and shares replace those that are there.
type quoteBody struct {
	OpportunityID   crm.ID               `json:"opportunity_id" doc:"text=Of a new quote only."`
	Lines           opt[[]quoteLineBody] `json:"lines" doc:"most=500"`
	DiscountPercent opt[decimalText]     `json:"discount_percent"`
	ValidUntil      opt[crm.Date]        `json:"valid_until" doc:"text=Today or later."`
	PaymentDays     opt[int]             `json:"payment_days" doc:"min=0;top=365"`
	DeliveryDate    opt[crm.Date]        `json:"delivery_date" doc:"text=Today or later."`
	Language        opt[string]          `json:"language" doc:"enum=language"`
	WithRequired    bool                 `json:"with_required" doc:"text=What the lines require is added below them."`
	DepositPercent  opt[decimalText]     `json:"deposit_percent" doc:"text=0 to 90: the deal is won when this part of what is to be paid has come in."`
	DepositDays     opt[int]             `json:"deposit_days" doc:"min=1;top=365;text=To pay it, from the acceptance on."`
	Shares          opt[[]shareBody]     `json:"shares" doc:"most=60;text=The billing plan: parts that sum to 100 per cent."`
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
	b.deposit(&c, d)
	if b.Lines.Set {
		d.Lines, d.Required = c.quoteLines(b.Lines.Value, d.Currency, p), b.WithRequired
	}
	if b.Shares.Set {
		d.Shares = c.shares(b.Shares.Value)
	}
	return planProblem(c.err())
}

func (b quoteBody) deposit(c *check, d *store.QuoteDraft) {
	if b.DepositPercent.Set {
		d.DepositPercent = c.percent("/deposit_percent", zeroIfCleared(b.DepositPercent.Value))
	}
	if d.DepositPercent.GreaterThan(decimal.NewFromInt(crm.MaxDeposit)) {
		c.fail("/deposit_percent", "out_of_range", params{"min": 0, "max": crm.MaxDeposit})
	}
	if set(b.DepositDays, &d.DepositDays); b.DepositDays.Set {
		c.between("/deposit_days", d.DepositDays, 1, 365)
	}
}

// postQuote makes version 1 of an offer; without lines it takes those of the Products tab (S041).
func postQuote(r *request) error {
	var b quoteBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.idRequired("/opportunity_id", &b.OpportunityID)
	if err := c.err(); err != nil {
		return err
	}
	p, err := b.products(r.ctx(), r.store)
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: b.OpportunityID}
	if err := r.dealSeen(t); err != nil {
		return err
	}
	return made(r, r.quote, func(id crm.ID) (store.QuoteDraft, error) {
		return r.store.CreateQuote(r.ctx(), t, id, func(d *store.QuoteDraft) error { return b.apply(d, p) })
	}, r.quoteCreated)
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
	r.etag(d.Version)
	return r.JSON(status, r.view(quoteRecord{d.Quote, d.Lines, d.Shares}))
}

// patchQuote changes a draft; what was sent never changes.
func patchQuote(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	change, err := r.quoteChange(r.decodePatch)
	if err != nil {
		return err
	}
	d, err := r.store.EditQuote(r.ctx(), t, change)
	if err != nil {
		return err
	}
	return r.quoteView(http.StatusOK, d)
}

// quoteChange reads what is to be changed in a quote, which stays with its deal.
func (r *request) quoteChange(decode func(into any) error) (func(*store.QuoteDraft) error, error) {
	var b quoteBody
	if err := decode(&b); err != nil {
		return nil, err
	}
	if b.OpportunityID != "" {
		return nil, refusal(codeValidation, invalid("/opportunity_id", "read_only", nil))
	}
	p, err := b.products(r.ctx(), r.store)
	return func(d *store.QuoteDraft) error { return b.apply(d, p) }, err
}

// postRevision makes the next version of an offer as a draft (S026).
func postRevision(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	return made(r, r.quote, func(id crm.ID) (store.QuoteDraft, error) { return r.store.ReviseQuote(r.ctx(), t, id) }, r.quoteCreated)
}

func getQuote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	d, err := r.quote(id)
	if err != nil {
		return err
	}
	return r.quoteView(http.StatusOK, d)
}

// quote reads a quote within the person's reach, with its lines and billing plan.
func (r *request) quote(id crm.ID) (store.QuoteDraft, error) {
	q, err := store.Quotes.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return store.QuoteDraft{}, err
	}
	parts, err := r.store.QuoteParts(r.ctx(), id)
	return store.QuoteDraft{Quote: q, Lines: parts.Lines, Shares: parts.Shares}, err
}

// postSendQuote sends a draft to the customer, through the gate of "quote sent" (S073, S075).
func postSendQuote(r *request, q crm.Quote) error {
	var b sendBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.fill(b.Fill)
	if err := c.err(); err != nil {
		return err
	}
	return r.command(crm.QuoteSend, crm.ProcessID(crm.KindOpportunity, q.OpportunityID), crm.QuoteDecision{QuoteID: q.ID, Fill: b.Fill})
}

// postQuotePreview computes what a change would make of a draft, and changes nothing (S072).
func postQuotePreview(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	change, err := r.quoteChange(r.decode)
	if err != nil {
		return err
	}
	d, err := r.store.PreviewQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, change)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(quoteRecord{d.Quote, d.Lines, d.Shares}))
}
