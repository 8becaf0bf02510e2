package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"leadtocash/crm"
)

// answer is what a step came to: a success or a definite refusal.
type answer struct {
	status  int
	code    string // of a refusal
	body    []byte
	command string // id, where the answer tells one
	params  map[string]string
}

// ok tells whether the request was granted. An edit that was made before its answer was lost is told to be done when it is sent again.
func (a answer) ok() bool {
	return a.status < 400 || a.status == http.StatusConflict && a.code == "already_done"
}

// id is the id of the record in the body.
func (a answer) id() crm.ID {
	var v struct {
		ID crm.ID `json:"id"`
	}
	_ = json.Unmarshal(a.body, &v) // an answer without one is found out by whoever needs it
	return v.ID
}

func (a answer) String() string { return fmt.Sprintf("%d %s", a.status, bytes.TrimSpace(a.body)) }

// request is a step as it is sent, again and again with the same key until it has an answer.
type request struct {
	user   string // demo user; empty: the public
	method string
	path   string
	key    string // Idempotency-Key
	body   any    // JSON, or url.Values for a form
}

// do sends until there is an answer. 202 for a command, 408, 429, 5xx and lost connections say nothing of the outcome, so that the same is sent again.
func (h *house) do(ctx context.Context, r request) (answer, error) {
	ctx, stop := context.WithTimeout(ctx, stepWithin)
	defer stop()
	pause := 50 * time.Millisecond
	last := ""
	for n := rand.IntN(len(h.origins)); ; n++ {
		a, wait, err := h.once(ctx, h.origins[n%len(h.origins)], r)
		if err == nil && wait == 0 {
			h.answers.add(fmt.Sprint(a.status))
			return a, nil
		}
		if last = a.String(); err != nil {
			last = err.Error()
			h.answers.add("no answer")
		} else {
			h.answers.add(fmt.Sprintf("%d %s, sent again", a.status, a.code))
		}
		select {
		case <-ctx.Done():
			return answer{}, fmt.Errorf("%s %s has no answer after %v; the last: %s", r.method, r.path, stepWithin, last)
		case <-time.After(max(pause, min(wait, 500*time.Millisecond))):
		}
		pause = min(2*pause, time.Second)
	}
}

// once sends a request to one api; wait is not 0 when it has to be sent again.
func (h *house) once(ctx context.Context, origin string, r request) (a answer, wait time.Duration, err error) {
	req, err := h.request(ctx, origin, r)
	if err != nil {
		return a, 0, err
	}
	res, err := h.http.Do(req)
	if err != nil {
		return a, 0, err
	}
	defer res.Body.Close()
	if a.body, err = io.ReadAll(res.Body); err != nil {
		return a, 0, err
	}
	a.status = res.StatusCode
	problem := strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json")
	var v struct {
		Code    string            `json:"code"`
		Command string            `json:"command"`
		Params  map[string]string `json:"params"`
	}
	_ = json.Unmarshal(a.body, &v) // lists and records have none of these
	a.command, a.params = v.Command, v.Params
	if problem {
		var p struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(a.body, &p)
		a.code = p.Code
	}
	switch {
	case a.status == http.StatusAccepted && !strings.HasPrefix(r.path, "/public/"), a.status == http.StatusRequestTimeout, a.status == http.StatusTooManyRequests, a.status >= 500:
		seconds, _ := time.ParseDuration(res.Header.Get("Retry-After") + "s")
		return a, max(seconds, time.Millisecond), nil
	}
	return a, 0, nil
}

func (h *house) request(ctx context.Context, origin string, r request) (*http.Request, error) {
	var body io.Reader
	kind := ""
	switch b := r.body.(type) {
	case nil:
	case url.Values:
		body, kind = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		body, kind = bytes.NewReader(raw), "application/json"
		if r.method == http.MethodPatch {
			kind = "application/merge-patch+json"
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, origin+r.path, body)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if r.user != "" {
		req.Header.Set("Authorization", "Bearer "+h.keys[r.user+"@demo.example"])
	}
	if r.key != "" {
		req.Header.Set("Idempotency-Key", r.key)
	}
	return req, nil
}

// tally counts answers by kind.
type tally struct {
	mu sync.Mutex
	of map[string]int
}

func (t *tally) add(what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.of[what]++
}
