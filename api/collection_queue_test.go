package api

import (
	"fmt"
	"net/http"
	"testing"
)

// S091: the API tells whom to chase in the order of the collector's screen, by group, within the caller's reach; what it does not know is refused.
func TestCollectionQueueByAPI(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update receivable set due_date = current_date - 40`)
	const at = "/api/v1/collections"
	rows := func(person, query string) []any {
		return s.do(person, http.MethodGet, at+query, "", http.StatusOK)["data"].([]any)
	}
	got := rows("finance", "")
	if len(got) != 1 {
		t.Fatalf("%v", got)
	}
	d := got[0].(map[string]any)
	if want := fmt.Sprintf("%s Bianchi Srl to_60 122.00 122.00 EUR", s.account); fmt.Sprint(d["account_id"], " ", d["account"], " ", d["group"], " ", d["open"], " ", d["overdue"], " ", d["currency"]) != want || d["days_late"].(float64) < 39 || d["trouble"] != "" {
		t.Errorf("%v, want %s", d, want)
	}
	for query, want := range map[string]int{"?group=to_60": 1, "?group=to_30": 0, "?group=broken": 0, "?limit=1": 1} {
		if n := len(rows("finance", query)); n != want {
			t.Errorf("%s: %d", query, n)
		}
	}
	if n := len(rows("ben", "")); n != 0 {
		t.Errorf("another team's seller sees %d debtors", n)
	}
	for query, want := range map[string]string{"?group=late": "unknown_value", "?limit=0": "out_of_range", "?limit=x": "out_of_range", "?age=1": "unknown_parameter"} {
		if code := s.do("finance", http.MethodGet, at+query, "", http.StatusBadRequest)["errors"].([]any)[0].(map[string]any)["code"]; code != want {
			t.Errorf("%s: %v", query, code)
		}
	}
}
