package e2e

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// TestSignedProgress: where the contract has the customer sign the progress, reporting it opens no tranche; he is asked once more after a week of work, and his yes opens what waited.
// A risk is mailed of on the morning of its review, once (S060, S084).
func TestSignedProgress(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-05-04 10:00") // a Monday
	contract := s.contract("Signed Srl")
	at, process := delivering(contract, "projects"), crm.ProcessID(crm.KindContract, contract)
	if _, err := s.store.EditProject(t.Context(), at, func(p *crm.Project) error { p.SignOff = crm.SignProgress; return nil }); err != nil {
		t.Fatal(err)
	}
	planned := func() int {
		return ask[int](s, `select count(*)::int from tranche where contract_id = $1 and state = 'planned'`, contract)
	}
	before := planned()
	s.must(crm.ProjectProgress, crm.KindContract, contract, person("projects"), crm.ProgressFields{Percent: "100"})
	if got := planned(); before == 0 || got != before {
		t.Fatalf("of %d planned tranches %d are left after the report", before, got)
	}
	o, err := s.store.AskSignOff(t.Context(), at, crm.SignOff{ID: store.NewID(), Text: "Everything is installed", Email: "buyer@customer.example"})
	if err != nil {
		t.Fatal(err)
	}
	risk, err := s.store.AddRisk(t.Context(), at, crm.Risk{ID: store.NewID(), Title: "Late steel", Probability: decimal.NewFromInt(20), Impact: decimal.NewFromInt(1000), Response: crm.RiskReduce, ReviewOn: crm.NewDate(2026, 5, 6)})
	if err != nil {
		t.Fatal(err)
	}
	mails := func(prefix string) int {
		return ask[int](s, `select count(*)::int from effect where key like $1 || '%'`, prefix)
	}
	s.until("2026-05-06 12:00")
	s.eventually("the risk is mailed of", func() bool { return mails("mail/risk/"+string(risk.ID)) >= 1 })
	if n := mails("mail/sign_off_reminder/"); n != 0 {
		t.Fatalf("%d reminders after two days", n)
	}
	s.until("2026-05-11 12:00")
	s.eventually("the customer is asked once more", func() bool { return mails("mail/sign_off_reminder/"+string(o.ID)) == 1 })
	s.until("2026-05-20 12:00")
	if n := s.told(process, "sign_off.reminded"); n != 1 {
		t.Fatalf("reminded %d times", n)
	}
	if n := s.told(process, "risk.due"); n != 1 {
		t.Fatalf("told %d times of the risk", n)
	}
	if _, err := s.store.AnswerSignOff(t.Context(), contract, o.ID, store.SignOffAnswer{Accept: true, Name: "Carla Bianchi"}); err != nil {
		t.Fatal(err)
	}
	if got := planned(); got != 0 {
		t.Fatalf("%d tranches wait still", got)
	}
	for _, id := range s.tranches(contract) { // each may be billed now
		s.must(crm.InvoiceIssue, crm.KindContract, contract, person("finance"), crm.IssueFields{TrancheID: id})
	}
}
