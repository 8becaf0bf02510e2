package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
)

// ownInRules is what names a field of the company's own in a rule: account.custom.turnover.
const ownInRules = ".custom."

// ownField is a definition as the API tells it.
type ownField struct {
	Record   string             `json:"record"`
	Name     string             `json:"name"`
	Type     crm.CustomType     `json:"type"`
	Labels   map[string]string  `json:"labels"`
	Options  []crm.CustomOption `json:"options"`
	Readers  []crm.Role         `json:"readers"`
	Writers  []crm.Role         `json:"writers"`
	Position int                `json:"position"`
	Retired  bool               `json:"retired"`
}

// mostOwnPages is how many pages of definitions are read at most: many more than a server takes.
const mostOwnPages = 50

// learn asks the server for the fields that the company defined itself, so that rules may name them (S054).
func (s ruleServer) learn(ctx context.Context) error {
	path := "/api/v1/custom-fields?limit=200"
	for range mostOwnPages {
		var page struct {
			Data []ownField `json:"data"`
			Next *string    `json:"next_cursor"`
		}
		if err := s.ask(ctx, http.MethodGet, path, nil, &page); err != nil {
			return err
		}
		fields := make([]crm.CustomField, len(page.Data))
		for i, f := range page.Data {
			fields[i] = crm.CustomField{
				Record: f.Record, Name: f.Name, Type: f.Type, Labels: f.Labels, Options: f.Options, Readers: f.Readers, Writers: f.Writers,
				Position: f.Position, Retired: f.Retired,
			}
		}
		crm.LearnCustom(fields)
		if page.Next == nil {
			return nil
		}
		path = "/api/v1/custom-fields?limit=200&cursor=" + url.QueryEscape(*page.Next)
	}
	return failure{1, "the server tells of fields without end"}
}

// read reads a rule file. Where it names fields of the company's own, the server is asked what they are, if one is given.
func (s ruleServer) read(ctx context.Context, file string) ([]byte, error) {
	src, err := readRules(file)
	if err == nil && s.Server != "" && bytes.Contains(src, []byte(ownInRules)) {
		err = s.learn(ctx)
	}
	return src, err
}

// document reads a rule file whose every set can be used; its problems are told, and end the command.
func (s ruleServer) document(ctx context.Context, file string, asJSON bool) (rules.Document, []byte, error) {
	src, err := s.read(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	doc, problems := rules.ParseDocument(src)
	if len(problems) > 0 {
		return nil, nil, rulesCheck{File: file, JSON: asJSON, ruleServer: s}.report(problems)
	}
	return doc, src, nil
}

// hint says where fields of the company's own are known, if a problem may be that nobody was asked for them.
func (s ruleServer) hint(problems rules.Problems) {
	if s.Server != "" {
		return
	}
	for _, p := range problems {
		if strings.Contains(p.Text, ownInRules) {
			fmt.Fprintln(os.Stderr, "leadtocash: fields of your company's own are known to its server only; with --server and --token (LEADTOCASH_SERVER, LEADTOCASH_TOKEN) it is asked for them")
			return
		}
	}
}
