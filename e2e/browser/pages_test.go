package browser

import (
	"strings"
	"testing"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/integrations/mailbox"
	"leadtocash/store"
)

// TestEveryPage draws each page at four widths and in two colour schemes: no sideways scrolling, and nothing that axe finds.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	s := newScene(t, 60*day)
	contract, invoice := s.billed("Ruiz SA", 1)
	_, err := s.store.MoveClock(t.Context(), 50*day)
	must(t, err)
	s.captured("Lange GmbH", 0)
	lead := s.assigned("Rossi Imballaggi", 0)
	open := s.configured("Nowak Sp. z o.o.", 1)
	sent := s.sent("Verdi SpA", 2)
	waiting := s.validated("Bianchi Srl", 2)
	checking := s.accepted("Dupont SARL", 1)
	letter := s.mailTo("buyer@verdi.example", "")
	b := s.login("admin")
	p := &sweep{tab: b}
	for _, path := range []string{
		"/", "/leads", "/leads?q=none", "/leads/" + string(lead.lead), "/board", "/board?q=none", "/opportunities", "/approvals", "/contracts",
		"/overdue", "/accounts", "/products", "/rules", "/rules?kind=order", "/rules?kind=approval", "/rules?kind=dunning", "/settings", "/settings/keys", "/imports", "/dev/mailbox", "/dev/clock",
	} {
		p.visit(path)
	}
	for _, id := range []crm.ID{waiting.order, checking.order} {
		p.visit("/orders/" + string(id))
	}
	p.visit("/quotes/" + string(open.quote))
	p.visit("/quotes/" + string(sent.quote))
	p.visit("/contracts/" + string(contract))
	p.visit("/invoices/" + string(invoice))
	p.visit("/process/opportunity-" + string(waiting.id))
	p.visit("/dev/mailbox/" + letter.ID)
	for _, tab := range []string{"main", "timeline", "activities", "products", "relations", "quotes", "documents", "messages"} {
		p.visit("/opportunities/" + string(open.id) + "?tab=" + tab)
	}
	p.visit("/imports/" + string(s.previewed()))
	b.open("/opportunities/" + string(open.id))
	p.visit(strings.TrimPrefix(b.href("Nowak Sp. z o.o."), s.origin))
	p.visit(strings.TrimPrefix(b.href("The buyer"), s.origin))
	p.visit("/api/docs")
	p.visit("/products/" + string(store.DemoID("LINE-200")))
	p.visit("/nowhere")
	guest := &sweep{tab: s.visitor()}
	guest.visit("/login")
	guest.visit("/f/contact")
	guest.open(secret(t, letter))
	guest.inspect("one-offer")
}

// previewed is a file of leads that was read and not begun, with a row that is refused.
func (s *scene) previewed() crm.ID {
	s.t.Helper()
	rows, err := api.ReadLeads([]byte("company;language\nFair Srl;it\n;itt\n"))
	must(s.t, err)
	m, err := s.store.PreviewImport(s.t.Context(), crm.Import{ID: store.NewID(), Name: "fair.csv", Author: string(person("ops")), Columns: []string{"company", "language"}}, rows)
	must(s.t, err)
	return m.ID
}

// sweep visits pages and keeps a picture of each under its address.
type sweep struct{ *tab }

func (p *sweep) visit(path string) {
	p.t.Helper()
	p.open(path)
	p.inspect(pictureName(path))
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
