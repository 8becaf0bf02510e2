package api

import (
	"cmp"
	"net/http"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// period reads the days of a download: those of the month until today unless others are asked for.
func (r *request) period() (from, to crm.Date, err error) {
	today, err := r.today()
	if err != nil {
		return from, to, err
	}
	q := r.gin.Request.URL.Query()
	for name := range q {
		if name != "from" && name != "to" {
			return from, to, wrongParameter(name, "unknown_parameter", params{"allowed": []string{"from", "to"}})
		}
	}
	if from, err = crm.ParseDate(cmp.Or(q.Get("from"), today.String()[:8]+"01")); err != nil {
		return from, to, wrongParameter("from", "invalid_date", params{"example": "2026-11-21"})
	}
	if to, err = crm.ParseDate(cmp.Or(q.Get("to"), today.String())); err != nil {
		return from, to, wrongParameter("to", "invalid_date", params{"example": "2026-11-21"})
	}
	if to.Before(from) {
		return from, to, wrongParameter("to", "ends_before_it_begins", nil)
	}
	return from, to, nil
}

// getVATRegister sends the VAT register of a period as CSV: a row for each document and rate, then the sums.
func getVATRegister(r *request) error {
	from, to, err := r.period()
	if err != nil {
		return err
	}
	lines, err := r.store.VATRegister(r.ctx(), from, to)
	if err != nil {
		return err
	}
	rows := [][]string{{"date", "kind", "number", "of", "customer", "vat", "currency", "rate", "nature", "split_payment", "net", "tax", "tax_due"}}
	for _, l := range lines {
		rows = append(rows, []string{
			l.OnDate.String(), l.Kind, l.Number, l.Of, l.Customer, l.VAT, l.Currency, l.TaxPercent.String(), l.Nature, yes(l.SplitPayment), plain2(l.Net), plain2(l.Tax), plain2(due(l.SplitPayment, l.Tax)),
		})
	}
	for _, s := range vatSums(lines) {
		rows = append(rows, []string{"", "sum", "", "", "", "", s.Currency, s.TaxPercent, s.Nature, yes(s.SplitPayment), plain2(s.Net), plain2(s.Tax), plain2(due(s.SplitPayment, s.Tax))})
	}
	return r.sendCSV("vat-register-"+from.String()+"-"+to.String()+".csv", rows)
}

// due is the tax that the house owes of a line: none where the customer pays it himself.
func due(split bool, tax decimal.Decimal) decimal.Decimal {
	if split {
		return decimal.Zero
	}
	return tax
}

func plain2(d decimal.Decimal) string { return d.StringFixed(2) }

func vatSums(lines []store.VATLine) []crm.VATSum {
	sums := crm.VATSums{}
	for _, l := range lines {
		sums.Add(crm.VATKey{Currency: l.Currency, SplitPayment: l.SplitPayment, TaxPercent: l.TaxPercent.String(), Nature: l.Nature}, l.Net, l.Tax)
	}
	return sums.Sorted()
}

// getLedger sends the ledger of a period as CSV; the balance begins at nothing with the period.
func getLedger(r *request) error {
	from, to, err := r.period()
	if err != nil {
		return err
	}
	lines, err := r.store.Ledger(r.ctx(), r.Scope(), from, to)
	if err != nil {
		return err
	}
	rows := [][]string{{"entry", "date", "kind", "customer", "invoice", "reference", "currency", "amount", "balance"}}
	for _, l := range lines {
		rows = append(rows, []string{decimal.NewFromInt(l.ID).String(), l.OnDate.String(), l.Kind, l.Account, l.Invoice, l.Reference, l.Currency, plain2(l.Amount), plain2(l.Balance)})
	}
	return r.sendCSV("ledger-"+from.String()+"-"+to.String()+".csv", rows)
}

// registersPage shows the sums of a period, with its downloads.
type registersPage struct {
	From, To crm.Date
	Sums     []crm.VATSum
	Ledger   []ledgerSum
	All      bool // the reader may see the VAT register, which is of every customer
	Form     form
}

// ledgerSum is what the entries of one kind come to.
type ledgerSum struct {
	Kind, Currency string
	Entries        int
	Amount         decimal.Decimal
}

func pageRegisters(r *request) error {
	f, status := values(), http.StatusOK
	from, to, err := r.period()
	if p, wrong := err.(Problem); wrong {
		f.blame(p.Errors[0].Parameter, r.say("error."+p.Errors[0].Code, p.Errors[0].Figures()))
		today, failed := r.today()
		if failed != nil {
			return failed
		}
		from, to, status = today, today, http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	}
	p := registersPage{From: from, To: to, All: r.Can(crm.MayIssueInvoice), Form: f}
	p.Form.values = map[string]string{"from": from.String(), "to": to.String()}
	if p.All { // sums over some customers would be no register
		lines, err := r.store.VATRegister(r.ctx(), from, to)
		if err != nil {
			return err
		}
		p.Sums = vatSums(lines)
	}
	entries, err := r.store.Ledger(r.ctx(), r.Scope(), from, to)
	if err != nil {
		return err
	}
	for _, l := range entries {
		i := slices.IndexFunc(p.Ledger, func(s ledgerSum) bool { return s.Kind == l.Kind && s.Currency == l.Currency })
		if i < 0 {
			i, p.Ledger = len(p.Ledger), append(p.Ledger, ledgerSum{Kind: l.Kind, Currency: l.Currency})
		}
		p.Ledger[i].Entries, p.Ledger[i].Amount = p.Ledger[i].Entries+1, p.Ledger[i].Amount.Add(l.Amount)
	}
	return r.show(status, "registers", r.say("register.title"), p)
}
