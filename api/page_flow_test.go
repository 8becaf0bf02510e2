package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"

	"github.com/google/uuid"
	"golang.org/x/net/html"
)

// refuseWith has the next command of the page refused by a verdict that lacks the customer's VAT number.
func (s *scene) refuseWith(kind, once string, by crm.User) {
	s.t.Helper()
	clauses, err := json.Marshal([]crm.Clause{
		{ID: "send.vat", Source: "filled(customer.vat)", Outcome: crm.Unmet, Op: "filled", Values: []crm.Value{{Field: "customer.vat"}}, FixBy: []crm.Role{crm.RoleSalesperson}},
		{ID: "send.amount", Source: "deal.amount > 1000", Outcome: crm.Unmet, Op: ">", Needs: "1000", Values: []crm.Value{{Field: "deal.amount", Now: "300.00"}}},
		{ID: "send.email", Source: "filled(contact.email)", Outcome: crm.Met, Op: "filled", Values: []crm.Value{{Field: "contact.email", Now: "carla@example.com"}}},
	})
	must(s.t, err)
	cause := "page:" + string(by.ID) + ":" + kind + ":" + once
	s.exec(`insert into verdict (cause, kind, process, at, version, key, result, clauses, facts) values ('` + cause + `', 'pipeline', 'opportunity-` + string(s.deal) +
		`', now(), 1, 'send', 'refused', '` + string(clauses) + `', '{}')`)
	s.cmd.answer = crm.Answer{Code: "gate_refused", Params: map[string]string{"rule": "pipeline"}}
}

// S098, ux section 4: a refusal stands beside the card, names all conditions, met ones first, and takes the missing field right there.
func TestRefusalOnTheBoard(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b, once := s.browser("anna"), uuid.NewString()
	s.refuseWith(crm.OpportunityMove, once, s.anna)
	form := url.Values{"command": {once}, "to": {"send"}, "back": {"board"}}
	d := b.read(b.send(http.MethodPost, "/opportunities/"+string(s.deal)+"/move", form), "/board", http.StatusUnprocessableEntity)
	d.sound("en")
	d.want("h2", "Pumps can’t move to Quote sent yet: 2 of 3 conditions are not met")
	var panel *html.Node
	d.each("div", func(n *html.Node) {
		if attr(n, "id") == "refusal" {
			panel = n
		}
	})
	if panel == nil || panel.Parent.Data != "li" || panel.Parent.Parent.Data != "ul" {
		t.Fatal("the panel does not stand among the cards")
	}
	var marks, inputs []string
	for n := range panel.Descendants() {
		if attr(n, "class") == "mark" {
			marks = append(marks, text(n))
		}
		if n.Data == "input" && strings.HasPrefix(attr(n, "name"), "fill.") {
			inputs = append(inputs, attr(n, "name"))
		}
	}
	if got := strings.Join(marks, ""); got != "✓✗✗" {
		t.Errorf("marks %s", got)
	}
	if got := strings.Join(inputs, " "); got != "fill.customer.vat fill.deal.amount" {
		t.Errorf("inputs %s", got)
	}
	d.want("li", "now empty")
	d.want("li", "now €300.00, needs more than €1,000.00")
	d.want("button", "Save and move")
}

// One command moves and fills at once; numbers are read as the language writes them.
func TestSaveAndMoveIsOneCommand(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	status(t, b.send(http.MethodPost, "/language", url.Values{"language": {"it"}, "back": {"/"}}), http.StatusSeeOther)
	rec := b.send(http.MethodPost, "/opportunities/"+string(s.deal)+"/move", url.Values{
		"command": {uuid.NewString()}, "to": {"send"},
		"fill.customer.vat": {"IT00743110157"}, "fill.deal.amount": {"1.234,56"}, "fill.deal.stage": {"won"},
	})
	status(t, rec, http.StatusSeeOther)
	if len(s.cmd.sent) != 1 || s.cmd.sent[0].Kind != crm.OpportunityMove {
		t.Fatalf("sent %v", s.cmd.sent)
	}
	var f crm.MoveFields
	must(t, json.Unmarshal(s.cmd.sent[0].Fields, &f))
	if f.To != "send" || f.Fill["customer.vat"] != "IT00743110157" || f.Fill["deal.amount"] != "1234.56" || len(f.Fill) != 2 {
		t.Errorf("fields %+v", f)
	}
}

// A wrong number stays in the panel's field and no command is sent.
func TestWrongNumberIsKept(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("finance")
	d := b.read(b.send(http.MethodPost, "/invoices/"+string(s.invoice)+"/payments", url.Values{"amount": {"12,3,4x"}, "reference": {"TRN 1"}}), "payment", http.StatusUnprocessableEntity)
	d.sound("en")
	kept := map[string]string{}
	d.each("input", func(n *html.Node) {
		kept[attr(n, "name")] = attr(n, "value")
		if attr(n, "name") == "amount" && attr(n, "aria-invalid") != "true" {
			t.Error("the amount is not marked")
		}
	})
	if kept["amount"] != "12,3,4x" || kept["reference"] != "TRN 1" {
		t.Errorf("kept %v", kept)
	}
	if len(s.cmd.sent) != 0 {
		t.Error("a command was sent")
	}
}

// S013, S014: the form for a new deal stands top right and has exactly four fields.
func TestNewDealHasFourFields(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	d := b.open("/board", http.StatusOK)
	d.want("a", "New deal")
	var fields []string
	d.each("form", func(n *html.Node) {
		if attr(n, "action") != "/opportunities" || attr(n, "method") != "post" {
			return
		}
		for c := range n.Descendants() {
			if (c.Data == "input" || c.Data == "select" || c.Data == "textarea") && attr(c, "type") != "hidden" {
				fields = append(fields, attr(c, "name"))
			}
		}
	})
	if got := strings.Join(fields, " "); got != "name account_id amount stage" {
		t.Errorf("fields %q", got)
	}
	rec := b.send(http.MethodPost, "/opportunities", url.Values{"name": {"New line"}, "account_id": {string(s.account)}, "amount": {"2,500.00"}, "stage": {"identify"}})
	status(t, rec, http.StatusSeeOther)
	b.open(rec.Header().Get("Location"), http.StatusOK).want("span", "€2,500.00")
	bad := b.read(b.send(http.MethodPost, "/opportunities", url.Values{"name": {"Kept name"}, "stage": {"identify"}}), "/board", http.StatusUnprocessableEntity)
	bad.sound("en")
	bad.want("a", "Please fill this in.")
}

// S033, S034: with products the amount is shown, not typed; without them it may be typed.
func TestAmountIsTypedOnlyWithoutProducts(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	typed := func(deal crm.ID) (found bool) {
		b.open("/opportunities/"+string(deal)+"?tab=main", http.StatusOK).each("input", func(n *html.Node) { found = found || attr(n, "name") == "amount" })
		return found
	}
	if typed(s.deal) {
		t.Error("the amount can be typed beside products")
	}
	if !typed(s.newDeal("Empty")) {
		t.Error("the amount cannot be typed without products")
	}
}

// waitForApproval puts the scene's order before the sales manager.
func (s *scene) waitForApproval() {
	s.exec(`update sales_order set state = 'approve', requested_by = '` + string(s.anna.ID) + `' where id = '` + string(s.order) + `';
		delete from approval where order_id = '` + string(s.order) + `';
		insert into approval (order_id, position, key, role) values ('` + string(s.order) + `', 1, 'manager', 'sales_manager')`)
}

// The amount stands in the button; looking decides nothing; rejecting needs a reason; a stale form is refused and the newest state shown.
func TestApproval(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.waitForApproval()
	order := "/orders/" + string(s.order)
	if s.browser("anna").open(order, http.StatusOK).has("button", "Approve") {
		t.Error("who asked for the order may approve it")
	}
	b := s.browser("mara")
	d := b.open(order, http.StatusOK)
	d.sound("en")
	d.want("button", "Approve €100.00")
	b.open("/approvals", http.StatusOK).want("button", "Approve €100.00")
	b.open("/", http.StatusOK).want("button", "Approve €100.00") // in one click
	if len(s.cmd.sent) != 0 {
		t.Fatal("a GET decided")
	}
	b.read(b.send(http.MethodPost, order+"/reject", url.Values{"version": {"1"}}), order, http.StatusUnprocessableEntity).want("span", "Please fill this in.")
	if len(s.cmd.sent) != 0 {
		t.Fatal("rejected without a reason")
	}
	s.cmd.answer = crm.Answer{Code: "stale_version", Params: map[string]string{"now": "3"}}
	b.read(b.send(http.MethodPost, order+"/approve", url.Values{"version": {"1"}}), order, http.StatusPreconditionFailed).want("li", "changed since you opened it")
	s.cmd.answer = crm.Answer{}
	once := uuid.NewString()
	for range 2 {
		status(t, b.send(http.MethodPost, order+"/approve", url.Values{"version": {"3"}, "command": {once}}), http.StatusSeeOther)
	}
	if n := len(s.cmd.sent); s.cmd.sent[n-1].ID != s.cmd.sent[n-2].ID {
		t.Error("a form sent twice is two commands")
	}
}

// The tranches of a contract are drawn as parts of 100 per cent.
func TestTranchesSumToHundred(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	d := s.browser("finance").open("/contracts/"+string(s.contract), http.StatusOK)
	d.want("td", "100%")
	d.want("td", "€122.00")
}

// Checking a text of rules shows each problem with line, column and the nearest name, and changes nothing.
func TestRulesAreCheckedOnThePage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	source := "order:\n  checks:\n    - id: a\n      when: filled(custmer.vat)\n"
	d := b.read(b.send(http.MethodPost, "/rules/check", url.Values{"kind": {"order"}, "source": {source}}), "/rules/check", http.StatusUnprocessableEntity)
	d.want("li", "line 4, column")
	d.want("li", "customer")
	d.want("textarea", "custmer.vat")
	good := strings.Replace(source, "custmer", "customer", 1)
	b.read(b.send(http.MethodPost, "/rules/check", url.Values{"kind": {"order"}, "source": {good}}), "/rules/check", http.StatusOK).want("p", "No mistakes.")
}

// The customer's page needs no log-in, speaks the quote's language, and a wrong link finds nothing.
func TestCustomersPage(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	secret := strings.Repeat("k", 43)
	s.exec(`update quote set state = 'sent', sent_at = now(), language = 'pl', secret_hash = sha256('` + secret + `'::bytea) where id = '` + string(s.quote) + `'`)
	b := &browser{t: t, srv: s.srv}
	d := b.open("/q/"+secret, http.StatusOK)
	d.sound("pl")
	d.want("h1", "Oferta Q-")
	d.want("button", "Przyjmuję")
	b.open("/q/"+strings.Repeat("x", 43), http.StatusNotFound)
	b.read(b.send(http.MethodPost, "/q/"+secret+"/accept", url.Values{"note": {"ok"}}), "accept", http.StatusUnprocessableEntity)
	status(t, b.send(http.MethodPost, "/q/"+secret+"/accept", url.Values{"name": {"Jan Nowak"}}), http.StatusSeeOther)
	var f crm.QuoteDecision
	must(t, json.Unmarshal(s.cmd.sent[0].Fields, &f))
	if f.QuoteID != s.quote || f.Name != "Jan Nowak" || s.cmd.sent[0].Actor != "customer" || len(s.cmd.sent) != 1 {
		t.Errorf("sent %+v", s.cmd.sent)
	}
	s.browser("anna").open("/quotes/"+string(s.quote), http.StatusOK).want("p", "Opened by the customer")
}

// The editor adds, changes and removes lines and keeps what was typed when something is wrong.
func TestQuoteEditor(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b, path := s.browser("anna"), "/quotes/"+string(s.quote)
	form := url.Values{
		"lines.0.quantity": {"5"}, "lines.0.unit_price": {"90.5"}, "lines.0.discount_percent": {"10"}, "discount_percent": {"0"}, "valid_until": {"2027-12-31"},
		"payment_days": {"30"}, "language": {"en"}, "share.deposit": {"30"}, "share.progress": {"50"}, "share.balance": {"20"}, "action": {"add"},
		"new.name": {"Assembly"}, "new.quantity": {"1"}, "new.unit_price": {"100"},
	}
	status(t, b.send(http.MethodPost, path, form), http.StatusSeeOther)
	d := b.open(path, http.StatusOK)
	d.sound("en")
	d.want("td", "€407.25")
	d.want("dd", "€507.25")
	form.Set("share.balance", "30")
	form.Set("action", "save")
	bad := b.read(b.send(http.MethodPost, path, form), path, http.StatusUnprocessableEntity)
	bad.want("span", "The shares sum to 110 %")
	form.Set("share.balance", "20")
	form.Set("action", "remove-1")
	form.Set("lines.1.quantity", "1")
	form.Set("lines.1.unit_price", "100")
	status(t, b.send(http.MethodPost, path, form), http.StatusSeeOther)
	if b.open(path, http.StatusOK).has("span", "€100.00") {
		t.Error("the line is still there")
	}
}
