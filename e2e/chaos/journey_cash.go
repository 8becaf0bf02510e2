package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// offer makes the quote, sends it and has the customer accept it.
func (j *journey) offer(ctx context.Context) error {
	a, err := j.double(ctx, "sales", "/api/v1/quotes", fields{"opportunity_id": j.deal})
	if err != nil {
		return err
	}
	return j.sendAndAccept(ctx, a.id())
}

func (j *journey) sendAndAccept(ctx context.Context, quote crm.ID) error {
	if _, err := j.must(ctx, "sales", http.MethodPost, "/api/v1/quotes/"+string(quote)+"/send", nil); err != nil {
		return err
	}
	j.quotes = append(j.quotes, quote)
	if err := j.accept(ctx, quote); err != nil {
		return err
	}
	a, err := j.must(ctx, "finance", http.MethodGet, "/api/v1/orders?filter[opportunity_id]="+string(j.deal)+"&filter[state]=validate", nil)
	if err != nil {
		return err
	}
	order, err := only(a)
	j.orders = append(j.orders, order)
	return err
}

// accept is the customer's word: on the page that the link in his mail leads to, or straight to the engine where there is no page yet.
// He presses the button twice.
func (j *journey) accept(ctx context.Context, quote crm.ID) error {
	j.sent++
	key := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "chaos/%d/%d/%d", j.h.Seed, j.n, j.sent)).String()
	if !j.h.page {
		raw, err := json.Marshal(crm.QuoteDecision{QuoteID: quote, Name: "The buyer"})
		if err != nil {
			return err
		}
		if err := j.h.command(ctx, crm.Command{ID: key, Kind: crm.QuoteAccept, Process: crm.ProcessID(crm.KindOpportunity, j.deal), Actor: "customer", Fields: raw}); err != nil {
			return err
		}
		j.h.steps.Add(1)
		return nil
	}
	link, err := j.h.link(ctx, quote)
	if err != nil {
		return err
	}
	for range 2 {
		a, err := j.must(ctx, "", http.MethodPost, link+"/accept", url.Values{"name": {"The buyer"}, "note": {"Fine"}, "command": {key}})
		if err != nil {
			return err
		}
		if a.status != http.StatusSeeOther {
			return fmt.Errorf("the customer's acceptance is answered %d", a.status)
		}
	}
	return nil
}

// order has finance validate the order; some journeys have it rejected first, and come back with a discount (decision 7).
func (j *journey) order(ctx context.Context) error {
	if err := j.validate(ctx); err != nil || !j.twice {
		return err
	}
	if _, err := j.must(ctx, "manager", http.MethodPost, j.orderPath()+"/reject", fields{"reason": "Too dear"}); err != nil {
		return err
	}
	quote := j.quotes[len(j.quotes)-1]
	a, err := j.double(ctx, "sales", "/api/v1/quotes/"+string(quote)+"/revisions", nil)
	if err != nil {
		return err
	}
	if _, err := j.must(ctx, "sales", http.MethodPatch, "/api/v1/quotes/"+string(a.id()), fields{"discount_percent": "5"}); err != nil {
		return err
	}
	if err := j.sendAndAccept(ctx, a.id()); err != nil {
		return err
	}
	return j.validate(ctx)
}

func (j *journey) orderPath() string { return "/api/v1/orders/" + string(j.orders[len(j.orders)-1]) }

func (j *journey) validate(ctx context.Context) error {
	delivery := crm.DateOf(j.h.now().AddDate(0, 3, 0), j.h.now().Location())
	_, err := j.must(ctx, "finance", http.MethodPost, j.orderPath()+"/validate", fields{"fill": fields{"order.delivery_date": delivery.String()}})
	return err
}

// approve has the manager decide from two windows at once; a large order then needs the director.
func (j *journey) approve(ctx context.Context) error {
	a, err := j.rivals(ctx, "manager", j.orderPath()+"/approve", fields{"note": "Good"}, "already_decided", "forbidden")
	if err != nil {
		return err
	}
	if j.large {
		if a, err = j.must(ctx, "admin", http.MethodPost, j.orderPath()+"/approve", fields{}); err != nil {
			return err
		}
	}
	if j.signed = crm.ID(a.params["contract"]); j.signed == "" {
		return fmt.Errorf("the approval made no contract: %s", a)
	}
	return nil
}

func (j *journey) contractPath() string { return "/api/v1/contracts/" + string(j.signed) }

// deliver reports the work done and bills each tranche (S060, S084, S087).
func (j *journey) deliver(ctx context.Context) error {
	for _, percent := range []string{"40", "100"} {
		if _, err := j.must(ctx, "projects", http.MethodPost, j.contractPath()+"/project/progress", fields{"percent": percent}); err != nil {
			return err
		}
	}
	a, err := j.must(ctx, "finance", http.MethodGet, j.contractPath(), nil)
	if err != nil {
		return err
	}
	var contract struct {
		Tranches []struct {
			ID crm.ID `json:"id"`
		} `json:"tranches"`
	}
	if err := json.Unmarshal(a.body, &contract); err != nil {
		return err
	}
	for _, t := range contract.Tranches {
		a, err := j.rivals(ctx, "finance", j.contractPath()+"/invoices", fields{"tranche_id": t.ID}, "already_invoiced")
		if err != nil {
			return err
		}
		j.bills = append(j.bills, crm.ID(a.params["invoice"]))
	}
	return nil
}

// collect pays each invoice, unless he owes the last; the same key from two windows is one payment (R4).
func (j *journey) collect(ctx context.Context) error {
	bills := j.bills
	if j.undone { // they are credited
		return nil
	}
	if j.owes {
		bills = bills[:len(bills)-1]
	}
	for i, bill := range bills {
		path := "/api/v1/invoices/" + string(bill)
		if i == 0 && j.halves { // a part of it is credited first
			if _, err := j.double(ctx, "finance", path+"/credit-notes", fields{"lines": []fields{{"position": 1, "net": "10.01"}}, "reason": "One came back"}); err != nil {
				return err
			}
		}
		a, err := j.must(ctx, "finance", http.MethodGet, path, nil)
		if err != nil {
			return err
		}
		var invoice struct {
			Open decimal.Decimal `json:"open"`
		}
		if err := json.Unmarshal(a.body, &invoice); err != nil {
			return err
		}
		parts := []decimal.Decimal{invoice.Open}
		if i == 0 && j.halves {
			half := invoice.Open.Div(decimal.NewFromInt(2)).Round(2)
			parts = []decimal.Decimal{half, invoice.Open.Sub(half)}
		}
		for k, part := range parts {
			a, err := j.double(ctx, "finance", path+"/payments", fields{"amount": part.StringFixed(2), "reference": fmt.Sprintf("chaos-%d-%d-%d", j.n, i, k)})
			if err != nil {
				return err
			}
			j.paid = append(j.paid, crm.ID(a.params["payment"]))
		}
	}
	return nil
}

// double sends one request twice at the same moment with one key: both are told the same.
func (j *journey) double(ctx context.Context, user, path string, body any) (answer, error) {
	j.sent++
	r := request{user, http.MethodPost, path, fmt.Sprintf("chaos/%d/%d/%d", j.h.Seed, j.n, j.sent), body}
	type result struct {
		answer answer
		err    error
	}
	second := make(chan result, 1)
	go func() {
		a, err := j.h.do(ctx, r)
		second <- result{a, err}
	}()
	a, err := j.h.do(ctx, r)
	b := <-second
	switch {
	case err != nil:
		return a, err
	case b.err != nil:
		return a, b.err
	case !a.ok():
		return a, fmt.Errorf("%s: %s", path, a)
	case string(a.body) != string(b.answer.body):
		return a, fmt.Errorf("R4: %s with one key is told %s and %s", path, a, b.answer)
	}
	j.h.steps.Add(1)
	if a.command != "" {
		j.acks = append(j.acks, ack{r, a})
	}
	return a, nil
}

// end closes project and contract, once all is paid; the next opportunity begins, with the amount of what was sold (S085, S088, S033).
func (j *journey) end(ctx context.Context) error {
	switch {
	case j.owes:
		return nil
	case j.undone:
		return j.undo(ctx)
	}
	if _, err := j.must(ctx, "projects", http.MethodPost, j.contractPath()+"/project/close", nil); err != nil {
		return err
	}
	a, err := j.must(ctx, "manager", http.MethodPost, j.contractPath()+"/close", nil)
	if err != nil {
		return err
	}
	if j.next = crm.ID(a.params["opportunity"]); j.next == "" {
		return fmt.Errorf("the closed contract has no next opportunity: %s", a)
	}
	_, err = j.must(ctx, "sales", http.MethodPatch, "/api/v1/opportunities/"+string(j.next), fields{"target": fmt.Sprintf("%d.%02d", 1000+j.n, j.n%100), "close_date": "2040-06-30"}) // a large deal needs its date
	return err
}
