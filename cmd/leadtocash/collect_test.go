package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"leadtocash/crm"
)

// S091: a collector lists, reads and notes from the command line; a plan is shown before it is agreed, its parts come to what is open, and a key is passed on.
func TestCollect(t *testing.T) {
	t.Parallel()
	var lock sync.Mutex
	var sent []string
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		switch {
		case r.Method == http.MethodPost:
			var body map[string]any
			_ = json.NewDecoder(r.Body).Decode(&body)
			text, _ := json.Marshal(body)
			sent = append(sent, r.URL.Path+" "+r.Header.Get("Idempotency-Key")+" "+string(text))
			_, _ = w.Write([]byte(`{"params":{}}`))
		case r.URL.Path == "/api/v1/collections":
			_, _ = w.Write([]byte(`{"data":[{"account_id":"a2","account":"Bianchi Srl","group":"to_60","days_late":40,"open":"5","overdue":"5.00","disputed":"2.50","currency":"EUR","promised":"2026-12-01","part_due":null,"paused_until":null}]}`))
		default:
			_, _ = w.Write([]byte(`{"debts":[{"invoice_id":"i1","number":"2026/1","due_date":"2026-10-01","currency":"EUR","open":"100.00","disputed":"10.00"}],
				"next":[{"on":"","kind":"letter","invoice":"2026/1"}],"promises":[{"id":"p1","on_date":"2026-12-01","amount":"100.00","currency":"EUR","state":"open"}],
				"plans":[{"id":"l1","amount":"100.00","currency":"EUR","state":"open"}]}`))
		}
	}))
	t.Cleanup(h.Close)
	plan := []string{"plan", "a1", "--parts=3", "--first=2026-12-31"}
	for name, c := range map[string]struct {
		args []string
		code int
		out  string
		sent string
	}{
		"queue":           {[]string{"queue"}, 0, "a2  Bianchi Srl  to_60, 40 days late  open 5.00 EUR, overdue 5.00 EUR, disputed 2.50 EUR, promised by 2026-12-01", ""},
		"debts":           {[]string{"show", "a1"}, 0, "open 100.00 EUR, disputed 10.00 EUR", ""},
		"next":            {[]string{"show", "a1"}, 0, "next when somebody has decided  letter 2026/1", ""},
		"plans":           {[]string{"show", "a1"}, 0, "plan l1", ""},
		"promise":         {[]string{"promise", "a1", "--on=2026-12-01", "--key=k1"}, 0, "promised by 2026-12-01", `/api/v1/accounts/a1/promises k1 {"on":"2026-12-01"}`},
		"dispute":         {[]string{"dispute", "a1", "--invoice=i1", "--reason=No", "--line=2", "--key=k2"}, 0, "disputed", `/disputes k2 {"invoice_id":"i1","position":2,"reason":"No"}`},
		"pause":           {[]string{"pause", "a1", "--until=2026-12-01", "--reason=Moves", "--key=k3"}, 0, "left alone", `/pauses k3 {"reason":"Moves","until":"2026-12-01"}`},
		"shown":           {plan, 0, "3  2027-02-28  33.34 EUR\nnot agreed yet", ""},
		"agreed":          {append(plan, "--agree", "--invoice=i1", "--key=k4"), 0, "agreed", `/payment-plans k4 {"first_on":"2026-12-31","invoices":["i1"],"parts":3,"rhythm":"monthly"}`},
		"another invoice": {append(plan, "--invoice=i9"), 1, "", ""},
		"too many":        {[]string{"plan", "a1", "--parts=61", "--first=2026-12-31"}, 1, "", ""},
		"no day":          {[]string{"plan", "a1", "--parts=3", "--first=soon"}, 2, "", ""},
		"ended":           {[]string{"end-plan", "a1", "l1", "--note=Paid", "--key=k5"}, 0, "ended", `/payment-plans/l1/end k5 {"note":"Paid"}`},
		"no reason":       {[]string{"end-plan", "a1", "l1"}, 2, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, said := leadtocash(t, append(append([]string{"collect"}, c.args...), "--server="+h.URL, "--token=x")...)
			if code != c.code || !strings.Contains(out, c.out) || (said == "") != (code == 0) {
				t.Errorf("exit code %d, out %q, said %q; want %+v", code, out, said, c)
			}
			lock.Lock()
			defer lock.Unlock()
			all := strings.Join(sent, "\n")
			sent = nil
			if !strings.HasSuffix(all, c.sent) || c.sent == "" && all != "" {
				t.Errorf("sent %q, want %q", all, c.sent)
			}
		})
	}
}

// S091: against a real server, an empty queue says so, and a refusal names the option that is wrong and what may stand there.
func TestCollectOnAServer(t *testing.T) {
	t.Parallel()
	_, server, key := ruleHost(t, crm.RoleFinance)
	for name, c := range map[string]struct {
		args      []string
		code      int
		out, said string
	}{
		"empty":    {[]string{"queue"}, 0, "nobody is to be chased", ""},
		"no group": {[]string{"queue", "--group=late"}, 1, "", "group (broken returned over_60 to_60 to_30 to_7 week): "},
		"nobody":   {[]string{"show", "2b1e8c4e-0b53-4f6a-8f0e-3f4f5f2f3c11"}, 1, "", "There is nothing here"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, said := leadtocash(t, append(append([]string{"collect"}, c.args...), "--server="+server, "--token="+key)...)
			if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(said, c.said) || (said == "") != (code == 0) {
				t.Errorf("exit code %d, out %q, said %q; want %+v", code, out, said, c)
			}
		})
	}
}

// A mistake is said with its place: the line of a text, the field of a body or the parameter of an address.
func TestPlaced(t *testing.T) {
	t.Parallel()
	field, whole := "/invoices/0", ""
	for want, at := range map[string]string{
		"line 3: ":          placed(&field, "", map[string]any{"line": 3}),
		"invoices/0: ":      placed(&field, "", nil),
		"group: ":           placed(nil, "group", map[string]any{"allowed": "text"}),
		"group (up down): ": placed(nil, "group", map[string]any{"allowed": []any{"up", "down"}}),
		"":                  placed(&whole, "", nil) + placed(nil, "", nil),
	} {
		if at != want {
			t.Errorf("got %q, want %q", at, want)
		}
	}
}
