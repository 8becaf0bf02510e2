package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"path"
	"strings"
	"sync"
	"time"

	"leadtocash/crm"
	"leadtocash/i18n"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:6])
}

func mediaOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		return "application/octet-stream"
	}
}

// zoneFor is how long the zone is taken for known: a change of the setting shows on every machine soon.
const zoneFor = 5 * time.Second

// renewed is a function that asks again when its last answer is older than so much.
func renewed[T any](after time.Duration, ask func() T) func() T {
	var mu sync.Mutex
	var known T
	var asked time.Time
	return func() T {
		mu.Lock()
		defer mu.Unlock()
		if now := time.Now(); asked.IsZero() || now.Sub(asked) > after {
			known, asked = ask(), now
		}
		return known
	}
}

// loadZone is the zone of the legal entity, in which all instants are shown; UTC until the database can be read.
func (sc *screens) loadZone() *time.Location {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	e, err := sc.srv.Store.LegalEntity(ctx)
	if err != nil {
		return time.UTC
	}
	z, err := time.LoadLocation(e.TimeZone)
	if err != nil {
		return time.UTC
	}
	return z
}

// functions are what templates may call, bound to a language and its word for opportunities.
func (sc *screens) functions(language string, word crm.DealWord) template.FuncMap {
	print := sc.texts.For(language).Calling(crm.DealWords{language: word})
	return template.FuncMap{
		"lang":     func() string { return language },
		"t":        print.T,
		"n":        print.N,
		"has":      print.Has,
		"enum":     func(kind string, value any) string { return named(print, kind, fmt.Sprint(value)) },
		"money":    func(amount any, currency string) string { return print.Money(number(amount), crm.Currency(currency)) },
		"num":      func(n any) string { return print.Number(number(n), i18n.AsGiven) },
		"pct":      func(n any) string { return print.Percent(number(n)) },
		"date":     print.Date,
		"month":    print.Month,
		"unit":     print.Unit,
		"query":    func(encoded string) template.URL { return template.URL(encoded) }, // of url.Values: once more encoded it would be one name without a value
		"plainnum": func(n decimal.Decimal) string { return plainNumber(print, n) },
		"when":     func(at any) string { return print.Time(instant(at), sc.zone()) },
		"day":      func(at any) string { return dayOf(print, instant(at), sc.zone()) },
		"add":      func(a, b int) int { return a + b },
		"minus":    func(a int) int { return -a },
		"iso":      func(at any) string { return instant(at).UTC().Format(time.RFC3339) },
		"asset":    func(name string) string { return "/static/" + name + "?v=" + assets()[name].hash },
		"once":     uuid.NewString,
		"dict":     pairs,
		"input": func(fm form, name, key string, opts ...string) (input, error) {
			return newInput(print, fm, name, key, nil, opts)
		},
		"stage": func(draft crm.ID, version int, where, name string) stageBar {
			return stageBar{draft, version, where, name}
		},
		"level": func(e *routeEditor, row reasonRow) routeLevel { return routeLevel{e, row} },
		"names": func(fm form, name string, l languageChoice) nameInput { return newNameInput(print, fm, name, l) },
		"choice": func(fm form, name, key string, options []option, opts ...string) (input, error) {
			return newInput(print, fm, name, key, options, append(opts, "type=select"))
		},
		"tone": func(kind string, value any) string { return tones[kind+"."+fmt.Sprint(value)] },
		"said": func(actor, name string) string { return actorName(print, actor, name) },
		"mediaName": func(media string) string { // without the letters that it is written in
			name, _, _ := strings.Cut(media, ";")
			return name
		},
		"kilobytes":  func(bytes int) int { return (bytes + 1023) / 1024 },
		"clip":       func(n int, s string) string { return clip(s, n) },
		"join":       strings.Join,
		"list":       func(items ...any) []any { return items },
		"plain":      func(n any) string { return plainNumber(print, number(n)) },
		"plainMoney": func(n any, currency string) string { return plainAmount(print, number(n), currency) },
	}
}

// tones colour the chip of a state: blue can be acted on, violet waits for a person, amber is late soon, red failed, green is done.
var tones = map[string]string{
	"quote_state.draft": "act", "quote_state.sent": "wait", "quote_state.accepted": "ok", "quote_state.refused": "bad", "quote_state.expired": "warn",
	"quote_state.awaiting_deposit": "wait", "quote_state.withdrawn": "warn",
	"handoff_state.draft": "act", "handoff_state.sent": "wait", "handoff_state.taken": "wait", "handoff_state.bounced": "warn", "handoff_state.completed": "ok",
	"lead_state.new": "act", "lead_state.qualified": "wait", "lead_state.assigned": "wait", "lead_state.converted": "ok",
	"import_state.preview": "act", "import_state.running": "wait", "import_state.done": "ok",
}

// pairs makes a map of names and values in turn.
func pairs(args ...any) (map[string]any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("names and values must come in pairs")
	}
	var m map[string]any
	for i := 0; i < len(args); i += 2 {
		if m == nil {
			m = map[string]any{}
		}
		m[fmt.Sprint(args[i])] = args[i+1]
	}
	return m, nil
}

// named is the word for a value of a list, "enum.lead_state.new"; a value without a word is shown as it is.
func named(print *i18n.Printer, kind, value string) string {
	if value == "" {
		return ""
	}
	for _, key := range []string{"enum." + kind + "." + value, kind + "." + value} {
		if print.Has(key) {
			return print.T(key)
		}
	}
	return strings.ReplaceAll(value, "_", " ")
}

func actorName(print *i18n.Printer, actor, name string) string {
	switch {
	case name != "":
		return name
	case strings.Contains(actor, ":"): // "form:<key>"
		kind, _, _ := strings.Cut(actor, ":")
		return named(print, "actor", kind)
	default:
		return named(print, "actor", actor)
	}
}

func number(n any) decimal.Decimal {
	switch n := n.(type) {
	case decimal.Decimal:
		return n
	case *decimal.Decimal:
		if n != nil {
			return *n
		}
	case int:
		return decimal.NewFromInt(int64(n))
	case string: // a figure by which sums are kept apart
		d, _ := decimal.NewFromString(n)
		return d
	}
	return decimal.Zero
}

func instant(at any) time.Time {
	switch at := at.(type) {
	case time.Time:
		return at
	case string: // of the test mailbox
		if t, err := time.Parse(time.RFC3339, at); err == nil {
			return t
		}
	case *time.Time:
		if at != nil {
			return *at
		}
	}
	return time.Time{}
}

// plainNumber is a number as a form shows it: the language's decimal mark, no grouping, so that the form can be read back.
func plainNumber(print *i18n.Printer, n decimal.Decimal) string {
	return strings.Replace(n.String(), ".", decimalMark(print), 1)
}

// plainAmount is an amount as a form shows it: with all decimals of its currency.
func plainAmount(print *i18n.Printer, n decimal.Decimal, currency string) string {
	if least := crm.Currency(currency).Digits(); n.Equal(n.Truncate(least)) {
		return strings.Replace(n.StringFixed(least), ".", decimalMark(print), 1)
	}
	return plainNumber(print, n)
}

func decimalMark(print *i18n.Printer) string {
	return strings.Trim(print.Number(decimal.New(15, -1), 1), "15")
}

// dayOf is the date of an instant in the zone; the zero instant has none.
func dayOf(print *i18n.Printer, at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return ""
	}
	return print.Date(crm.DateOf(at, zone))
}

func clip(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return string(runes[:n-1]) + "…"
}
