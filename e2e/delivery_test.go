package e2e

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// delivering is the target of edits on a contract's project.
func delivering(contract crm.ID, who string) store.Target {
	return store.Target{Scope: store.Everything(), Actor: crm.ID(person(who)), ID: contract}
}

// spend enters a cost.
func (s *scene) spend(contract crm.ID, state crm.CostState, amount, who string) crm.CostEntry {
	s.t.Helper()
	c, err := s.store.AddCost(s.t.Context(), delivering(contract, who), crm.CostEntry{
		ID: store.NewID(), Kind: crm.CostMaterial, State: state,
		Amount: decimal.RequireFromString(amount), Supplier: "Steel Srl", Text: "Frames",
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// told counts the lines of a timeline with the code.
func (s *scene) told(process, code string) int {
	return ask[int](s, `select count(*)::int from timeline where process = $1 and code = $2`, process, code)
}

// TestMarginAlarm: what is spent is watched by the contract's process; it tells once that the line is crossed, and once that it is no longer (S083).
func TestMarginAlarm(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Margin Srl") // revenue 19,140, budget 13,010
	process := crm.ProcessID(crm.KindContract, contract)
	if err := s.store.SetCostRate(t.Context(), crm.ID(person("projects")), decimal.NewFromInt(60)); err != nil {
		t.Fatal(err)
	}
	entry, err := s.store.AddTime(t.Context(), delivering(contract, "projects"), crm.TimeEntry{ID: store.NewID(), UserID: crm.ID(person("projects")), Hours: decimal.NewFromInt(50)})
	if err != nil || entry.Amount.String() != "3000" {
		t.Fatalf("50 hours at 60 cost %s: %v", entry.Amount, err)
	}
	s.must(crm.ProjectProgress, crm.KindContract, contract, person("projects"), crm.ProgressFields{Percent: "20"})
	if got := ask[bool](s, `select alarmed_at is null from project where contract_id = $1`, contract); !got || s.told(process, "project.alarm") != 0 {
		t.Fatal("20 % for 3,000 makes 15,000 at completion, a margin of 21 %: nothing rings")
	}
	alarmed := func(want bool) func() bool {
		return func() bool {
			return ask[bool](s, `select (alarmed_at is not null) = $2 from project where contract_id = $1`, contract, want)
		}
	}
	s.spend(contract, crm.CostActual, "500", "projects")
	s.eventually("17,500 at completion is a margin of 8 %: it rings", alarmed(true))
	s.spend(contract, crm.CostActual, "200", "projects")
	if _, err := s.store.CorrectTime(t.Context(), delivering(contract, "projects"), entry.ID, store.NewID(), "wrong project"); err != nil {
		t.Fatal(err)
	}
	s.eventually("the time was taken back: the margin recovers", alarmed(false))
	if _, err := s.store.CorrectTime(t.Context(), delivering(contract, "projects"), entry.ID, store.NewID(), "again"); refusedCode(err) != "already_corrected" {
		t.Fatalf("an entry was taken back twice: %v", err)
	}
	if on, over := s.told(process, "project.alarm"), s.told(process, "project.alarm_over"); on != 1 || over != 1 {
		t.Fatalf("told %d alarms and %d recoveries, want one of each", on, over)
	}
	v, err := s.store.VerdictOf(t.Context(), ask[string](s, `select cause from timeline where process = $1 and code = 'project.alarm'`, process), crm.RuleProject)
	if err != nil || v.Key != "alarm" || v.Result != crm.Refused {
		t.Fatalf("the alarm does not say why: %+v, %v", v, err)
	}
	c, err := store.Contracts.Record(t.Context(), s.store, store.Everything(), contract)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := s.store.ProjectParts(t.Context(), c, crm.NewDate(2026, 5, 4))
	if err != nil || parts.PNL.Actual.String() != "700" || parts.PNL.Estimate.String() != "3500" || len(parts.Times) != 2 {
		t.Fatalf("the read says %+v: %v", parts.PNL, err)
	}
}

func refusedCode(err error) string {
	if r, ok := errors.AsType[store.Refused](err); ok {
		return r.Code
	}
	return ""
}

// TestClosingAProject: everything that keeps it open is named at once (S085), with a case and a purchase among it; a closed one takes no entry.
func TestClosingAProject(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Closing Srl")
	bought := s.spend(contract, crm.CostRequested, "900", "projects")
	k := s.openCase(contract, crm.PriorityLow)
	if _, err := s.store.AddMilestone(t.Context(), delivering(contract, "projects"), crm.Milestone{ID: store.NewID(), Name: "Start", DueDate: crm.NewDate(2026, 6, 1)}); err != nil {
		t.Fatal(err)
	}
	failing := func() (ids []string) {
		t.Helper()
		a := s.do(crm.ProjectClose, crm.KindContract, contract, person("projects"), struct{}{})
		if a.Code != "gate_refused" || a.Params["rule"] != "project" {
			t.Fatalf("%+v", a)
		}
		v, err := s.store.VerdictOf(t.Context(), ask[string](s, `select id from command where kind = 'project.close' order by answered_at desc limit 1`), crm.RuleProject)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range v.Failing() {
			ids = append(ids, c.ID+"="+c.Values[0].Now)
		}
		return ids
	}
	if got, want := failing(), []string{"close.progress=0", "close.tranches=3", "close.cases=1", "close.unapproved=1", "close.milestones=1"}; !slices.Equal(got, want) {
		t.Fatalf("it names %v, want %v", got, want)
	}
	open, err := s.store.ProjectOpen(t.Context(), contract)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, o := range open {
		kinds = append(kinds, o.Kind)
	}
	if want := []string{"tranche", "tranche", "tranche", "request", "case", "milestone"}; !slices.Equal(kinds, want) {
		t.Fatalf("it is kept open by %v, want %v", kinds, want)
	}
	if _, err := s.store.MoveCost(t.Context(), delivering(contract, "projects"), bought.ID, crm.CostCommitted, decimal.NullDecimal{}); refusedCode(err) != "self_approval" {
		t.Fatalf("who asks approves: %v", err)
	}
	if _, err := s.store.MoveCost(t.Context(), delivering(contract, "finance"), bought.ID, crm.CostCommitted, decimal.NullDecimal{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.MoveCost(t.Context(), delivering(contract, "projects"), bought.ID, crm.CostActual, decimal.NewNullDecimal(decimal.NewFromInt(950))); err != nil {
		t.Fatal(err)
	}
	s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Restarted"})
	m := crm.ID(ask[string](s, `select id::text from milestone`))
	if _, err := s.store.EditMilestone(t.Context(), delivering(contract, "projects"), m, func(m *crm.Milestone) error { m.DoneOn = crm.NewDate(2026, 5, 4); return nil }); err != nil {
		t.Fatal(err)
	}
	s.must(crm.ProjectProgress, crm.KindContract, contract, person("projects"), crm.ProgressFields{Percent: "100"})
	for i, id := range s.tranches(contract)[:2] { // the last one is invoiced by another system (S061)
		invoice := crm.ID(s.must(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: id}).Params["invoice"])
		s.pay(contract, invoice, ask[string](s, `select total::text from invoice where id = $1`, invoice), "CLOSE "+string(rune('A'+i)))
	}
	last := s.tranches(contract)[2]
	if got := failing(); !slices.Equal(got, []string{"close.tranches=1"}) {
		t.Fatalf("left: %v", got)
	}
	if _, err := s.store.EditTranche(t.Context(), delivering(contract, "finance"), last, func(t *crm.Tranche) error { t.ExternalNumber = "ERP-77"; return nil }); err != nil {
		t.Fatal(err)
	}
	if a := s.do(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: last}); a.Code != "already_invoiced" {
		t.Fatalf("invoiced twice: %+v", a)
	}
	s.must(crm.ProjectClose, crm.KindContract, contract, person("projects"), struct{}{})
	if _, err := s.store.AddCost(t.Context(), delivering(contract, "projects"), crm.CostEntry{ID: store.NewID(), Kind: crm.CostTravel, State: crm.CostActual, Amount: decimal.NewFromInt(1)}); refusedCode(err) != "project_closed" {
		t.Fatalf("S082: an entry on a closed project: %v", err)
	}
	if a := s.do(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{}); a.Code != "contract_not_finished" || a.Params["unpaid"] != "1" {
		t.Fatalf("closed while a tranche is unpaid: %+v", a)
	}
	if _, err := s.store.EditTranche(t.Context(), delivering(contract, "finance"), last, func(t *crm.Tranche) error { t.State = crm.TranchePaid; return nil }); err != nil {
		t.Fatal(err)
	}
	s.must(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{})
}

// TestMilestoneAndRenewal: a missed milestone is reminded of once (S084); so many days before its end a contract's renewal begins, once,
// and closing the contract goes on with it (S088).
func TestMilestoneAndRenewal(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Renewal Srl") // until 4 May 2027
	process := crm.ProcessID(crm.KindContract, contract)
	m, err := s.store.AddMilestone(t.Context(), delivering(contract, "projects"), crm.Milestone{ID: store.NewID(), Name: "Factory test", DueDate: crm.NewDate(2026, 5, 20)})
	if err != nil {
		t.Fatal(err)
	}
	reminders := func() (n int) {
		for _, k := range s.mail.arrived() {
			if strings.HasPrefix(k, "mail/milestone/"+string(m.ID)) {
				n++
			}
		}
		return n
	}
	s.until("2026-05-20 23:00")
	if n := reminders(); n != 0 {
		t.Fatalf("%d reminders on its own day", n)
	}
	s.until("2026-05-21 09:01")
	s.eventually("the project manager is reminded", func() bool { return reminders() == 1 })
	s.until("2026-06-30 12:00")
	if n := s.told(process, "milestone.late"); n != 1 || reminders() != 1 {
		t.Fatalf("told %d times, %d mails", n, reminders())
	}
	s.until("2027-03-05 08:59")
	if n := s.told(process, "contract.renewal"); n != 0 {
		t.Fatal("the renewal began before its day")
	}
	s.until("2027-03-05 09:01") // 60 days before
	s.eventually("the renewal begins", func() bool { return s.told(process, "contract.renewal") == 1 })
	next := ask[string](s, `select next_opportunity_id::text from contract where id = $1`, contract)
	if parent := ask[string](s, `select parent from process where id = $1`, "opportunity-"+next); parent != process {
		t.Fatalf("it comes from %s", parent)
	}
	if _, err := s.store.EditContract(t.Context(), delivering(contract, "manager"), func(c *crm.Contract) error { c.NoticeDays = 10; return nil }); err != nil {
		t.Fatal(err)
	}
	s.until("2027-04-30 12:00")
	s.must(crm.ProjectProgress, crm.KindContract, contract, person("projects"), crm.ProgressFields{Percent: "100"})
	if _, err := s.store.EditMilestone(t.Context(), delivering(contract, "projects"), m.ID, func(m *crm.Milestone) error { m.DoneOn = crm.NewDate(2027, 4, 1); return nil }); err != nil {
		t.Fatal(err)
	}
	for i, id := range s.tranches(contract) {
		invoice := crm.ID(s.must(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: id}).Params["invoice"])
		s.pay(contract, invoice, ask[string](s, `select total::text from invoice where id = $1`, invoice), "RENEW "+string(rune('A'+i)))
	}
	s.must(crm.ProjectClose, crm.KindContract, contract, person("projects"), struct{}{})
	if a := s.must(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{}); a.Params["opportunity"] != next {
		t.Fatalf("closing opened %s beside the renewal %s", a.Params["opportunity"], next)
	}
	if n := ask[int](s, `select count(*)::int from process where parent = $1 and kind = 'opportunity'`, process); n != 1 {
		t.Fatalf("%d opportunities follow", n)
	}
}

// TestQuoteReminder: three days before it lapses a quote is told of and its owner gets a call to make, in his language; a decided one is left alone (S077).
func TestQuoteReminder(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	deal := s.deal("Slow Srl")
	s.exec(`update app_user set language = 'it' where id = $1`, person("sales"))
	quote := s.quote(deal) // valid for 30 days
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{
		To:   "configure",
		Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2026-07-01", "customer.country": "IT"},
	})
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}})
	tasks := func() int {
		return ask[int](s, `select count(*)::int from engagement where opportunity_id = $1 and done_at is null`, deal)
	}
	s.until("2026-05-29 08:59") // three days before is a Sunday: the Friday before it
	if tasks() != 0 {
		t.Fatal("reminded too early")
	}
	s.until("2026-05-29 09:01")
	s.eventually("the owner has a call to make", func() bool { return tasks() == 1 })
	if subject := ask[string](s, `select subject from engagement where opportunity_id = $1`, deal); !strings.Contains(subject, "chiamare il cliente") {
		t.Fatalf("the task says %q", subject)
	}
	s.until("2026-06-10 09:01")
	process := crm.ProcessID(crm.KindOpportunity, deal)
	if n := s.told(process, "quote.expiring"); n != 1 || tasks() != 1 || s.told(process, "quote.expired") != 1 {
		t.Fatalf("told %d times, %d tasks", n, tasks())
	}
}

// TestDunningFee: the letters ask for their fees too; a payment of what they ask for is taken, more is not, and who pays the invoice
// alone has settled it (S091).
func TestDunningFee(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	contract := s.contract("Fee Srl")
	invoice := s.deposit(contract)
	s.until("2026-06-11 12:00") // the first letter
	s.until("2026-06-24 12:00") // the second, with a fee of 10
	open := decimal.RequireFromString(ask[string](s, `select open::text from receivable where invoice_id = $1`, invoice))
	letter := ask[string](s, `select payload->>'template' || ' ' || (payload->'money'->'total'->>'value') from effect where key = 'mail/dunning/' || $1 || '/2'`, string(invoice))
	if want := "dunning_firm " + open.Add(decimal.NewFromInt(10)).String(); letter != want {
		t.Fatalf("the letter is %s, want %s", letter, want)
	}
	if a := s.do(crm.PaymentRecord, crm.KindContract, contract, person("finance"), crm.PaymentFields{InvoiceID: invoice, Amount: open.Add(decimal.RequireFromString("10.01")).String(), Reference: "MORE"}); a.Code != "overpayment" {
		t.Fatalf("%+v", a)
	}
	if a := s.pay(contract, invoice, open.Add(decimal.NewFromInt(10)).String(), "WITH FEE"); a.Params["settled"] != "yes" {
		t.Fatalf("%+v", a)
	}
	if sum := ask[string](s, `select sum(amount)::text || ' ' || count(*) filter (where kind = 'fee') from ledger where invoice_id = $1`, invoice); sum != "0.00 1" {
		t.Fatalf("the ledger comes to %s", sum)
	}
}
