package e2e

import (
	"slices"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"
)

// atConfigure is a deal with a quote that can be sent, and whose process runs.
func (w *wreck) atConfigure(name string) (deal, quote crm.ID, process string) {
	deal = w.deal(name)
	quote = w.quote(deal)
	w.exec(`update opportunity set stage = 'configure' where id = $1`, deal)
	process = crm.ProcessID(crm.KindOpportunity, deal)
	w.eventually("the deal's process has heard of its beginning", func() bool { // else that wake-up would find the next step, too
		return ask[int](&w.scene, `select count(*)::int from outbox where process = $1`, process) == 0 && w.knows(process)
	})
	return deal, quote, process
}

func sendQuote(id, process string, quote crm.ID) crm.Command {
	return crm.Command{
		ID: id, Kind: crm.QuoteSend, Process: process, Actor: person("sales"),
		Fields: body(crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}}),
	}
}

// TestCrashBetweenCommitAndCompletion kills worker and engine after a step's commit and before the engine hears of it. Nobody sends again:
// the wake-up that was committed with the step finds it (design, "Writing", 4), its deadline is armed, and nothing happens twice (R1).
func TestCrashBetweenCommitAndCompletion(t *testing.T) {
	t.Parallel()
	w := newWreck(t)

	dead := w.worker("crash/send")
	_, quote, first := w.atConfigure("First Srl")
	process := first
	w.crash(dead, sendQuote("crash/send", process, quote))
	if n := ask[int](&w.scene, `select count(*)::int from outbox where id = 'crash/send' and process = $1`, process); n != 1 {
		t.Fatalf("%d wake-ups stand in for the lost task", n)
	}
	// The deadline that the lost step set has come when the product is back; a process that had forgotten the step would sleep on.
	w.exec(`update business_clock set shift_seconds = (select extract(epoch from due_at - now())::bigint + 2 from deadline where process = $1 and kind = 'quote_expires')`, process)
	begin := time.Now()
	dead = w.worker("crash/approve")
	w.eventually("the deadline of the lost step fires", func() bool { return ask[string](&w.scene, `select state from quote where id = $1`, quote) == "expired" })
	w.eventually("the state is the row", func() bool { return w.knows(process) })
	t.Logf("found and re-armed %v after the new worker's start", time.Since(begin).Round(100*time.Millisecond))
	for _, code := range []string{"quote.sent", "quote.expired"} {
		if n := w.told(process, code); n != 1 {
			t.Errorf("the timeline has %s %d times", code, n)
		}
	}
	w.eventually("the mail arrives", func() bool { return len(w.mails("quote", quote)) == 1 })

	// An approval starts another process and an ERP order: they come once, too.
	order, deal := w.order("Second Srl")
	process = crm.ProcessID(crm.KindOpportunity, deal)
	w.crash(dead, crm.Command{ID: "crash/approve", Kind: crm.OrderApprove, Process: process, Actor: person("manager"), Fields: body(crm.OrderDecision{OrderID: order})})
	begin = time.Now()
	dead = w.worker("crash/undo")
	w.eventually("the order is in the ERP", func() bool {
		return ask[bool](&w.scene, `select exists(select from contract where order_id = $1 and erp_reference <> '')`, order)
	})
	contract := ask[string](&w.scene, `select 'contract-' || id from contract where order_id = $1`, order)
	w.eventually("the contract's process runs", func() bool { return w.knows(contract) })
	t.Logf("contract and ERP order %v after the new worker's start", time.Since(begin).Round(100*time.Millisecond))
	if n := w.told(process, "contract.signed"); n != 1 {
		t.Errorf("the timeline has contract.signed %d times", n)
	}

	w.undoneThroughDeaths(contract, order, dead)
	dead = w.worker("crash/lost")

	// The counter-proof: without its wake-up the step stays unknown to the engine.
	_, quote, process = w.atConfigure("Third Srl")
	w.crash(dead, sendQuote("crash/lost", process, quote))
	w.exec(`delete from outbox where id = 'crash/lost'`)
	w.worker("")
	w.exec(`insert into outbox (id, process, due_at) values ('crash/beside', $1, now())`, first)
	w.eventually("the new worker brings wake-ups and answers", func() bool {
		return ask[bool](&w.scene, `select not exists (select from outbox where id = 'crash/beside')`) && w.knows(first)
	})
	if w.knows(process) {
		t.Error("the engine knew of the step without the wake-up: this test proves nothing")
	}
	w.exec(`insert into outbox (id, process, due_at) values ('crash/lost', $1, now())`, process)
	w.eventually("the wake-up brings the state to the row", func() bool { return w.knows(process) })
	w.eventually("the second mail arrives", func() bool { return len(w.mails("quote", quote)) == 1 })
	w.once(order)
}

// undoneThroughDeaths has a won deal undone while whoever works on it dies: with the engine after the approval's commit, and alone between two steps.
// It ends as it would have (N15).
func (w *wreck) undoneThroughDeaths(process string, order crm.ID, dead chan struct{}) {
	w.t.Helper()
	_, contract := crm.SplitProcessID(process)
	w.must(crm.UndoAsk, crm.KindContract, contract, person("sales"), crm.UndoAskFields{Outcome: crm.UndoReopen, Tells: true, Reason: "Not built"})
	w.crash(dead, crm.Command{ID: "crash/undo", Kind: crm.UndoApprove, Process: process, Actor: person("manager"), Fields: body(crm.UndoFields{})})
	half, gone := w.start("")
	w.eventually("some steps are done", func() bool { return ask[int](&w.scene, `select count(*)::int from undo_step where state = 'done'`) > 0 })
	if err := half.Kill(); err != nil {
		w.t.Fatal(err)
	}
	<-gone
	half, gone = w.start("")
	w.eventually("the undo is done", func() bool { return ask[bool](&w.scene, `select state = 'done' from undo`) })
	w.eventually("the deal is negotiated again", func() bool {
		return ask[bool](&w.scene, `select o.state = 'open' and c.state = 'undone' from contract c join opportunity o on o.id = c.opportunity_id where c.id = $1`, contract)
	})
	w.eventually("the customer is told", func() bool {
		return ask[bool](&w.scene, `select count(*) = 1 from effect where key like 'mail/deal_undone/%' and state = 'done'`)
	})
	if n := ask[int](&w.scene, `select count(*)::int from undo_step where state <> 'done'`); n != 0 {
		w.t.Errorf("%d steps are not done", n)
	}
	all, err := erpstub.Read(w.erpFile)
	if err != nil {
		w.t.Fatal(err)
	}
	taken := 0
	for _, e := range all {
		if e.Cancelled && e.Key == "erp/order/"+string(order) {
			taken++
		}
	}
	if taken != 1 {
		w.t.Errorf("the ERP took the order back %d times", taken)
	}
	_ = half.Kill()
	<-gone
}

// mails are the arrivals of a letter.
func (w *wreck) mails(template string, id crm.ID) (out []mailbox.Entry) {
	all, err := mailbox.List(w.mailDir)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range all {
		if e.MessageID == "mail."+template+"."+string(id)+"@demo.example" {
			out = append(out, e)
		}
	}
	return out
}

// once counts in the end what the other sides received.
func (w *wreck) once(order crm.ID) {
	w.t.Helper()
	all, err := mailbox.List(w.mailDir)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range all {
		if e.Again {
			w.t.Errorf("%s arrived twice", e.MessageID)
		}
	}
	orders, err := erpstub.Read(w.erpFile)
	if err != nil {
		w.t.Fatal(err)
	}
	orders = slices.DeleteFunc(orders, func(e erpstub.Entry) bool { return e.Cancelled })
	if len(orders) != 1 || orders[0].Key != "erp/order/"+string(order) {
		w.t.Errorf("the ERP has %+v", orders)
	}
	if n := ask[int](&w.scene, `select count(*)::int from (select from timeline group by cause, seq having count(*) > 1) d`); n != 0 {
		w.t.Errorf("%d lines of the timeline stand there twice", n)
	}
}
