package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
)

// lookAtFile uploads two files in the pages; one is brought in, one thrown away.
func (c *crasher) lookAtFile(ctx context.Context, n int) {
	if n%20 != 0 {
		return
	}
	for _, then := range []string{"start", "discard"} {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		once := fmt.Sprintf("look-%s-%d", then, time.Now().UnixNano())
		_ = w.WriteField("once", once) // into memory
		part, _ := w.CreateFormFile("file", "leads.csv")
		_, _ = part.Write([]byte("company,email\nLooked at,looked-at@chaos.invalid\n"))
		_ = w.Close()
		origin := c.origins[n/20%2]
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, origin+"/imports", &form)
		if err != nil {
			c.t.Error(err)
			return
		}
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Authorization", "Bearer "+c.keys["ops@demo.example"])
		res, err := c.http.Do(req)
		if err != nil { // it died
			return
		}
		_ = res.Body.Close()
		if at := res.Header.Get("Location"); at != "" {
			_, _, _ = c.once(ctx, origin, request{user: "ops", method: http.MethodPost, path: at + "/columns", body: url.Values{"column.0": {"company"}, "column.1": {"email"}}})
			_, _, _ = c.once(ctx, origin, request{user: "ops", method: http.MethodPost, path: at + "/" + then, body: url.Values{"command": {once}}})
		}
	}
}

// cutOff cuts an api from Temporal for longer than it waits: what its callers ask for is kept and brought there later.
func (c *crasher) cutOff(ctx context.Context, n int) {
	if n%700 != 0 {
		return
	}
	for _, l := range c.links {
		if l.name == "api-1 - Temporal" {
			l.busy.Lock()
			l.fail(cut, 13*time.Second, ctx.Done())
			l.busy.Unlock()
		}
	}
}

// workRules drafts rules, puts them into force for running processes too, and takes that back.
func (c *crasher) workRules(ctx context.Context, n int) {
	if n%20 != 0 {
		return
	}
	shipped, _ := rules.ParseDocument(rules.Default())
	var draft, active, migration struct{ ID, Migration, State string }
	const drafts, migrations = "/api/v1/rules/drafts", "/api/v1/rules/migrations/"
	w := ruleWork{c, ctx, c.origins[n/20%2]}
	if !w.ask(http.MethodPost, drafts, fields{"kind": crm.RuleProject, "source": string(shipped[crm.RuleProject].Source), "comment": "again"}, &draft) ||
		!w.ask(http.MethodPatch, drafts+"/"+draft.ID, fields{"comment": "once more"}, nil) ||
		!w.ask(http.MethodPost, drafts+"/"+draft.ID+"/activate", fields{"running": true}, &active) {
		return
	}
	for range 50 {
		if migration.State == "done" || !w.ask(http.MethodGet, migrations+active.Migration, nil, &migration) {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	w.ask(http.MethodPost, migrations+active.Migration+"/rollback", fields{"comment": "back"}, nil)
	var candidate struct{ ID string }
	if w.ask(http.MethodPost, drafts, fields{"kind": crm.RulePipeline, "source": string(shipped[crm.RulePipeline].Source), "comment": "beside"}, &candidate) {
		w.ask(http.MethodPost, drafts+"/"+candidate.ID+"/shadow", fields{"days": 1}, nil)
	}
}

// ruleWork is a person of sales operations at one api, which may be what dies.
type ruleWork struct {
	*crasher
	ctx    context.Context
	origin string
}

// ask tells whether a request was granted; changes name the version that they were made on.
func (w ruleWork) ask(method, path string, body fields, into any) bool {
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Error(err)
		return false
	}
	req, err := http.NewRequestWithContext(w.ctx, method, w.origin+path, bytes.NewReader(text))
	if err != nil {
		w.t.Error(err)
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.keys["ops@demo.example"])
	if method == http.MethodGet {
		req.Body, req.ContentLength = nil, 0
	} else {
		req.Header.Set("Idempotency-Key", fmt.Sprint("rules-", time.Now().UnixNano()))
	}
	if method == http.MethodPatch {
		req.Header.Set("If-Match", `"1"`)
	}
	res, err := w.http.Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode < 300 && (into == nil || json.NewDecoder(res.Body).Decode(into) == nil)
}
