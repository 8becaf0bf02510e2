package api

import (
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// bill is what the paper of an invoice and that of a credit note have in common.
type bill struct {
	Title, Subject  string
	Buyer           []string
	Facts           []documents.Fact
	Lines           []crm.InvoiceLine
	Net, Tax, Total decimal.Decimal
	Currency        crm.Currency
	Notes           []string
	At              time.Time // of its issue
}

// paper puts it into words. Tax stands below the lines, rate by rate, where there are several.
func (b bill) paper(w *i18n.Printer, seller crm.LegalEntity) documents.Paper {
	p := documents.Paper{
		Language: w.Language(), Title: b.Title, Subject: b.Subject, Seller: []string{seller.Name, seller.Address, seller.VAT}, Buyer: append([]string{w.T("customer.for")}, b.Buyer...),
		Facts: b.Facts, Columns: []string{w.T("invoice.text"), w.T("product.tax"), w.T("col.net")}, Notes: b.Notes, Page: w.T("paper.page"), At: b.At,
	}
	rates, taxes := []string{}, map[string]decimal.Decimal{}
	for _, l := range b.Lines {
		rate := w.Percent(l.TaxPercent)
		p.Rows = append(p.Rows, documents.Row{Cells: []string{l.Text, rate, w.Money(l.Net, b.Currency)}})
		if _, known := taxes[rate]; !known {
			rates = append(rates, rate)
		}
		taxes[rate] = taxes[rate].Add(l.Tax)
	}
	p.Totals = []documents.Fact{{Name: w.T("col.net"), Value: w.Money(b.Net, b.Currency)}}
	for _, rate := range rates {
		p.Totals = append(p.Totals, documents.Fact{Name: w.T("col.tax") + " " + rate, Value: w.Money(taxes[rate], b.Currency)})
	}
	p.Totals = append(p.Totals, documents.Fact{Name: w.T("col.total"), Value: w.Money(b.Total, b.Currency)})
	return p
}

// sendBill draws a paper in its customer's language and sends it, under the number of the document.
func (r *request) sendBill(language, number string, of func(*i18n.Printer) bill) error {
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	w := r.srv.screens().texts.For(language)
	content, err := documents.Draw(of(w).paper(w, seller))
	if err != nil {
		return err
	}
	return r.sendPaper(strings.ReplaceAll(number, "/", "-"), content)
}

func invoiceBill(w *i18n.Printer, i store.InvoicePage) bill {
	b := bill{
		Title: w.T("invoice.title", "Number", i.Number), Subject: w.T("deal.contract") + " " + i.ContractNumber, Buyer: []string{i.Account, i.AccountAddress, i.AccountVAT},
		Facts: []documents.Fact{{Name: w.T("invoice.issued"), Value: w.Date(i.IssueDate)}, {Name: w.T("contract.due"), Value: w.Date(i.DueDate)}},
		Lines: i.Lines, Net: i.Net, Tax: i.Tax, Total: i.Total, Currency: crm.Currency(i.Currency), At: i.IssuedAt,
	}
	if len(i.Contracts) > 0 {
		var numbers []string
		for _, c := range i.Contracts {
			numbers = append(numbers, c.Number)
		}
		b.Subject = w.T("deal.contract") + " " + strings.Join(numbers, ", ")
	}
	for _, p := range i.Parts {
		b.Notes = append(b.Notes, w.T("payment_terms.part", "Amount", w.Money(p.Amount, b.Currency), "On", w.Date(p.DueDate)))
	}
	return b
}

func creditBill(w *i18n.Printer, n store.CreditPage) bill {
	b := bill{
		Title: w.T("credit.title", "Number", n.Number), Subject: w.T("credit.of", "Number", n.InvoiceNumber, "On", w.Date(n.InvoiceDate)), Buyer: []string{n.Account, n.AccountAddress, n.AccountVAT},
		Facts: []documents.Fact{{Name: w.T("invoice.issued"), Value: w.Date(n.IssueDate)}, {Name: w.T("deal.contract"), Value: n.ContractNumber}},
		Lines: n.Lines, Net: n.Net, Tax: n.Tax, Total: n.Total, Currency: crm.Currency(n.Currency), At: n.IssuedAt,
	}
	if n.Reason != "" {
		b.Notes = append(b.Notes, w.T("exception.reason")+": "+n.Reason)
	}
	if n.OnAccount.IsPositive() {
		b.Notes = append(b.Notes, w.T("credit.on_account", "Amount", w.Money(n.OnAccount, b.Currency)))
	}
	return b
}
