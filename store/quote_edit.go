package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// QuoteDraft is a quote under work: its head, lines and billing plan. A change alters it in memory; totals are the system's.
type QuoteDraft struct {
	crm.Quote
	Lines  []crm.QuoteLine
	Shares []crm.Share
	Today  crm.Date // of the legal entity, for checks of dates

	Required bool // what new lines require is added below them

	before   []crm.QuoteLine // as they were
	products map[crm.ID]item // that the lines name, once they were read
}

// CreateQuote makes version 1 of a new offer for an open deal. Its lines come from the Products tab (S041); the change may replace them.
func (s *Store) CreateQuote(ctx context.Context, t Target, quote crm.ID, change func(*QuoteDraft) error) (d QuoteDraft, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.openDeal(ctx, t, customerOf(t.ID), productLinesOf(t.ID), quoteNumber)
		if err != nil {
			return err
		}
		if d, err = e.newDraft(ctx, o, quote); err != nil {
			return err
		}
		d.before = slices.Clone(d.Lines)
		if err := change(&d); err != nil {
			return err
		}
		if err := e.quoteRuled(ctx, o, &d); err != nil {
			return err
		}
		var n int64
		if err := askRow(ctx, e.q, quoteNumber).Scan(&n); err != nil {
			return err
		}
		d.Number, d.Revision = fmt.Sprintf("Q-%d-%04d", e.today.Year(), n), 1
		return e.insertQuote(ctx, o, &d, "quote.created")
	})
	return d, err
}

var quoteNumber = asks(`select nextval('quote_number')`)

// customer is a deal's customer with how he is taxed.
type customer struct {
	crm.Account
	SplitPayment bool
	CaseClass    crm.ID
	CasePercent  decimal.Decimal
	CaseReason   string
}

// customerOf is the question for a deal's customer.
func customerOf(opportunity crm.ID) Question {
	return asks(`select a.*, coalesce(t.split_payment, false) as split_payment, t.tax_class_id as case_class, coalesce(z.percent, 0) as case_percent, coalesce(z.exemption, '') as case_reason
		from account a left join account_tax t on t.account_id = a.id left join tax_class z on z.id = t.tax_class_id where a.id = (select account_id from opportunity where id = $1)`, opportunity)
}

// openDeal locks a deal that can be quoted.
func (e *edit) openDeal(ctx context.Context, t Target, ahead ...Question) (crm.Opportunity, error) {
	o, err := e.lockOpportunity(ctx, t.Scope, t.ID, ahead...)
	if err == nil && o.State != crm.OpportunityOpen {
		return o, Refused{Code: "opportunity_closed", Params: map[string]string{"state": string(o.State)}}
	}
	return o, err
}

// newDraft prepares a quote as the deal, the customer and the company's settings have it.
func (e *edit) newDraft(ctx context.Context, o crm.Opportunity, id crm.ID) (d QuoteDraft, err error) {
	a, err := ask[customer](ctx, e.q, customerOf(o.ID))
	if err != nil {
		return d, err
	}
	d.Quote = crm.Quote{
		ID: id, OpportunityID: o.ID, State: crm.QuoteDraft, Currency: o.Currency, ValidUntil: e.today.AddDays(e.entity.QuoteDays),
		PaymentDays: a.PaymentDays, Language: a.Language, Version: 1, CreatedAt: e.now,
		Rounding: e.entity.Rounding, TaxRounding: e.entity.TaxRounding, SplitPayment: a.SplitPayment, Rate: decimal.NewFromInt(1),
		DepositDays: crm.DepositDays,
	}
	if err := e.rated(ctx, &d.Quote); err != nil {
		return d, err
	}
	d.Today, d.Shares = e.today, crm.DefaultShares()
	lines, err := productLines(ctx, e.q, o.ID)
	for _, l := range lines {
		line := crm.QuoteLine{
			Kind: crm.LineOfQuote, ProductID: l.ProductID, Name: l.Name, Unit: l.Unit, Quantity: l.Quantity, UnitPrice: l.UnitPrice, DiscountPercent: l.DiscountPercent,
			Discounts: l.Discounts, Price: l.Price, TaxClassID: l.TaxClassID, TaxPercent: l.TaxPercent, Exemption: l.Exemption, UnitCost: l.UnitCost,
		}
		if a.CaseClass != "" {
			line.TaxClassID, line.TaxPercent, line.Exemption = a.CaseClass, a.CasePercent, a.CaseReason
		}
		d.Lines = append(d.Lines, line)
	}
	return d, err
}

// EditQuote changes a quote while it is a draft; what was sent never changes.
func (s *Store) EditQuote(ctx context.Context, t Target, change func(*QuoteDraft) error) (QuoteDraft, error) {
	return s.editQuote(ctx, t, change, nil)
}

// errPreview undoes the transaction of a preview.
var errPreview = errors.New("only a preview")

// PreviewQuote tells what EditQuote would make of a draft, or refuse, and changes nothing.
func (s *Store) PreviewQuote(ctx context.Context, t Target, change func(*QuoteDraft) error) (QuoteDraft, error) {
	d, err := s.editQuote(ctx, t, change, errPreview)
	if errors.Is(err, errPreview) {
		err = nil
	}
	return d, err
}

func (s *Store) editQuote(ctx context.Context, t Target, change func(*QuoteDraft) error, end error) (d QuoteDraft, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.lockQuote(ctx, t, &d)
		if err != nil {
			return err
		}
		process := crm.ProcessID(crm.KindOpportunity, o.ID)
		if t.Version != 0 && t.Version != d.Version {
			return Stale{Version: d.Version}
		}
		if d.State != crm.QuoteDraft {
			return Refused{Code: "quote_not_draft", Params: map[string]string{"state": string(d.State)}}
		}
		before := d.Quote
		d.before = slices.Clone(d.Lines)
		if err := change(&d); err != nil {
			return err
		}
		if err := e.quoteRuled(ctx, o, &d); err != nil {
			return err
		}
		if end != nil {
			if err := e.quoteTotals(&d); err != nil {
				return err
			}
			for i := range d.Lines { // as if they were written
				d.Lines[i].ID, d.Lines[i].QuoteID, d.Lines[i].Position = cmp.Or(d.Lines[i].ID, NewID()), d.ID, i+1
			}
			return end
		}
		if err := e.writeLines(ctx, &d); err != nil {
			return err
		}
		d.Version++
		if _, err := e.q.Exec(ctx, `update quote set valid_until = $2, discount_percent = $3, payment_days = $4, delivery_date = $5, language = $6, net = $7, tax = $8,
			total = $9, cost = $10, list_total = $11, version = $12, deposit_percent = $13, deposit_days = $14 where id = $1`, d.ID, d.ValidUntil, d.DiscountPercent, d.PaymentDays, d.DeliveryDate,
			d.Language, d.Net, d.Tax, d.Total, d.Cost, d.ListTotal, d.Version,
			d.DepositPercent, d.DepositDays); err != nil {
			return err
		}
		return e.tell(ctx, process, Entry{
			Code: "quote.edited", AccountID: o.AccountID, OpportunityID: o.ID,
			Data: map[string]any{"quote": d.Label(), "quote_changes": differences(before, d.Quote)},
		})
	})
	return d, err
}

// lockQuote locks a quote within the scope, after its deal as the deal's process does, and reads its parts.
func (e *edit) lockQuote(ctx context.Context, t Target, d *QuoteDraft) (o crm.Opportunity, err error) {
	var deal crm.ID
	if err = told(e.q.QueryRow(ctx, `select opportunity_id from quote where id = $1`, t.ID).Scan(&deal)); err != nil {
		return o, err
	}
	if o, err = e.lockOpportunity(ctx, t.Scope, deal); err != nil {
		return o, err
	}
	if d.Quote, err = one[crm.Quote](ctx, e.q, `select `+quoteColumns+` from quote where id = $1 for update`, t.ID); err != nil {
		return o, err
	}
	d.Today = e.today
	if d.Lines, err = quoteLines(ctx, e.q, t.ID); err != nil {
		return o, err
	}
	d.Shares, err = quoteShares(ctx, e.q, t.ID)
	return o, err
}

// ReviseQuote makes the next version of an offer as a draft with the same lines; the older one stays as it is until the new one is sent.
func (s *Store) ReviseQuote(ctx context.Context, t Target, quote crm.ID) (d QuoteDraft, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		o, err := e.lockQuote(ctx, t, &d)
		if err != nil {
			return err
		}
		if o.State != crm.OpportunityOpen {
			return Refused{Code: "opportunity_closed", Params: map[string]string{"state": string(o.State)}}
		}
		var draft *string
		var last int
		if err := e.q.QueryRow(ctx, `select max(id::text) filter (where state = 'draft'), max(revision) from quote where number = $1`, d.Number).Scan(&draft, &last); err != nil {
			return err
		}
		if draft != nil {
			return Refused{Code: "draft_exists", Params: map[string]string{"quote": *draft}}
		}
		valid := e.today.AddDays(e.entity.QuoteDays)
		d.Quote = crm.Quote{
			ID: quote, Number: d.Number, Revision: last + 1, OpportunityID: o.ID, State: crm.QuoteDraft, Currency: d.Currency, ValidUntil: valid,
			DiscountPercent: d.DiscountPercent, PaymentDays: d.PaymentDays, DeliveryDate: d.DeliveryDate, Language: d.Language, Version: 1, CreatedAt: e.now,
			Rounding: d.Rounding, TaxRounding: d.TaxRounding, SplitPayment: d.SplitPayment, Rate: d.Rate, RateOn: d.RateOn,
			Variant: d.Variant, DepositPercent: d.DepositPercent, DepositDays: d.DepositDays,
		}
		return e.insertQuote(ctx, o, &d, "quote.revised")
	})
	return d, err
}

func (e *edit) insertQuote(ctx context.Context, o crm.Opportunity, d *QuoteDraft, code string) error {
	if err := late(ctx, e.q, `insert into quote (id, number, revision, opportunity_id, currency, valid_until, discount_percent, payment_days, delivery_date, language, created_at, rounding, tax_rounding, split_payment, rate, rate_on,
		variant, deposit_percent, deposit_days) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`, d.ID, d.Number, d.Revision, o.ID, d.Currency, d.ValidUntil, d.DiscountPercent, d.PaymentDays,
		d.DeliveryDate, d.Language, e.now, d.Rounding, d.TaxRounding, d.SplitPayment, d.Rate, d.RateOn,
		d.Variant, d.DepositPercent, d.DepositDays); err != nil {
		return err
	}
	if err := e.writeLines(ctx, d); err != nil {
		return err
	}
	if err := late(ctx, e.q, `update quote set net = $2, tax = $3, total = $4, cost = $5, list_total = $6 where id = $1`,
		d.ID, d.Net, d.Tax, d.Total, d.Cost, d.ListTotal); err != nil {
		return err
	}
	return e.tell(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), Entry{
		Code: code, AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"quote": d.Label(), "net": d.Net.String(), "total": d.Total.String()},
	})
}

// writeLines computes the quote and writes its lines and billing plan anew.
func (e *edit) writeLines(ctx context.Context, d *QuoteDraft) error {
	if err := e.quoteTotals(d); err != nil {
		return err
	}
	if err := planned(*d); err != nil {
		return err
	}
	if err := late(ctx, e.q, `delete from quote_line where quote_id = $1`, d.ID); err != nil {
		return err
	}
	if err := late(ctx, e.q, `delete from quote_share where quote_id = $1`, d.ID); err != nil {
		return err
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		l.ID, l.QuoteID, l.Position = NewID(), d.ID, i+1
		if err := late(ctx, e.q, `insert into quote_line (id, quote_id, position, product_id, name, unit, quantity, unit_price, discount_percent, tax_percent, unit_cost, net, tax_class_id, exemption,
			kind, optional, chosen, discounts, price, tax_code) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, coalesce((select code from tax_class where id = $13), ''))`, l.ID, d.ID, l.Position, l.ProductID, l.Name, l.Unit, l.Quantity, l.UnitPrice,
			l.DiscountPercent, l.TaxPercent, l.UnitCost, l.Net, l.TaxClassID, l.Exemption, cmp.Or(l.Kind, crm.LineOfQuote), l.Optional, l.Chosen, l.Discounts, l.Price); err != nil {
			return err
		}
	}
	for i, share := range d.Shares {
		if err := late(ctx, e.q, `insert into quote_share (quote_id, position, kind, percent) values ($1, $2, $3, $4)`, d.ID, i+1, share.Kind, share.Percent); err != nil {
			return err
		}
	}
	return nil
}

// quoteTotals adds the quote up (M2).
func (e *edit) quoteTotals(d *QuoteDraft) error {
	t, err := d.Pricing().Add(crm.PriceLines(d.Lines), d.DiscountPercent)
	if err != nil {
		return err
	}
	for i := range d.Lines {
		d.Lines[i].Net = t.Lines[i].Net
	}
	d.Net, d.Tax, d.Total, d.Cost, d.ListTotal = t.Net, t.Tax, t.Total, t.Cost, t.List
	return nil
}
