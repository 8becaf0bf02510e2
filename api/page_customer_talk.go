package api

import (
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// How often an address may write on customers' pages; what a deal takes is bounded beside it.
const (
	talkPerSecond = 0.1
	talkBurst     = 10
)

// formCustomerComment writes under the offer; the seller is mailed.
func formCustomerComment(r *request) error {
	return customerWrites(r, func(f *form, q store.QuotePage) error {
		r.needed(f, "comment_name", "comment")
		text := r.comment(f)
		if f.Failed() {
			return nil
		}
		_, err := r.store.CommentQuote(r.ctx(), store.Target{Scope: store.Everything(), Actor: store.Customer, ID: q.ID},
			crm.QuoteComment{ID: formID(f), Name: clean(f.Value("comment_name"), 200), Text: text})
		return err
	})
}

// comment reads what was written; it is plain text, of bounded length.
func (r *request) comment(f *form) string {
	text := f.Value("comment")
	if len([]rune(text)) > crm.MaxComment {
		f.blame("comment", r.errorText(crm.Problem("too_long", "max", strconv.Itoa(crm.MaxComment))))
	}
	return text
}

// formCustomerCounter writes what the customer offers instead into the negotiation's log (S076).
func formCustomerCounter(r *request) error {
	return customerWrites(r, func(f *form, q store.QuotePage) error {
		r.needed(f, "counter_name", "counter")
		amount := r.decimal(f, "counter")
		if !f.Failed() && (!amount.IsPositive() || !amount.Equal(amount.Truncate(2)) || len(amount.String()) > 16) {
			f.blame("counter", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
		}
		if f.Failed() {
			return nil
		}
		_, err := r.store.CounterQuote(r.ctx(), q.ID, crm.Bid{ID: formID(f), Name: clean(f.Value("counter_name"), 200), Amount: amount, Terms: clean(f.Value("counter_terms"), maxLine)})
		return err
	})
}

// formID is the stamp of a form's page, so that one sent twice is there once; without it, a new one.
func formID(f *form) crm.ID {
	if id := optionalID(f.Value("once")); id != "" {
		return id
	}
	return store.NewID()
}

// customerWrites reads a form of the customer's page and shows the page again with what was wrong, or with what was written.
func customerWrites(r *request, write func(*form, store.QuotePage) error) error {
	if wait, ok := r.srv.rates.take("talk "+r.gin.ClientIP(), talkPerSecond, talkBurst); !ok {
		return later(codeRateLimited, wait)
	}
	q, err := r.customerQuote()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err = r.judge(&f, write(&f, q)); err != nil {
		return err
	}
	if f.Failed() {
		return showCustomer(r, q, f)
	}
	return r.SeeOther(r.customerPath(q) + "#talk")
}
