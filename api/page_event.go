package api

import (
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// event is a line of a timeline in words.
type event struct {
	At          time.Time
	Text        string
	Actor       string
	RuleKind    crm.RuleKind
	RuleVersion int
}

// events puts a timeline into words: the text of its code, with the figures that it holds.
func (r *request) events(list []store.Event, currency string) []event {
	out := make([]event, 0, len(list))
	for _, e := range list {
		var told bool
		if e.Data, told = r.seenEvent(e.Code, e.Data); told {
			out = append(out, event{At: e.At, Text: r.eventText(e, currency), Actor: actorName(r.words(), e.Actor, e.ActorName), RuleKind: e.RuleKind, RuleVersion: e.RuleVersion})
		}
	}
	return out
}

func (r *request) eventText(e store.Event, currency string) string {
	key := "timeline." + e.Code
	if !r.words().Has(key) {
		return named(r.words(), "event", e.Code)
	}
	figures := map[string]string{}
	for name, v := range e.Data {
		figures[name] = r.figure(name, v, currency)
	}
	return r.say(key, figures)
}

// moneyFigures are the names under which timelines hold amounts.
var moneyFigures = map[string]bool{"total": true, "amount": true, "open": true, "net": true, "left": true, "budget": true, "revenue": true, "margin": true}

// numberFigures are the names under which timelines hold other decimals.
var numberFigures = map[string]bool{"hours": true, "percent": true, "quantity": true}

// figure is a value of a timeline as people read it: amounts as money, stages and words of lists by their names.
func (r *request) figure(name string, v any, currency string) string {
	text := fmt.Sprint(v)
	if f, ok := v.(float64); ok {
		text = decimal.NewFromFloat(f).String()
	}
	switch v := v.(type) {
	case nil:
		return ""
	case map[string]any: // a name by language
		if own, ok := v[r.language]; ok {
			return fmt.Sprint(own)
		}
		return fmt.Sprint(v["en"])
	}
	if d, err := decimal.NewFromString(text); err == nil && moneyFigures[name] {
		return r.words().Money(d, crm.Currency(currency))
	} else if err == nil && numberFigures[name] {
		return r.words().Number(d, i18n.AsGiven)
	}
	if d, err := crm.ParseDate(text); err == nil && text != "" {
		return r.words().Date(d)
	}
	switch name {
	case "from", "to", "stage":
		return r.placeName(text)
	case "feedback", "reason", "channel", "source", "outcome", "kind":
		return named(r.words(), name, text)
	case "state": // of a purchase
		return named(r.words(), "cost_state", text)
	case "promise":
		return named(r.words(), "deadline", text)
	case "side":
		return named(r.words(), "bid_side", text)
	case "owner", "owner_id":
		return r.personName(text)
	}
	return text
}

// placeName is a stage's name, a person's name, or the text itself.
func (r *request) placeName(text string) string {
	if set, err := r.pipeline(); err == nil {
		if s, ok := set.Stage(text); ok {
			return worded(s.Name, r.language, text)
		}
	}
	return r.personName(text)
}

func (r *request) personName(text string) string {
	if _, err := parseID(text); err != nil {
		return text
	}
	if name, err := r.store.PersonName(r.ctx(), crm.ID(text)); err == nil && name != "" {
		return name
	}
	return text
}
