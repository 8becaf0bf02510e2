package api

import (
	"strings"

	"leadtocash/store"
)

// figures are the components of decimals: texts, so that no machine rounds them.
func figures() schema {
	const pattern = `^-?[0-9]{1,16}(\.[0-9]+)?$`
	figure := func(text string) schema { return schema{"type": "string", "pattern": pattern, "description": text} }
	input := func(text string) schema {
		return schema{
			"type": []string{"string", "number"}, "pattern": `^(-?[0-9]{1,40}(\.[0-9]{1,40})?)?$`,
			"description": text + " As text; a number is taken digit by digit. No exponent, no thousands separator.",
		}
	}
	return schema{
		"Money":         figure("An exact amount in the record's currency, with at least the decimals of the currency: \"1234.50\"."),
		"Percent":       figure("Per cent: \"22\", \"12.5\"."),
		"Quantity":      figure("A quantity with at most 4 decimals."),
		"MoneyInput":    input("An amount: digits, and a point before the decimals, \"1234.50\"."),
		"PercentInput":  input("0 to 100 per cent."),
		"QuantityInput": input("Above zero, at most 4 decimals."),
	}
}

func securitySchemes() schema {
	return schema{
		"bearer":  schema{"type": "http", "scheme": "bearer", "description": "An API key, made under Settings, API keys. It is never accepted in an address."},
		"session": schema{"type": "apiKey", "in": "cookie", "name": cookieName, "description": "The session of the pages; requests of other sites are refused."},
	}
}

func sharedParameters() schema {
	header := func(name, text string, required bool) schema {
		return schema{"name": name, "in": "header", "description": text, "required": required, "schema": schema{"type": "string", "maxLength": maxKey}}
	}
	query := func(name, text string, s schema) schema {
		return schema{"name": name, "in": "query", "description": text, "schema": s}
	}
	return schema{
		"IdempotencyKey":       header("Idempotency-Key", onceByKey, false),
		"IdempotencyKeyNeeded": header("Idempotency-Key", "Needed, since money is not posted twice (B071). "+onceByKey, true),
		"IfMatch":              header("If-Match", "The version that was seen, from ETag; an older one is refused with 412 and what has changed since.", false),
		"Limit":                query("limit", "How many records a page holds.", schema{"type": "integer", "minimum": 1, "maximum": pageMax, "default": pageDefault}),
		"Cursor":               query("cursor", "`next_cursor` of the page before, with the same filters and sort.", schema{"type": "string"}),
	}
}

func sharedHeaders() schema {
	text := func(about string) schema { return schema{"description": about, "schema": schema{"type": "string"}} }
	return schema{
		requestIDHeader:        text("The number under which this request is in our log."),
		"ETag":                 text("The record's version, for If-Match."),
		"Location":             text("The address of the record."),
		"Link":                 text("The next page, if there is one."),
		"Content-Disposition":  text("The name under which the file is saved."),
		"Idempotency-Replayed": text("true: the key was used before, and this is what it came to then."),
		"Retry-After":          schema{"description": "Seconds after which it is worth trying again.", "schema": schema{"type": "integer", "minimum": 1}},
		"WWW-Authenticate":     text("Bearer."),
	}
}

func headerRef(name string) schema { return schema{"$ref": "#/components/headers/" + name} }

func parameterRef(name string) schema { return schema{"$ref": "#/components/parameters/" + name} }

func refusalHeaders(status string) schema {
	h := schema{requestIDHeader: headerRef(requestIDHeader)}
	switch status {
	case "401":
		h["WWW-Authenticate"] = headerRef("WWW-Authenticate")
	case "202", "429", "503":
		h["Retry-After"] = headerRef("Retry-After")
	}
	return h
}

// operationParameters are what a route reads of path, query and headers.
func operationParameters(rt route) []any {
	var out []any
	for part := range strings.SplitSeq(rt.path, "/") {
		if name, ok := strings.CutPrefix(part, ":"); ok {
			out = append(out, schema{"name": name, "in": "path", "required": true, "schema": pathSchema(rt.path, name)})
		}
	}
	c := rt.call
	for _, p := range c.query {
		if p.schema == nil {
			out = append(out, parameterRef(p.name))
			continue
		}
		read := schema{"name": p.name, "in": "query", "description": p.text, "schema": p.schema}
		if example, must := c.asked[p.name]; must {
			read["required"], read["example"] = true, example
		}
		out = append(out, read)
	}
	if names := c.selectable(); names != nil {
		out = append(out, schema{
			"name": "fields", "in": "query", "style": "form", "explode": false, "description": "Only these fields of each record. One that you may not see is refused (B089).",
			"schema": schema{"type": "array", "items": schema{"type": "string", "enum": texts(names)}},
		})
	}
	switch c.key {
	case keyTaken:
		out = append(out, parameterRef("IdempotencyKey"))
	case keyNeeded:
		out = append(out, parameterRef("IdempotencyKeyNeeded"))
	}
	if c.match {
		out = append(out, parameterRef("IfMatch"))
	}
	return out
}

func pathSchema(path, name string) schema {
	switch {
	case name == "form":
		return schema{"type": "string", "maxLength": 100, "description": "The form's key."}
	case strings.Contains(path, "/process/"):
		return schema{"type": "string", "pattern": "^(lead|opportunity|contract|collection|case|import)-[0-9a-f-]{36}$"}
	}
	return schema{"type": "string", "format": "uuid"}
}

// sqlKinds are the schemas of filter values.
var sqlKinds = map[string]schema{
	"text": {"type": "string", "maxLength": 1000}, "uuid": {"type": "string", "format": "uuid"}, "numeric": {"type": "string", "pattern": `^-?[0-9.]{1,40}$`},
	"date": {"type": "string", "format": "date"}, "timestamptz": {"type": "string", "format": "date-time"}, "boolean": {"type": "string", "enum": []any{"true", "false"}},
}

var operatorTexts = map[string]string{"eq": "is", "gte": "is at least", "lte": "is at most", "has": "holds the text"}

// listParameters are what a list reads of the query.
func listParameters(columns []store.Column) []parameter {
	out := []parameter{{name: "Limit"}, {name: "Cursor"}}
	var sorts []string
	for _, c := range columns {
		if !c.FilterOnly {
			sorts = append(sorts, c.Name, "-"+c.Name)
		}
	}
	out = append(out, parameter{"sort", "Fields in order, separated by commas; with - before it, the largest first.", schema{"type": "string", "examples": texts(sorts)}})
	for _, c := range columns {
		for _, op := range c.Operators {
			name := "filter[" + c.Name + "]"
			if op != "eq" {
				name += "[" + op + "]"
			}
			out = append(out, parameter{name, "Only records whose " + c.Name + " " + operatorTexts[op] + " this.", sqlKinds[c.Kind]})
		}
	}
	return out
}
