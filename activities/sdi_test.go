package activities_test

import (
	"errors"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// takes brings a notice in, twice: the second time it changes nothing.
func (c *counter) takes(root, file, exchange, inner string) store.SDINoticeRow {
	c.t.Helper()
	body := []byte(`<t:` + root + ` xmlns:t="x"><IdentificativoSdI>` + exchange + `</IdentificativoSdI><NomeFile>` + file + `</NomeFile>` + inner + `</t:` + root + `>`)
	n, err := documents.ReadSDI(strings.TrimSuffix(file, ".xml")+"_XX_001.xml", body)
	c.fine(err)
	first, again, err := c.TakeNotice(c.t.Context(), c.people["gina"], n, body)
	if c.fine(err); again {
		c.t.Errorf("%s is known already", root)
	}
	before := c.exchangeRows()
	if second, again, err := c.TakeNotice(c.t.Context(), "", n, body); err != nil || !again || second.ID != first.ID || c.exchangeRows() != before {
		c.t.Errorf("%s again: %v %v", root, again, err)
	}
	return first
}

func (c *counter) exchangeRows() string {
	return ask[string](c.desk, `select (select count(*) from sdi_notice) || ' ' || (select count(*) from timeline) || ' ' || (select coalesce(string_agg(attempt || state, ',' order by document_id, attempt), '') from einvoice_sending)`)
}

func (c *counter) fileOf(id crm.ID, read func(id crm.ID) (crm.EInvoice, error)) (name, text string) {
	c.t.Helper()
	e, err := read(id)
	c.fine(err)
	body, err := documents.FatturaPA(e)
	c.fine(err)
	return documents.FatturaName(e), string(body)
}

// S091: notices of the exchange find their document by the name of its file, by the exchange's number, or by the number that they name; a rejected invoice counts as
// not issued: it is worded anew and sent again under its number, date and figures, while what was issued stays, its chain holds, and what is owed does not change.
func TestNoticesOfTheExchange(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-06-01 10:00")
	exempt := store.NewID()
	c.exec(`insert into tax_class (id, name, percent, exemption, country, code) values ($1, 'Exempt', 0, 'Art. 10', 'IT', 'N4')`, exempt)
	q := c.quoted(func(d *store.QuoteDraft) {
		d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(50)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(50)}}
		d.Lines = append(d.Lines, crm.QuoteLine{Kind: crm.LineOfQuote, Name: "Course", Quantity: decimal.NewFromInt(1), UnitPrice: decimal.NewFromInt(100), TaxClassID: exempt, Exemption: "Art. 10"})
	})
	n := c.signs(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"])
	invoice, owed := c.billed(n, 1)
	read := func(id crm.ID) (crm.EInvoice, error) { return c.EInvoice(t.Context(), store.Everything(), id) }
	state := func(id crm.ID) string {
		t.Helper()
		v, err := c.EInvoiceState(t.Context(), id)
		c.fine(err)
		return string(v.State) + " " + v.ResendBy().String()
	}
	correct := func(id crm.ID, anew ...crm.LineWording) error {
		return c.CorrectEInvoice(t.Context(), store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: id}, anew, "The code was wrong")
	}
	first, _ := c.fileOf(invoice, read)
	if refused, is := errors.AsType[store.Refused](correct(invoice)); !is || refused.Code != "einvoice_not_rejected" {
		t.Error("what nobody rejected is corrected")
	}
	if row := c.takes("NotificaScarto", first, "901", `<DataOraRicezione>2027-06-02T09:00:00+02:00</DataOraRicezione><ListaErrori><Errore><Codice>00400</Codice><Descrizione>Natura</Descrizione></Errore></ListaErrori>`); row.InvoiceID != invoice {
		t.Errorf("%+v", row)
	}
	c.takes("RicevutaConsegna", first, "901", "") // it comes too late to be true
	if got := state(invoice); got != "rejected 2027-06-07" {
		t.Errorf("after the rejection: %s", got)
	}
	lines := []crm.LineWording{{Position: 2, Text: "Course", TaxCode: "N2.2", TaxReason: "Art. 2"}}
	for what, wrong := range map[string]crm.LineWording{"unknown_value": {Position: 9, Text: "x"}, "required": {Position: 1}, "exemption_with_rate": {Position: 1, Text: "x", TaxCode: "N4"}} {
		if err := correct(invoice, wrong); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
	c.fine(correct(invoice, lines...))
	second, text := c.fileOf(invoice, read)
	if got := state(invoice); second == first || got != "made " || !strings.Contains(text, "<Natura>N2.2<") || !strings.Contains(text, "<Descrizione>Course<") || !strings.Contains(text, "<Numero>2027/0001<") {
		t.Errorf("%s, then %s, %s: %s", first, second, got, text)
	}
	c.takes("NotificaScarto", second, "902", `<DataOraRicezione>2027-06-03T09:00:00+02:00</DataOraRicezione>`)
	c.fine(correct(invoice, crm.LineWording{Position: 1, Text: "Press", TaxCode: "", TaxReason: ""}))
	third, _ := c.fileOf(invoice, read)
	c.takes("RicevutaConsegna", first, "903", "") // of a sending that is over
	if got := state(invoice); third == second || got != "made " {
		t.Errorf("the third sending: %s %s", third, got)
	}
	c.takes("RicevutaConsegna", third+".p7m", "904", "")
	c.takes("NotificaEsito", "anything.xml", "904", `<EsitoCommittente><Esito>EC02</Esito></EsitoCommittente>`)
	if got := state(invoice); got != "refused " {
		t.Errorf("after the office's word: %s", got)
	}
	if open := ask[string](c.desk, `select r.open || ' of ' || i.total || ', ' || i.paid_before || ' before, ' || t.state from receivable r join invoice i on i.id = r.invoice_id join tranche t on t.invoice_id = i.id where i.id = $1`, invoice); open != owed {
		t.Errorf("%s is owed, before %s", open, owed)
	}
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "Refused"}))
	note := crm.ID(ask[string](c.desk, `select id::text from credit_note`))
	name, text := c.fileOf(note, func(id crm.ID) (crm.EInvoice, error) { return c.ECreditNote(t.Context(), store.Everything(), id) })
	if row := c.takes("NotificaScarto", name, "905", ""); row.CreditNoteID != note || !strings.Contains(text, "<Natura>N2.2<") {
		t.Errorf("%+v of %s", row, text)
	}
	c.fine(correct(note))
	if again, _ := c.fileOf(note, func(id crm.ID) (crm.EInvoice, error) { return c.ECreditNote(t.Context(), store.Everything(), id) }); again == name {
		t.Error("a sending is called like the one before")
	}
	c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	other, _ := c.billed(n, 2)
	if row := c.takes("NotificaEsito", "IT99999999999_00001.xml", "906", `<EsitoCommittente><RiferimentoFattura><NumeroFattura>2027/0002</NumeroFattura><AnnoFattura>2027</AnnoFattura></RiferimentoFattura><Esito>EC01</Esito></EsitoCommittente>`); row.InvoiceID != other {
		t.Errorf("by its number: %+v", row)
	}
	if row := c.takes("RicevutaConsegna", "IT99999999999_00001.xml", "907", ""); row.Number != "" {
		t.Errorf("somebody else's: %+v", row)
	}
	for _, series := range []string{"A", store.SeriesCredit} {
		if bad, err := c.CheckChain(t.Context(), series, 2027); err != nil || bad != "" {
			t.Errorf("the chain of %s breaks at %s: %v", series, bad, err)
		}
	}
	c.exec(`alter table invoice_line_revision disable trigger all; update invoice_line_revision set text = 'Chess' where number = 1`)
	if bad, err := c.CheckChain(t.Context(), "A", 2027); err != nil || bad != "2027/0001" {
		t.Errorf("a changed wording is not noticed: %s %v", bad, err)
	}
}
