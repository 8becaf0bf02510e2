package e2e

import (
	"slices"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// debtorOf is whose an invoice is, with his collection alive.
func (s *scene) debtorOf(invoice crm.ID) crm.ID {
	s.t.Helper()
	account := ask[crm.ID](s, `select account_id from invoice where id = $1`, invoice)
	if err := s.store.BeginCollection(s.t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(person("finance")), ID: account}); err != nil {
		s.t.Fatal(err)
	}
	return account
}

// TestPromiseHoldsTheChase: a promise to pay keeps letters back until its day, also one that waited to leave; broken, the chase goes on where it
// stood the morning after, and kept it is noted as soon as the money is there (S091, N5).
func TestPromiseHoldsTheChase(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Promising Srl")
	invoice := s.deposit(contract) // due on 3 June: letters on the 10th and 24th of June, and on 18 July
	account := s.debtorOf(invoice)
	expect := func(local string, want ...string) {
		t.Helper()
		s.until(local)
		if got := s.letters(invoice); !slices.Equal(got, want) {
			t.Fatalf("until %s: levels %v, want %v", local, got, want)
		}
	}
	expect("2026-06-11 10:00", "1")
	promise := s.must(crm.CollectionPromise, crm.KindCollection, account, person("finance"), crm.PromiseFields{On: crm.NewDate(2026, 7, 20)}).Params["promise"]
	expect("2026-07-20 18:00", "1")
	expect("2026-07-21 10:00", "1", "2") // not the third, which would have come by now
	if got := ask[string](s, `select state from promise where id = $1`, promise); got != "broken" {
		t.Fatalf("the promise is %s", got)
	}
	expect("2026-08-13 18:00", "1", "2")
	promise = s.must(crm.CollectionPromise, crm.KindCollection, account, person("finance"), crm.PromiseFields{Amount: "1000", On: crm.NewDate(2026, 8, 31)}).Params["promise"]
	s.pay(contract, invoice, "1000", "AS SAID")
	s.eventually("the promise is kept", func() bool { return ask[string](s, `select state from promise where id = $1`, promise) == "kept" })
	s.until("2026-10-30 12:00")
	if got := s.letters(invoice); !slices.Equal(got, []string{"1", "2", "3"}) {
		t.Fatalf("levels %v", got)
	}
	if events := ask[[]string](s, `select array_agg(code order by id) from timeline where process = 'collection-' || $1 and code like 'promise.%'`, account); !slices.Equal(events, []string{"promise.made", "promise.broken", "promise.made", "promise.kept"}) {
		t.Fatalf("told %v", events)
	}
}

// TestDisputedPartIsHeldBack: letters ask for what is not disputed; a dispute of all of it waits for its decision, which is said to be late, and goes on from there (S091).
func TestDisputedPartIsHeldBack(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	invoice := s.deposit(s.contract("Disputing Srl"))
	account, finance := s.debtorOf(invoice), person("finance")
	part := s.must(crm.CollectionDispute, crm.KindCollection, account, finance, crm.DisputeFields{InvoiceID: invoice, Amount: "100.50", Reason: "One is broken"}).Params["dispute"]
	s.until("2026-06-10 12:00")
	open := ask[string](s, `select (payload->'money'->'open'->>'value')::numeric + 100.50 - r.open from effect e join receivable r on r.invoice_id = e.invoice_id where e.invoice_id = $1`, invoice)
	if open != "0" {
		t.Fatalf("the letter is off by %s", open)
	}
	if told := ask[string](s, `select count(*) filter (where payload->>'to' = (select email from app_user u join dispute d on d.owner_id = u.id limit 1)) || ' ' || count(*) from effect where key like 'mail/dispute_late/%'`); told != "1 1" {
		t.Errorf("the owner of a late dispute gets %s mails", told)
	}
	if n := ask[int](s, `select count(*) from engagement g join dispute d on d.owner_id = g.owner_id where g.kind = 'call' and g.done_at is null`); n == 0 {
		t.Error("a late dispute is no task of its owner")
	}
	if !ask[bool](s, `select exists (select from timeline where code = 'dispute.late')`) {
		t.Fatal("nobody is told that the dispute is late")
	}
	s.must(crm.CollectionResolve, crm.KindCollection, account, finance, crm.ResolveFields{ID: crm.ID(part), Outcome: "It was not"})
	if a := s.do(crm.CollectionResolve, crm.KindCollection, account, finance, crm.ResolveFields{ID: crm.ID(part), Accepted: true, Outcome: "Again"}); a.Code != "already_decided" {
		t.Fatalf("decided twice: %+v", a)
	}
	whole := s.must(crm.CollectionDispute, crm.KindCollection, account, finance, crm.DisputeFields{InvoiceID: invoice, Reason: "Never ordered", DueOn: crm.NewDate(2026, 9, 1)}).Params["dispute"]
	if a := s.do(crm.CollectionRemind, crm.KindCollection, account, finance, crm.RemindFields{InvoiceID: invoice}); a.Code != "collection_held" {
		t.Fatalf("reminded of what is disputed: %+v", a)
	}
	s.until("2026-08-03 12:00")
	if got := s.letters(invoice); !slices.Equal(got, []string{"1"}) {
		t.Fatalf("levels %v while all of it is disputed", got)
	}
	s.must(crm.CollectionResolve, crm.KindCollection, account, finance, crm.ResolveFields{ID: crm.ID(whole), Outcome: "He signed for it"})
	s.eventually("the chase goes on at once with the second letter", func() bool { return slices.Equal(s.letters(invoice), []string{"1", "2"}) })
}

// TestPauseAndRemindNow: a pause leaves a debtor alone until its day; a reminder that a person sends comes before its day, and never twice on one (S091).
func TestPauseAndRemindNow(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	invoice := s.deposit(s.contract("Paused Srl"))
	account, finance := s.debtorOf(invoice), person("finance")
	s.until("2026-06-05 12:00")
	s.must(crm.CollectionRemind, crm.KindCollection, account, finance, crm.RemindFields{InvoiceID: invoice})
	s.eventually("the letter has left", func() bool { return slices.Equal(s.letters(invoice), []string{"1"}) })
	if a := s.do(crm.CollectionRemind, crm.KindCollection, account, finance, crm.RemindFields{InvoiceID: invoice}); a.Code != "reminded_today" {
		t.Fatalf("reminded twice on one day: %+v", a)
	}
	pause := s.must(crm.CollectionPause, crm.KindCollection, account, finance, crm.PauseFields{Until: crm.NewDate(2026, 7, 31), Reason: "The bookkeeper is ill"}).Params["pause"]
	s.until("2026-07-10 12:00")
	if got := s.letters(invoice); !slices.Equal(got, []string{"1"}) {
		t.Fatalf("levels %v while it rests", got)
	}
	s.must(crm.CollectionContinue, crm.KindCollection, account, finance, crm.ReleaseFields{ID: crm.ID(pause)})
	s.eventually("the second letter follows at once", func() bool { return slices.Equal(s.letters(invoice), []string{"1", "2"}) })
	s.must(crm.CollectionCall, crm.KindCollection, account, finance, crm.CallFields{Outcome: "reached", Note: "Pays next week", Again: crm.NewDate(2026, 7, 17)})
	if n := ask[int](s, `select count(*)::int from engagement g join collection_task t on t.engagement_id = g.id where g.kind = 'call' and g.done_at is null`); n != 1 {
		t.Fatalf("%d calls are planned", n)
	}
	s.must(crm.CollectionCall, crm.KindCollection, account, finance, crm.CallFields{Outcome: "not_reached"})
	if n := ask[int](s, `select count(*)::int from engagement g join collection_task t on t.engagement_id = g.id where g.done_at is null`); n != 0 {
		t.Fatalf("%d calls are left to make", n)
	}
}
