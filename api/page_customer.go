package api

import (
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// customerPage is what a customer sees under the link in his mail: the quote in its own language, and his two answers.
type customerPage struct {
	store.QuotePage
	Seller             crm.LegalEntity
	Secret             string
	Form               form
	AcceptID, RefuseID string
}

func pageCustomerQuote(r *request) error {
	q, err := r.customerQuote()
	if err != nil {
		return err
	}
	if err := r.store.QuoteSeen(r.ctx(), q.ID); err != nil {
		return err
	}
	return showCustomer(r, q, form{})
}

// customerQuote finds the quote of the secret; a wrong one is not found. The page speaks the quote's language.
func (r *request) customerQuote() (store.QuotePage, error) {
	secret := r.gin.Param("secret")
	if len(secret) < 20 || len(secret) > 100 {
		return store.QuotePage{}, store.ErrNotFound
	}
	q, err := r.store.CustomerQuote(r.ctx(), secret)
	if err == nil {
		r.speak(q.Language)
	}
	return q, err
}

func showCustomer(r *request, q store.QuotePage, f form) error {
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	r.gin.Header("Referrer-Policy", "no-referrer")
	r.gin.Header("X-Robots-Tag", "noindex")
	return r.show(f.Status(), "customer", r.say("customer.title", "Number", q.Label()),
		customerPage{QuotePage: q, Seller: seller, Secret: r.gin.Param("secret"), Form: f, AcceptID: uuid.NewString(), RefuseID: uuid.NewString()})
}

func formCustomerAccept(r *request) error { return customerDecides(r, crm.QuoteAccept, "") }

func formCustomerRefuse(r *request) error { return customerDecides(r, crm.QuoteRefuse, "refuse_") }

// customerDecides carries the customer's word to the deal's process; the fields of the two forms differ by their prefix.
func customerDecides(r *request, kind, prefix string) error {
	q, err := r.customerQuote()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, prefix+"name")
	if kind == crm.QuoteRefuse {
		r.needed(&f, prefix+"note")
	}
	if f.Failed() {
		return showCustomer(r, q, f)
	}
	a, _, err := r.carry(f, kind, crm.KindOpportunity, q.OpportunityID, crm.QuoteDecision{
		QuoteID: q.ID, Name: clean(f.Value(prefix+"name"), 200),
		Note: clean(f.Value(prefix+"note"), 2000), Address: r.gin.ClientIP(),
	})
	if err != nil {
		return err
	}
	if !a.OK() {
		r.refuse(&f, a)
		if again, err := r.customerQuote(); err == nil {
			q = again
		}
		return showCustomer(r, q, f)
	}
	return r.SeeOther("/q/" + r.gin.Param("secret"))
}
