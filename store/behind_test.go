package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// advance sends a command of the deal's process through the step given.
func (e edited) advance(t *testing.T, step store.Step) (crm.Result, error) {
	t.Helper()
	c := crm.Command{
		ID: string(store.NewID()), Kind: crm.OpportunityMove, Process: crm.ProcessID(crm.KindOpportunity, e.target.ID),
		Actor: string(e.target.Actor), Fields: []byte(`{}`),
	}
	_, _, err := e.store.Accept(t.Context(), c)
	must(t, err)
	return e.store.Advance(t.Context(), c.ID, c.Process, time.Now(), step)
}

func (e edited) name(t *testing.T) string {
	t.Helper()
	f, err := e.store.Facts(t.Context(), e.target.ID)
	must(t, err)
	return f.Deal.Name
}

// rename is a step that writes, reads what it wrote, and then ends as told.
func rename(to string, seen *string, a crm.Answer, failure error) store.Step {
	return func(ctx context.Context, tx *store.Tx, _ crm.Command) (crm.Answer, error) {
		o, err := tx.Opportunity(ctx)
		if err != nil {
			return a, err
		}
		o.Name = to
		if err := tx.SaveOpportunity(ctx, o); err != nil {
			return a, err
		}
		f, err := tx.Facts(ctx, o.ID)
		if *seen = f.Deal.Name; err != nil {
			return a, err
		}
		o.Name += " again"
		if err := tx.SaveOpportunity(ctx, o); err != nil {
			return a, err
		}
		return a, failure
	}
}

// A step reads what it wrote before; all of it is there afterwards, or, after a refusal or a failure, none of it (S098, invariant 18).
func TestStepsWriteWholly(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	before, broken := e.name(t), errors.New("broken")
	for _, c := range []struct {
		name    string
		answer  crm.Answer
		failure error
		want    string
	}{
		{"refused", crm.Answer{Code: "gate_refused"}, nil, before},
		{"failed", crm.Answer{Code: crm.Done}, broken, before},
		{"done", crm.Answer{Code: crm.Done}, nil, "new again"},
	} {
		var seen string
		r, err := e.advance(t, rename("new", &seen, c.answer, c.failure))
		if !errors.Is(err, c.failure) {
			t.Fatalf("%s: %v", c.name, err)
		}
		if seen != "new" {
			t.Errorf("%s: the step read %q", c.name, seen)
		}
		if got := e.name(t); got != c.want {
			t.Errorf("%s: the deal is called %q", c.name, got)
		}
		if c.failure == nil && r.Answer.Code != c.answer.Code {
			t.Errorf("%s: answered %q", c.name, r.Answer.Code)
		}
	}
}

// What the database has against a late write fails the step and leaves nothing of it.
func TestLateWriteFails(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	before := e.name(t)
	_, err := e.advance(t, func(ctx context.Context, tx *store.Tx, _ crm.Command) (crm.Answer, error) {
		o, err := tx.Opportunity(ctx)
		if err != nil {
			return crm.Answer{}, err
		}
		o.Name = "new"
		if err := tx.SaveOpportunity(ctx, o); err != nil {
			return crm.Answer{}, err
		}
		return crm.Answer{Code: crm.Done}, tx.SaveOrder(ctx, crm.Order{ID: "no id", PaymentDays: 30, DeliveryDate: crm.Date{}, Total: decimal.Zero})
	})
	if err == nil {
		t.Error("an id that is none was written")
	}
	if got := e.name(t); got != before {
		t.Errorf("the deal is called %q", got)
	}
}
