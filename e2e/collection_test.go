package e2e

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// rome is the zone of the demo company.
var rome = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return zone
}()

// at sets business time before anything has begun.
func (s *scene) at(local string) {
	s.t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", local, rome)
	if err != nil {
		s.t.Fatal(err)
	}
	s.exec(`update business_clock set shift_seconds = $1`, int64(time.Until(when).Seconds()))
}

// until moves business time forward to a local time.
func (s *scene) until(local string) {
	s.t.Helper()
	s.forward(local)
	s.settle()
}

// forward moves business time to a local time, which must lie ahead, and waits for nothing.
func (s *scene) forward(local string) {
	s.t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", local, rome)
	if err != nil {
		s.t.Fatal(err)
	}
	now, err := s.store.Now(s.t.Context())
	if err == nil {
		_, err = s.store.MoveClock(s.t.Context(), when.Sub(now))
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// advance moves business time forward and waits until everything that this made due has been done.
func (s *scene) advance(by time.Duration) {
	s.t.Helper()
	if _, err := s.store.MoveClock(s.t.Context(), by); err != nil {
		s.t.Fatal(err)
	}
	s.settle()
}

// settle waits until everything that is due by now has been done.
func (s *scene) settle() {
	s.t.Helper()
	now, err := s.store.Now(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	today := now.In(rome)
	tick := time.Date(today.Year(), today.Month(), today.Day(), 9, 30, 0, 0, rome)
	s.eventually("the day's chase has run", func() bool {
		return now.Before(tick) || ask[bool](s, `select exists (select from chase_run where tick = $1 and finished)`, tick)
	})
	var busy string
	defer func() {
		if s.t.Failed() {
			s.t.Log("still to do: ", busy)
		}
	}()
	s.eventually("all is quiet", func() bool {
		busy = ask[string](s, `select coalesce(string_agg(what, ', '), '') from (
			select 'wake ' || id from outbox where due_at <= now()
			union all select 'deadline ' || process || ' ' || kind from deadline, business_clock where due_at <= now() + shift_seconds * interval '1 second'
			union all select 'effect ' || key || ' ' || state || ' ' || outcome from effect where state = 'claimed' or state = 'due' and attempts = 0) as todo(what)`)
		return busy == ""
	})
}

// contract sells the standard deal and gives its contract.
func (s *scene) contract(company string) crm.ID {
	s.t.Helper()
	order, deal := s.order(company)
	return crm.ID(s.must(crm.OrderApprove, crm.KindOpportunity, deal, person("manager"), crm.OrderDecision{OrderID: order}).Params["contract"])
}

// deposit bills a contract's first tranche.
func (s *scene) deposit(contract crm.ID) crm.ID {
	s.t.Helper()
	return crm.ID(s.must(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: s.tranches(contract)[0]}).Params["invoice"])
}

func (s *scene) pay(contract, invoice crm.ID, amount, reference string) crm.Answer {
	s.t.Helper()
	return s.must(crm.PaymentRecord, crm.KindContract, contract, person("finance"), crm.PaymentFields{InvoiceID: invoice, Amount: amount, Reference: reference})
}

// letters are the dunning letters about an invoice that left the house.
func (s *scene) letters(invoice crm.ID) (keys []string) {
	for _, k := range s.mail.arrived() {
		if strings.HasPrefix(k, "mail/dunning/"+string(invoice)) {
			keys = append(keys, k[len(k)-1:])
		}
	}
	return keys
}

// TestChase walks an unpaid invoice through its levels and stops at the payment (S091, M7).
func TestChase(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Chased Srl")
	invoice := s.deposit(contract) // due on 3 June
	expect := func(local string, want ...string) {
		t.Helper()
		s.until(local)
		if got := s.letters(invoice); !slices.Equal(got, want) {
			t.Fatalf("until %s: levels %v, want %v", local, got, want)
		}
	}
	expect("2026-06-09 12:00")
	expect("2026-06-10 08:30")
	expect("2026-06-10 10:00", "1")
	expect("2026-06-11 10:00", "1")
	expect("2026-06-24 12:00", "1", "2")
	if a := s.pay(contract, invoice, "1000", "PART"); a.Params["settled"] != "no" {
		t.Fatalf("a part settled it: %+v", a)
	}
	if a := s.do(crm.PaymentRecord, crm.KindContract, contract, person("finance"), crm.PaymentFields{InvoiceID: invoice, Amount: "1", Reference: "PART"}); a.Code != "duplicate_payment" {
		t.Fatalf("the same transfer was booked twice: %+v", a)
	}
	open := ask[string](s, `select open::text from receivable where invoice_id = $1`, invoice)
	s.pay(contract, invoice, open, "REST")
	s.eventually("the collection ends with the debt", func() bool {
		return ask[bool](s, `select closed from process where kind = 'collection'`)
	})
	expect("2026-08-30 12:00", "1", "2")
}

// TestClockChanges: at both clock changes of Europe/Rome each level goes once, on the right local date (M6), with two workers at work. They
// are Sundays: a company that works then writes on the day itself, another on the Monday after it.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		issued, eve, day string
		sundays          bool
	}{
		{"2026-02-20 10:00", "2026-03-28 22:30", "2026-03-29", true},
		{"2026-09-18 10:00", "2026-10-24 22:30", "2026-10-25", true},
		{"2026-02-20 10:00", "2026-03-29 22:30", "2026-03-30", false},
		{"2026-09-18 10:00", "2026-10-25 22:30", "2026-10-26", false},
	} {
		t.Run(c.day, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, c.issued)
			if c.sundays {
				s.exec(`insert into working_hours (weekday, opens, closes) values (0, 9 * 60, 18 * 60)`)
			}
			s.work()
			invoice := s.deposit(s.contract("Clock Srl"))
			s.until(c.eve)
			for range 18 {
				s.advance(time.Hour)
			}
			if got := s.letters(invoice); !slices.Equal(got, []string{"1"}) {
				t.Fatalf("levels %v, want the first once", got)
			}
			if on := ask[string](s, `select on_date::text from dunning_step where invoice_id = $1`, invoice); on != c.day {
				t.Fatalf("the letter is of %s, want %s", on, c.day)
			}
			if twice := ask[int](s, `select count(*)::int - count(distinct (tick at time zone 'Europe/Rome')::date)::int from chase_run`); twice != 0 {
				t.Fatalf("%d ticks were chased twice", twice)
			}
		})
	}
}

// TestNoLetterAfterPayment: a letter that nobody has sent yet is cancelled by the payment (M7, invariant 15).
func TestNoLetterAfterPayment(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Late Payer Srl")
	invoice := s.deposit(contract)
	s.mail.block(func(key string) error {
		if strings.HasPrefix(key, "mail/dunning/") {
			return errors.New("451 try later")
		}
		return nil
	})
	s.until("2026-06-10 12:00")
	s.pay(contract, invoice, ask[string](s, `select open::text from receivable where invoice_id = $1`, invoice), "JUST IN TIME")
	s.mail.block(nil)
	s.eventually("the letter is cancelled", func() bool {
		return ask[string](s, `select state from effect where invoice_id = $1`, invoice) == "cancelled"
	})
	s.until("2026-07-30 12:00")
	if got := s.letters(invoice); len(got) > 0 {
		t.Fatalf("letters %v left after the payment", got)
	}
}

// TestOverdueBlocksTheNextOrder: the checklist reads what the customer owes (table E).
func TestOverdueBlocksTheNextOrder(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	s.deposit(s.contract("Debtor Srl"))
	s.until("2026-06-20 12:00")
	deal := s.deal("Debtor Srl")
	order := s.accepted(deal)
	a := s.do(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{OrderID: order, Fill: map[string]string{"order.delivery_date": "2026-12-01"}})
	if a.Code != "gate_refused" {
		t.Fatalf("an order of a debtor was validated: %+v", a)
	}
	v, err := s.store.VerdictOf(t.Context(), ask[string](s, `select id from command where kind = 'order.validate' order by created_at desc limit 1`), crm.RuleOrder)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(v.Failing(), func(c crm.Clause) bool { return c.Values[0].Field == "receivables.overdue" }) {
		t.Fatalf("the refusal does not name what is overdue: %+v", v.Failing())
	}
}

// TestLettersKeepToTheCalendar: a level that comes on a holiday or a weekend waits for the next working day, and a calendar that is changed
// counts for the deadlines that are set from then on (S091).
func TestLettersKeepToTheCalendar(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	if _, err := s.store.EditCalendar(t.Context(), store.Target{Actor: crm.ID(person("admin"))}, func(c *crm.CalendarSetting) error {
		c.Holidays = append(c.Holidays, crm.Holiday{OnDate: crm.NewDate(2026, 6, 10), Name: "Patron"}, crm.Holiday{OnDate: crm.NewDate(2026, 6, 11), Name: "Elsewhere", Country: "PL"})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	invoice := s.deposit(s.contract("Holiday Srl")) // due on 3 June: the first letter would leave on the 10th
	s.until("2026-06-10 23:00")
	if got := s.letters(invoice); len(got) != 0 {
		t.Fatalf("letters %v on a holiday", got)
	}
	s.until("2026-06-11 09:30")
	s.eventually("the letter leaves on the next working day", func() bool { return len(s.letters(invoice)) == 1 })
}
