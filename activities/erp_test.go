package activities_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/integrations"
	"leadtocash/integrations/erpstub"
	"leadtocash/store"
	"leadtocash/testkit"

	"go.temporal.io/sdk/testsuite"
)

// signed is a house whose orders are approved and on their way to an ERP.
type signed struct {
	*house
	stub *erpstub.Server
	file string
}

func newSigned(t *testing.T, orders int, faults erpstub.Faults) *signed {
	t.Helper()
	s := &signed{house: newHouse(t, oneLevel, orders), file: filepath.Join(t.TempDir(), "erp.jsonl")}
	s.serve("127.0.0.1:0", faults)
	for n := range orders {
		s.validate(n)
		s.must(s.approve(n, "dora"))
	}
	webhook, err := integrations.NewWebhookERP(s.stub.URL(), "", "key")
	s.fine(err)
	ubl, err := integrations.NewUBLERP(s.stub.URL(), "", "key")
	s.fine(err)
	s.steps.Channels = map[string]activities.Channel{store.ChannelERP: &activities.ERPChannel{
		ERP: webhook, By: map[integrations.ERPFormat]integrations.ERP{integrations.ERPUBL: ubl}, Store: s.Store,
	}}
	return s
}

func (s *signed) serve(address string, faults erpstub.Faults) {
	s.t.Helper()
	stub, err := erpstub.Start(address, s.file, faults)
	s.fine(err)
	stub.Trust("key")
	s.stub = stub
	s.t.Cleanup(func() { _ = stub.Close() })
}

// deliver has a worker deliver until the test ends; the function ends it before.
func (s *signed) deliver() func() {
	end, ended := make(chan struct{}), make(chan struct{})
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(10 * time.Minute)
	env.SetWorkerStopChannel(end)
	env.RegisterActivity(s.steps)
	go func() {
		defer close(ended)
		_, _ = env.ExecuteActivity(s.steps.Deliver, store.ChannelERP) // it says that its worker stops
	}()
	stop := func() {
		select {
		case <-end:
		default:
			close(end)
		}
		<-ended
	}
	s.t.Cleanup(stop)
	return stop
}

// until waits for what comes by itself, and moves the clock meanwhile by so much a look.
func (s *signed) until(what, sql string, by time.Duration, args ...any) {
	s.t.Helper()
	for end := time.Now().Add(testkit.Patience); time.Now().Before(end); {
		if ask[bool](s.desk, sql, args...) {
			return
		}
		if by > 0 {
			_, err := s.MoveClock(s.t.Context(), by)
			s.fine(err)
		}
		time.Sleep(25 * time.Millisecond)
	}
	s.t.Fatalf("%s: never", what)
}

// R6, must show 3: an ERP that is away for two hours by the moved clock, then drops every fifth answer after the work, answers 500 after or before it, or
// what nobody can read, gets each order exactly once. ERP_ORDERS=500 does it in full size.
func TestERPGetsEachOrderOnce(t *testing.T) {
	t.Parallel()
	orders := 12
	if v := os.Getenv("ERP_ORDERS"); v != "" {
		if _, err := fmt.Sscan(v, &orders); err != nil {
			t.Fatal(err)
		}
	}
	s := newSigned(t, orders, erpstub.Faults{})
	if err := s.stub.Close(); err != nil {
		t.Fatal(err)
	}
	s.deliver()
	s.until("each was tried in vain", `select min(attempts) >= 2 from effect where channel = 'erp'`, time.Minute)
	away := ask[int](s.desk, `select shift_seconds::int from business_clock`)
	for ask[int](s.desk, `select shift_seconds::int from business_clock`)-away < 2*60*60 {
		_, err := s.MoveClock(t.Context(), 10*time.Minute)
		s.fine(err)
		time.Sleep(5 * time.Millisecond)
	}
	if got := ask[string](s.desk, `select string_agg(distinct state, ',') from effect where channel = 'erp'`); got == "parked" || got == "done" {
		t.Fatalf("after two hours without an ERP the orders are %s", got)
	}
	_, err := s.SetERPFormat(t.Context(), store.Target{Actor: s.people["fritz"]}, "ubl") // on the way: a key is one order in either form
	s.fine(err)
	s.serve(s.stub.URL()[len("http://"):], erpstub.Faults{DropAnswer: 0.2, FailAfter: 0.1, Rubbish: 0.1, Fail: 0.1, Seed: 7})
	s.until("all are there", `select bool_and(state = 'done') from effect where channel = 'erp'`, 5*time.Minute)
	entries, err := erpstub.Read(s.file)
	s.fine(err)
	taken := map[string]string{}
	for _, e := range entries {
		if _, twice := taken[e.Key]; twice {
			t.Errorf("%s is there twice", e.Key)
		}
		taken[e.Key] = e.Ref
	}
	for _, o := range s.orders {
		key := "erp/order/" + string(o)
		if got := ask[string](s.desk, `select erp_reference from contract where order_id = $1`, o); got == "" || got != taken[key] {
			t.Errorf("the contract says %q, the ERP %q", got, taken[key])
		}
	}
	if len(entries) != orders {
		t.Errorf("%d orders of %d", len(entries), orders)
	}
}

// S081: an order that the ERP refuses waits for a person with the reason. He tries again, settles it by what he found, or gives it up; what is done is done.
func TestERPByHand(t *testing.T) {
	t.Parallel()
	s := newSigned(t, 3, erpstub.Faults{Reject: true})
	s.deliver()
	s.until("all are parked", `select bool_and(state = 'parked') from effect where channel = 'erp'`, 0)
	at := func(n int) store.Target {
		return store.Target{Scope: store.Everything(), Actor: s.people["dora"], ID: crm.ID(ask[string](s.desk, `select id::text from contract where order_id = $1`, s.orders[n]))}
	}
	if e, err := s.ERPOf(t.Context(), at(0).ID); err != nil || e.State != "parked" || e.Attempts != 1 || e.Outcome == "" || e.NextAt != nil {
		t.Fatalf("%+v %v", e, err)
	}
	refused := func(err error, code string) {
		t.Helper()
		if r, ok := err.(store.Refused); !ok || r.Code != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
	if _, err := s.TryERP(t.Context(), at(0)); err != nil && err.Error() != "erp_sending" {
		t.Fatal(err)
	}
	s.exec(`update effect set intent_at = intent_at - interval '1 minute'`) // no try is under way
	if e, err := s.SettleERP(t.Context(), at(1), "ERP-77", "seen there"); err != nil || e.State != "done" || e.Reference != "ERP-77" {
		t.Fatalf("%+v %v", e, err)
	}
	_, err := s.TryERP(t.Context(), at(1))
	refused(err, "erp_done")
	if e, err := s.CancelERP(t.Context(), at(2), "not wanted"); err != nil || e.State != "cancelled" || e.NextAt != nil {
		t.Fatalf("%+v %v", e, err)
	}
	_, err = s.CancelERP(t.Context(), at(2), "again")
	refused(err, "already_cancelled")
	s.until("it is refused again", `select state = 'parked' from effect where key = $1`, 0, "erp/order/"+string(s.orders[0]))
	s.stub.SetFaults(erpstub.Faults{})
	s.until("no try is under way", `update effect set intent_at = intent_at - interval '1 minute' where state <> 'done' returning true`, 0)
	for _, n := range []int{0, 2} {
		if _, err := s.TryERP(t.Context(), at(n)); err != nil {
			t.Error(err)
		}
	}
	s.until("both are there", `select bool_and(state = 'done') from effect where channel = 'erp'`, 0)
	if got := ask[int](s.desk, `select count(*)::int from timeline where code in ('erp.tried', 'erp.settled', 'erp.cancelled')`); got < 4 {
		t.Errorf("%d of what people did is told", got)
	}
	if _, err := s.TryERP(t.Context(), store.Target{Scope: store.Scope{}, ID: at(0).ID}); err != store.ErrNotFound {
		t.Errorf("who does not see a contract touches its order: %v", err)
	}
}
