package activities_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// work is a contract with an advance of 10 %, progress of 30 % and the balance, whose project is billed by a way, an hour of anybody at 100.
func (c *counter) work(way crm.EarningWay) (n int, project crm.ID) {
	c.t.Helper()
	q := c.quoted(func(d *store.QuoteDraft) {
		d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(10)}, {Kind: crm.TrancheProgress, Percent: decimal.NewFromInt(30)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(60)}}
	})
	n = c.signs(c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"})).Params["order"])
	_, err := c.EditProject(c.t.Context(), c.onProject(n), func(p *crm.Project) error {
		p.Billing, p.HourPrice, p.CostRate = way, decimal.NewFromInt(100), decimal.NewFromInt(40)
		return nil
	})
	c.fine(err)
	return n, ask[crm.ID](c.desk, `select id from project where contract_id = $1`, c.contract(n))
}

func (c *counter) onProject(n int) store.Target {
	return store.Target{Scope: store.Everything(), Actor: c.people["dora"], ID: c.contract(n)}
}

// works enters hours of dora's on a day.
func (c *counter) works(n int, hours string, on crm.Date) crm.TimeEntry {
	c.t.Helper()
	in, err := c.AddTime(c.t.Context(), c.onProject(n), crm.TimeEntry{ID: store.NewID(), UserID: c.people["dora"], Hours: decimal.RequireFromString(hours), OnDate: on})
	c.fine(err)
	return in
}

// plan is how the contract is billed: kind, net, state and whether by what was earned; and that tranches and their parts come to the contract.
func (c *counter) plan(n int) string {
	c.t.Helper()
	if bad := ask[int](c.desk, `select count(*)::int from contract c where id = $1 and ((net, tax, total) <> (select sum(net), sum(tax), sum(total) from tranche where contract_id = c.id and kind <> 'expenses')
		or (net, tax) <> (select sum(p.net), sum(p.tax) from tranche_part p join tranche t on t.id = p.tranche_id where t.contract_id = c.id and t.kind <> 'expenses')
		or 100 <> (select sum(percent) from tranche where contract_id = c.id))`, c.contract(n)); bad > 0 {
		c.t.Fatalf("the tranches do not come to the contract")
	}
	return ask[string](c.desk, `select string_agg(concat_ws(' ', kind, net, state, case when earning_id is not null then 'earned' end), ', ' order by position) from tranche where contract_id = $1`, c.contract(n))
}

// agreed is the contract as it stands.
func (c *counter) agreed(n int) crm.Contract {
	c.t.Helper()
	out, err := store.Contracts.Record(c.t.Context(), c.Store, store.Everything(), c.contract(n))
	c.fine(err)
	return out
}

// atOnce carries a command of dora's on a contract out twice, at once, under two ids, and tells the codes of the answers in their order.
func (c *counter) atOnce(n int, kind string) string {
	c.t.Helper()
	process := crm.ProcessID(crm.KindContract, c.contract(n))
	codes, errs := make([]string, 2), make([]error, 2)
	var wait sync.WaitGroup
	for i := range codes {
		id := fmt.Sprint("at-once/", i)
		_, _, err := c.Accept(c.t.Context(), crm.Command{ID: id, Kind: kind, Process: process, Actor: string(c.people["dora"]), Fields: []byte(`{}`)})
		c.fine(err)
		wait.Go(func() {
			r, err := c.steps.Apply(c.t.Context(), id, process, time.Now())
			codes[i], errs[i] = r.Answer.Code, err
		})
	}
	wait.Wait()
	c.fine(errors.Join(errs...))
	slices.Sort(codes)
	return strings.Join(codes, " ")
}

// S060, S084, S091: hours are billed once, less the advance and up to a day; what is billed cannot be taken back before its billing is, two at once have one effect, a
// credit note that lets bill again frees the hours, and no more is billed than the contract has.
func TestHoursAreBilledOnce(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-10 10:00")
	day := func(d int) crm.Date { return crm.NewDate(2027, 3, d) }
	n, _ := c.work(crm.EarnHours)
	bill := func(f crm.BillEarnedFields) crm.Answer {
		t.Helper()
		return c.onContract(n, crm.ProjectBill, "dora", f)
	}
	c.refused(bill(crm.BillEarnedFields{}), "nothing_earned")
	first, late := c.works(n, "3", day(9)), c.works(n, "2", day(10))
	c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	if got := c.plan(n); got != "deposit 100.00 billable, progress 300.00 planned, balance 600.00 planned" {
		t.Errorf("progress opens what hours are billed of: %s", got)
	}
	c.refused(bill(crm.BillEarnedFields{UpTo: day(11)}), "validation_failed")
	c.refused(bill(crm.BillEarnedFields{UpTo: day(9), Net: "300"}), "earned_changed")
	e := crm.ID(c.must(bill(crm.BillEarnedFields{UpTo: day(9), Net: "200.00"})).Params["earning"])
	if got := c.plan(n); got != "deposit 100.00 billable, progress 100.00 planned, balance 600.00 planned, progress 200.00 billable earned" {
		t.Errorf("three hours less the advance: %s", got)
	}
	if again := c.apply(fmt.Sprint("contract/", c.n), crm.ProcessID(crm.KindContract, c.contract(n))); again.Params["earning"] != string(e) {
		t.Errorf("carried out twice: %v", again)
	}
	back := func(entry crm.TimeEntry) error {
		_, err := c.CorrectTime(t.Context(), c.onProject(n), entry.ID, store.NewID(), "")
		return err
	}
	if err := back(first); err == nil || !strings.Contains(err.Error(), "time_billed") {
		t.Errorf("billed hours are taken back: %v", err)
	}
	if _, err := c.EditProject(t.Context(), c.onProject(n), func(p *crm.Project) error { p.Billing = crm.EarnPlan; return nil }); err == nil || !strings.Contains(err.Error(), "billing_begun") {
		t.Errorf("another way of billing: %v", err)
	}
	_, err := c.EditProject(t.Context(), c.onProject(n), func(p *crm.Project) error { p.HourPrice = decimal.NewFromInt(150); return nil })
	c.fine(err)
	if v, err := c.Earned(t.Context(), c.agreed(n), day(10)); err != nil || v.Earned.Earned.String() != "600" || !v.Net.Equal(decimal.NewFromInt(300)) || len(v.Times) != 1 || len(v.Takes) != 2 {
		t.Errorf("hours that are billed keep their price: %+v, %v", v.Earned, err)
	}
	c.must(c.onContract(n, crm.ProjectUnbill, "dora", crm.UnbillFields{EarningID: e}))
	c.must(c.onContract(n, crm.ProjectUnbill, "dora", crm.UnbillFields{EarningID: e}))
	if got := c.plan(n); got != "deposit 100.00 billable, progress 300.00 planned, balance 600.00 planned" {
		t.Errorf("taken back: %s", got)
	}
	c.fine(back(first))
	c.works(n, "1", day(9))

	if codes := c.atOnce(n, crm.ProjectBill); codes != "done earned_billed" { // 450 less 100: all of the progress, 50 of the balance
		t.Errorf("two at once: %s", codes)
	}
	if got := c.plan(n); got != "deposit 100.00 billable, progress 300.00 billable earned, balance 550.00 planned, balance 50.00 billable earned" {
		t.Errorf("billed: %s", got)
	}
	c.billed(n, 2)
	e = ask[crm.ID](c.desk, `select id from earning where undone_at is null`)
	c.refused(c.onContract(n, crm.ProjectUnbill, "dora", crm.UnbillFields{EarningID: e}), "already_invoiced")
	invoice, _ := c.billed(n, 4)
	if line := ask[string](c.desk, `select text from invoice_line where invoice_id = $1`, invoice); !strings.Contains(line, ": 3 godz.") || !strings.Contains(line, "do 10 mar 2027") {
		t.Errorf("the line: %s", line)
	}
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: invoice, Reason: "Wrong hours", Rebill: true}))
	if err := back(late); err == nil {
		t.Error("hours of which a part is still billed are taken back")
	}
	first2 := ask[crm.ID](c.desk, `select invoice_id from tranche where contract_id = $1 and position = 2`, c.contract(n))
	c.must(c.onContract(n, crm.InvoiceCredit, "gina", crm.CreditFields{InvoiceID: first2, Reason: "Wrong hours", Rebill: true}))
	c.fine(back(late))
	if got := c.plan(n); got != "deposit 100.00 billable, progress 300.00 planned, balance 550.00 planned, balance 50.00 planned" {
		t.Errorf("credited: %s", got)
	}
	c.works(n, "20", day(10))
	c.must(bill(crm.BillEarnedFields{}))
	c.refused(bill(crm.BillEarnedFields{}), "contract_billed")
	if got := c.plan(n); got != "deposit 100.00 billable, progress 300.00 billable earned, balance 550.00 billable earned, balance 50.00 billable earned" {
		t.Errorf("no more than the contract: %s", got)
	}
	for position := range 4 {
		c.billed(n, position+1)
	}
	c.must(c.onContract(n, crm.ProjectClose, "dora", struct{}{}))
	c.refused(bill(crm.BillEarnedFields{}), "project_closed")
	if bad, err := c.CheckChain(t.Context(), "A", 2027); err != nil || bad != "" {
		t.Errorf("the chain breaks at %s: %v", bad, err)
	}
}

// S060, S084: tasks earn what they are worth by their progress, as far as the customer signed it where he has to; an amendment keeps what is put up.
func TestProgressIsBilled(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-10 10:00")
	n, _ := c.work(crm.EarnProgress)
	fixed := decimal.NewFromInt(500)
	task := func(name, hours, progress string, fixed *decimal.Decimal) crm.ProjectTask {
		in, err := c.AddProjectTask(t.Context(), c.onProject(n), crm.ProjectTask{ID: store.NewID(), Name: name, StartDate: crm.NewDate(2027, 3, 1), EndDate: crm.NewDate(2027, 3, 9), EffortHours: decimal.RequireFromString(hours), ProgressPercent: decimal.RequireFromString(progress), FixedPrice: fixed})
		c.fine(err)
		return in
	}
	task("Weld", "5", "50", nil)
	paint := task("Paint", "40", "0", &fixed)
	_, err := c.EditProject(t.Context(), c.onProject(n), func(p *crm.Project) error { p.SignOff = crm.SignProgress; return nil })
	c.fine(err)
	if wrong := c.refused(c.onContract(n, crm.ProjectBill, "dora", crm.BillEarnedFields{}), "progress_not_signed"); wrong.Params["earned"] != "250.00" {
		t.Errorf("why not: %v", wrong)
	}
	c.exec(`update project set progress_percent = 25, signed_percent = 20`)
	e := c.must(c.onContract(n, crm.ProjectBill, "dora", crm.BillEarnedFields{}))
	if got := c.plan(n); e.Params["net"] != "100.00" || got != "deposit 100.00 billable, progress 200.00 planned, balance 600.00 planned, progress 100.00 billable earned" {
		t.Errorf("a fifth of 1,000 less the advance: %v, %s", e, got)
	}
	_, err = c.EditProjectTask(t.Context(), c.onProject(n), paint.ID, false, func(x *crm.ProjectTask) error { x.ProgressPercent = decimal.NewFromInt(100); return nil })
	c.fine(err)
	c.exec(`update project set progress_percent = 80, signed_percent = 80`)
	a, _, err := c.Agreement(t.Context(), c.agreed(n))
	c.fine(err)
	less := decimal.NewFromInt(900)
	terms, _, err := a.Amend(crm.AmendFields{Net: &less})
	c.fine(err)
	if got := terms.Tranches[3].Tranche; !got.Net.Equal(decimal.NewFromInt(100)) || got.EarningID == "" || len(terms.Tranches) != 4 {
		t.Errorf("amended: %+v", terms.Tranches)
	}
	c.must(c.onContract(n, crm.ProjectBill, "dora", crm.BillEarnedFields{}))
	if got := c.plan(n); got != "deposit 100.00 billable, progress 200.00 billable earned, balance 250.00 planned, progress 100.00 billable earned, balance 350.00 billable earned" {
		t.Errorf("750 of which 200 are billed: %s", got)
	}
	if v, err := c.Earned(t.Context(), c.agreed(n), crm.Date{}); err != nil || v.Why != "earned_billed" || len(v.Tasks) != 2 || len(v.Earnings) != 2 || !v.Earnings[0].Free || v.Earnings[0].Tranches != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}
