package activities_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/integrations/erpstub"
	"leadtocash/store"
	"leadtocash/testkit"
)

// contract is the contract of the n-th order.
func (s *house) contract(n int) crm.ID {
	s.t.Helper()
	return crm.ID(ask[string](s.desk, `select id::text from contract where order_id = $1`, s.orders[n]))
}

// at carries a command on the n-th contract out.
func (s *house) onContract(n int, kind, actor string, fields any) crm.Answer {
	s.t.Helper()
	s.n++
	raw, err := json.Marshal(fields)
	s.fine(err)
	c := crm.Command{ID: fmt.Sprint("contract/", s.n), Kind: kind, Process: crm.ProcessID(crm.KindContract, s.contract(n)), Actor: string(s.people[actor]), Fields: raw}
	_, _, err = s.Accept(s.t.Context(), c)
	s.fine(err)
	return s.apply(c.ID, c.Process)
}

// step takes what is due of a contract's process, once, as a worker does; what it looks for again later comes at once.
func (s *house) step(n int) {
	s.t.Helper()
	process := crm.ProcessID(crm.KindContract, s.contract(n))
	s.exec(`update deadline set due_at = now() + make_interval(secs => (select shift_seconds from business_clock)) where kind = 'undo' and process = $1`, process)
	_, err := s.steps.CatchUp(s.t.Context(), process, time.Now().Add(time.Millisecond))
	s.fine(err)
	s.balanced()
	s.courier()
}

// balanced looks at the ledger: it explains what is open on each invoice, and credit notes are in it as a whole.
func (s *house) balanced() {
	s.t.Helper()
	if bad := ask[int](s.desk, `select count(*)::int from receivable r where r.open <> (select coalesce(sum(amount), 0) from ledger g where g.invoice_id = r.invoice_id)`); bad > 0 {
		s.t.Fatalf("%d invoices are not what the ledger says", bad)
	}
	if diff := ask[string](s.desk, `select (coalesce((select sum(total) from credit_note), 0) + coalesce((select sum(amount) from ledger where kind = 'credit'), 0))::text`); diff != "0.00" && diff != "0" {
		s.t.Fatalf("credit notes and ledger differ by %s", diff)
	}
}

func (s *house) view(n int) store.UndoView {
	s.t.Helper()
	v, err := s.UndoOf(s.t.Context(), store.Everything(), s.contract(n))
	s.fine(err)
	return v
}

// untilStep takes steps until the undo of the n-th contract is in a state.
func (s *house) untilUndo(n int, state crm.UndoState) store.UndoView {
	s.t.Helper()
	for end := time.Now().Add(testkit.Patience); time.Now().Before(end); {
		if v := s.view(n); v.State == state {
			return v
		}
		s.step(n)
		time.Sleep(5 * time.Millisecond)
	}
	s.t.Fatalf("never %s: %+v", state, s.view(n))
	return store.UndoView{}
}

// paidHalf bills the whole contract and has half of it paid.
func (s *signed) paidHalf(n int) crm.ID {
	s.t.Helper()
	s.must(s.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	tranche := crm.ID(ask[string](s.desk, `select id::text from tranche where contract_id = $1`, s.contract(n)))
	invoice := crm.ID(s.must(s.onContract(n, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: tranche})).Params["invoice"])
	s.must(s.onContract(n, crm.PaymentRecord, "gina", crm.PaymentFields{InvoiceID: invoice, Amount: "500", Reference: fmt.Sprint("P", n)}))
	return invoice
}

// N15: a won deal is undone by a plan that a manager approves who did not ask for it. Each step notes how it was and what it came to, the ledger is right
// after each, the ERP's order is taken back once, and nothing of the contract moves meanwhile.
func TestUndo(t *testing.T) {
	t.Parallel()
	s := newSigned(t, 4, erpstub.Faults{})
	s.exec(`update account set email = 'office@bianchi.example'`)
	s.deliver()
	s.until("the ERP has them", `select bool_and(state = 'done') from effect where channel = 'erp'`, 0)
	t.Run("reopened", func(t *testing.T) { s.undoReopened() })
	t.Run("asked and decided", func(t *testing.T) { s.undoDecided() })
	t.Run("parked", func(t *testing.T) { s.undoParked() })
	t.Run("credited", func(t *testing.T) { s.credited(3) })
}

func (s *signed) undoReopened() {
	invoice := s.paidHalf(0)
	ask1 := crm.UndoAskFields{Outcome: crm.UndoReopen, Tells: true, Reason: "The plant is not built"}
	s.must(s.onContract(0, crm.UndoAsk, "anna", ask1))
	plan := s.view(0)
	s.refused(s.onContract(0, crm.UndoAsk, "dora", ask1), "undo_pending")
	s.refused(s.onContract(0, crm.UndoApprove, "anna", crm.UndoFields{}), "self_approval")
	s.refused(s.onContract(0, crm.UndoApprove, "dora", crm.UndoFields{Version: 9}), "stale_version")
	s.must(s.onContract(0, crm.UndoApprove, "dora", crm.UndoFields{Note: "yes"}))
	s.refused(s.onContract(0, crm.UndoDecline, "eva", crm.UndoFields{Note: "no"}), "already_decided")
	s.refused(s.onContract(0, crm.ContractClose, "dora", crm.CloseFields{}), "contract_closed")
	s.refused(s.onContract(0, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}), "contract_closed")
	s.step(0)
	s.must(s.onContract(0, crm.UndoStop, "dora", crm.UndoFields{}))
	for range 3 {
		s.step(0)
	}
	if v := s.view(0); v.State != crm.UndoStopped || v.Steps[0].State != crm.StepRunning || v.Steps[1].State != crm.StepPlanned {
		s.t.Fatalf("stopped half-way it goes on: %+v", v.Steps)
	}
	s.must(s.onContract(0, crm.UndoResume, "dora", crm.UndoFields{}))
	got := s.untilUndo(0, crm.UndoDone)
	if len(got.Steps) != len(plan.Steps) {
		s.t.Errorf("%d steps were planned, %d taken", len(plan.Steps), len(got.Steps))
	}
	for i, st := range got.Steps {
		if !st.State.Over() || st.StartedAt == nil || st.EndedAt == nil || st.Kind != plan.Steps[i].Kind || len(st.Result) == 0 {
			s.t.Errorf("%+v", st)
		}
	}
	if len(plan.Remains) < 2 || plan.Remains[0].Code != "refund" || plan.Remains[0].Amount.Decimal.String() != "500" {
		s.t.Errorf("what remains: %+v", plan.Remains)
	}
	entries, err := erpstub.Read(s.file)
	s.fine(err)
	cancelled := 0
	for _, e := range entries {
		if e.Cancelled && e.Key == "erp/order/"+string(s.orders[0]) && e.Reason == ask1.Reason {
			cancelled++
		}
	}
	if cancelled != 1 {
		s.t.Errorf("the ERP was told %d times", cancelled)
	}
	for what, sql := range map[string]string{
		"the deal negotiates again":  `select state = 'open' from opportunity where id = '` + string(s.deals[0]) + `'`,
		"its process lives":          `select not closed from process where id = 'opportunity-` + string(s.deals[0]) + `'`,
		"the quote is superseded":    `select state = 'superseded' from quote where opportunity_id = '` + string(s.deals[0]) + `'`,
		"the contract is undone":     `select state = 'undone' from contract where id = '` + string(s.contract(0)) + `'`,
		"its process is over":        `select closed from process where id = 'contract-` + string(s.contract(0)) + `'`,
		"the project is closed":      `select state = 'closed' from project where contract_id = '` + string(s.contract(0)) + `'`,
		"what was paid is owed back": `select sum(amount) = -500 from ledger`,
		"nothing is open":            `select open = 0 and settled_at is not null from receivable where invoice_id = '` + string(invoice) + `'`,
		"the customer is written to": `select count(*) = 1 from effect where key like 'mail/deal_undone/%'`,
	} {
		if !ask[bool](s.desk, sql) {
			s.t.Errorf("not so: %s", what)
		}
	}
	if bad, err := s.CheckChain(s.t.Context(), store.SeriesCredit, ask[int](s.desk, `select year from credit_note`)); err != nil || bad != "" {
		s.t.Errorf("the chain of credit notes breaks at %s: %v", bad, err)
	}
}

func (s *signed) undoDecided() {
	s.refused(s.onContract(1, crm.UndoApprove, "dora", crm.UndoFields{}), "not_found")
	s.refused(s.onContract(1, crm.UndoAsk, "anna", crm.UndoAskFields{Outcome: crm.UndoReopen}), "validation_failed")
	s.refused(s.onContract(1, crm.UndoAsk, "anna", crm.UndoAskFields{Outcome: crm.UndoLose, Reason: "x"}), "validation_failed")
	s.refused(s.onContract(1, crm.UndoAsk, "anna", crm.UndoAskFields{Outcome: crm.UndoLose, LostReason: "weather", Reason: "x"}), "validation_failed")
	lose := crm.UndoAskFields{Outcome: crm.UndoLose, LostReason: "price", Reason: "They went bankrupt"}
	s.must(s.onContract(1, crm.UndoAsk, "anna", lose))
	s.refused(s.onContract(1, crm.UndoWithdraw, "dora", crm.UndoFields{}), "forbidden")
	s.must(s.onContract(1, crm.UndoWithdraw, "anna", crm.UndoFields{}))
	s.must(s.onContract(1, crm.UndoAsk, "anna", lose))
	s.refused(s.onContract(1, crm.UndoDecline, "dora", crm.UndoFields{}), "validation_failed")
	s.must(s.onContract(1, crm.UndoDecline, "dora", crm.UndoFields{Note: "Talk to them"}))
	s.refused(s.onContract(1, crm.UndoStop, "dora", crm.UndoFields{}), "undo_not_there")
	if got := ask[string](s.desk, `select state from contract where id = $1`, s.contract(1)); got != crm.ContractActive {
		s.t.Errorf("a declined undo leaves the contract %s", got)
	}
	s.must(s.onContract(1, crm.UndoAsk, "dora", lose))
	s.must(s.onContract(1, crm.UndoApprove, "eva", crm.UndoFields{}))
	s.untilUndo(1, crm.UndoDone)
	if got := ask[string](s.desk, `select state || ' ' || lost_reason from opportunity where id = $1`, s.deals[1]); got != "lost price" {
		s.t.Errorf("the deal is %s", got)
	}
}

func (s *signed) undoParked() {
	s.stub.SetFaults(erpstub.Faults{Reject: true})
	s.must(s.onContract(2, crm.UndoAsk, "anna", crm.UndoAskFields{Outcome: crm.UndoReopen, Reason: "x"}))
	s.must(s.onContract(2, crm.UndoApprove, "dora", crm.UndoFields{}))
	failed := func() bool { return s.view(2).Steps[0].State == crm.StepFailed }
	for end := time.Now().Add(testkit.Patience); time.Now().Before(end); {
		if failed() {
			break
		}
		s.step(2)
		time.Sleep(10 * time.Millisecond)
	}
	if v := s.view(2); !failed() || v.Steps[0].Problem == "" || v.Steps[1].State != crm.StepPlanned {
		s.t.Fatalf("an ERP that will not let go: %+v", v.Steps)
	}
	s.refused(s.onContract(2, crm.UndoSettle, "dora", crm.UndoFields{}), "validation_failed")
	s.stub.SetFaults(erpstub.Faults{})
	s.must(s.onContract(2, crm.UndoResume, "dora", crm.UndoFields{}))
	s.untilUndo(2, crm.UndoDone)
}
