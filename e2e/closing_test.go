package e2e

import (
	"fmt"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// S085, S088: a contract that is not finished is told everything that is left at once, what people vouch for with it; a tick keeps who and when; closed, the next deal
// has the products at today's prices, the people and the documents of the one before, once.
func TestClosingChecklist(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Closing Srl")
	at := store.Target{Scope: store.Everything(), Actor: crm.ID(person("manager")), ID: contract}
	if _, _, err := s.store.EditClosingItems(t.Context(), store.Target{Actor: crm.ID(person("sales_ops"))}, []crm.ClosingItem{{Key: "handover", Name: "Documents handed over"}, {Key: "access", Name: "Access given back"}}); err != nil {
		t.Fatal(err)
	}
	s.exec(`update product set price = price * 2`)
	k := s.openCase(contract, crm.PriorityLow)
	a := s.do(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{})
	if got := fmt.Sprint(a.Code, a.Params["project"], a.Params["unpaid"], a.Params["cases"], a.Params["purchases"], a.Params["amendments"], a.Params["ticks"]); got != "contract_not_finishedopen3100handover, access" {
		t.Fatal(got)
	}
	if _, err := s.store.TickClosing(t.Context(), at, map[string]bool{"nothing": true}); err == nil {
		t.Fatal("ticked what is not asked")
	}
	first, err := s.store.TickClosing(t.Context(), at, map[string]bool{"handover": true, "access": true})
	if err != nil {
		t.Fatal(err)
	}
	s.at("2026-05-05 10:00")
	if again, err := s.store.TickClosing(t.Context(), at, map[string]bool{"handover": true}); err != nil || !again.Ticks[0].At.Equal(first.Ticks[0].At) || again.Ticks[0].By != at.Actor {
		t.Fatal(again, err)
	}
	s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Done"})
	s.exec(`update tranche set state = 'paid'; update project set state = 'closed'`)
	next := s.must(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{NextName: "Next"}).Params["opportunity"]
	if again := s.must(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{}).Params["opportunity"]; again != next {
		t.Fatalf("closed into %s and %s", next, again)
	}
	if got := ask[string](s, `select (select string_agg(n.quantity || '@' || (n.unit_price = p.price), ' ') from product_line n join product p on p.id = n.product_id where n.opportunity_id = o.id) || ' ' || o.amount_source || ' '
			|| (o.amount > (select amount from opportunity x where x.id = c.opportunity_id)) || ' ' || (select kind from deal_origin d where d.opportunity_id = o.id)
			|| ' ' || ((select count(*) from relation r where r.opportunity_id = o.id) = (select count(*) from relation r where r.opportunity_id = c.opportunity_id and r.kind <> 'competitor'))
		from contract c join opportunity o on o.id = c.next_opportunity_id where c.id = $1`, contract); got != "1.0000@true 1.0000@true products true closing true" {
		t.Fatal(got)
	}
}

// S086, S088: a case begins one deal, with the history of its contract's.
func TestCaseBeginsDeal(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	k := s.openCase(s.contract("Deal Srl"), crm.PriorityLow)
	deal := s.must(crm.CareDeal, crm.KindCase, k.ID, person("care"), crm.CaseLeadFields{Need: "A second line"}).Params["opportunity"]
	if again := s.must(crm.CareDeal, crm.KindCase, k.ID, person("care"), crm.CaseLeadFields{}).Params["opportunity"]; again != deal {
		t.Fatalf("a case began %s and %s", deal, again)
	}
	if got := ask[string](s, `select o.need || ' ' || (select count(*) from product_line where opportunity_id = o.id) || ' ' || p.parent from opportunity o join process p on p.record_id = o.id where o.id = $1`, deal); got != "A second line 2 case-"+string(k.ID) {
		t.Fatal(got)
	}
}
