package api

import (
	"mime"
	"net/http"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"
)

// quoteWords print in a quote's own language, whoever reads the page.
func (r *request) quoteWords(q store.QuotePage) *i18n.Printer {
	return r.srv.screens().texts.For(q.Language).Calling(r.srv.dealWords())
}

// paper is the PDF of a quote that left, as its customer gets it; before that it is drawn anew each time and kept by nobody.
func (r *request) paper(q store.QuotePage) (store.Paper, error) {
	draw := func() ([]byte, error) {
		seller, err := r.store.LegalEntity(r.ctx())
		if err != nil {
			return nil, err
		}
		return documents.Draw(quotePaper(r.quoteWords(q), q, seller))
	}
	if q.State == crm.QuoteDraft {
		content, err := draw()
		return store.Paper{Content: content}, err
	}
	return r.store.QuotePaper(r.ctx(), q.ID, draw)
}

func (r *request) sendQuotePaper(q store.QuotePage) error {
	p, err := r.paper(q)
	if err != nil {
		return err
	}
	return r.sendPaper(q.Number, p.Content)
}

// quotePaper puts a quote into words, the same that its page says.
func quotePaper(w *i18n.Printer, q store.QuotePage, seller crm.LegalEntity) documents.Paper {
	p := paperHead(w, q, seller)
	p.Title = w.T("customer.title", "Number", q.Label())
	p.Facts = append(p.Facts, documents.Fact{Name: w.T("quote.valid_until"), Value: w.Date(q.ValidUntil)})
	if !q.DeliveryDate.IsZero() {
		p.Facts = append(p.Facts, documents.Fact{Name: w.T("quote.delivery"), Value: w.Date(q.DeliveryDate)})
	}
	p.Facts = append(p.Facts, documents.Fact{Name: w.T("quote.payment_days"), Value: w.T("paper.days", "N", q.PaymentDays)})
	p.Columns = []string{w.T("product.name"), w.T("product.quantity"), w.T("product.price"), w.T("product.discount"), w.T("product.net")}
	for _, l := range q.QuoteLines {
		p.Rows = append(p.Rows, paperRow(w, q, l))
	}
	money := func(key string, of func(crm.Quote) string) {
		p.Totals = append(p.Totals, documents.Fact{Name: w.T(key), Value: of(q.Quote)})
	}
	c := crm.Currency(q.Currency)
	if !q.DiscountPercent.IsZero() {
		money("quote.discount_all", func(q crm.Quote) string { return w.Percent(q.DiscountPercent) })
	}
	money("col.net", func(q crm.Quote) string { return w.Money(q.Net, c) })
	money("col.tax", func(q crm.Quote) string { return w.Money(q.Tax, c) })
	money("col.total", func(q crm.Quote) string { return w.Money(q.Total, c) })
	if q.SplitPayment {
		money("quote.to_pay", func(q crm.Quote) string { return w.Money(q.ToPay(), c) })
		p.Notes = append(p.Notes, w.T("quote.split_payment"))
	}
	var shares []string
	for _, s := range q.Shares {
		shares = append(shares, w.Percent(s.Percent)+" "+w.T("tranche."+string(s.Kind)))
	}
	if len(shares) > 0 {
		p.Notes = append(p.Notes, w.T("customer.billing")+" "+strings.Join(shares, " · "))
	}
	if q.Deposit().IsPositive() {
		p.Notes = append(p.Notes, depositSentence(w, q.Quote))
	}
	p.Notes = append(p.Notes, w.T("customer.contact", "Name", q.Owner, "Email", q.OwnerEmail))
	return p
}

// depositSentence says what has to be paid before the deal is made.
func depositSentence(w *i18n.Printer, q crm.Quote) string {
	return w.T("customer.deposit", "Amount", w.Money(q.Deposit(), crm.Currency(q.Currency)), "Percent", w.Percent(q.DepositPercent), "Days", q.DepositDays)
}

// paperHead is what the papers about a quote begin with.
func paperHead(w *i18n.Printer, q store.QuotePage, seller crm.LegalEntity) documents.Paper {
	at := q.CreatedAt
	if q.SentAt != nil {
		at = *q.SentAt
	}
	zone, err := time.LoadLocation(seller.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	return documents.Paper{
		Language: w.Language(), Subject: q.Deal, Seller: []string{seller.Name, seller.Address, seller.VAT, seller.Email},
		Buyer: []string{w.T("customer.for"), q.Account, q.AccountAddress, q.AccountVAT, q.Contact}, At: at, Page: w.T("paper.page"),
		Facts: []documents.Fact{{Name: w.T("customer.date"), Value: w.Date(crm.DateOf(at, zone))}},
	}
}

func paperRow(w *i18n.Printer, q store.QuotePage, l crm.QuoteLine) documents.Row {
	if l.Kind == crm.SectionOfQuote {
		return documents.Row{Heading: true, Cells: []string{l.Name}}
	}
	c := crm.Currency(q.Currency)
	discount, net, note := "–", "–", ""
	if l.Discounts != "" {
		discount = strings.ReplaceAll(l.Discounts, "+", " + ") + " %"
	} else if !l.DiscountPercent.IsZero() {
		discount = w.Percent(l.DiscountPercent)
	}
	if l.Counts() {
		net = w.Money(l.Net, c)
	} else {
		note = w.T("quote.option")
	}
	if l.Exemption != "" {
		note = strings.TrimPrefix(note+" · "+w.T("customer.exempt", "Reason", l.Exemption), " · ")
	}
	return documents.Row{Cells: []string{l.Name, w.Number(l.Quantity, i18n.AsGiven) + " " + w.Unit(l.Unit), w.Money(l.UnitPrice, c), discount, net}, Note: note}
}

// depositPaper asks for a deposit: a pro forma, which is no invoice.
func depositPaper(w *i18n.Printer, q store.QuotePage, d crm.Deposit, seller crm.LegalEntity) documents.Paper {
	p := paperHead(w, q, seller)
	c := crm.Currency(q.Currency)
	p.Title = w.T("deposit.title", "Number", q.Label())
	p.Facts = append(p.Facts, documents.Fact{Name: w.T("deposit.due"), Value: w.Date(d.DueOn)})
	p.Columns = []string{w.T("product.name"), w.T("product.net")}
	p.Rows = []documents.Row{{Cells: []string{w.T("deposit.line", "Percent", w.Percent(q.DepositPercent), "Number", q.Label()), w.Money(d.Amount, c)}, Note: w.T("deposit.of", "Total", w.Money(q.ToPay(), c))}}
	p.Totals = []documents.Fact{{Name: w.T("deposit.to_pay"), Value: w.Money(d.Amount, c)}}
	p.Notes = []string{w.T("deposit.no_invoice"), w.T("deposit.name_it", "Number", q.Label())}
	return p
}

// sendPaper sends a PDF that a browser may show itself.
func (r *request) sendPaper(name string, content []byte) error {
	r.gin.Header("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name + ".pdf"}))
	r.gin.Header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'")
	r.gin.Header("X-Content-Type-Options", "nosniff")
	r.gin.Header("Referrer-Policy", "no-referrer")
	r.gin.Header("X-Robots-Tag", "noindex")
	r.gin.Header("Cache-Control", "private, no-store")
	r.gin.Data(http.StatusOK, "application/pdf", content)
	return nil
}

// pageQuotePaper is a quote's PDF for those of the house.
func pageQuotePaper(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	q, err := r.store.QuotePage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), id)
	if err != nil {
		return err
	}
	return r.sendQuotePaper(q)
}
