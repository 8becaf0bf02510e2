package api

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// R3, G5: people of every role read pages and the API while others change the same records: nothing is answered with an error of ours, and
// under the race detector nothing is shared between answers. It is run there, as all that says AtOnce.
func TestPeopleAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	var all sync.WaitGroup
	for _, person := range []string{"anna", "mara", "admin", "sales_ops", "finance"} {
		b := s.browser(person)
		all.Go(func() {
			for _, path := range s.pages() {
				if rec := b.send(http.MethodGet, path, nil); rec.Code >= http.StatusInternalServerError {
					t.Errorf("%s as %s: %d %.200s", path, person, rec.Code, rec.Body)
				}
			}
		})
		all.Go(func() { s.readAll(person) })
	}
	for i := range 3 {
		all.Go(func() { s.change(i) })
	}
	all.Wait()
}

// readAll asks every address of the API once.
func (s *scene) readAll(person string) {
	for _, rt := range s.srv.routes() {
		if rt.page || rt.method != http.MethodGet {
			continue
		}
		if rec := s.as(s.keys[person], rt.method, s.address(rt.path), ""); rec.Code >= http.StatusInternalServerError {
			s.t.Errorf("%s as %s: %d %.200s", rt.path, person, rec.Code, rec.Body)
		}
	}
}

// change edits what the others read; a version that was seen late and a key that others took are no errors of ours.
func (s *scene) change(seed int) {
	deal := "/api/v1/opportunities/" + string(s.deal)
	for i := range 10 {
		for path, body := range map[string]string{
			"/api/v1/accounts/" + string(s.account): fmt.Sprintf(`{"class":"A","website":"https://%d.example.com"}`, i),
			deal:                                    fmt.Sprintf(`{"target":"%d.00"}`, 100+i),
		} {
			if rec := s.as(s.keys["anna"], http.MethodPatch, path, body, "Content-Type", "application/json"); rec.Code >= http.StatusInternalServerError {
				s.t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
			}
		}
		for path, body := range map[string]string{
			deal + "/notes":     `{"text":"Call them"}`,
			deal + "/products":  fmt.Sprintf(`{"product_id":%q,"quantity":"1"}`, s.product),
			deal + "/relations": fmt.Sprintf(`{"kind":"competitor","name":"Other %d"}`, i),
		} {
			key := fmt.Sprint(strings.Count(path, "/"), path[len(path)-3:], i, seed%2)
			if rec := s.as(s.keys["anna"], http.MethodPost, path, body, "Content-Type", "application/json", "Idempotency-Key", key); rec.Code >= http.StatusInternalServerError {
				s.t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
			}
		}
	}
}
