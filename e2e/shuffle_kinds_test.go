package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"leadtocash/crm"

	"pgregory.net/rapid"
)

// newLead captures a lead of the round.
func (d *deck) newLead() crm.ID {
	d.t.Helper()
	l, _, err := d.store.CaptureLead(context.Background(), crm.Lead{Company: fmt.Sprintf("Shuffle %d", d.round), ContactName: "The buyer", Email: fmt.Sprintf("buyer-%d@shuffle.example", d.round), Need: "A new line", Language: "it", Source: "website"},
		crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
	if err != nil {
		d.t.Fatal(err)
	}
	return l.ID
}

func (d *deck) leadCards(lead crm.ID) []card {
	of := func() string { return crm.ProcessID(crm.KindLead, lead) }
	return []card{
		d.card("qualify", crm.LeadQualify, of, person("manager"), func() any { return crm.QualifyFields{Score: 80, OwnerID: crm.ID(person("sales"))} }),
		d.card("answered", crm.LeadAnswered, of, person("sales"), func() any { return struct{}{} }),
		d.card("assign", crm.LeadAssign, of, person("manager"), func() any { return crm.AssignFields{OwnerID: crm.ID(person("sales"))} }),
		d.card("feedback", crm.LeadFeedback, of, person("sales"), func() any { return crm.FeedbackFields{Feedback: crm.FeedbackPositive} }),
		d.card("convert", crm.LeadConvert, of, person("sales"), func() any { return crm.ConvertFields{} }),
	}
}

// TestLeadInAnyOrder: whatever the order, the lead is converted once (R13).
func TestLeadInAnyOrder(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	var lead crm.ID
	d.shuffled(6*time.Second, func() []card {
		lead = d.newLead()
		return d.leadCards(lead)
	}, func() string {
		return look[string](d, `select l.state || ' ' || (select closed from process where record_id = l.id) || ' ' || (select count(*) from opportunity where lead_id = l.id) from lead l where id = $1`, lead)
	}, "converted true 1")
}

// newDeal is a lead that went the straight way.
func (d *deck) newDeal() (deal crm.ID) {
	d.t.Helper()
	for _, c := range d.leadCards(d.newLead()) {
		if a := d.play(d.t, c); a.Params["opportunity"] != "" {
			deal = crm.ID(a.Params["opportunity"])
		}
	}
	if deal == "" {
		d.t.Fatal("the lead was not converted")
	}
	return deal
}

// orNobody is the id that the query finds, or one that nothing has.
func (d *deck) orNobody(sql string, args ...any) crm.ID {
	return crm.ID(look[string](d, `select coalesce((`+sql+`)::text, gen_random_uuid()::text)`, args...))
}

func (d *deck) dealCards(deal, quote crm.ID) []card {
	of := func() string { return crm.ProcessID(crm.KindOpportunity, deal) }
	order := func() crm.ID { return d.orNobody(`select id from sales_order where opportunity_id = $1 limit 1`, deal) }
	day := func(days int) string {
		return look[string](d, `select (now() + shift_seconds * interval '1 second')::date + $1::int || '' from business_clock`, days)
	}
	return []card{
		d.card("timing", crm.OpportunityMove, of, person("sales"), func() any { return crm.MoveFields{To: "timing"} }),
		d.card("configure", crm.OpportunityMove, of, person("sales"), func() any {
			return crm.MoveFields{To: "configure", Fill: map[string]string{"deal.budget": "true", "deal.close_date": day(60), "customer.country": "IT"}}
		}),
		d.card("send", crm.QuoteSend, of, person("sales"), func() any {
			return crm.QuoteDecision{QuoteID: quote, Fill: map[string]string{"customer.vat": "IT00743110157", "deal.amount": "19140"}}
		}),
		d.card("accept", crm.QuoteAccept, of, "customer", func() any { return crm.QuoteDecision{QuoteID: quote, Name: "The buyer"} }),
		d.card("validate", crm.OrderValidate, of, person("finance"), func() any {
			return crm.OrderDecision{OrderID: order(), Fill: map[string]string{"order.delivery_date": day(90), "customer.address": "Via Po 2, Torino"}}
		}),
		d.card("approve", crm.OrderApprove, of, person("manager"), func() any { return crm.OrderDecision{OrderID: order()} }),
	}
}

// TestDealInAnyOrder: whatever the order, the deal is won by the one quote, with one approved order and one contract (R13).
func TestDealInAnyOrder(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	var deal crm.ID
	d.shuffled(6*time.Second, func() []card {
		deal = d.newDeal()
		return d.dealCards(deal, d.quote(deal))
	}, func() string {
		return look[string](d, `select o.state || ' ' || (select string_agg(state, '+') from quote where opportunity_id = o.id) || ' ' || (select string_agg(state, '+') from sales_order where opportunity_id = o.id)
			|| ' ' || (select count(*) from contract where opportunity_id = o.id) from opportunity o where id = $1`, deal)
	}, "won accepted approved 1")
}

// newContract is a deal that went the straight way.
func (d *deck) newContract() (contract crm.ID) {
	d.t.Helper()
	deal := d.newDeal()
	for _, c := range d.dealCards(deal, d.quote(deal)) {
		if a := d.play(d.t, c); a.Params["contract"] != "" {
			contract = crm.ID(a.Params["contract"])
		}
	}
	if contract == "" {
		d.t.Fatal("the deal has no contract")
	}
	return contract
}

func (d *deck) contractCards(contract crm.ID) []card {
	of := func() string { return crm.ProcessID(crm.KindContract, contract) }
	cards := []card{
		d.card("begun", crm.ProjectProgress, of, person("projects"), func() any { return crm.ProgressFields{Percent: "40"} }),
		d.card("done", crm.ProjectProgress, of, person("projects"), func() any { return crm.ProgressFields{Percent: "100"} }),
	}
	for n := 1; n <= 3; n++ {
		tranche := crm.ID(look[string](d, `select id::text from tranche where contract_id = $1 and position = $2`, contract, n))
		invoice := func() crm.ID { return d.orNobody(`select invoice_id from tranche where id = $1`, tranche) }
		cards = append(cards,
			d.card("invoice", crm.InvoiceIssue, of, person("finance"), func() any { return crm.IssueFields{TrancheID: tranche} }),
			d.card("pay", crm.PaymentRecord, of, person("finance"), func() any {
				total := look[string](d, `select coalesce((select total from invoice where id = $1), 1)::text`, invoice())
				return crm.PaymentFields{InvoiceID: invoice(), Amount: total, Reference: fmt.Sprintf("%s/%d", contract, n)}
			}))
	}
	return append(cards,
		d.card("project", crm.ProjectClose, of, person("projects"), func() any { return struct{}{} }),
		d.card("close", crm.ContractClose, of, person("manager"), func() any { return crm.CloseFields{} }))
}

// TestContractInAnyOrder: whatever the order, each tranche is invoiced and paid once and the contract closed with one opportunity after it (R13).
func TestContractInAnyOrder(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	var contract crm.ID
	d.shuffled(6*time.Second, func() []card {
		contract = d.newContract()
		return d.contractCards(contract)
	}, func() string {
		return look[string](d, `select c.state || ' ' || (c.next_opportunity_id is not null) || ' ' || (select closed from process where record_id = c.id) || ' '
			|| (select count(*) || ' ' || (sum(total) = c.total) from invoice where contract_id = c.id) || ' ' || (select count(*) from ledger g join invoice i on i.id = g.invoice_id where i.contract_id = c.id and g.kind = 'payment')
			from contract c where id = $1`, contract)
	}, "closed true true 3 true 3")
}

// TestCollectionInAnyOrder: ticks of the chase, deadlines, wake-ups, jumps of the clock and part payments come in any order; each level is
// written at most once, nothing is written after the last payment, and the collection ends with the debt (R13).
func TestCollectionInAnyOrder(t *testing.T) {
	t.Parallel()
	d := newDeck(t)
	d.at("2026-02-02 11:00") // letters leave by day
	levels := func() int { return look[int](d, `select count(*)::int from dunning_step`) }
	until := time.Now().Add(6 * time.Second)
	rapid.Check(t, func(t *rapid.T) {
		if time.Now().After(until) && levels() >= 10 { // fewer prove little
			return
		}
		d.round++
		contract := d.newContract()
		cards := d.contractCards(contract)
		for _, i := range []int{1, 2} { // all work is done, the deposit invoiced
			d.play(t, cards[i])
		}
		invoice := look[string](d, `select id::text from invoice where contract_id = $1`, contract)
		account := look[string](d, `select account_id::text from contract where id = $1`, contract)
		part := 0
		pay := func(amount string) {
			part++
			d.play(t, d.card("pay", crm.PaymentRecord, func() string { return crm.ProcessID(crm.KindContract, contract) }, person("finance"), func() any {
				return crm.PaymentFields{InvoiceID: crm.ID(invoice), Amount: amount, Reference: fmt.Sprintf("%s/part/%d", invoice, part)}
			}))
		}
		react := func() {
			if look[bool](d, `select exists (select from process where id = 'collection-' || $1)`, account) {
				d.expire(t, "collection-"+account)
			}
		}
		moves := map[string]func(){
			"tick": func() {
				now, err := d.store.Now(d.t.Context())
				if err != nil {
					t.Fatalf("%v", err)
				}
				if _, err := d.steps.Chase(d.t.Context(), now.Truncate(time.Minute)); err != nil {
					t.Fatalf("chase: %v", err)
				}
			},
			"day":  func() { d.jump(t, 24*time.Hour) },
			"week": func() { d.jump(t, 8*24*time.Hour) },
			"wake": react,
			"part": func() { pay("100") },
		}
		d.jump(t, 32*24*time.Hour) // it is due
		for range 20 {
			moves[rapid.SampledFrom([]string{"tick", "day", "week", "week", "wake", "wake", "part"}).Draw(t, "move")]()
		}
		pay(look[string](d, `select open::text from receivable where invoice_id = $1`, invoice))
		letters := look[int](d, `select count(*)::int from dunning_step where invoice_id = $1`, invoice)
		for _, next := range []string{"week", "tick", "wake", "week", "tick", "wake"} {
			moves[next]()
		}
		got := look[string](d, `select (select open from receivable where invoice_id = $1) || ' ' || (select count(*) from dunning_step where invoice_id = $1) || ' '
			|| coalesce((select closed from process where id = 'collection-' || $2), true)`, invoice, account)
		if want := fmt.Sprintf("0.00 %d true", letters); got != want {
			t.Fatalf("it ends as %q, not %q", got, want)
		}
	})
	if n := levels(); n < 10 {
		t.Errorf("only %d levels were reached: this proves little", n)
	}
}

func (d *deck) jump(t interface{ Fatalf(string, ...any) }, by time.Duration) {
	if _, err := d.store.MoveClock(d.t.Context(), by); err != nil {
		t.Fatalf("%v", err)
	}
}
