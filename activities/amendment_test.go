package activities_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

const amendedRoute = "approval:\n  levels:\n    - {key: finance, name: Finance, role: finance, when: order.discount_percent > 10}\n    - {key: manager, name: Manager, role: sales_manager}\n"

// newAmended is a house with signed contracts over 1,000 plus tax, billed at the end of the work.
func newAmended(t *testing.T, contracts int) *signed {
	t.Helper()
	s := &signed{house: newHouse(t, amendedRoute, contracts)}
	s.exec(`update app_user set approval_limit = 100000 where name = 'gina'`)
	for n := range contracts {
		s.validate(n)
		s.must(s.approve(n, "dora"))
	}
	return s
}

func (s *signed) amend(n int, actor string, f crm.AmendFields) crm.Answer {
	s.t.Helper()
	if f.Reason == "" {
		f.Reason = "They asked for it"
	}
	return s.onContract(n, crm.AmendPropose, actor, f)
}

func (s *signed) signAmended(n int) crm.Answer {
	s.t.Helper()
	s.exec(`insert into contract_paper (id, contract_id, language, sha256, content, made_at) select id, contract_id, 'it', 'ff', '', now() from contract_amendment where contract_id = $1 on conflict do nothing`, s.contract(n))
	return s.onContract(n, crm.AmendSign, "dora", crm.AmendSignFields{Signer: "Carla Bianchi", SignedOn: crm.NewDate(2026, 1, 15)})
}

func (s *signed) amendment(n int) string {
	s.t.Helper()
	return ask[string](s.desk, `select state from contract_amendment where contract_id = $1 order by requested_at desc limit 1`, s.contract(n))
}

// sums looks at every contract: its tranches are its total, by rate too, and its versions have no holes.
func (s *signed) sums() {
	s.t.Helper()
	for what, sql := range map[string]string{
		"tranches that are not the contract": `select count(*)::int from contract c where (c.net, c.tax, c.total) <> (select sum(net), sum(tax), sum(total) from tranche where contract_id = c.id)`,
		"parts that are not their tranche":   `select count(*)::int from tranche t where (t.net, t.tax) <> (select sum(net), sum(tax) from tranche_part where tranche_id = t.id)`,
		"percentages that are not 100":       `select count(*)::int from contract c where 100 <> (select sum(percent) from tranche where contract_id = c.id)`,
		"versions with holes":                `select count(*)::int from (select contract_id from contract_version group by contract_id having max(number) <> count(*) or count(*) = 1) v`,
		"contracts that are not their version": `select count(*)::int from contract c join lateral (select * from contract_version where contract_id = c.id order by number desc limit 1) v on true
			where (v.terms->>'total')::numeric <> c.total or (v.terms->>'end_date')::date <> c.end_date`,
	} {
		if n := ask[int](s.desk, sql); n > 0 {
			s.t.Fatalf("%d %s", n, what)
		}
	}
}

func amount(text string) *decimal.Decimal {
	d := decimal.RequireFromString(text)
	return &d
}

// S059, S060, N8: a contract is amended by versions. Only what got worse is approved, by who the rules ask for and never by who proposed it; the customer
// signs; it holds from its day; the tranches are always the contract to the cent.
func TestAmendments(t *testing.T) {
	t.Parallel()
	s := newAmended(t, 7)
	t.Run("nothing worse", func(t *testing.T) { s.amendedAtOnce() })
	t.Run("approved", func(t *testing.T) { s.amendedLater() })
	t.Run("rejected", func(t *testing.T) { s.amendmentRefused() })
	t.Run("at once", func(t *testing.T) { s.amendedByTwo() })
	t.Run("outdated", func(t *testing.T) { s.amendmentOutdated() })
	t.Run("any order", func(t *testing.T) { s.amendedAnyhow() })
	t.Run("new lines", func(t *testing.T) { s.amendedByLines() })
}

func (s *signed) amendedAtOnce() {
	end := ask[crm.Date](s.desk, `select end_date from contract where id = $1`, s.contract(0)).AddMonths(6)
	s.exec(`update project set sign_off = 'both', progress_percent = 50 where contract_id = $1`, s.contract(0))
	s.must(s.amend(0, "anna", crm.AmendFields{EndDate: end, Renewal: crm.RenewalAutomatic, SignOff: crm.SignMilestones}))
	if got := s.amendment(0); got != "approved" {
		s.t.Fatalf("nothing became worse, and it is %s", got)
	}
	s.refused(s.onContract(0, crm.AmendApprove, "dora", crm.AmendmentFields{}), "amendment_not_there")
	s.refused(s.amend(0, "dora", crm.AmendFields{EndDate: end}), "amendment_pending")
	s.refused(s.onContract(0, crm.AmendSign, "dora", crm.AmendSignFields{}), "validation_failed")
	s.must(s.signAmended(0))
	s.sums()
	for what, sql := range map[string]string{
		"the contract ends later":       `select end_date = '` + end.String() + `' and renewal = 'automatic' and total = 1220 from contract where id = $1`,
		"less is signed":                `select sign_off = 'milestones' from project where contract_id = $1`,
		"nothing waits for that":        `select not exists (select from tranche where contract_id = $1 and state = 'planned' and opens_at_percent <= 50)`,
		"its renewal moved with it":     `select due_at::date between '` + end.AddDays(-62).String() + `' and '` + end.AddDays(-58).String() + `' from deadline where kind = 'renewal' and process = 'contract-' || $1::text`,
		"both versions are kept":        `select count(*) = 2 from contract_version where contract_id = $1`,
		"the first is as it was made":   `select (terms->>'end_date')::date < '` + end.String() + `' and from_day = (select start_date from contract where id = $1) from contract_version where contract_id = $1 and number = 1`,
		"the signature is the second's": `select version = 2 and signer = 'Carla Bianchi' and hash = 'ff' and language = 'it' from contract_signature where contract_id = $1`,
		"it is told":                    `select count(*) = 4 from timeline where process = 'contract-' || $1::text and code like 'amendment.%'`,
	} {
		if !ask[bool](s.desk, sql, s.contract(0)) {
			s.t.Errorf("not so: %s", what)
		}
	}
	if _, err := s.c.Exec(s.t.Context(), `update contract_version set from_day = from_day + 1`); err == nil {
		s.t.Error("a version was changed")
	}
}

func (s *signed) amendedLater() {
	today := ask[crm.Date](s.desk, `select (now() + make_interval(secs => (select shift_seconds from business_clock)))::date`)
	s.must(s.amend(1, "anna", crm.AmendFields{Net: amount("800"), Plan: []crm.PlanPart{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(33)}, {Kind: crm.TrancheProgress, Percent: decimal.NewFromInt(67), Milestone: "Installed"}}, FromDay: today.AddDays(20)}))
	if got := ask[string](s.desk, `select string_agg(key, ' ' order by position) from amendment_station t join contract_amendment a on a.id = t.amendment_id where a.contract_id = $1`, s.contract(1)); got != "finance manager" {
		s.t.Fatalf("20 %% off are approved by %q", got)
	}
	s.refused(s.onContract(1, crm.AmendApprove, "anna", crm.AmendmentFields{}), "self_approval")
	s.refused(s.onContract(1, crm.AmendApprove, "dora", crm.AmendmentFields{}), "forbidden") // it is not her turn
	s.refused(s.onContract(1, crm.AmendApprove, "gina", crm.AmendmentFields{Version: 9}), "stale_version")
	s.must(s.onContract(1, crm.AmendApprove, "gina", crm.AmendmentFields{Note: "yes"}))
	s.refused(s.onContract(1, crm.AmendReject, "gina", crm.AmendmentFields{Note: "no"}), "already_decided")
	s.refused(s.signAmended(1), "amendment_not_there")
	if got := s.must(s.onContract(1, crm.AmendApprove, "dora", crm.AmendmentFields{})); got.Params["waiting"] != "" {
		s.t.Errorf("%+v", got)
	}
	s.must(s.signAmended(1))
	if got := ask[string](s.desk, `select total::text from contract where id = $1`, s.contract(1)); s.amendment(1) != "signed" || got != "1220.00" {
		s.t.Fatalf("before its day it is %s, the contract %s", s.amendment(1), got)
	}
	s.exec(`update deadline set due_at = now() where kind = 'amendment'`)
	_, err := s.steps.CatchUp(s.t.Context(), crm.ProcessID(crm.KindContract, s.contract(1)), time.Now().Add(time.Millisecond))
	s.fine(err)
	s.sums()
	if got := ask[string](s.desk, `select string_agg(kind || ' ' || net || ' ' || state || ' ' || (milestone_id is not null), ', ' order by position) from tranche where contract_id = $1`, s.contract(1)); got != "deposit 264.00 billable false, progress 536.00 planned true" {
		s.t.Errorf("billed as %s", got)
	}
	if got := ask[string](s.desk, `select c.total || ' ' || p.revenue from contract c join project p on p.contract_id = c.id where c.id = $1`, s.contract(1)); got != "976.00 800.00" {
		s.t.Errorf("contract and project are %s", got)
	}
}

func (s *signed) amendmentRefused() {
	days := func(n int) *int { return &n }
	s.refused(s.amend(2, "anna", crm.AmendFields{Version: 9, PaymentDays: days(60)}), "stale_version")
	s.refused(s.amend(2, "anna", crm.AmendFields{}), "nothing_changed")
	s.refused(s.amend(2, "anna", crm.AmendFields{TemplateID: store.NewID()}), "validation_failed")
	s.refused(s.amend(2, "anna", crm.AmendFields{PaymentDays: days(400)}), "validation_failed")
	s.refused(s.amend(2, "anna", crm.AmendFields{PaymentDays: days(60), FromDay: crm.NewDate(2020, 1, 1)}), "validation_failed")
	s.must(s.amend(2, "dora", crm.AmendFields{PaymentDays: days(60)}))
	s.standsIn("eva", "dora", 0, 5) // in whose place she may not say yes to her own
	s.refused(s.onContract(2, crm.AmendApprove, "dora", crm.AmendmentFields{}), "self_approval")
	s.refused(s.onContract(2, crm.AmendReject, "eva", crm.AmendmentFields{}), "validation_failed")
	s.refused(s.onContract(2, crm.AmendWithdraw, "eva", crm.AmendmentFields{}), "forbidden")
	s.must(s.onContract(2, crm.AmendReject, "eva", crm.AmendmentFields{Note: "30 days are enough"}))
	if got := s.refused(s.onContract(2, crm.AmendApprove, "fritz", crm.AmendmentFields{}), "already_decided"); got.Params["by"] != string(s.people["eva"]) || got.Params["decision"] != "rejected" {
		s.t.Errorf("%+v", got)
	}
	s.must(s.amend(2, "anna", crm.AmendFields{PaymentDays: days(45)}))
	s.must(s.onContract(2, crm.AmendWithdraw, "anna", crm.AmendmentFields{}))
	if n := ask[int](s.desk, `select count(*)::int from contract_version where contract_id = $1`, s.contract(2)); n != 0 {
		s.t.Errorf("%d versions of a contract that was never amended", n)
	}
	tranche := crm.ID(ask[string](s.desk, `select id::text from tranche where contract_id = $1`, s.contract(2)))
	s.must(s.onContract(2, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	s.must(s.onContract(2, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: tranche}))
	if got := s.refused(s.amend(2, "anna", crm.AmendFields{Net: amount("999.99")}), "below_invoiced"); got.Params["invoiced"] != "1000.00" {
		s.t.Errorf("%+v", got)
	}
}

// amendedByTwo has two managers decide at the same moment, and one command come twice.
func (s *signed) amendedByTwo() {
	s.must(s.amend(3, "anna", crm.AmendFields{Net: amount("1000.01")}))
	answers := make([]crm.Answer, 2)
	commands := make([]crm.Command, 2)
	for i, who := range []string{"dora", "eva"} {
		commands[i] = crm.Command{ID: fmt.Sprint("two/", who), Kind: crm.AmendApprove, Process: crm.ProcessID(crm.KindContract, s.contract(3)), Actor: string(s.people[who]), Fields: []byte(`{}`)}
		_, _, err := s.Accept(s.t.Context(), commands[i])
		s.fine(err)
	}
	var wg sync.WaitGroup
	for i, c := range commands {
		wg.Go(func() {
			r, err := s.steps.Apply(s.t.Context(), c.ID, c.Process, time.Now())
			if err != nil {
				s.t.Error(err)
			}
			answers[i] = r.Answer
		})
	}
	wg.Wait()
	won := 0
	if answers[1].OK() {
		won = 1
	}
	if lost := answers[1-won]; !answers[won].OK() || lost.Code != "already_decided" || lost.Params["by"] != commands[won].Actor {
		s.t.Fatalf("%+v", answers)
	}
	if again := s.apply(commands[won].ID, commands[won].Process); !again.OK() {
		s.t.Errorf("the same again: %+v", again)
	}
	s.must(s.signAmended(3))
	s.sums()
	if n := ask[int](s.desk, `select count(*)::int from timeline where process = 'contract-' || $1::text and code = 'amendment.approved'`, s.contract(3)); n != 1 {
		s.t.Errorf("told %d times", n)
	}
}

// amendmentOutdated has something invoiced that an approved amendment plans anew.
func (s *signed) amendmentOutdated() {
	s.must(s.onContract(4, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	s.must(s.amend(4, "anna", crm.AmendFields{Plan: []crm.PlanPart{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(100)}}}))
	tranche := crm.ID(ask[string](s.desk, `select id::text from tranche where contract_id = $1`, s.contract(4)))
	s.must(s.onContract(4, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: tranche}))
	s.refused(s.signAmended(4), "amendment_outdated")
	if n := ask[int](s.desk, `select count(*)::int from contract_signature where contract_id = $1`, s.contract(4)); n != 0 {
		s.t.Error("what was refused is signed")
	}
	s.must(s.onContract(4, crm.AmendWithdraw, "anna", crm.AmendmentFields{Note: "again"}))
	s.must(s.amend(4, "anna", crm.AmendFields{Net: amount("1500")})) // more than was invoiced: a balance takes it
	s.must(s.onContract(4, crm.AmendApprove, "dora", crm.AmendmentFields{}))
	s.must(s.signAmended(4))
	s.sums()
	if got := ask[string](s.desk, `select string_agg(kind || ' ' || net || ' ' || state, ', ' order by position) from tranche where contract_id = $1`, s.contract(4)); got != "balance 1000.00 invoiced, balance 500.00 billable" {
		s.t.Errorf("billed as %s", got)
	}
}

// amendedAnyhow amends and invoices in a random order; what was refused has changed nothing, and the sums hold after each.
func (s *signed) amendedAnyhow() {
	r := rand.New(rand.NewPCG(5, 9))
	s.must(s.onContract(5, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "60"}))
	approved, refused := 0, 0
	for range 14 {
		if r.IntN(3) == 0 {
			if id := ask[string](s.desk, `select coalesce((select id::text from tranche where contract_id = $1 and state = 'billable' limit 1), '')`, s.contract(5)); id != "" {
				s.must(s.onContract(5, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: crm.ID(id)}))
			}
			continue
		}
		f := crm.AmendFields{Net: amount(fmt.Sprintf("%d.%02d", 400+r.IntN(1600), r.IntN(100)))}
		if r.IntN(2) == 0 {
			f.Plan = []crm.PlanPart{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(17)}, {Kind: crm.TrancheProgress, Percent: decimal.NewFromInt(50)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(33)}}
		}
		a := s.amend(5, "anna", f)
		for a.OK() && s.amendment(5) == "proposed" {
			if s.onContract(5, crm.AmendApprove, "gina", crm.AmendmentFields{}).OK() {
				continue
			}
			s.must(s.onContract(5, crm.AmendApprove, "eva", crm.AmendmentFields{}))
		}
		if a.OK() {
			approved++
			s.must(s.signAmended(5))
		} else {
			refused++
		}
		s.sums()
	}
	if approved < 4 {
		s.t.Fatalf("%d approved, %d refused", approved, refused)
	}
	if n := ask[int](s.desk, `select count(*)::int from contract_amendment a join amendment_station t on t.amendment_id = a.id where t.decided_by = a.requested_by`); n != 0 {
		s.t.Errorf("%d approved their own", n)
	}
}
