package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// invoicesPage is the list of all invoices.
type invoicesPage struct {
	Rows         []invoiceLine
	Sums         []store.InvoiceSum // of all that the filter lets through
	Filter       store.InvoiceFilter
	Of           string // the customer, where it is of one
	States       []option
	Exchanges    []option // none where nothing is sent to an exchange
	Query        string   // of the address, for the file
	First, Next  string
	Saved        savedBar
	Bills, Files bool // he may bill several tranches; electronic files are made, and notices about them read
}

// invoiceLine is an invoice with the colours of its states.
type invoiceLine struct {
	store.ListedInvoice
	Tone, Said string
}

var invoiceTones = map[crm.InvoiceState]string{crm.InvoiceOpen: "wait", crm.InvoiceOverdue: "bad", crm.InvoicePaid: "ok", crm.InvoiceWrittenOff: "warn"}

// pageInvoices lists invoices, paid ones too, with what the chosen ones come to (S087, S091); it is a file, too.
func pageInvoices(r *request) error {
	f := store.InvoiceFilterOf(r.gin.Request.URL.Query())
	today, err := r.today()
	if err != nil {
		return err
	}
	if r.gin.Query("as") == "csv" {
		return r.sendInvoices(f, today)
	}
	rows, err := r.store.ListedInvoices(r.ctx(), r.Scope(), f, today, rowsPerPage+1)
	if err != nil {
		return err
	}
	p := invoicesPage{Filter: f, States: enumOptions(r, r.say("filter.all"), "invoice_state", crm.InvoiceStates()), Query: exportQuery(r), Bills: r.Can(crm.MayIssueInvoice)}
	p.Files = p.Bills && r.whyOff(crm.ModuleEInvoicing) == ""
	if p.Saved, err = r.savedBar(crm.ListInvoices); err != nil {
		return err
	}
	exchanged, err := r.store.AnySending(r.ctx())
	if err != nil {
		return err
	}
	if exchanged {
		p.Exchanges = append([]option{{"", r.say("filter.all")}, {"-", r.say("invoices.unsaid")}}, enumOptions(r, "", "sdi_state", crm.SDIStates())...)
	}
	rows, p.First, p.Next = paged(r, rows, func(i store.ListedInvoice) crm.ID { return i.ID })
	for _, i := range rows {
		p.Rows = append(p.Rows, invoiceLine{i, invoiceTones[i.State], sdiTone(crm.SDIState(i.Exchange))})
	}
	if f.Any() {
		if p.Sums, err = r.store.InvoiceSums(r.ctx(), r.Scope(), f, today); err != nil {
			return err
		}
	}
	if f.Account != "" {
		if names, err := r.store.NamesOf(r.ctx(), false, []string{string(f.Account)}); err == nil && len(names) == 1 {
			p.Of = names[0].Name
		}
	}
	return r.show(http.StatusOK, "invoices", r.say("nav.invoices"), p)
}

// listedInvoicesMost is how many invoices one file holds; of more, days are to be named.
const listedInvoicesMost = 100_000

func (r *request) sendInvoices(f store.InvoiceFilter, today crm.Date) error {
	f.After = ""
	rows, err := r.store.ListedInvoices(r.ctx(), r.Scope(), f, today, listedInvoicesMost+1)
	if err != nil {
		return err
	}
	if len(rows) > listedInvoicesMost {
		return wrongParameter("from", "too_many", params{"max": listedInvoicesMost})
	}
	out := [][]string{{
		r.say("col.number"), r.say("invoice.issued"), r.say("invoices.due"), r.say("deal.customer"), r.say("deal.contract"), r.say("col.net"), r.say("col.tax"), r.say("col.total"), r.say("invoice.open"),
		r.say("deals.currency"), r.say("col.state"), r.say("sdi.exchange"),
	}}
	for _, i := range rows {
		said := ""
		if i.Exchange != "" {
			said = named(r.words(), "sdi_state", i.Exchange)
		}
		out = append(out, []string{
			i.Number, i.IssueDate.String(), i.DueDate.String(), i.Account, i.Contract, plain2(i.Net), plain2(i.Tax), plain2(i.Total), plain2(i.Open), i.Currency,
			named(r.words(), "invoice_state", string(i.State)), said,
		})
	}
	return r.sendCSV("invoices.csv", out)
}
