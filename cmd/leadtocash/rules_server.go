package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
)

// ruleServer is where rules are worked on, and in whose name.
type ruleServer struct {
	Server string `help:"Address of the server: https://sales.example.com." env:"LEADTOCASH_SERVER" placeholder:"URL"`
	Token  string `help:"API key, made under Settings; changing rules needs one of sales ops or an admin." env:"LEADTOCASH_TOKEN" placeholder:"KEY"`
	once   string // Idempotency-Key of what is sent; empty: none
}

// serverPatience is how long the server may take; a trial over all deals is the slowest.
const serverPatience = 2 * time.Minute

// ask calls the API and reads its answer; a refusal becomes one sentence.
func (s ruleServer) ask(ctx context.Context, method, path string, body, into any) error {
	at, err := url.Parse(s.Server)
	if s.Server == "" || err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" {
		return failure{2, "--server (LEADTOCASH_SERVER) must be the address of a server, such as https://sales.example.com"}
	}
	if s.Token == "" {
		return failure{2, "--token (LEADTOCASH_TOKEN) must be an API key; Settings, API keys makes one"}
	}
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	ctx, stop := context.WithTimeout(ctx, serverPatience)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(s.Server, "/")+path, sent)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	req.Header.Set("Accept-Language", "en")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if body != nil && s.once != "" {
		req.Header.Set("Idempotency-Key", s.once)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return failure{3, "the server at " + at.Host + " cannot be reached"}
	}
	defer answer.Body.Close()
	if answer.StatusCode >= http.StatusBadRequest {
		return refusedBy(at.Host, answer)
	}
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		return failure{1, "what answers at " + at.Host + " is no server of leadtocash"}
	}
	return nil
}

// refusedBy says a refusal in one line.
func refusedBy(host string, answer *http.Response) error {
	var p api.Problem
	if json.NewDecoder(io.LimitReader(answer.Body, 1<<20)).Decode(&p) != nil || p.Code == "" {
		return failure{1, fmt.Sprintf("what answers at %s is no server of leadtocash: %s", host, answer.Status)}
	}
	if answer.StatusCode == http.StatusUnauthorized {
		return failure{1, "the server at " + host + " refuses the key; --token (LEADTOCASH_TOKEN) must be a valid one"}
	}
	said := []string{p.Title}
	for _, e := range p.Errors {
		said = append(said, placed(e.Pointer, e.Parameter, e.Params)+e.Detail)
	}
	code := 1
	if answer.StatusCode >= http.StatusInternalServerError {
		code = 3
	}
	return failure{code, strings.Join(said, " ")}
}

// placed says where in what was sent a mistake is: the line of a text, the field or the parameter; and what may stand there, if that is a list.
func placed(pointer *string, parameter string, known map[string]any) (at string) {
	switch line := known["line"]; {
	case line != nil:
		return fmt.Sprintf("line %v: ", line)
	case parameter != "":
		at = parameter
	case pointer != nil:
		at = strings.TrimPrefix(*pointer, "/")
	}
	if allowed, list := known["allowed"].([]any); list {
		at += fmt.Sprintf(" (%s)", strings.Trim(fmt.Sprint(allowed), "[]"))
	}
	if at == "" {
		return ""
	}
	return strings.TrimSpace(at) + ": "
}

// activeRule is what the server tells of a set in force.
type activeRule struct {
	Kind    crm.RuleKind `json:"kind"`
	Version int          `json:"version"`
	Source  string       `json:"source"`
	Author  string       `json:"author"`
	Comment string       `json:"comment"`
}

// active lists the sets in force in the order of the process, and learns the fields of the company's own that they name.
func (s ruleServer) active(ctx context.Context) (out []activeRule, err error) {
	var all struct {
		Data []activeRule `json:"data"`
	}
	err = s.ask(ctx, http.MethodGet, "/api/v1/rules", nil, &all)
	own := false
	for _, kind := range crm.RuleKinds() {
		for _, r := range all.Data {
			if r.Kind == kind {
				out, own = append(out, r), own || strings.Contains(r.Source, ownInRules)
			}
		}
	}
	if err == nil && own {
		err = s.learn(ctx)
	}
	return out, err
}
