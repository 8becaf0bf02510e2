package api

import (
	"reflect"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// call describes a route for the OpenAPI document and for the checks that follow from it.
type call struct {
	tag      string
	summary  string
	rules    string // the ids of what the mission asks for: "S064, S066"
	text     string
	body     any  // a value of the struct that the decoder binds; nil: none
	optional bool // the body may be left out
	patch    bool // it is a merge patch
	media    []string
	query    []parameter
	asked    map[string]string   // parameters without which it refuses, with what they are in the example
	fields   reflect.Type        // the record from which ?fields= chooses; nil: it is not taken
	answers  map[int]any         // by status, a value of what is sent; nil: nothing is
	headers  map[string][]string // of answers, by name: their statuses
	refuses  []code
	key      keyUse
	once     bool     // the key's first answer is kept and given again; a command has its own row for that
	match    bool     // If-Match is read
	needs    []string // members that this call asks for beyond its body's own
	example  string   // a body that works on the demo data, for the docs page
}

// keyUse says what a call does with an Idempotency-Key.
type keyUse int

// The uses of a key.
const (
	keyIgnored keyUse = iota
	keyTaken
	keyNeeded
)

// parameter is a query parameter.
type parameter struct {
	name, text string
	schema     schema
}

// asksFor adds parameters that have to be there, by name, with values that work on the demo data.
func (c call) asksFor(asked map[string]string) call {
	c.asked = asked
	return c
}

// commandRefuses is how every command to a process may end beside its own reasons.
var commandRefuses = []code{codeAccepted, codeBusy, codeEngineAway, codeClash, codeNotFound, codeValidation}

// reading describes a GET of one thing.
func reading(tag, summary string, record any) call {
	c := call{tag: tag, summary: summary, answers: map[int]any{200: record}, fields: reflect.TypeOf(record)}
	if _, versioned := c.fields.FieldByName("Version"); versioned {
		c.headers = map[string][]string{"ETag": {"200"}}
	}
	return c
}

// plain is a call without the choice of fields.
func (c call) plain() call {
	c.fields, c.headers = nil, nil
	return c
}

// listing describes a list; fixed are filters that always hold.
func listing[T any](tag, summary string, list store.List[T]) call {
	text := ""
	if list.Own() != "" {
		text = ownListed
	}
	return call{
		text: text,
		tag:  tag, summary: summary, answers: map[int]any{200: page[T]{}}, headers: map[string][]string{"Link": {"200"}},
		query: listParameters(list.Columns()), fields: reflect.TypeFor[T](),
	}
}

// ownListed says how a list is asked by fields that the company defined itself; which there are the document cannot know.
const ownListed = "It is filtered and sorted by fields that the company defined itself too: custom.turnover is written like any other field, by the name that /api/v1/custom-fields " +
	"tells. Texts and choices are compared as a whole or with has, numbers, amounts and dates also with gte and lte, truth values as a whole, lists of options with has and one of " +
	"them; these two do not sort. What is not filled meets no filter; it comes last in the order, of texts first."

// creating describes a POST that makes a record. A key decides its id, so that it happens once.
func creating(tag, summary string, body, record any) call {
	return call{tag: tag, summary: summary, body: body, answers: map[int]any{201: record}, key: keyTaken, once: true, refuses: []code{codeConflict}}
}

// located says that the answers of the statuses tell the address of the record.
func (c call) located(statuses ...string) call { return c.header("Location", statuses...) }

func (c call) header(name string, statuses ...string) call {
	if c.headers == nil {
		c.headers = map[string][]string{}
	}
	c.headers[name] = statuses
	return c
}

// patching describes a merge patch of a record.
func patching(tag, summary string, body, record any) call {
	c := call{tag: tag, summary: summary, body: body, patch: true, match: true, key: keyTaken, once: true, answers: map[int]any{200: record}, refuses: []code{codeConflict, "already_done"}}
	return c.header("ETag", "200")
}

// replacing describes a PUT of the whole of a setting.
func replacing(tag, summary string, body, record any) call {
	c := patching(tag, summary, body, record)
	c.patch, c.refuses = false, []code{"already_done"}
	return c
}

// commanding describes a command to a durable process.
func commanding(tag, summary string, body any, refuses ...code) call {
	return call{
		tag: tag, summary: summary, body: body, key: keyTaken, answers: map[int]any{200: done{}},
		refuses: append(slices.Clone(commandRefuses), refuses...),
	}
}

// removing describes a DELETE.
func removing(tag, summary string, refuses ...code) call {
	return call{tag: tag, summary: summary, match: true, answers: map[int]any{204: nil}, refuses: refuses}
}

func (c call) says(rules, text string) call {
	c.rules, c.text = rules, strings.TrimSpace(text+" "+c.text)
	return c
}

func (c call) may(refuses ...code) call {
	c.refuses = append(slices.Clone(c.refuses), refuses...)
	return c
}

// bodiless says that the body may be left out.
func (c call) bodiless() call {
	c.optional = true
	return c
}

func (c call) matching() call {
	c.match = true
	c.refuses = append(slices.Clone(c.refuses), codeStale)
	return c
}

// money needs an Idempotency-Key (B071).
func (c call) money() call {
	c.key = keyNeeded
	return c
}

func (c call) like(example string) call {
	c.example = example
	return c
}

// codes are all codes with which the route can refuse.
func (c call) codes(rt route) []code {
	out := append(slices.Clone(c.refuses), codeInternal, codeStorageAway, codeTimedOut, codeBodyTooLarge)
	if rt.need != public {
		out = append(out, codeUnauthenticated, codeTokenExpired)
	}
	if rt.need != public && rt.need != session {
		out = append(out, codeForbidden)
	}
	if rt.method != get && !rt.open {
		out = append(out, codeCSRF)
	}
	if strings.Contains(rt.path, "/:") {
		out = append(out, codeNotFound)
	}
	if strings.HasPrefix(rt.path, "/api/") {
		out = append(out, codeParameter)
	}
	if c.body != nil || len(c.media) > 0 {
		out = append(out, codeMediaType, codeValidation)
	}
	if c.body != nil {
		out = append(out, codeMalformed)
	}
	if c.match {
		out = append(out, codeStale)
	}
	switch c.key {
	case keyNeeded:
		out = append(out, codeKeyRequired, codeKeyInvalid, codeClash)
	case keyTaken:
		out = append(out, codeKeyInvalid, codeClash)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// selectable are the names that ?fields= may hold.
func (c call) selectable() []string {
	if c.fields == nil {
		return nil
	}
	return memberNames(c.fields)
}

func memberNames(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous {
			out = append(out, memberNames(f.Type)...)
		} else {
			out = append(out, fieldName(f))
		}
	}
	return out
}

// permissionText says in the document who may make a call.
func permissionText(p crm.Permission) string {
	switch p {
	case public:
		return "Permission: none; everybody may."
	case session:
		return "Permission: everybody who is logged in."
	}
	return "Permission: `" + string(p) + "`."
}
