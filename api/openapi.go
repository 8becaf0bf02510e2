package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// publication is the OpenAPI document as it is served.
type publication struct {
	text []byte
	etag string
}

// publish writes the document of the server's routes. It depends on nothing but them, so it is made once.
func (s *Server) publish() publication {
	text, err := json.Marshal(openAPI(apiRoutes(s.Config)))
	if err != nil {
		s.Log.Error("the OpenAPI document cannot be written", "error", err)
	}
	sum := sha256.Sum256(text)
	return publication{text, `"` + hex.EncodeToString(sum[:12]) + `"`}
}

// getOpenAPI serves the document; whoever has this version already is told so.
func getOpenAPI(r *request) error {
	p := r.srv.published()
	openToSites(r, "*")
	h := r.gin.Writer.Header()
	h.Set("Access-Control-Allow-Methods", "GET")
	h.Set("ETag", p.etag)
	h.Set("Cache-Control", "no-cache")
	if strings.Contains(r.gin.GetHeader("If-None-Match"), p.etag) {
		r.gin.Status(http.StatusNotModified)
		r.gin.Writer.WriteHeaderNow()
		return nil
	}
	r.gin.Data(http.StatusOK, "application/json; charset=utf-8", p.text)
	return nil
}

// openAPI makes the document of a table of routes; pages are no part of it.
func openAPI(table []route) schema {
	s := &shapes{components: figures()}
	s.component(reflect.TypeFor[Problem](), outgoing)
	s.components["Problem"].(schema)["properties"].(schema)["code"] = schema{"type": "string", "enum": texts(problemCodes()), "description": "It never changes."}
	s.components["Item"].(schema)["properties"].(schema)["code"] = schema{"type": "string", "enum": texts(errorCodes()), "description": "What is wrong there. It never changes."}
	paths := schema{}
	for _, rt := range table {
		if rt.page || rt.call.summary == "" {
			continue
		}
		path := bracePath(rt.path)
		if paths[path] == nil {
			paths[path] = schema{}
		}
		paths[path].(schema)[strings.ToLower(rt.method)] = s.operation(rt)
	}
	return schema{
		"openapi": "3.1.0",
		"info": schema{
			"title": "leadtocash", "version": "1.0.0",
			"description": strings.Join([]string{noQuery, bodyRule, onceByKey, commandAnswer, describedAnswers, "Times are in UTC; due dates are dates of the company's zone."}, "\n\n"),
		},
		"servers":    []any{schema{"url": "/"}},
		"tags":       documentTags(),
		"paths":      paths,
		"components": schema{"schemas": s.components, "securitySchemes": securitySchemes(), "parameters": sharedParameters(), "headers": sharedHeaders()},
	}
}

func documentTags() []any {
	out := make([]any, len(tags))
	for i, t := range tags {
		out[i] = schema{"name": t.name, "description": t.text}
	}
	return out
}

// bracePath writes /leads/:id as /leads/{id}.
func bracePath(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if name, ok := strings.CutPrefix(p, ":"); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// operationID is "getLeadsId" of GET /api/v1/leads/:id.
func operationID(rt route) string {
	id := strings.ToLower(rt.method)
	for part := range strings.FieldsFuncSeq(rt.path, func(c rune) bool { return !('a' <= c && c <= 'z' || '0' <= c && c <= '9') }) {
		if part != "api" && part != "v1" {
			id += exported(part)
		}
	}
	return id
}

func (s *shapes) operation(rt route) schema {
	c := rt.call
	text := []string{}
	if c.text != "" {
		text = append(text, c.text)
	}
	text = append(text, permissionText(rt.need))
	if c.rules != "" {
		text = append(text, "Rules: "+c.rules+".")
	}
	op := schema{
		"operationId": operationID(rt), "tags": []any{c.tag}, "summary": c.summary, "description": strings.Join(text, "\n\n"),
		"responses": s.responses(rt), "security": []any{schema{"bearer": []any{}}, schema{"session": []any{}}},
	}
	if rt.need == public {
		op["security"] = []any{}
	}
	if ps := operationParameters(rt); len(ps) > 0 {
		op["parameters"] = ps
	}
	if body := s.requestBody(c); body != nil {
		op["requestBody"] = body
	}
	return op
}

func (s *shapes) requestBody(c call) schema {
	content := schema{}
	if c.body != nil {
		shape := s.component(reflect.TypeOf(c.body), incoming)
		if len(c.needs) > 0 {
			shape = schema{"allOf": []any{shape, schema{"required": c.needs}}}
		}
		media := schema{"schema": shape}
		if c.example != "" {
			media["example"] = json.RawMessage(c.example)
		}
		content["application/json"] = media
		if c.patch {
			content["application/merge-patch+json"] = media
		}
		for _, m := range c.media {
			content[m] = schema{"schema": shape}
		}
	} else if slices.Contains(c.media, "multipart/form-data") {
		content["multipart/form-data"] = schema{"schema": schema{
			"type": "object", "required": []any{"file"}, "properties": schema{"file": schema{"type": "string", "contentMediaType": "application/octet-stream"}},
		}}
	}
	if c.body == nil && slices.Contains(c.media, "application/json") { // the sender's own
		content["application/json"] = schema{"schema": schema{"type": "object", "additionalProperties": true}}
	}
	if len(content) == 0 {
		return nil
	}
	return schema{"required": !c.optional, "content": content}
}

// responses are the answers that are promised, and all refusals by their status.
func (s *shapes) responses(rt route) schema {
	out := schema{}
	for status, v := range rt.call.answers {
		out[strconv.Itoa(status)] = s.answer(rt.call, strconv.Itoa(status), v)
	}
	refused := map[string][]string{}
	for _, c := range rt.call.codes(rt) {
		key := strconv.Itoa(c.status())
		refused[key] = append(refused[key], string(c))
	}
	for status, codes := range refused {
		out[status] = schema{
			"description": "Refused: `" + strings.Join(codes, "`, `") + "`.",
			"headers":     refusalHeaders(status),
			"content": schema{"application/problem+json": schema{"schema": schema{
				"allOf": []any{ref("Problem"), schema{"properties": schema{"code": schema{"enum": texts(codes)}}}},
			}}},
		}
	}
	return out
}

func (s *shapes) answer(c call, status string, v any) schema {
	headers := schema{requestIDHeader: headerRef(requestIDHeader)}
	for name, statuses := range c.headers {
		if slices.Contains(statuses, status) {
			headers[name] = headerRef(name)
		}
	}
	if c.key != keyIgnored {
		headers["Idempotency-Replayed"] = headerRef("Idempotency-Replayed")
	}
	out := schema{"description": c.summary, "headers": headers}
	switch v := v.(type) {
	case nil:
	case file:
		out["content"] = schema{"*/*": schema{"schema": schema{}}}
	case schema:
		out["content"] = schema{"application/json": schema{"schema": schema{"type": "object"}}}
	case leadOrKnown:
		either := []any{s.component(reflect.TypeFor[crm.Lead](), outgoing), s.component(reflect.TypeFor[knownLead](), outgoing)}
		out["content"] = schema{"application/json": schema{"schema": schema{"anyOf": either}}}
	default:
		shape := s.component(reflect.TypeOf(v), outgoing)
		if c.fields != nil {
			shape = schema{"anyOf": []any{shape, schema{"type": "object", "description": "With `fields`, only those."}}}
		}
		out["content"] = schema{"application/json": schema{"schema": shape}}
	}
	return out
}
