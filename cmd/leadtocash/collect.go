package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// collectCommand is what a collector does about debtors (S091), with the calls of the API that the screen of overdue invoices stands for.
type collectCommand struct {
	Queue   collectQueue   `cmd:"" help:"List whom to chase, in a collector's order."`
	Show    collectShow    `cmd:"" help:"Tell what a customer owes, agreed and disputes, and what happens next."`
	Promise collectPromise `cmd:"" help:"Note a promise to pay."`
	Dispute collectDispute `cmd:"" help:"Note that a customer disputes an invoice or a part of it."`
	Pause   collectPause   `cmd:"" help:"Leave a customer alone until a day."`
	Plan    collectPlan    `cmd:"" help:"Show the parts of an instalment plan, or agree it with --agree."`
	EndPlan collectEndPlan `cmd:"" name:"end-plan" help:"End an instalment plan before its last day."`
}

// debtor is the customer that a command is about.
type debtor struct {
	ruleServer
	Account string `arg:"" help:"Id of the customer's company."`
}

// at is the address of one of the debtor's calls.
func (d debtor) at(call string) string {
	return "/api/v1/accounts/" + url.PathEscape(d.Account) + "/" + call
}

// debtorAct is a debtor about whom something is to be noted once.
type debtorAct struct {
	debtor
	Key string `help:"Idempotency key: the same one again notes it once; left out: a new one."`
}

// send carries one command to the debtor's collection and says what was done; what is empty of the body is left out.
func (a debtorAct) send(ctx context.Context, call string, body map[string]any, done string) error {
	if a.once = a.Key; a.once == "" {
		a.once = uuid.NewString()
	}
	for name, v := range body {
		if s, text := v.(string); text && s == "" {
			delete(body, name)
		}
	}
	if err := a.ask(ctx, http.MethodPost, a.at(call), body, nil); err != nil {
		return err
	}
	fmt.Println(done)
	return nil
}

type collectPromise struct {
	debtorAct
	On      string   `required:"" help:"The last day, within a year." placeholder:"2026-12-31"`
	Amount  string   `help:"Left out: all that is open on the invoices."`
	Invoice []string `help:"Id of an invoice; may be named several times; left out: all that are open."`
	Note    string   `help:"What was said."`
}

// Run notes the promise; a refusal ends with 1.
func (c collectPromise) Run(ctx context.Context) error {
	body := map[string]any{"on": c.On, "amount": c.Amount, "note": c.Note}
	if len(c.Invoice) > 0 {
		body["invoices"] = c.Invoice
	}
	return c.send(ctx, "promises", body, "promised by "+c.On)
}

type collectDispute struct {
	debtorAct
	Invoice string `required:"" help:"Id of the invoice."`
	Reason  string `required:"" help:"What the customer says."`
	Line    int    `help:"Position of the invoice's line; left out: none."`
	Amount  string `help:"What is held back; left out: the line with its tax, or all that is open."`
	Owner   string `help:"Id of the person who decides; left out: oneself."`
	Due     string `help:"Until when it is decided; left out: in a week." placeholder:"2026-12-31"`
}

// Run notes the dispute; a refusal ends with 1.
func (c collectDispute) Run(ctx context.Context) error {
	body := map[string]any{"invoice_id": c.Invoice, "reason": c.Reason, "amount": c.Amount, "owner_id": c.Owner, "due_on": c.Due}
	if c.Line != 0 {
		body["position"] = c.Line
	}
	return c.send(ctx, "disputes", body, "disputed; it is held back until it is decided")
}

type collectPause struct {
	debtorAct
	Until   string `required:"" help:"The last day, within a year." placeholder:"2026-12-31"`
	Reason  string `required:"" help:"Why."`
	Invoice string `help:"Id of an invoice; left out: all that he owes."`
}

// Run notes the pause; a refusal ends with 1.
func (c collectPause) Run(ctx context.Context) error {
	return c.send(ctx, "pauses", map[string]any{"until": c.Until, "reason": c.Reason, "invoice_id": c.Invoice}, "left alone until "+c.Until)
}

type collectPlan struct {
	debtorAct
	Parts   int      `required:"" help:"How many equal parts, from 2 to 60."`
	First   string   `required:"" help:"The day of the first part, within a year." placeholder:"2026-12-31"`
	Rhythm  string   `help:"weekly or monthly." enum:"weekly,monthly" default:"monthly"`
	Invoice []string `help:"Id of an invoice; may be named several times; left out: all that are open."`
	Note    string   `help:"What was said."`
	Agree   bool     `help:"Agree it; left out: its parts are shown and nothing is noted."`
}

// Run prints the parts that the plan has over what is open now, and agrees it when asked to; a refusal ends with 1.
func (c collectPlan) Run(ctx context.Context) error {
	first, err := crm.ParseDate(c.First)
	if err != nil {
		return failure{2, "--first must be a day such as 2026-12-31"}
	}
	var owed debtorState
	if err := c.ask(ctx, http.MethodGet, c.at("collection"), nil, &owed); err != nil {
		return err
	}
	open, currency, err := owed.open(c.Invoice)
	if err != nil {
		return err
	}
	// The server alone knows its business day and judges days by it; dividing needs only one that is not after the first.
	parts, wrong := crm.PlanTerms{Parts: c.Parts, FirstOn: first, Rhythm: c.Rhythm}.Divide(open, crm.Currency(currency), first)
	if len(wrong) > 0 {
		return failure{1, owing(open, currency) + " cannot be divided so: --parts, --first and --rhythm must make a plan of 2 to 60 parts within five years"}
	}
	for _, p := range parts {
		fmt.Printf("%d  %s  %s\n", p.Position, p.DueOn, owing(p.Amount, currency))
	}
	if !c.Agree {
		fmt.Println("not agreed yet; --agree does")
		return nil
	}
	body := map[string]any{"parts": c.Parts, "first_on": c.First, "rhythm": c.Rhythm, "note": c.Note}
	if len(c.Invoice) > 0 {
		body["invoices"] = c.Invoice
	}
	return c.send(ctx, "payment-plans", body, "agreed")
}

type collectEndPlan struct {
	debtorAct
	Plan string `arg:"" help:"Id of the plan; collect show names it."`
	Note string `required:"" help:"Why."`
}

// Run ends the plan; a refusal ends with 1.
func (c collectEndPlan) Run(ctx context.Context) error {
	return c.send(ctx, "payment-plans/"+url.PathEscape(c.Plan)+"/end", map[string]any{"note": c.Note}, "ended; the chase goes on")
}

// open is what is open on the named invoices, or on all, in their one currency.
func (s debtorState) open(invoices []string) (sum decimal.Decimal, currency string, err error) {
	named := map[string]bool{}
	for _, id := range invoices {
		named[id] = true
	}
	for _, d := range s.Debts {
		if len(named) > 0 && !named[d.InvoiceID] {
			continue
		}
		if currency != "" && currency != d.Currency {
			return sum, "", failure{1, "the invoices have several currencies; --invoice names those of one plan"}
		}
		sum, currency = sum.Add(d.Open), d.Currency
		delete(named, d.InvoiceID)
	}
	for id := range named {
		return sum, "", failure{1, "nothing is open on the invoice " + id}
	}
	if currency == "" {
		return sum, "", failure{1, "the customer owes nothing"}
	}
	return sum, currency, nil
}
