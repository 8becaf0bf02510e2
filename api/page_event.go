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
	ID          int64
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
			out = append(out, event{ID: e.ID, At: e.At, Text: r.eventText(e, currency), Actor: actorName(r.words(), e.Actor, e.ActorName), RuleKind: e.RuleKind, RuleVersion: e.RuleVersion})
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
		figures[name] = r.figure(e, name, v, currency)
	}
	return r.say(key, figures)
}

// The figures of timelines that are not written as they stand: amounts, numbers, dates, and people and stages by their ids.
var (
	moneyFigures  = namesOf("total", "amount", "open", "net", "left", "budget", "revenue", "margin", "estimate", "fee", "interest", "recovered", "impact")
	numberFigures = namesOf("quantity", "hours", "percent", "score", "convert_at", "in_hand", "rows", "made", "touched", "unchanged", "refused", "processes", "rule_version", "round", "passes", "phases", "stars", "parts", "part", "order.terms.months", "duplicate.confirmed.n", "project.progress.from", "project.progress.to", "reached", "opened")
	dateFigures   = namesOf("due", "until", "ends", "valid_until", "feedback_due", "start", "end", "signed_on", "on", "given", "last")
	placeFigures  = namesOf("exception.used.by", "handoff.taken.by", "from", "to", "stage", "owner", "owner_id")
)

// wordFigures are the figures that are codes, by event or for all events, with the list that has the words for them.
var wordFigures = map[string]string{
	"channel": "channel", "source": "source", "feedback": "feedback", "lead.disqualified.reason": "reason", "lead.answered.kind": "answer_kind",
	"lead.nurture_stopped.why": "nurture_stop", "contact.status.to": "contact_status", "engagement.done.outcome": "outcome", "collection.called.outcome": "outcome", "waiver.made.claim": "claim", "sample.answered.outcome": "sample_outcome",
	"undo.settled.step": "undo_step_kind", "undo.stepped.step": "undo_step_kind", "undo.failed.step": "undo_step_kind",
	"promise": "deadline", "project.billed.way": "earning_way", "project.unbilled.way": "earning_way", "lead.response_escalated.because": "escalated_because", "side": "bid_side", "state": "cost_state",
}

func namesOf(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		out[n] = true
	}
	return out
}

// figure is a value of a timeline as people read it.
func (r *request) figure(e store.Event, name string, v any, currency string) string {
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
	own := e.Code + "." + name
	for _, key := range []string{own, name} {
		if list, coded := wordFigures[key]; coded {
			return named(r.words(), list, text)
		}
	}
	switch d, err := decimal.NewFromString(text); {
	case err == nil && moneyFigures[name]:
		return r.words().Money(d, crm.Currency(currency))
	case err == nil && (numberFigures[name] || numberFigures[own]):
		return r.words().Number(d, i18n.AsGiven)
	}
	switch {
	case own == "dunning.written.level":
		return nameOr(r.dunningNames(), text)
	case own == "opportunity.lost.reason":
		return r.lostReason(text)
	case own == "lead.nurture_written.touch":
		if key := "mail." + fmt.Sprint(e.Data["mail"]) + ".subject"; r.words().Has(key) {
			return r.say(key)
		}
	case dateFigures[name]:
		if d, err := crm.ParseDate(text); err == nil {
			return r.words().Date(d)
		}
		if at, err := time.Parse(time.RFC3339, text); err == nil {
			return r.words().Time(at, r.srv.screens().zone())
		}
	case placeFigures[name], placeFigures[own]:
		return r.placeName(text)
	}
	return text
}

// lostReason is the name that the pipelines' rules give a reason.
func (r *request) lostReason(key string) string {
	if set, err := r.pipeline(); err == nil {
		for _, p := range set.Pipelines() {
			if l, ok := p.LostReason(key); ok {
				return worded(l.Name, r.language, key)
			}
		}
	}
	return named(r.words(), "reason", key)
}

// placeName is a stage's name, a person's name, or the text itself.
func (r *request) placeName(text string) string {
	if set, err := r.pipeline(); err == nil {
		for _, p := range set.Pipelines() {
			if s, ok := p.Stage(text); ok {
				return worded(s.Name, r.language, text)
			}
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
