package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// R3, R4: a record that is posted again with its key, at once or later, is made once and shown the same each time.
func TestPostedAtOnceMadeOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	deal := "/api/v1/opportunities/" + string(s.newDeal("Twice"))
	for path, body := range map[string]string{
		deal + "/products":  fmt.Sprintf(`{"product_id":%q,"quantity":"1"}`, s.product),
		deal + "/relations": `{"kind":"competitor","name":"Other"}`,
		deal + "/notes":     `{"text":"Call them"}`,
		"/api/v1/quotes":    fmt.Sprintf(`{"opportunity_id":%q}`, strings.TrimPrefix(deal, "/api/v1/opportunities/")),
		"/api/v1/accounts":  `{"name":"New Srl"}`,
	} {
		var bodies [4]string
		var all sync.WaitGroup
		for i := range 3 { // at once
			all.Go(func() {
				bodies[i] = s.call1("anna", http.MethodPost, path, body, http.StatusCreated, "Idempotency-Key", "once").Body.String()
			})
		}
		all.Wait()
		again := s.call1("anna", http.MethodPost, path, body, http.StatusCreated, "Idempotency-Key", "once")
		bodies[3] = again.Body.String()
		for _, b := range bodies[1:] {
			if b != bodies[0] {
				t.Errorf("%s was shown as\n%s and as\n%s", path, bodies[0], b)
			}
		}
		if again.Header().Get("Idempotency-Replayed") != "true" {
			t.Errorf("%s: a replay does not say so", path)
		}
	}
}
