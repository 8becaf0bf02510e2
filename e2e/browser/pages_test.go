package browser

import (
	"strings"
	"testing"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/integrations/mailbox"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// TestEveryPage draws each page at five widths and has axe check it at three, in both colour schemes: no sideways scrolling, and nothing that axe finds.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	contract, invoice := s.billed("Ruiz SA", 1)
	_, err := s.store.MoveClock(t.Context(), 50*day)
	must(t, err)
	s.captured("Lange GmbH", 0)
	lead := s.assigned("Rossi Imballaggi", 0)
	open := s.configured("Nowak Sp. z o.o.", 1)
	sent := s.sent("Verdi SpA", 2)
	waiting := s.validated("Bianchi Srl", 2)
	checking := s.accepted("Dupont SARL", 1)
	s.set()
	hook := s.caught()
	letter := s.mailTo("buyer@verdi.example", "")
	b := s.login("admin")
	p := &sweep{tab: b}
	for _, path := range []string{
		"/", "/?arrange=on", "/leads", "/leads?q=none", "/calendar", "/calendar?view=month&who=team", "/settings/feeds", "/settings/templates", "/leads/report", "/leads/next", "/leads/response", "/settings/response", "/absences", "/leads/" + string(lead.lead), "/board", "/board?q=none", "/board?pipeline=repeat", "/opportunities", "/opportunities/potential", "/opportunities?sort=-amount&state=open&columns=name&columns=target", "/competitors", "/approvals", "/delegations", "/settings/approvals", "/settings/tranches", "/settings/erp", "/contracts", "/projects",
		"/overdue", "/accounts", "/contacts", "/settings/fields", "/products", "/products/import", "/price-books", "/price-books/" + string(store.DemoID("Partners")), "/exchange-rates", "/rules", "/rules?kind=order", "/rules?kind=required",
		"/rules?kind=hand_off", "/settings", "/settings/calendar", "/settings/calendar?year=2031",
		"/settings/levels", "/settings/company", "/settings/taxes", "/settings/interest", "/settings/words", "/settings/modules", "/settings/forms", "/settings/hooks", "/settings/keys", "/settings/mails", "/settings/organisation", "/imports", "/imports?what=account", "/imports?what=contact", "/held", "/search",
		"/search?q=verdi", "/search?q=nothing-of-this", "/dev/mailbox", "/dev/clock",
	} {
		p.visit(path)
	}
	for _, id := range []crm.ID{waiting.order, checking.order} {
		p.visit("/orders/" + string(id))
	}
	p.visit("/quotes/" + string(open.quote))
	p.visit("/quotes/" + string(sent.quote))
	p.visit("/contracts/" + string(contract))
	p.visit("/contracts/" + string(contract) + "/undo")
	p.visit("/contracts/" + string(contract) + "/amendments")
	s.project(p, contract)
	s.plans(p)
	p.visit("/invoices/" + string(invoice))
	for _, path := range []string{"/invoices/" + string(invoice) + "/credit", "/credit-notes/" + s.carry(crm.InvoiceCredit, crm.KindContract, contract, "finance", crm.CreditFields{InvoiceID: invoice, Lines: []crm.CreditPart{{Position: 1, Net: "100.00"}}, Reason: "One came back damaged"}).Params["credit_note"], "/credit-notes", "/invoices", "/invoices?state=open&q=Ros"} {
		p.visit(path)
	}
	help, err := s.store.OpenCase(t.Context(), store.Target{Scope: store.Everything(), Actor: person("care")}, crm.Case{
		ID: store.NewID(), ContractID: contract, Subject: "The conveyor stops after an hour", Text: "It began on Monday.", Priority: crm.PriorityUrgent,
	})
	must(t, err)
	_, err = s.store.EditContract(t.Context(), s.target(contract), func(c *crm.Contract) error { c.NoticeDays = 90; return nil })
	must(t, err)
	s.dishonoured(contract, invoice)
	for _, path := range []string{"/cases", "/cases?contract=" + string(contract), "/cases/" + string(help.ID), "/process/case-" + string(help.ID), "/overdue", "/overdue/paid", "/invoices/" + string(invoice), s.banked(invoice), "/bank", "/registers", "/sdi", "/billing", "/billing/numbers"} {
		p.visit(path)
	}
	for _, path := range s.cared(help.ID) {
		p.visit(path)
	}
	for _, path := range []string{"/reports", "/reports/stages", "/reports/paths", "/reports/loss", "/reports/loss?by=competitor", "/reports/activity", "/reports/margin", "/reports/rows?report=stages&stage=identify"} {
		p.visit(path)
	}
	p.open("/contracts/" + string(contract))
	p.unfolded("one-contracts-unfolded")
	p.amended(contract)
	b.open("/invoices/" + string(invoice))
	p.visit(strings.TrimPrefix(b.href("statement.of_account"), s.origin))
	p.visit("/process/opportunity-" + string(waiting.id))
	p.visit("/dev/mailbox/" + letter.ID)
	for _, tab := range []string{"main", "timeline", "activities", "products", "relations", "quotes", "documents", "messages"} {
		p.visit("/opportunities/" + string(open.id) + "?tab=" + tab)
	}
	for _, path := range []string{"/handoffs/" + string(s.handedBack(open.id)), "/handoffs?view=all", "/handoffs/report", s.papers(open.id), "/documents/folders", "/documents?q=hall", "/documents", "/feed?show=all", "/feed?show=events", s.written(open.id), s.written(open.id) + "/letter", s.posted(), "/about/product/" + string(store.DemoID("SENSOR-10"))} {
		p.visit(path)
	}
	p.visit("/imports/" + string(s.previewed()))
	b.open("/opportunities/" + string(open.id))
	nowak := strings.TrimPrefix(b.href("Nowak Sp. z o.o."), s.origin)
	p.visit(nowak)
	p.visit(strings.TrimPrefix(b.href("The buyer"), s.origin))
	p.visit(nowak + "/tax")
	p.visit(nowak + "/statement")
	s.merged(p)
	p.documented()
	p.visit("/settings/taxes/" + string(store.DemoID("Export")))
	form, err := s.store.FormActive(t.Context(), "contact")
	must(t, err)
	p.visit("/settings/forms/" + string(form.ID))
	p.visit("/settings/hooks/" + string(hook))
	p.visit("/products/" + string(store.DemoID("LINE-200")))
	p.visit("/nowhere")
	guest := &sweep{tab: s.visitor()}
	guest.visit("/login")
	guest.visit("/f/contact")
	guest.open(secret(t, letter))
	guest.inspect("one-offer")
}

// amended shows an amendment that makes something worse as it waits for who decides, is signed, and holds.
func (p *sweep) amended(contract crm.ID) {
	p.t.Helper()
	path := "/contracts/" + string(contract) + "/amendments"
	p.open(path)
	p.fill("exception.reason", "They pay later and take a second line")
	p.fill("quote.payment_days", "60")
	p.fill("product.quantity", "2")
	p.send("amendment.propose")
	p.inspect("amendment-proposed")
	manager := &sweep{tab: p.scene.login("manager")}
	manager.open(path)
	manager.inspect("amendment-decide")
	manager.click("button", p.texts.For("en").T("amendment.approve", "Amount", "€36,800.00")+" A")
	manager.inspect("amendment-approved")
	p.open(path)
	p.fill("contract.signer", "The buyer")
	p.send("amendment.sign")
	p.inspect("amendment-in-force")
}

// banked brings in a statement whose entries name an invoice, and nothing; it gives the page of the first.
func (s *scene) banked(invoice crm.ID) string {
	s.t.Helper()
	i, err := s.store.InvoicePage(s.t.Context(), store.Everything(), invoice)
	must(s.t, err)
	of := crm.BankStatement{Reference: "2026/11", IBAN: "IT60X0542811101000000123456", Currency: i.Currency}
	for _, text := range []string{"Saldo " + i.Number, "?"} {
		of.Entries = append(of.Entries, crm.BankEntry{Amount: i.Open.Div(decimal.NewFromInt(2)).Round(2), Currency: i.Currency, BookedOn: i.IssueDate, Name: "Zieliński Maszyny", CounterIBAN: "PL61109010140000071219812874", Remittance: text})
	}
	_, _, err = s.store.ImportBank(s.t.Context(), person("finance"), crm.BankFile{ID: store.NewID(), Name: "november.xml", Format: crm.BankCamt, Statements: []crm.BankStatement{of}}, []byte("<x/>"))
	must(s.t, err)
	rows, _, err := s.store.OpenEntries(s.t.Context(), 1)
	must(s.t, err)
	return "/bank/entries/" + string(rows[0].ID)
}

// merged shows what a company is like, holds two of one name side by side, and lists a merge that can be undone.
func (s *scene) merged(p *sweep) {
	s.t.Helper()
	var like [3]crm.ID
	for i, name := range []string{"Zieliński Maszyny Sp. z o.o.", "Maszyny Zielinski spzoo", "Zieliński Maszyny S.A."} {
		like[i] = store.NewID()
		_, err := s.store.CreateAccount(s.t.Context(), person("admin"), crm.Account{ID: like[i], Name: name, Kind: "prospect", Country: "PL", Language: "pl", PaymentDays: 30 + i})
		must(s.t, err)
	}
	p.visit("/duplicates?kind=account&id=" + string(like[0]))
	p.visit("/merge?kind=account&kept=" + string(like[0]) + "&gone=" + string(like[1]))
	must(s.t, s.store.MergeRecords(s.t.Context(), store.Everything(), person("admin"), store.Merge{ID: store.NewID(), Kind: "account", Kept: like[0], Gone: like[2]}))
	p.visit("/duplicates")
}

// set changes each setting once, so that its page has something to show.
func (s *scene) set() {
	s.t.Helper()
	t := store.Target{Actor: store.DemoID("ops@demo.example")}
	now, err := s.store.Now(s.t.Context())
	must(s.t, err)
	_, err = s.store.EditCalendar(s.t.Context(), t, func(c *crm.CalendarSetting) error {
		y := now.Year()
		c.Holidays = append(c.Holidays, crm.Holiday{OnDate: crm.NewDate(y, 1, 6), Name: "Epifania", Country: "IT"}, crm.Holiday{OnDate: crm.NewDate(y, 12, 24), Name: "Christmas Eve", FreeFrom: 13 * 60},
			crm.Holiday{OnDate: crm.NewDate(y, 8, 15), Name: "Ferragosto"}, crm.Holiday{OnDate: crm.NewDate(y, 11, 11), Name: "Święto Niepodległości", Country: "PL"})
		return nil
	})
	must(s.t, err)
	_, err = s.store.EditServiceLevels(s.t.Context(), t, func(l []crm.ServiceLevel) error {
		l[0].Answer /= 2
		return nil
	})
	must(s.t, err)
}

// caught fills the pages of what leads come in through: a hook with a delivery, and something held as spam.
func (s *scene) caught() crm.ID {
	s.t.Helper()
	h, _, err := s.store.CreateHook(s.t.Context(), person("ops"), crm.CaptureHook{ID: store.NewID(), Key: "portal", Name: "Partner portal", Source: "partner", Active: true})
	must(s.t, err)
	must(s.t, s.store.RefuseDelivery(s.t.Context(), store.Delivery{Hook: h.ID, Event: "evt_1", Hash: []byte{1}, Raw: `{"id":"evt_1"}`}, crm.FieldErrors{crm.Problem("required").At("/email")}))
	l := crm.Lead{Company: "Cheap Offers", Email: "offers@cheap.example", Need: "Visit http://a.example and http://b.example and http://c.example", Language: "en", Source: "website"}
	must(s.t, s.store.HoldLead(s.t.Context(), crm.HeldLead{
		Channel: "form", Source: "contact", Lead: l, Touch: crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{"company":"Cheap Offers"}`)}, Reasons: []string{"links", "too_fast"},
	}, []byte{1}))
	return h.ID
}

// previewed is a file of leads that was read and not begun, with a row that is refused.
func (s *scene) previewed() crm.ID {
	s.t.Helper()
	rows, err := api.ReadLeads([]byte("company;language\nFair Srl;it\n;itt\n"))
	must(s.t, err)
	m, err := s.store.PreviewImport(s.t.Context(), crm.Import{ID: store.NewID(), Name: "fair.csv", Author: string(person("ops")), Columns: []string{"company", "language"}, Heads: []string{"Azienda", "Lingua", "Scarpe"}, Places: []string{"company", "language", ""}}, rows, []byte("Azienda;Lingua;Scarpe\nFair Srl;it;44\n;itt;\n"))
	must(s.t, err)
	return m.ID
}

// sweep visits pages and keeps a picture of each under its address.
type sweep struct{ *tab }

func (p *sweep) visit(path string) {
	p.t.Helper()
	p.open(path)
	p.inspect(pictureName(path))
	if !strings.HasPrefix(path, "/process/") && path != "/nowhere" { // these are about ids, or give one to ask with
		p.saysNoID()
	}
}

// saysNoID looks for an id where a person reads: a name is missing there.
func (p *sweep) saysNoID() {
	p.t.Helper()
	raw, err := value[string](p.tab, `(document.body.innerText.match(/.{0,60}[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) || [""])[0]`)
	must(p.t, err)
	if raw != "" {
		p.t.Errorf("%s says an id: %s", p.path(), raw)
	}
}

// documented looks at the page of the API, which is the same for each of hundreds of calls: a few of each part are checked.
func (p *sweep) documented() {
	p.t.Helper()
	p.open("/api/docs")
	p.look("api-docs")
	_, err := value[bool](p.tab, "document.querySelectorAll('details.more:nth-of-type(n+4)').forEach((d) => { d.remove() }), true")
	must(p.t, err)
	p.inspect("api-docs-part")
}

// unfolded shows what the page keeps folded away, its forms.
func (p *sweep) unfolded(name string) {
	p.t.Helper()
	_, err := value[bool](p.tab, "document.querySelectorAll('details').forEach((d) => { d.open = true }), true")
	must(p.t, err)
	p.inspect(name)
}

// dishonoured notes that the payment of an invoice came back.
func (s *scene) dishonoured(contract, invoice crm.ID) {
	s.t.Helper()
	i, err := s.store.InvoicePage(s.t.Context(), store.Everything(), invoice)
	must(s.t, err)
	_, err = s.store.EditTranche(s.t.Context(), s.target(contract), i.TrancheID, func(t *crm.Tranche) error { t.Dishonoured = true; return nil })
	must(s.t, err)
}

// pictureName is an address without ids.
func pictureName(path string) string {
	var words []string
	for _, w := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/?=&", r) }) {
		if i := strings.IndexByte(w, '-'); len(w) > 36 && i > 0 {
			w = w[:i]
		}
		if len(w) < 20 {
			words = append(words, w)
		}
	}
	if strings.Contains(path, "-") && !strings.Contains(path, "process") {
		words = append([]string{"one"}, words...)
	}
	if len(words) == 0 {
		return "day"
	}
	return strings.Join(words, "-")
}

// secret is the path of the quote's page in a customer's mail.
func secret(t *testing.T, m mailbox.Message) string {
	t.Helper()
	_, rest, ok := strings.Cut(m.Text, "/q/")
	if !ok {
		t.Fatalf("no link in the mail: %s", m.Text)
	}
	return "/q/" + strings.Fields(rest)[0]
}
