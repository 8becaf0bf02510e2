package e2e

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"
	"leadtocash/workflows"

	"go.temporal.io/api/enums/v1"
)

// most is how many events a run may have (R12).
const most = 2000

// unbroken looks at every run of a process: none is longer than it may be, each but the last went on in the next, and all replay.
func (s *scene) unbroken(process string, least int) {
	s.t.Helper()
	runs := s.runs(process, least)
	events := 0
	for _, run := range runs {
		h := s.history(process, run)
		events += len(h.Events)
		if len(h.Events) > most {
			s.t.Errorf("%s: a run of %d events", process, len(h.Events))
		}
		if err := replay(h); err != nil {
			s.t.Errorf("%s does not replay: %v", process, err)
		}
		if end := h.Events[len(h.Events)-1].EventType; run != s.current(process) && end != enums.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW {
			s.t.Errorf("%s: a run ended with %s", process, end)
		}
	}
	s.t.Logf("%s: %d events in %d runs", process, events, len(runs))
}

// TestLongDeal has a deal edited 1,000 times, moved by 400 commands of five people at once and woken by 400 signals, while its worker is
// replaced twice: no run has more than 2,000 events, and continuing as new loses no command and no signal (R12).
func TestLongDeal(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	stop := func() {}
	deal := s.deal("companylonger")
	process := crm.ProcessID(crm.KindOpportunity, deal)
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"}) // it runs
	before := s.told(process, "opportunity.moved")
	const edits, commands, signals, people = 1000, 400, 400, 5
	var all sync.WaitGroup
	all.Go(func() {
		for i := range edits {
			_, err := s.store.EditOpportunity(t.Context(), store.Target{Scope: store.Everything(), Actor: crm.ID(person("sales")), ID: deal}, func(o *crm.Opportunity) error {
				o.Need = fmt.Sprintf("Need %d", i)
				return nil
			})
			if err != nil {
				t.Errorf("edit %d: %v", i, err)
				return
			}
		}
	})
	all.Go(func() {
		for i := range signals {
			if err := s.temporal.SignalWorkflow(t.Context(), process, "", workflows.SignalWake, nil); err != nil {
				t.Errorf("signal %d: %v", i, err)
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	done := make(chan bool, commands)
	for p := range people {
		all.Go(func() {
			for i := range commands / people {
				a := s.insist(fmt.Sprintf("long/%d/%d", p, i), process, crm.MoveFields{To: []string{"timing", "identify"}[i%2]})
				if !a.OK() && a.Code != "transition_not_allowed" {
					t.Errorf("command %d of %d: %+v", i, p, a)
				}
				done <- a.OK()
			}
		})
	}
	all.Go(func() { // a second worker comes, as when a new version is rolled out, and goes
		for range 2 {
			time.Sleep(2 * time.Second)
			stop = s.work()
			time.Sleep(2 * time.Second)
			stop()
		}
	})
	all.Wait()
	close(done)
	moved, answered := 0, 0
	for ok := range done {
		answered++
		if ok {
			moved++
		}
	}
	if n := s.told(process, "opportunity.moved") - before; n != moved || moved < commands/10 {
		t.Errorf("%d moves were answered and %d are told of", moved, n)
	}
	if n := ask[int](s, `select count(*)::int from command where process = $1 and id like 'long/%' and answer is not null`, process); n != commands || answered != commands {
		t.Errorf("of %d commands %d were answered and %d are kept", commands, answered, n)
	}
	if n := s.told(process, "opportunity.edited"); n != edits {
		t.Errorf("%d edits are told of", n)
	}
	// The last signal is heard: a deadline that somebody set past the engine fires.
	s.exec(`insert into deadline (process, kind, key, due_at) values ($1, 'review', '', '2026-07-01')`, process)
	if err := s.temporal.SignalWorkflow(t.Context(), process, "", workflows.SignalWake, nil); err != nil {
		t.Fatal(err)
	}
	s.eventually("the last signal is heard", func() bool { return ask[int](s, `select count(*)::int from deadline where process = $1`, process) == 0 })
	s.unbroken(process, 2)
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "lost", Reason: "price"})
	s.over(process)
}

// insist sends a move until it is answered.
func (s *scene) insist(id, process string, fields crm.MoveFields) (a crm.Answer) {
	var err error
	for end := time.Now().Add(testkit.Patience); time.Now().Before(end); {
		c := crm.Command{ID: id, Kind: crm.OpportunityMove, Process: process, Actor: person("sales"), Fields: body(fields)}
		if a, err = s.engine.Do(s.t.Context(), c); err == nil {
			return a
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.t.Errorf("%s has no answer: %v", id, err)
	return a
}

// patience is a policy of twenty levels, one a week.
func patience(t *testing.T) map[crm.RuleKind]string {
	t.Helper()
	text := "dunning:\n  grace_days: 0\n  min_amount: 1.00\n  levels:\n"
	for i := range 20 {
		text += fmt.Sprintf("    - {key: level_%d, name: {en: Level %d}, days: %d, channel: mail, fee: 0.00}\n", i+1, i+1, 7*(i+1))
	}
	doc, problems := rules.ParseDocument([]byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return map[crm.RuleKind]string{crm.RuleDunning: string(doc[crm.RuleDunning].Source)}
}

// TestLongCollection chases three invoices of one customer for twenty weeks, 60 mornings each of which has its letter, and takes the money in the
// end. Each level is written once, on its day, and the process of five months stays short (R12).
func TestLongCollection(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-02-02 10:00")
	s.exec(`insert into working_hours (weekday, opens, closes) values (0, 9 * 60, 18 * 60), (6, 9 * 60, 18 * 60)`) // letters leave every day
	s.exec(`delete from holiday`)
	if _, err := s.store.ActivateRules(t.Context(), patience(t), "test", "twenty levels"); err != nil {
		t.Fatal(err)
	}
	contract := s.contract("companypatient")
	s.must(crm.ProjectProgress, crm.KindContract, contract, person("projects"), crm.ProgressFields{Percent: "100"})
	tranches := s.tranches(contract)
	var bills []crm.ID
	for _, id := range tranches { // two days between one and the next: no two letters on one day
		bills = append(bills, crm.ID(s.must(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: id}).Params["invoice"]))
		s.advance(2 * 24 * time.Hour)
	}
	account := ask[string](s, `select account_id::text from contract where id = $1`, contract)
	process := "collection-" + account
	due := ask[time.Time](s, `select min(due_date)::timestamptz from invoice`).In(rome)
	for tick := range 60 {
		day := due.AddDate(0, 0, 7*(tick/3+1)+2*(tick%3))
		if morning := day.Format(time.DateOnly) + " 11:00"; tick == 0 {
			s.until(morning) // with the chase, which opens the collection
		} else {
			s.forward(morning)
		}
		s.eventually(fmt.Sprintf("letter %d", tick+1), func() bool {
			return ask[int](s, `select count(*)::int from dunning_step where state = 'written'`) == tick+1
		})
	}
	s.eventually("60 letters leave", func() bool {
		return ask[int](s, `select count(*)::int from effect where key like 'mail/dunning/%' and state = 'done'`) == 60
	})
	for _, wrong := range []string{
		`select count(*)::int from dunning_step d join invoice i on i.id = d.invoice_id where d.on_date - i.due_date <> 7 * d.level`,
		`select count(*)::int from (select on_date from dunning_step group by on_date having count(*) > 1) twice`,
		`select count(*)::int from process where id like 'collection-%' and closed`,
	} {
		if n := ask[int](s, wrong); n != 0 {
			t.Errorf("%d: %s", n, wrong)
		}
	}
	for i, bill := range bills {
		s.pay(contract, bill, ask[string](s, `select open::text from receivable where invoice_id = $1`, bill), fmt.Sprint("LATE-", i))
	}
	s.over(process)
	s.unbroken(process, 1)
	s.unbroken(crm.ProcessID(crm.KindContract, contract), 1)
}
