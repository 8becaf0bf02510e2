package e2e

import (
	"errors"
	"log/slog"
	"os"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/workflows"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/log"
)

var quiet = log.NewStructuredLogger(slog.New(slog.DiscardHandler))

// TestRecordHistories walks every process down each of its ends on the real engine, with the clock moved where it takes weeks, and replays
// the runs (R9). With -update it keeps them for the replay test of the workflows.
func TestRecordHistories(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00")
	if *update {
		if err := os.MkdirAll(histories, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.leadPaths()
	s.wonPath()
	s.undonePath()
	s.lostPath()
	s.rejectedPath()
	s.crowdedPath()
	s.busyPath()
	s.latePaths()
	s.casePaths()
	s.importPath()
	for _, channel := range []string{store.ChannelMail, store.ChannelERP} {
		id := workflows.DispatchID(channel)
		if err := s.temporal.CancelWorkflow(t.Context(), id, ""); err != nil {
			t.Fatal(err)
		}
		s.record("Dispatch-"+channel+"-cancelled", id, s.over(id))
	}
}

func (s *scene) lead(company string) (lead crm.ID, process string) {
	s.t.Helper()
	l, _, err := s.store.CaptureLead(s.t.Context(), crm.Lead{Company: company, ContactName: "Personname", Email: "personmail@" + company + ".example", Need: "Personneed", Language: "it", Source: "website"},
		crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
	if err != nil {
		s.t.Fatal(err)
	}
	return l.ID, crm.ProcessID(crm.KindLead, l.ID)
}

func (s *scene) leadPaths() {
	lead, process := s.lead("companyone")
	s.must(crm.LeadQualify, crm.KindLead, lead, person("manager"), crm.QualifyFields{Score: 80, OwnerID: crm.ID(person("sales"))})
	s.must(crm.LeadFeedback, crm.KindLead, lead, person("sales"), crm.FeedbackFields{Feedback: crm.FeedbackPositive, Note: "Personnote"})
	s.must(crm.LeadConvert, crm.KindLead, lead, person("sales"), crm.ConvertFields{})
	s.record("Lead-converted", process, s.over(process))

	lead, process = s.lead("companytwo")
	s.must(crm.LeadDisqualify, crm.KindLead, lead, person("sales"), crm.ReasonFields{Reason: crm.DisqualifyReasons()[0]})
	s.record("Lead-disqualified", process, s.over(process))

	lead, process = s.lead("companythree")
	s.eventually("the relay starts it", func() bool {
		_, err := s.temporal.DescribeWorkflowExecution(s.t.Context(), process, "")
		return err == nil
	})
	s.must(crm.LeadQualify, crm.KindLead, lead, person("manager"), crm.QualifyFields{Score: 60, OwnerID: crm.ID(person("sales"))})
	s.must(crm.LeadFeedback, crm.KindLead, lead, person("sales"), crm.FeedbackFields{Feedback: crm.FeedbackNegative, Note: "Personnote"})
	s.must(crm.LeadAssign, crm.KindLead, lead, person("manager"), crm.AssignFields{OwnerID: crm.ID(person("south"))})
	s.must(crm.LeadFeedback, crm.KindLead, lead, person("south"), crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	s.must(crm.LeadConvert, crm.KindLead, lead, person("south"), crm.ConvertFields{})
	s.record("Lead-reassigned", process, s.over(process))
}

func (s *scene) wonPath() {
	order, deal := s.order("companyfour")
	contract := crm.ID(s.must(crm.OrderApprove, crm.KindOpportunity, deal, person("manager"), crm.OrderDecision{OrderID: order}).Params["contract"])
	process := crm.ProcessID(crm.KindOpportunity, deal)
	s.record("Opportunity-won", process, s.over(process))
	s.collectAll(contract)
	s.must(crm.ProjectClose, crm.KindContract, contract, person("projects"), struct{}{})
	s.must(crm.ContractClose, crm.KindContract, contract, person("manager"), crm.CloseFields{})
	process = crm.ProcessID(crm.KindContract, contract)
	s.record("Contract-closed", process, s.over(process))
}

// undonePath undoes a won deal, which is lost by it: the steps of the plan are taken by the contract's process, the last by a command to the deal's (N15).
func (s *scene) undonePath() {
	contract := s.contract("companytwelve")
	s.deposit(contract)
	s.must(crm.UndoAsk, crm.KindContract, contract, person("sales"), crm.UndoAskFields{Outcome: crm.UndoLose, LostReason: "price", Tells: true, Reason: "Personnote"})
	s.must(crm.UndoApprove, crm.KindContract, contract, person("manager"), crm.UndoFields{Note: "Personnote"})
	s.eventually("the undo is done", func() bool {
		return ask[string](s, `select state from contract where id = $1`, contract) == crm.ContractUndone
	})
	process := crm.ProcessID(crm.KindContract, contract)
	s.record("Contract-undone", process, s.over(process))
	process = ask[string](s, `select 'opportunity-' || opportunity_id from contract where id = $1`, contract)
	s.record("Opportunity-undone", process, s.over(process))
}

func (s *scene) lostPath() {
	deal := s.deal("companyfive")
	process, lost := crm.ProcessID(crm.KindOpportunity, deal), crm.MoveFields{To: "lost", Reason: "price", Note: "Personnote"}
	quote := s.quote(deal)
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), lost)
	s.record("Opportunity-lost", process, s.over(process))
	if state := ask[string](s, `select state from quote where id = $1`, quote); state != "superseded" {
		s.t.Errorf("the quote of a lost deal is %s", state)
	}
	s.must(crm.OpportunityReopen, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{Reason: "Personnote"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), lost)
	s.record("Opportunity-reopened-lost", process, s.over(process))
}

func (s *scene) rejectedPath() {
	order, deal := s.order("companysix")
	s.must(crm.OrderReject, crm.KindOpportunity, deal, person("manager"), crm.ReasonFields{ID: order, Reason: "Personnote"})
	second := s.quote(deal)
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: second})
	again := crm.ID(s.must(crm.QuoteAccept, crm.KindOpportunity, deal, "customer", crm.QuoteDecision{QuoteID: second, Name: "Personname"}).Params["order"])
	s.exec(`update sales_order set delivery_date = current_date + 600 where id = $1`, again)
	s.must(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{OrderID: again})
	s.must(crm.OrderApprove, crm.KindOpportunity, deal, person("manager"), crm.OrderDecision{OrderID: again})
	process := crm.ProcessID(crm.KindOpportunity, deal)
	s.record("Opportunity-rejected-approved", process, s.over(process))
}

// crowdedPath has a deal with a quote that is out go on in a new run; its deadline and its commands go with it.
func (s *scene) crowdedPath() {
	deal := s.deal("companyseven")
	order, process := s.accepted(deal), crm.ProcessID(crm.KindOpportunity, deal)
	s.record("Opportunity-continued", process, s.crowd(process))
	s.must(crm.OrderValidate, crm.KindOpportunity, deal, person("finance"), crm.OrderDecision{
		OrderID: order,
		Fill:    map[string]string{"order.delivery_date": "2026-12-01", "customer.address": "Personstreet"},
	})
	s.must(crm.OrderApprove, crm.KindOpportunity, deal, person("manager"), crm.OrderDecision{OrderID: order})
	s.record("Opportunity-continuation", process, s.over(process))
}

// busyPath holds a row for longer than a command waits: it is told to be busy, and is carried out when sent again.
func (s *scene) busyPath() {
	lead, process := s.lead("companyeight")
	ctx := s.t.Context()
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, `begin; select from process where id = '`+process+`' for update`); err != nil {
		s.t.Fatal(err)
	}
	c := crm.Command{ID: "busy", Kind: crm.LeadDisqualify, Process: process, Actor: person("sales"), Fields: body(crm.ReasonFields{ID: lead, Reason: crm.DisqualifyReasons()[0]})}
	if a, err := s.engine.Do(ctx, c); !errors.Is(err, store.ErrBusy) {
		s.t.Fatalf("a held row: %+v, %v", a, err)
	}
	if _, err := conn.Exec(ctx, `rollback`); err != nil {
		s.t.Fatal(err)
	}
	if a, err := s.engine.Do(ctx, c); err != nil || !a.OK() {
		s.t.Fatalf("sent again: %+v, %v", a, err)
	}
	s.record("Lead-busy", process, s.over(process))
}

// latePaths take weeks: a quote lapses, an unpaid invoice is chased twice and then paid.
func (s *scene) latePaths() {
	deal := s.deal("companynine")
	quote, process := s.quote(deal), crm.ProcessID(crm.KindOpportunity, deal)
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "timing"})
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{
		To:   "configure",
		Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2026-09-01", "customer.country": "IT"},
	})
	s.must(crm.QuoteSend, crm.KindOpportunity, deal, person("sales"), crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}})
	contract := s.contract("companyten")
	invoice := s.deposit(contract) // due on 3 June

	s.until("2026-06-10 10:00")
	s.eventually("the quote has lapsed", func() bool { return ask[string](s, `select state from quote where id = $1`, quote) == "expired" })
	s.must(crm.OpportunityMove, crm.KindOpportunity, deal, person("sales"), crm.MoveFields{To: "lost", Reason: "price"})
	s.record("Opportunity-quote-expired", process, s.over(process))

	s.until("2026-06-24 12:00")
	s.eventually("two letters", func() bool { return len(s.letters(invoice)) == 2 })
	s.pay(contract, invoice, ask[string](s, `select open::text from receivable where invoice_id = $1`, invoice), "SETTLED")
	collection := "collection-" + ask[string](s, `select account_id::text from contract where id = $1`, contract)
	s.record("Collection-settled", collection, s.over(collection))
	tick := ask[string](s, `select 'chase-overdue-' || to_char(max(tick) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from chase_run`)
	s.record("ChaseOverdue-done", tick, s.over(tick))
	s.casePath(contract)
}

// casePath misses the first promise of a case, answers and solves it, and lets it close by itself.
func (s *scene) casePath(contract crm.ID) {
	k := s.openCase(contract, crm.PriorityUrgent)
	process := crm.ProcessID(crm.KindCase, k.ID)
	s.until("2026-06-25 17:00")
	s.eventually("the first promise is missed", func() bool { return s.told(process, "case.escalated") > 0 })
	s.must(crm.CareAnswer, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Personnote"})
	s.must(crm.CareSolve, crm.KindCase, k.ID, person("care"), crm.CaseTextFields{Text: "Personnote"})
	s.until("2026-07-10 12:00")
	s.record("Case-closed", process, s.over(process))
}
