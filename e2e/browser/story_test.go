package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/integrations/mailbox"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// day is a day of business time.
const day = 24 * time.Hour

// deal is how far a story takes a customer.
type deal struct {
	company string
	size    int64 // packaging lines to sell
	lead    crm.ID
	id      crm.ID
	quote   crm.ID
	order   crm.ID
}

func person(name string) crm.ID { return store.DemoID(name + "@demo.example") }

// carry has a process carry a command out that must be done.
func (s *scene) carry(kind string, process crm.Kind, id crm.ID, who string, fields any) crm.Answer {
	s.t.Helper()
	raw, err := json.Marshal(fields)
	must(s.t, err)
	s.played++
	actor := string(person(who))
	if who == "customer" {
		actor = who
	}
	a, err := s.engine.Do(s.t.Context(), crm.Command{ID: fmt.Sprintf("story/%d", s.played), Kind: kind, Process: crm.ProcessID(process, id), Actor: actor, Fields: raw})
	must(s.t, err)
	if !a.OK() {
		s.t.Fatalf("%s: %+v", kind, a)
	}
	return a
}

// captured is a customer who has written to us.
func (s *scene) captured(company string, lines int64) *deal {
	s.t.Helper()
	s.played++
	l, _, err := s.store.CaptureLead(s.t.Context(), crm.Lead{
		Company: company, ContactName: "The buyer", Email: mailOf(company), VAT: vatOf(s.played), Country: "IT",
		Need: "A line for small packs", Language: "en", Source: "website", Campaign: "always-on",
	}, crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{"company":"x"}`)})
	must(s.t, err)
	return &deal{company: company, size: lines, lead: l.ID}
}

// mailOf is the buyer's address.
func mailOf(company string) string {
	return "buyer@" + strings.ToLower(strings.Fields(company)[0]) + ".example"
}

// vatOf is a valid Italian VAT number.
func vatOf(n int) string {
	digits, sum := fmt.Sprintf("%010d", 1114601000+n), 0
	for i, c := range digits {
		d := int(c - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return fmt.Sprintf("IT%s%d", digits, (10-sum%10)%10)
}

func (s *scene) assigned(company string, lines int64) *deal {
	s.t.Helper()
	d := s.captured(company, lines)
	s.carry(crm.LeadQualify, crm.KindLead, d.lead, "manager", crm.QualifyFields{Score: 80, OwnerID: person("sales")})
	return d
}

func (s *scene) converted(company string, lines int64) *deal {
	s.t.Helper()
	d := s.assigned(company, lines)
	s.carry(crm.LeadFeedback, crm.KindLead, d.lead, "sales", crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	d.id = crm.ID(s.carry(crm.LeadConvert, crm.KindLead, d.lead, "sales", crm.ConvertFields{Name: company + " line"}).Params["opportunity"])
	return d
}

// priced is a deal with its lines, ready for a quote.
func (s *scene) priced(company string, lines int64) *deal {
	s.t.Helper()
	d := s.converted(company, lines)
	s.carry(crm.OpportunityMove, crm.KindOpportunity, d.id, "sales", crm.MoveFields{To: "timing"})
	_, err := s.store.AddProductLine(s.t.Context(), s.target(d.id), store.NewID(), store.DemoID("LINE-200"), func(l *crm.ProductLine) error {
		l.Quantity = decimal.NewFromInt(lines)
		return nil
	})
	must(s.t, err)
	s.carry(crm.OpportunityMove, crm.KindOpportunity, d.id, "sales", crm.MoveFields{To: "configure", Fill: map[string]string{"deal.budget": "true", "deal.close_date": "2027-06-30"}})
	return d
}

func (s *scene) configured(company string, lines int64) *deal {
	s.t.Helper()
	d := s.priced(company, lines)
	d.quote = store.NewID()
	_, err := s.store.CreateQuote(s.t.Context(), s.target(d.id), d.quote, func(q *store.QuoteDraft) error {
		q.DeliveryDate = q.Today.AddDays(120)
		return nil
	})
	must(s.t, err)
	return d
}

func (s *scene) sent(company string, lines int64) *deal {
	s.t.Helper()
	d := s.configured(company, lines)
	s.carry(crm.QuoteSend, crm.KindOpportunity, d.id, "sales", crm.QuoteDecision{QuoteID: d.quote})
	return d
}

func (s *scene) accepted(company string, lines int64) *deal {
	s.t.Helper()
	d := s.sent(company, lines)
	d.order = crm.ID(s.carry(crm.QuoteAccept, crm.KindOpportunity, d.id, "customer", crm.QuoteDecision{QuoteID: d.quote, Name: "The buyer"}).Params["order"])
	return d
}

func (s *scene) validated(company string, lines int64) *deal {
	s.t.Helper()
	d := s.accepted(company, lines)
	s.carry(crm.OrderValidate, crm.KindOpportunity, d.id, "finance", crm.OrderDecision{OrderID: d.order, Fill: map[string]string{"customer.address": "Via Po 2, 10123 Torino"}})
	return d
}

// billed is a customer who owes a deposit.
func (s *scene) billed(company string, lines int64) (contract, invoice crm.ID) {
	s.t.Helper()
	d := s.validated(company, lines)
	contract = crm.ID(s.carry(crm.OrderApprove, crm.KindOpportunity, d.id, "manager", crm.OrderDecision{OrderID: d.order}).Params["contract"])
	tranche, err := s.store.FirstTranche(s.t.Context(), contract)
	must(s.t, err)
	return contract, crm.ID(s.carry(crm.InvoiceIssue, crm.KindContract, contract, "finance", crm.IssueFields{TrancheID: tranche}).Params["invoice"])
}

func (s *scene) target(id crm.ID) store.Target {
	return store.Target{Scope: store.Everything(), Actor: person("sales"), ID: id}
}

// mailTo waits for a mail to an address and gives it.
func (s *scene) mailTo(address, subject string) (m mailbox.Message) {
	s.t.Helper()
	s.eventually("a mail to "+address+" about "+subject, func() bool {
		list, err := mailbox.List(s.mail)
		must(s.t, err)
		for _, e := range list {
			if e.To[0] == address && strings.Contains(e.Subject, subject) {
				m, err = mailbox.Read(s.mail, e.ID)
				return err == nil
			}
		}
		return false
	})
	return m
}

// state is how far an order is.
func (s *scene) state(order crm.ID) string {
	s.t.Helper()
	o, err := s.store.OrderPage(s.t.Context(), store.Everything(), order, crm.User{})
	must(s.t, err)
	return string(o.State)
}
