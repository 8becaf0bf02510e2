package e2e

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// TestJourneyByCommands walks a lead to a closed contract and the next opportunity (S063-S091), command by command.
func TestJourneyByCommands(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := s.deal("Bianchi Srl")
	quote := s.quote(deal)

	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	refused := s.do(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "configure"})
	if refused.Code != "gate_refused" {
		t.Fatalf("S098: a deal without budget and date moved: %+v", refused)
	}
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{
		To:   "configure",
		Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2027-01-31", "customer.country": "IT"},
	})
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}})
	order := crm.ID(s.must(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: quote, Name: "The buyer"}).Params["order"])
	if again := s.must(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: quote, Name: "The buyer"}); again.Params["order"] != string(order) {
		t.Fatalf("accepting twice made order %s after %s", again.Params["order"], order)
	}
	if amount := ask[string](s, `select amount::text from opportunity where id = $1`, deal); amount != "19140.00" {
		t.Fatalf("S044: amount is %s", amount)
	}
	s.must(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{OrderID: order, Fill: map[string]string{"order.delivery_date": "2027-03-01", "customer.address": "Via Po 2, Torino"}})
	if a := s.do(crm.OrderApprove, crm.KindOpportunity, deal, person("sales"), crm.OrderDecision{OrderID: order}); a.Code != "self_approval" {
		t.Fatalf("who asked for it approved: %+v", a)
	}
	contract := crm.ID(s.must(crm.OrderApprove, crm.KindOpportunity, deal, person("manager"), crm.OrderDecision{OrderID: order}).Params["contract"])
	if a := s.do(crm.OrderApprove, crm.KindOpportunity, deal, person("admin"), crm.OrderDecision{OrderID: order}); a.Code != "already_decided" {
		t.Fatalf("R5: %+v", a)
	}
	if !ask[bool](s, `select closed from process where id = $1`, crm.ProcessID(crm.KindOpportunity, deal)) {
		t.Fatal("S080: the deal's process goes on after the contract")
	}
	s.eventually("the contract has the ERP's name of the order (S081)", func() bool {
		return ask[bool](s, `select erp_reference <> '' from contract where id = $1`, contract)
	})
	s.collectAll(contract)
	line, want := ask[string](s, `select l.text from invoice_line l join invoice i on i.id = l.invoice_id where i.contract_id = $1 order by i.sequence, l.position limit 1`, contract),
		"Acconto, contratto "+ask[string](s, `select number from contract where id = $1`, contract)
	if line != want {
		t.Errorf("S087: an Italian customer is billed for %q, want %q", line, want)
	}
	s.must(crm.ProjectClose, crm.KindContract, contract, person("projects"), struct{}{})
	next := s.must(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{}).Params["opportunity"]
	if ask[string](s, `select state from opportunity where id = $1`, next) != "open" {
		t.Fatal("S088: the next opportunity is not open")
	}
	if got := len(s.erp.arrived()); got != 1 {
		t.Fatalf("S081: %d orders in the ERP", got)
	}
}

// collectAll bills every tranche and pays it.
func (s *scene) collectAll(contract crm.ID) {
	s.t.Helper()
	if a := s.do(crm.ProjectClose, crm.KindContract, contract, person("projects"), struct{}{}); a.Code != "gate_refused" {
		s.t.Fatalf("S085: closed with open tranches: %+v", a)
	}
	s.must(crm.ProjectProgress, crm.KindContract, contract, person("projects"), crm.ProgressFields{Percent: "100"})
	for i, id := range s.tranches(contract) {
		invoice := crm.ID(s.must(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: id}).Params["invoice"])
		total := ask[string](s, `select total::text from invoice where id = $1`, invoice)
		s.must(crm.PaymentRecord, crm.KindContract, contract, person("finance"), crm.PaymentFields{InvoiceID: invoice, Amount: total, Reference: string(contract) + "/" + string(rune('A'+i))})
	}
	if sum := ask[bool](s, `select sum(t.total) = c.total from tranche t join contract c on c.id = t.contract_id where c.id = $1 group by c.total`, contract); !sum {
		s.t.Fatal("S060: the tranches do not sum to the contract")
	}
	if bad, err := s.store.CheckChain(s.t.Context(), "A", ask[int](s, `select max(year) from invoice`)); err != nil || bad != "" {
		s.t.Fatalf("the chain breaks at %s: %v", bad, err)
	}
}

func (s *scene) tranches(contract crm.ID) (ids []crm.ID) {
	for n := 1; n <= ask[int](s, `select count(*)::int from tranche where contract_id = $1`, contract); n++ {
		ids = append(ids, crm.ID(ask[string](s, `select id::text from tranche where contract_id = $1 and position = $2`, contract, n)))
	}
	return ids
}

// accepted takes a deal to its order.
func (s *scene) accepted(deal crm.ID) crm.ID {
	s.t.Helper()
	quote := s.quote(deal)
	today := ask[string](s, `select (now() + shift_seconds * interval '1 second' + interval '60 days')::date::text from business_clock`)
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{
		To:   "configure",
		Fill: map[string]string{"deal.budget": "true", "deal.close_date": today, "customer.country": "IT"},
	})
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}})
	return crm.ID(s.must(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: quote, Name: "The buyer"}).Params["order"])
}

// order takes a new customer to a validated order.
func (s *scene) order(company string) (order, deal crm.ID) {
	s.t.Helper()
	deal = s.deal(company)
	order = s.accepted(deal)
	delivery := ask[string](s, `select (now() + shift_seconds * interval '1 second' + interval '90 days')::date::text from business_clock`)
	s.must(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{
		OrderID: order,
		Fill:    map[string]string{"order.delivery_date": delivery, "customer.address": "Via Po 2, Torino"},
	})
	return order, deal
}

// deal captures a lead and converts it.
func (s *scene) deal(company string) crm.ID {
	s.t.Helper()
	lead, made, err := s.store.CaptureLead(s.t.Context(), crm.Lead{Company: company, ContactName: "The buyer", Email: "buyer@bianchi.example", Need: "A new line", Language: "it", Source: "website"},
		crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
	if err != nil || !made {
		s.t.Fatalf("capture: made %v, %v", made, err)
	}
	if a := s.do(crm.LeadConvert, crm.KindLead, lead.ID, person("sales"), crm.ConvertFields{}); a.Code != "gate_refused" {
		s.t.Fatalf("S067: converted without feedback: %+v", a)
	}
	s.must(crm.LeadQualify, crm.KindLead, lead.ID, person("manager"), crm.QualifyFields{Score: 80, OwnerID: crm.ID(person("sales"))})
	s.must(crm.LeadFeedback, crm.KindLead, lead.ID, person("sales"), crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	return crm.ID(s.must(crm.LeadConvert, crm.KindLead, lead.ID, person("sales"), crm.ConvertFields{}).Params["opportunity"])
}

// quote writes a draft of two lines past the store.
func (s *scene) quote(deal crm.ID) crm.ID {
	id := store.NewID()
	s.exec(`insert into quote (id, number, revision, opportunity_id, currency, valid_until, payment_days, language, net, tax, total, cost, list_total, created_at)
		values ($1::uuid, 'Q-' || $1::uuid, 1, $2, 'EUR', (select (now() + shift_seconds * interval '1 second')::date + 30 from business_clock), 30, 'it', 19140, 4210.80, 23350.80, 13010, 19140, now())`, id, deal)
	s.exec(`insert into quote_line (id, quote_id, position, product_id, name, quantity, unit_price, tax_percent, unit_cost, net)
		values ($1, $2, 1, $3, 'Packaging line 200', 1, 18400, 22, 12600, 18400), ($4, $2, 2, $5, 'Sensor set', 1, 740, 22, 410, 740)`,
		store.NewID(), id, store.DemoID("LINE-200"), store.NewID(), store.DemoID("SENSOR-10"))
	s.exec(`insert into quote_share (quote_id, position, kind, percent) values ($1, 1, 'deposit', 30), ($1, 2, 'progress', 50), ($1, 3, 'balance', 20)`, id)
	return id
}
