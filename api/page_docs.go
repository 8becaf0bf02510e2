package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// docsPage is the documentation of the API, drawn from the document itself. What the API says of itself is in English.
type docsPage struct {
	Setup  string
	Intro  []string
	Tags   []docsTag
	Shapes []docsShape
}

type docsTag struct {
	ID, Name, Text string
	Calls          []docsCall
}

type docsCall struct {
	ID, Method, Path, Summary string
	Text                      []string
	Curl                      string
	Fields                    []docsField
	Answers                   []docsAnswer
}

type docsField struct {
	Name, In, Type, Text string
	Required             bool
}

type docsAnswer struct{ Status, Type, Text string }

type docsShape struct {
	Name   string
	Fields []docsField
}

// pageDocs shows every call with an example that the reader can run on his own records.
func pageDocs(r *request) error {
	var doc schema
	if err := json.Unmarshal(r.srv.published().text, &doc); err != nil {
		return err
	}
	base := r.address()
	ids := r.exampleIDs()
	p := docsPage{
		Setup: "export LEADTOCASH_TOKEN=ltc_…\ncurl -H \"Authorization: Bearer $LEADTOCASH_TOKEN\" " + base + "/api/v1/me",
		Intro: strings.Split(textOf(doc, "info", "description"), "\n\n"),
	}
	for _, t := range tags {
		p.Tags = append(p.Tags, docsTag{ID: "tag-" + strings.ToLower(t.name), Name: t.name, Text: t.text})
	}
	for _, rt := range apiRoutes(r.srv.Config) {
		op := part(doc, "paths", bracePath(rt.path), strings.ToLower(rt.method))
		if op == nil || rt.page {
			continue
		}
		c := docsCall{
			ID: textOf(op, "operationId"), Method: rt.method, Path: bracePath(rt.path), Summary: textOf(op, "summary"),
			Text: strings.Split(textOf(op, "description"), "\n\n"), Curl: curl(rt, base, ids), Fields: callFields(doc, op), Answers: callAnswers(op),
		}
		i := slices.IndexFunc(p.Tags, func(t docsTag) bool { return t.Name == rt.call.tag })
		p.Tags[i].Calls = append(p.Tags[i].Calls, c)
	}
	shapes := part(doc, "components", "schemas")
	for _, name := range slices.Sorted(maps.Keys(shapes)) {
		p.Shapes = append(p.Shapes, docsShape{name, bodyFields(part(shapes, name), "")})
	}
	return r.show(200, "docs", r.say("docs.title"), p)
}

// address is this server's, as the reader's browser knows it.
func (r *request) address() string {
	scheme := "http"
	if r.gin.Request.TLS != nil || r.srv.SecureCookies {
		scheme = "https"
	}
	return scheme + "://" + r.gin.Request.Host
}

// part follows names into the document.
func part(v any, names ...string) schema {
	for _, n := range names {
		m, ok := v.(schema)
		if !ok {
			return nil
		}
		v = m[n]
	}
	m, _ := v.(schema)
	return m
}

func textOf(v schema, names ...string) string {
	text, _ := part(v, names[:len(names)-1]...)[names[len(names)-1]].(string)
	return text
}

func callFields(doc, op schema) []docsField {
	var out []docsField
	list, _ := op["parameters"].([]any)
	for _, v := range list {
		p, _ := v.(schema)
		if r := textOf(p, "$ref"); r != "" {
			p = part(doc, strings.Split(strings.TrimPrefix(r, "#/"), "/")...)
		}
		required, _ := p["required"].(bool)
		out = append(out, docsField{textOf(p, "name"), textOf(p, "in"), typeText(part(p, "schema")), textOf(p, "description"), required})
	}
	body := part(op, "requestBody", "content", "application/json", "schema")
	needs := []any{}
	if all, ok := body["allOf"].([]any); ok {
		needs, _ = part(all[1])["required"].([]any)
		body = part(all[0])
	}
	if r := textOf(body, "$ref"); r != "" {
		fields := bodyFields(part(doc, strings.Split(strings.TrimPrefix(r, "#/"), "/")...), "body")
		for i, f := range fields {
			fields[i].Required = f.Required || slices.Contains(needs, any(f.Name))
		}
		out = append(out, fields...)
	}
	return out
}

func bodyFields(shape schema, in string) []docsField {
	members := part(shape, "properties")
	required, _ := shape["required"].([]any)
	var out []docsField
	for _, name := range slices.Sorted(maps.Keys(members)) {
		m := part(members, name)
		out = append(out, docsField{name, in, typeText(m), textOf(m, "description"), slices.Contains(required, any(name))})
	}
	if len(out) == 0 && len(shape) > 0 {
		out = append(out, docsField{"", in, typeText(shape), textOf(shape, "description"), false})
	}
	return out
}

// typeText says in a few words what a schema takes.
func typeText(s schema) string {
	if r := textOf(s, "$ref"); r != "" {
		return r[strings.LastIndex(r, "/")+1:]
	}
	if either, ok := s["anyOf"].([]any); ok {
		var names []string
		for _, v := range either {
			names = append(names, typeText(part(v)))
		}
		return strings.Join(names, " | ")
	}
	text := ""
	switch t := s["type"].(type) {
	case string:
		text = t
	case []any:
		for i, v := range t {
			text += strings.Repeat(" | ", min(i, 1)) + fmt.Sprint(v)
		}
	default:
		text = "any"
	}
	if items := part(s, "items"); items != nil {
		text += " of " + typeText(items)
	}
	if f := textOf(s, "format"); f != "" {
		text += ", " + f
	}
	if n, ok := s["maxLength"].(float64); ok {
		text += ", at most " + strconv.Itoa(int(n))
	}
	if known, ok := s["enum"].([]any); ok {
		names := make([]string, len(known))
		for i, v := range known {
			names[i], _ = v.(string)
		}
		text += ": " + strings.Join(slices.DeleteFunc(names, func(n string) bool { return n == "" }), ", ")
	}
	return text
}

func callAnswers(op schema) []docsAnswer {
	responses := part(op, "responses")
	var out []docsAnswer
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		r := part(responses, status)
		a := docsAnswer{Status: status, Text: textOf(r, "description")}
		for media, v := range part(r, "content") {
			if a.Type = "Problem"; media != "application/problem+json" {
				a.Type = typeText(part(v, "schema"))
			}
		}
		out = append(out, a)
	}
	return out
}
