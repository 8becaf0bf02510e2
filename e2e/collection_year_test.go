package e2e

import (
	"fmt"
	"slices"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// TestYearOfADebtor walks one debtor through a year by the moved clock, over both clock changes, a leap day and holidays, with promises broken and kept, a part payment, a dispute, a pause and a returned
// debit, while every few weeks the worker is another: each step happens once, on the right local date (S091, N5).
func TestYearOfADebtor(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2027-09-20 10:00")
	if _, err := s.store.EditCalendar(t.Context(), store.Target{Actor: crm.ID(person("admin"))}, func(c *crm.CalendarSetting) error {
		c.Holidays = append(c.Holidays, crm.Holiday{OnDate: crm.NewDate(2027, 10, 27), Name: "Patron"}, crm.Holiday{OnDate: crm.NewDate(2027, 11, 1), Name: "All Saints"})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	contract, finance := s.contract("Year Srl"), person("finance")
	invoice := s.deposit(contract) // due on 20 October 2027; its levels would come on 27 October, 10 November and 4 December
	account := s.debtorOf(invoice)
	pictures := s.newGallery("finance")
	look := func(name string) { pictures.draw("/overdue?account="+string(account), "year-"+name) }
	restart := func() {
		s.stop()
		s.stop = s.work()
	}
	command := func(kind string, fields any) crm.ID {
		t.Helper()
		a := s.must(kind, crm.KindCollection, account, finance, fields)
		for _, id := range a.Params {
			return crm.ID(id)
		}
		return ""
	}
	steps := func(local string, want ...string) {
		t.Helper()
		restart()
		s.until(local)
		got := ask[[]string](s, `select coalesce(array_agg(level || ' ' || state || ' ' || on_date order by level), '{}') from dunning_step where invoice_id = $1`, invoice)
		if !slices.Equal(got, want) {
			t.Fatalf("until %s: %v, want %v", local, got, want)
		}
	}
	steps("2027-10-27 18:00")
	first := "1 written 2027-10-28" // the 27th is a holiday
	steps("2027-10-28 10:00", first)
	look("1-first-letter")
	command(crm.CollectionPromise, crm.PromiseFields{On: crm.NewDate(2027, 10, 31)}) // the Sunday on which the clock goes back
	look("2-promise")
	steps("2027-10-31 23:30", first)
	steps("2027-11-02 10:00", first) // the 1st is a holiday: it is judged now, and the second level has time until the 10th
	look("3-promise-broken")
	steps("2027-11-10 08:30", first)
	second := "2 written 2027-11-10"
	steps("2027-11-10 10:00", first, second)
	s.pay(contract, invoice, "1000", "PART")
	dispute := command(crm.CollectionDispute, crm.DisputeFields{InvoiceID: invoice, Amount: "100.50", Reason: "Scratched", DueOn: crm.NewDate(2027, 11, 26)})
	steps("2027-11-29 10:00", first, second)
	look("4-part-paid-and-disputed")
	command(crm.CollectionResolve, crm.ResolveFields{ID: dispute, Outcome: "It was delivered so"})
	command(crm.CollectionPause, crm.PauseFields{Until: crm.NewDate(2028, 2, 28), Reason: "Insolvency of his customer"})
	steps("2028-01-10 10:00", first, second)
	look("5-paused")
	steps("2028-02-28 23:30", first, second)
	third := "3 written 2028-02-29" // the leap day is the first after the pause
	steps("2028-02-29 10:00", first, second, third)
	look("6-leap-day")
	s.until("2028-03-10 10:00")
	open := ask[string](s, `select open::text from receivable where invoice_id = $1`, invoice)
	receipt, err := s.store.Receive(t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(finance), ID: account}, crm.Payment{ID: store.NewID(), Reference: "DEBIT", Amount: decimal.RequireFromString(open), Currency: "EUR"},
		[]crm.Allocation{{InvoiceID: invoice, Amount: decimal.RequireFromString(open)}})
	if err != nil {
		t.Fatal(err)
	}
	s.eventually("the collection ends with the debt", func() bool { return ask[bool](s, `select closed from process where kind = 'collection'`) })
	steps("2028-03-27 10:00", first, second, third) // over the night on which the clock goes forward
	look("7-paid")
	if _, err := s.store.ReturnPayment(t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(finance), ID: receipt.ID}, crm.PaymentReturn{Reason: "No funds"}); err != nil {
		t.Fatal(err)
	}
	s.eventually("it lives again", func() bool { return ask[bool](s, `select not closed from process where kind = 'collection'`) })
	look("8-debit-returned")
	command(crm.CollectionPromise, crm.PromiseFields{On: crm.NewDate(2028, 5, 2), Note: "In two parts"})
	steps("2028-04-28 10:00", first, second, third)
	s.pay(contract, invoice, open, "AS PROMISED")
	s.eventually("the collection ends again", func() bool { return ask[bool](s, `select closed from process where kind = 'collection'`) })
	steps("2028-09-20 10:00", first, second, third)
	look("9-kept")

	if got := s.letters(invoice); !slices.Equal(got, []string{"1", "2", "3"}) {
		t.Errorf("letters %v left", got)
	}
	told := ask[[]string](s, `select array_agg(code || ' ' || (at at time zone 'Europe/Rome')::date order by id) from timeline where process = 'collection-' || $1 and code ~ '^(promise|dispute|collection\.settled|collection\.paused)'`, account)
	want := []string{
		"promise.made 2027-10-28", "promise.broken 2027-11-02", "dispute.opened 2027-11-10", "dispute.late 2027-11-29", "dispute.rejected 2027-11-29", "collection.paused 2027-11-29",
		"collection.settled 2028-03-10", "promise.made 2028-03-27", "promise.kept 2028-04-28", "collection.settled 2028-04-28",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told %v\nwant %v", told, want)
	}
	if twice := ask[int](s, `select count(*)::int - count(distinct (tick at time zone 'Europe/Rome')::date)::int from chase_run`); twice != 0 {
		t.Errorf("%d days were chased twice", twice)
	}
	if left := ask[string](s, fmt.Sprintf(`select (select open from receivable where invoice_id = '%s') || ' ' || (select sum(amount) from ledger where invoice_id = '%s')`, invoice, invoice)); left != "0.00 0.00" {
		t.Errorf("open and by the ledger: %s", left)
	}
}
