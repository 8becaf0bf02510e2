package i18n

import (
	"fmt"
	"strings"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Printer says things in one language. It is safe for concurrent use.
type Printer struct {
	texts     *Texts
	language  string
	style     style
	localizer *goi18n.Localizer
	other     *goi18n.Localizer // when opportunities go by the language's other word
}

// Language is the printer's language: en, it, es or pl.
func (p *Printer) Language() string { return p.language }

// Has tells whether there is a text for the key.
func (p *Printer) Has(key string) bool { return p.texts.messages[p.language][key] != nil }

// T is the text for the key. Values for its placeholders come as names and values in turn, or as one map; decimals, whole numbers
// and dates are written as the language writes them. A missing key gives the key in brackets. The result is plain text: pages escape it.
func (p *Printer) T(key string, args ...any) string { return p.say(key, nil, args) }

// N is the text for a count, in the plural form that the language uses for it; {{.Count}} is the count.
func (p *Printer) N(key string, n int, args ...any) string {
	return p.say(key, n, append(args, "Count", n))
}

// parser leaves out what was not given; say notices it.
var parser = &template.TextParser{Option: "missingkey=zero"}

func (p *Printer) say(key string, count any, args []any) string {
	x, localizer := p.texts.messages[p.language][key], p.localizer
	if p.other != nil {
		if other := p.texts.reworded[p.language][key]; other != nil {
			x, localizer = other, p.other
		}
	}
	if x == nil {
		p.texts.fault("no text", key)
		return "[" + key + "]"
	}
	if x.plain != "" {
		return x.plain
	}
	values := p.values(args)
	for _, name := range x.required {
		if _, ok := values[name]; !ok {
			p.texts.fault("no value", key, name)
		}
	}
	s, err := localizer.Localize(&goi18n.LocalizeConfig{MessageID: key, TemplateData: values, PluralCount: count, TemplateParser: parser})
	if err != nil {
		p.texts.fault("cannot say", key)
		return "[" + key + "]"
	}
	return s
}

// values turns arguments into texts by name.
func (p *Printer) values(args []any) map[string]string {
	out := make(map[string]string, len(args)/2+1)
	for i := 0; i < len(args); i++ {
		switch a := args[i].(type) {
		case map[string]string:
			for k, v := range a {
				out[k] = v
			}
		case map[string]any:
			for k, v := range a {
				out[k] = p.value(v)
			}
		case string:
			if i+1 < len(args) {
				out[a] = p.value(args[i+1])
				i++
			}
		}
	}
	return out
}

func (p *Printer) value(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return p.Number(decimal.NewFromInt(int64(v)), 0)
	case int64:
		return p.Number(decimal.NewFromInt(v), 0)
	case decimal.Decimal:
		return p.Number(v, AsGiven)
	case crm.Date:
		return p.Date(v)
	case bool:
		return p.YesNo(v)
	default:
		return fmt.Sprint(v)
	}
}

// YesNo is the word for a truth value.
func (p *Printer) YesNo(v bool) string {
	if v {
		return p.T("word.yes")
	}
	return p.T("word.no")
}

// Error is the sentence for an error's code, with its figures written as the language writes them.
func (p *Printer) Error(e crm.FieldError) string {
	values := make(map[string]string, len(e.Params))
	for name, v := range e.Params {
		values[name] = p.figure(name, v)
	}
	key := "error." + e.Code
	if !p.Has(key) {
		p.texts.fault("no text", key)
		key = "error.invalid"
	}
	return p.T(key, values)
}

// figure localises a number or date among an error's parameters; places in a text and codes stay as they are.
func (p *Printer) figure(name, v string) string {
	switch name {
	case "line", "column", "version", "example", "name":
		return v
	}
	if d, err := crm.ParseDate(v); err == nil && !d.IsZero() {
		return p.Date(d)
	}
	if plainNumber(v) && len(v) < 30 {
		if d, err := decimal.NewFromString(v); err == nil {
			_, decimals, _ := strings.Cut(v, ".")
			return p.Number(d, len(decimals))
		}
	}
	return v
}

// plainNumber tells whether the text is digits with at most one point and a minus sign.
func plainNumber(s string) bool {
	for i, r := range s {
		if (r < '0' || r > '9') && r != '.' && (r != '-' || i > 0) {
			return false
		}
	}
	return s != ""
}
