package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quoteAbout is what a quote's page shows beside its lines: what customer and seller wrote, the offers beside it, its deposit, and what lies between it and the version before.
type quoteAbout struct {
	Comments     []crm.QuoteComment
	Siblings     []crm.Quote // that stand beside it
	DepositDue   crm.Deposit
	Diff         *store.QuoteComparison
	MayWithdraw  bool
	MayAlternate bool
	MayTakeMoney bool
	MayComment   bool
	BrokenToday  []string // why the catalogue's constraints would refuse it
}

func (r *request) quoteAbout(p *quotePage) (err error) {
	may := r.Can(crm.MayWriteOpportunity) && p.DealState == crm.OpportunityOpen
	p.MayWithdraw, p.MayAlternate = may && p.State == crm.QuoteSent, may && (p.State == crm.QuoteSent || p.State == crm.QuoteDraft)
	p.MayComment = r.Can(crm.MayWriteOpportunity) && p.SentAt != nil
	p.MayTakeMoney = r.Can(crm.MayWritePayment) && p.State == crm.QuoteAwaiting
	if p.Comments, err = r.store.QuoteComments(r.ctx(), p.OpportunityID); err != nil {
		return err
	}
	if p.Variant != "" {
		all, err := r.store.DealQuotes(r.ctx(), p.OpportunityID)
		if err != nil {
			return err
		}
		newest := map[string]bool{p.Variant: true}
		for _, q := range all { // the newest version of each comes first
			if q.Variant != "" && !newest[q.Variant] {
				newest[q.Variant], p.Siblings = true, append(p.Siblings, q)
			}
		}
	}
	if p.State == crm.QuoteDraft || p.State == crm.QuoteSent {
		if p.BrokenToday, err = r.brokenToday(p.QuotePage); err != nil {
			return err
		}
	}
	if p.DepositPercent.IsPositive() {
		if p.DepositDue, err = r.store.QuoteDeposit(r.ctx(), p.ID); err != nil {
			return err
		}
	}
	for _, v := range p.Versions {
		if v.Revision == p.Revision-1 {
			c, err := r.store.CompareQuotes(r.ctx(), store.Everything(), v.ID, p.ID) // of a quote that may be seen
			if err != nil {
				return err
			}
			p.Diff = &c
		}
	}
	return nil
}

// formQuoteComment answers the customer; he is mailed.
func formQuoteComment(r *request) error {
	return r.onQuote("comment_sent", "#talk", func(f *form, q store.QuotePage) error {
		r.needed(f, "comment")
		text := r.comment(f)
		if f.Failed() {
			return nil
		}
		_, err := r.store.CommentQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: q.ID}, crm.QuoteComment{ID: formID(f), Text: text})
		return err
	})
}

// formQuoteAlternative makes another offer that stands beside this one.
func formQuoteAlternative(r *request) error {
	made := crm.ID("")
	return r.onQuoteTo("quote_alternative", func(crm.ID) string { return "/quotes/" + string(made) }, func(_ *form, q store.QuotePage) error {
		d, err := r.store.AlternativeQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: q.ID}, store.NewID())
		made = d.ID
		return err
	})
}

// formQuoteWithdraw takes back a quote that is out.
func formQuoteWithdraw(r *request) error {
	return r.onQuote("quote_withdrawn", "", func(f *form, q store.QuotePage) error {
		r.needed(f, "withdraw_note")
		return r.quoteCommand(f, crm.QuoteWithdraw, q, crm.QuoteDecision{QuoteID: q.ID, Note: clean(f.Value("withdraw_note"), 2000)})
	})
}

// formQuoteDeposit notes that the deposit came in; the deal is won by it.
func formQuoteDeposit(r *request) error {
	return r.onQuote("deposit_noted", "", func(f *form, q store.QuotePage) error {
		r.needed(f, "amount", "reference")
		amount, received := r.decimal(f, "amount"), r.date(f, "received_on")
		return r.quoteCommand(f, crm.QuoteDeposit, q, crm.DepositFields{QuoteID: q.ID, Amount: amount.String(), Reference: clean(f.Value("reference"), 140), ReceivedOn: received})
	})
}

// quoteCommand carries a command to the quote's deal; a refusal is in the form.
func (r *request) quoteCommand(f *form, kind string, q store.QuotePage, fields any) error {
	if f.Failed() {
		return nil
	}
	a, _, err := r.carry(*f, kind, crm.KindOpportunity, q.OpportunityID, fields)
	if err == nil && !a.OK() {
		r.refuse(f, a)
	}
	return err
}

// onQuote does something with a quote that may be seen, by a form of its page.
func (r *request) onQuote(said, anchor string, do func(*form, store.QuotePage) error) error {
	return r.onQuoteTo(said, func(id crm.ID) string { return "/quotes/" + string(id) + anchor }, do)
}

func (r *request) onQuoteTo(said string, to func(crm.ID) string, do func(*form, store.QuotePage) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	q, err := r.store.QuotePage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err = r.judge(&f, do(&f, q)); err != nil {
		return err
	}
	if f.Failed() {
		return showQuote(r, id, f, nil)
	}
	return r.said(said, to(id))
}

// readDeposit reads how much of a quote confirms it, and how long its customer has to pay that.
func (r *request) readDeposit(f *form) (percent decimal.Decimal, days int) {
	if !f.Sent("deposit_percent") {
		return decimal.Zero, 0
	}
	if percent = r.percent(f, "deposit_percent"); percent.GreaterThan(decimal.NewFromInt(crm.MaxDeposit)) {
		f.blame("deposit_percent", r.errorText(crm.Problem("out_of_range", "min", "0", "max", strconv.Itoa(crm.MaxDeposit))))
	}
	days, err := strconv.Atoi(f.Value("deposit_days"))
	if err != nil || days < 1 || days > 365 {
		f.blame("deposit_days", r.errorText(crm.Problem("out_of_range", "min", "1", "max", "365")))
	}
	return percent, days
}
