package chaos

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// stepsOfJourney is about how many answered requests a journey has, for the schedule.
const stepsOfJourney = 38

// journey is one lead on its way to cash, and what the product acknowledged of it.
type journey struct {
	h       *house
	n       int
	err     error // why it did not come to its end
	sent    int   // requests, for their keys
	acks    []ack
	form    bool // captured by the public form
	twice   bool // rejected first, then revised and approved
	large   bool // needs two approvals
	halves  bool // its first invoice is paid in two parts
	owes    bool // its last invoice is not paid, and chased
	undone  bool // its deal is undone in the end, with its bills
	way     way
	lead    crm.ID
	account crm.ID
	contact crm.ID
	deal    crm.ID
	quotes  []crm.ID // sent ones
	orders  []crm.ID
	signed  crm.ID // the contract
	bills   []crm.ID
	paid    []crm.ID
	next    crm.ID

	exception, handOff crm.ID
}

// ack is an acknowledged command, to be asked for again in the end.
type ack struct {
	request request
	answer  answer
}

// newJourney mixes the ways. The public form takes only so many posts from one address.
func newJourney(h *house, n int) *journey {
	return &journey{h: h, n: n, form: n%8 == 3 && n < 160, twice: n%3 == 1, large: n%5 == 2, halves: n%6 == 0, owes: n%5 == 1, undone: n%10 == 3}
}

func (j *journey) email() string   { return fmt.Sprintf("buyer-%d@chaos.example", j.n) }
func (j *journey) company() string { return fmt.Sprintf("Chaos %d Sarl", j.n) }

// fields are the members of a JSON body.
type fields map[string]any

// run goes the whole way; the first step without the answer it has to have ends it.
func (j *journey) run(ctx context.Context) {
	for _, leg := range []func(context.Context) error{
		j.capture, j.convert, j.prepare, j.configure, j.offer, j.order, j.approve, j.amend, j.deliver, j.collect, j.end,
	} {
		if j.err = leg(ctx); j.err != nil {
			j.h.say("journey %d: %v", j.n, j.err)
			return
		}
	}
}

// send sends one step until it has its answer. Its key is made of the journey and the step, so that the same run sends the same keys.
func (j *journey) send(ctx context.Context, user, method, path string, body any) (answer, error) {
	j.sent++
	r := request{user: user, method: method, path: path, body: body}
	if method != http.MethodGet {
		r.key = fmt.Sprintf("chaos/%d/%d/%d", j.h.Seed, j.n, j.sent)
	}
	a, err := j.h.do(ctx, r)
	if err == nil {
		j.h.steps.Add(1)
		if a.command != "" {
			j.acks = append(j.acks, ack{r, a})
		}
	}
	return a, err
}

// must is send for a step that has to be done.
func (j *journey) must(ctx context.Context, user, method, path string, body any) (answer, error) {
	a, err := j.send(ctx, user, method, path, body)
	if err == nil && !a.ok() {
		err = fmt.Errorf("%s %s: %s", method, path, a)
	}
	return a, err
}

// rivals sends one decision twice at the same moment with different keys: one is done, the other is refused with the code (R4, R5).
func (j *journey) rivals(ctx context.Context, user, path string, body any, loser ...string) (answer, error) {
	j.sent++
	var answers [2]answer
	var errs [2]error
	done := make(chan int)
	for i := range answers {
		r := request{user, http.MethodPost, path, fmt.Sprintf("chaos/%d/%d/%d/%d", j.h.Seed, j.n, j.sent, i), body}
		go func() {
			answers[i], errs[i] = j.h.do(ctx, r)
			done <- i
		}()
	}
	<-done
	<-done
	if err := errors.Join(errs[:]...); err != nil {
		return answer{}, err
	}
	j.h.steps.Add(1)
	if answers[1].ok() {
		answers[0], answers[1] = answers[1], answers[0]
	}
	if !answers[0].ok() || answers[1].ok() {
		return answer{}, fmt.Errorf("%s by two at once: %s and %s", path, answers[0], answers[1])
	}
	for _, code := range loser {
		if answers[1].code == code {
			return answers[0], nil
		}
	}
	return answer{}, fmt.Errorf("%s: the second is told %s", path, answers[1])
}

// capture brings the lead in, by the public form or by the API (S063). The form tells nothing, so its lead is looked for.
func (j *journey) capture(ctx context.Context) error {
	body := fields{"company": j.company(), "contact_name": "The buyer", "email": j.email(), "need": "A new line", "language": "it", "country": "FR"}
	if !j.form {
		body["external_id"], body["source"] = fmt.Sprintf("chaos-%d", j.n), "fair"
		a, err := j.must(ctx, "ops", http.MethodPost, "/api/v1/leads", body)
		j.lead = a.id()
		return err
	}
	if _, err := j.must(ctx, "", http.MethodPost, "/public/v1/forms/contact/leads", body); err != nil {
		return err
	}
	a, err := j.must(ctx, "ops", http.MethodGet, "/api/v1/leads?filter[email]="+j.email(), nil)
	if err != nil {
		return err
	}
	j.lead, err = only(a)
	return err
}

// only is the id of a list's one record.
func only(a answer) (crm.ID, error) {
	var page struct {
		Data []struct {
			ID crm.ID `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(a.body, &page); err != nil {
		return "", err
	}
	if len(page.Data) != 1 {
		return "", fmt.Errorf("%d records instead of one: %s", len(page.Data), a)
	}
	return page.Data[0].ID, nil
}

func (j *journey) convert(ctx context.Context) error {
	path := "/api/v1/leads/" + string(j.lead)
	if _, err := j.must(ctx, "ops", http.MethodPost, path+"/qualify", fields{"score": 80, "owner_id": store.DemoID("sales@demo.example")}); err != nil {
		return err
	}
	if _, err := j.must(ctx, "sales", http.MethodPost, path+"/feedback", fields{"feedback": "positive"}); err != nil {
		return err
	}
	a, err := j.rivals(ctx, "sales", path+"/convert", j.converting(), "already_converted")
	j.account, j.contact, j.deal = crm.ID(a.params["account"]), crm.ID(a.params["contact"]), crm.ID(a.params["opportunity"])
	return err
}

// prepare edits customer and deal. Before, a gate refuses, and what is refused changes nothing (invariant 18).
func (j *journey) prepare(ctx context.Context) error {
	if j.way != wayRepeat {
		if err := j.move(ctx, "timing"); err != nil {
			return err
		}
		if err := j.refusedMove(ctx); err != nil {
			return err
		}
	}
	for _, edit := range []struct {
		path string
		body fields
	}{
		{"/api/v1/accounts/" + string(j.account), fields{"country": "FR", "vat": j.vat(), "address": "Quai 2, Lyon"}},
		{"/api/v1/contacts/" + string(j.contact), fields{"job": "Head of purchasing"}},
		{j.dealPath(), fields{"need": "A new line for small packs", "budget": j.way != wayExcepted, "close_date": crm.DateOf(j.h.now().AddDate(0, 2, 0), j.h.now().Location())}},
	} {
		if _, err := j.must(ctx, "sales", http.MethodPatch, edit.path, edit.body); err != nil {
			return err
		}
	}
	return nil
}

// vat is a French number of the journey's own, with its key.
func (j *journey) vat() string { return fmt.Sprintf("FR%02d%09d", (12+3*((j.n+1)%97))%97, j.n+1) }

func (j *journey) refusedMove(ctx context.Context) error {
	before, err := j.must(ctx, "sales", http.MethodGet, j.dealPath(), nil)
	if err != nil {
		return err
	}
	a, err := j.send(ctx, "sales", http.MethodPost, j.dealPath()+"/transitions", fields{"to": "configure", "fill": fields{"customer.address": "nowhere"}})
	if err != nil {
		return err
	}
	if a.code != "gate_refused" {
		return fmt.Errorf("a deal without budget moved on: %s", a)
	}
	after, err := j.must(ctx, "sales", http.MethodGet, j.dealPath(), nil)
	if err == nil && string(before.body) != string(after.body) {
		err = fmt.Errorf("invariant 18: a refused move changed the deal from %s to %s", before, after)
	}
	return err
}

func (j *journey) dealPath() string { return "/api/v1/opportunities/" + string(j.deal) }

func (j *journey) move(ctx context.Context, to string) error {
	_, err := j.must(ctx, "sales", http.MethodPost, j.dealPath()+"/transitions", fields{"to": to})
	return err
}

// configure puts products on the deal and takes it on.
func (j *journey) configure(ctx context.Context) error {
	lines := "1"
	if j.large {
		lines = "3"
	}
	a, err := j.double(ctx, "sales", j.dealPath()+"/products", fields{"product_id": j.machine(), "quantity": lines})
	if err != nil {
		return err
	}
	if _, err := j.double(ctx, "sales", j.dealPath()+"/products", fields{"product_id": store.DemoID("MANUAL"), "quantity": "7"}); err != nil {
		return err
	}
	if j.way == wayHanded {
		if err := j.handOver(ctx, a.id()); err != nil {
			return err
		}
	}
	return j.pass(ctx)
}
