package e2e

import (
	"strings"
	"sync"
	"testing"

	"leadtocash/crm"
)

// TestRejectedOrder: a rejection reopens the deal at negotiate with the manager's reason; the accepted quote stays readable but superseded,
// and neither a contract nor an ERP order ever existed (decision 7).
func TestRejectedOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order, deal := s.order("Rejected Srl")
	if a := s.do(crm.OrderReject, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{ID: order}); a.Code != "validation_failed" || a.Params["/reason"] != "required" {
		t.Fatalf("rejected without a reason: %+v", a)
	}
	s.must(crm.OrderReject, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{ID: order, Reason: "Margin too thin"})
	got := ask[string](s, `select o.state || ' ' || o.stage || ' ' || (o.closed_at is null) || ' ' || o.amount || ' ' || q.state || ' ' || q.decided_by || ' ' || s.state || ' ' || s.reason || ' ' || p.step
		from opportunity o join sales_order s on s.opportunity_id = o.id join quote q on q.id = s.quote_id join process p on p.record_id = o.id where o.id = $1`, deal)
	if want := "open negotiate true 19140.00 superseded The buyer rejected Margin too thin negotiate"; got != want {
		t.Fatalf("after the rejection: %s\nwant: %s", got, want)
	}
	if n := ask[int](s, `select count(*)::int from contract`) + len(s.erp.arrived()); n != 0 {
		t.Fatalf("%d contracts and ERP orders of a rejected order", n)
	}
	second := s.quote(deal) // the salesperson makes a new offer
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: second})
	again := crm.ID(s.must(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: second, Name: "The buyer"}).Params["order"])
	s.exec(`update sales_order set delivery_date = current_date + 60 where id = $1`, again)
	s.must(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{OrderID: again})
	s.must(crm.OrderApprove, crm.KindOpportunity, deal, person("manager"), crm.OrderDecision{OrderID: again})
}

// TestTwoManagersAtOnce: of many decisions at once one counts; the others are told who decided (R5, invariant 10).
func TestTwoManagersAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order, deal := s.order("Hurried Srl")
	s.exec(`update app_user set roles = '{sales_manager}', approval_limit = 50000 where email in ('admin@demo.example', 'ops@demo.example', 'care@demo.example')`)
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[string]int{}
	for _, who := range []string{"manager", "admin", "ops", "care"} {
		wg.Go(func() {
			a := s.do(crm.OrderApprove, crm.KindOpportunity, deal, person(who), crm.OrderDecision{OrderID: order})
			mu.Lock()
			defer mu.Unlock()
			codes[a.Code]++
			if a.Code == "already_decided" && (a.Params["by"] == "" || a.Params["at"] == "") {
				t.Errorf("the loser is not told who decided: %+v", a)
			}
		})
	}
	wg.Wait()
	if codes["done"] != 1 || codes["already_decided"] != 3 {
		t.Fatalf("answers: %v", codes)
	}
	if n := ask[int](s, `select count(*)::int from contract`); n != 1 {
		t.Fatalf("%d contracts", n)
	}
}

// TestWhoMayApprove: not above his limit, not his own request, not an order that changed under his eyes (S14, B062-B065).
func TestWhoMayApprove(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	order, deal := s.order("Careful Srl")
	approve := func(who string, version int) crm.Answer {
		return s.do(crm.OrderApprove, crm.KindOpportunity, deal, person(who), crm.OrderDecision{OrderID: order, Version: version})
	}
	if a := approve("manager", 1); a.Code != "stale_version" {
		t.Fatalf("a stale form was taken: %+v", a)
	}
	s.exec(`update app_user set approval_limit = 1000 where email = 'manager@demo.example'`)
	if a := approve("manager", 0); a.Code != "over_approval_limit" || !strings.HasPrefix(a.Params["amount"], "19140") {
		t.Fatalf("above the limit: %+v", a)
	}
	s.exec(`update app_user set roles = '{salesperson,sales_manager}', approval_limit = 50000 where email = 'sales@demo.example'`)
	if a := approve("sales", 0); a.Code != "self_approval" {
		t.Fatalf("he approved his own request: %+v", a)
	}
	s.exec(`update app_user set active = false, approval_limit = 50000 where email = 'manager@demo.example'`)
	if a := approve("manager", 0); a.Code != "forbidden" {
		t.Fatalf("a disabled manager approved: %+v", a)
	}
	if ask[string](s, `select state from sales_order where id = $1`, order) != "approve" {
		t.Fatal("a refused decision changed the order")
	}
}

// TestQuoteExpires at the local midnight after its last day, by itself (table D); a customer who comes later is told.
func TestQuoteExpires(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-01 10:00")
	deal := s.deal("Slow Srl")
	quote := s.quote(deal) // valid until 31 March
	s.exec(`update opportunity set stage = 'configure' where id = $1`, deal)
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}})
	state := func() string { return ask[string](s, `select state from quote where id = $1`, quote) }
	s.until("2026-03-31 23:59")
	if got := state(); got != "sent" {
		t.Fatalf("on its last day the quote is %s", got)
	}
	s.until("2026-04-01 00:00")
	s.eventually("the quote expires", func() bool { return state() == "expired" })
	if a := s.do(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: quote, Name: "The buyer"}); a.Code != "quote_not_open" || a.Params["state"] != "expired" {
		t.Fatalf("an expired quote was accepted: %+v", a)
	}
}

// TestRepeatedAtOnce: one id happens once, whatever is sent how often; other content under it is a clash (R4, invariant 16).
func TestRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	contract := s.contract("Double Srl")
	invoice := s.deposit(contract)
	command := crm.Command{
		ID: "one", Kind: crm.PaymentRecord, Process: crm.ProcessID(crm.KindContract, contract), Actor: person("finance"),
		Fields: body(crm.PaymentFields{InvoiceID: invoice, Amount: "10", Reference: "TEN"}),
	}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if a, err := s.engine.Do(t.Context(), command); err != nil || !a.OK() {
				t.Errorf("%+v, %v", a, err)
			}
		})
	}
	wg.Wait()
	if n := ask[int](s, `select count(*)::int from payment`); n != 1 {
		t.Fatalf("%d payments", n)
	}
	command.Fields = body(crm.PaymentFields{InvoiceID: invoice, Amount: "20", Reference: "TEN"})
	if _, err := s.engine.Do(t.Context(), command); err == nil || !strings.Contains(err.Error(), "same id") {
		t.Fatalf("other content under the id: %v", err)
	}
}
