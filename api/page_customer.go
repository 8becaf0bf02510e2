package api

import (
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/google/uuid"
)

// customerPage is what a customer sees under the link in his mail: the quote in its own language, those that stand beside it, his answers, and what was written.
type customerPage struct {
	store.QuotePage
	Seller             crm.LegalEntity
	Secret             string
	Paper              store.Paper // what he is shown, whose hash goes with his answer
	Alternatives       []alternative
	Deposit            crm.Deposit
	DepositAsked       string // the sentence
	Comments           []crm.QuoteComment
	Counters           []store.BidRow
	Broken             []string // why it cannot be accepted at present
	Form               form
	AcceptID, RefuseID string
}

// alternative is one of several offers as they stand side by side.
type alternative struct {
	crm.Quote
	Here  bool
	Lines []crm.QuoteLine
}

func pageCustomerQuote(r *request) error {
	q, err := r.customerQuote()
	if err != nil {
		return err
	}
	if r.looked() {
		if err := r.store.QuoteSeen(r.ctx(), q.ID); err != nil {
			return err
		}
	}
	return showCustomer(r, q, form{})
}

// looked tells whether a person opened the page: not a program that fetches it ahead, a mail filter that says who it is, or one of the house.
func (r *request) looked() bool {
	h := r.gin.Request.Header
	if strings.Contains(h.Get("Purpose")+h.Get("Sec-Purpose")+h.Get("X-Purpose")+h.Get("X-Moz"), "pre") || r.user.ID != "" {
		return false
	}
	agent := strings.ToLower(h.Get("User-Agent"))
	for _, robot := range []string{"bot", "crawl", "spider", "preview", "scan", "fetch", "curl/", "wget/", "python"} {
		if strings.Contains(agent, robot) {
			return false
		}
	}
	return true
}

// customerQuote finds the quote of the secret, or the one that stands beside it and is asked for by its letter; a wrong secret is not found. The page speaks the quote's language.
func (r *request) customerQuote() (store.QuotePage, error) {
	secret := r.gin.Param("secret")
	if len(secret) < 20 || len(secret) > 100 {
		return store.QuotePage{}, store.ErrNotFound
	}
	q, err := r.store.CustomerQuote(r.ctx(), secret, r.gin.Query("offer"))
	if err == nil {
		r.speak(q.Language)
	}
	return q, err
}

func showCustomer(r *request, q store.QuotePage, f form) error {
	p := customerPage{QuotePage: q, Secret: r.gin.Param("secret"), Form: f, AcceptID: uuid.NewString(), RefuseID: uuid.NewString()}
	if err := r.customerParts(&p); err != nil {
		return err
	}
	r.gin.Header("Referrer-Policy", "no-referrer")
	r.gin.Header("X-Robots-Tag", "noindex")
	return r.show(f.Status(), "customer", r.say("customer.title", "Number", q.Label()), p)
}

func (r *request) customerParts(p *customerPage) (err error) {
	if p.Seller, err = r.store.LegalEntity(r.ctx()); err != nil {
		return err
	}
	if p.Paper, err = r.paper(p.QuotePage); err != nil {
		return err
	}
	if p.Comments, err = r.store.QuoteComments(r.ctx(), p.OpportunityID); err != nil {
		return err
	}
	if p.DepositPercent.IsPositive() {
		p.DepositAsked = depositSentence(r.words(), p.Quote)
		if p.Deposit, err = r.store.QuoteDeposit(r.ctx(), p.ID); err != nil {
			return err
		}
	}
	bids, err := r.store.Negotiation(r.ctx(), p.OpportunityID)
	for _, b := range bids {
		if b.By == "" && !b.Sent { // his own; what the house wrote down for itself is not his to read
			p.Counters = append(p.Counters, b)
		}
	}
	if err != nil || p.State != crm.QuoteSent {
		return err
	}
	if p.Broken, err = r.brokenToday(p.QuotePage); err != nil || p.Variant == "" {
		return err
	}
	return r.customerAlternatives(p)
}

// brokenToday says why a quote that is out could not be sent today: what the catalogue asks for may have changed since.
func (r *request) brokenToday(q store.QuotePage) (out []string, err error) {
	broken, err := r.store.BrokenBy(r.ctx(), q.ID, q.QuoteLines)
	for _, b := range broken {
		out = append(out, r.errorText(b))
	}
	return out, err
}

func (r *request) customerAlternatives(p *customerPage) error {
	all, err := r.store.Alternatives(r.ctx(), p.OpportunityID)
	if err != nil || len(all) < 2 {
		return err
	}
	for _, q := range all {
		parts, err := r.store.QuoteParts(r.ctx(), q.ID)
		if err != nil {
			return err
		}
		p.Alternatives = append(p.Alternatives, alternative{Quote: q, Here: q.ID == p.ID, Lines: parts.Lines})
	}
	return nil
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
	paper, err := r.shownPaper(&f, kind, q)
	if err != nil {
		return err
	}
	if f.Failed() {
		return showCustomer(r, q, f)
	}
	a, _, err := r.carry(f, kind, crm.KindOpportunity, q.OpportunityID, crm.QuoteDecision{
		QuoteID: q.ID, Name: clean(f.Value(prefix+"name"), 200), Role: clean(f.Value(prefix+"role"), 200), Place: clean(f.Value(prefix+"place"), 200),
		Note: clean(f.Value(prefix+"note"), 2000), Address: r.gin.ClientIP(), Paper: paper,
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
	return r.SeeOther(r.customerPath(q))
}

// shownPaper is the hash of the PDF that the customer decides on; a form that was drawn with another one is refused, and so is one that breaks the catalogue's constraints.
func (r *request) shownPaper(f *form, kind string, q store.QuotePage) (string, error) {
	p, err := r.paper(q)
	if err != nil || kind != crm.QuoteAccept || q.State != crm.QuoteSent {
		return p.SHA256, err
	}
	if said := f.Value("paper"); said != "" && said != p.SHA256 {
		f.refuse(r.codeText("paper_changed", nil), http.StatusConflict)
	}
	broken, err := r.brokenToday(q)
	if len(broken) > 0 {
		f.refuse(r.say("customer.not_now"), http.StatusConflict)
	}
	return p.SHA256, err
}

// refuse says what is wrong with the whole form.
func (f *form) refuse(text string, status int) {
	f.other, f.status = append(f.other, text), status
}

func (r *request) customerPath(q store.QuotePage) string {
	path := "/q/" + r.gin.Param("secret")
	if q.Variant != "" {
		path += "?offer=" + q.Variant
	}
	return path
}

// pageCustomerPaper is the PDF that the customer is shown.
func pageCustomerPaper(r *request) error {
	q, err := r.customerQuote()
	if err != nil {
		return err
	}
	return r.sendQuotePaper(q)
}

// pageCustomerDeposit is the pro forma by which the customer pays his deposit.
func pageCustomerDeposit(r *request) error {
	q, err := r.customerQuote()
	if err != nil {
		return err
	}
	d, err := r.store.QuoteDeposit(r.ctx(), q.ID)
	if err != nil {
		return err
	}
	if d.QuoteID == "" {
		return store.ErrNotFound
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	content, err := documents.Draw(depositPaper(r.quoteWords(q), q, d, seller))
	if err != nil {
		return err
	}
	return r.sendPaper(q.Number+"-deposit", content)
}
