package crm

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"
)

// PlannedEvent is what a collection will do next by itself, and why then (N5).
type PlannedEvent struct {
	On        Date         // a working day; zero: when somebody has decided
	Kind      PlannedKind  //
	Why       PlannedCause // why it is then
	InvoiceID ID
	Invoice   string // its number
	Level     int    // of a letter or a call, counted from 1
	Key       string // of the level
	Days      int    // late on that day; below 0: not due yet
	Amount    decimal.Decimal
	Fee       decimal.Decimal
	Currency  string

	Instalment int // of an invoice that is paid in several parts: the one that is chased
	PlanID     ID  // of a part of a payment plan: all its invoices name the same parts
	Part       int // its position
}

// PlannedKind is what happens.
type PlannedKind string

// The kinds of planned events.
const (
	PlanLetter  PlannedKind = "letter"
	PlanCall    PlannedKind = "call"    // a task for a person
	PlanPromise PlannedKind = "promise" // it is looked whether it was kept
	PlanPause   PlannedKind = "pause"   // it ends
	PlanDispute PlannedKind = "dispute" // it waits for a decision
	PlanLegal   PlannedKind = "legal"   // it comes back from whom it was handed to
	PlanPayment PlannedKind = "part"    // of a payment plan falls due
)

// PlannedCause is why an event is on its day.
type PlannedCause string

// The causes of planned events.
const (
	BecauseBefore   PlannedCause = "before_due"
	BecauseLate     PlannedCause = "late"
	BecausePromise  PlannedCause = "promise" // a promise moved it
	BecausePause    PlannedCause = "pause"
	BecauseDispute  PlannedCause = "dispute"
	BecauseLegal    PlannedCause = "legal"
	BecausePlan     PlannedCause = "plan"     // a payment plan moved it
	BecauseDeadline PlannedCause = "deadline" // of a promise, a pause, a dispute, a part of a payment plan
)

// PlanDebts is all that a collection will do, as things stand, the next first; what waits for a person comes last. The steps of the process
// take the same plan (N5).
func PlanDebts(p DunningPolicy, cal Calendar, debts []Debt, today Date) []PlannedEvent {
	var out []PlannedEvent
	for _, d := range debts {
		out = append(out, p.events(cal, d, today)...)
	}
	slices.SortStableFunc(out, func(a, b PlannedEvent) int {
		switch {
		case a.On.IsZero() != b.On.IsZero():
			if a.On.IsZero() {
				return 1
			}
			return -1
		case a.On.Before(b.On):
			return -1
		case b.On.Before(a.On):
			return 1
		}
		return cmp.Compare(a.InvoiceID, b.InvoiceID)
	})
	return out
}

func (p DunningPolicy) events(cal Calendar, d Debt, today Date) (out []PlannedEvent) {
	d = p.Course(d)
	event := PlannedEvent{InvoiceID: d.InvoiceID, Invoice: d.Number, Amount: d.Chased(), Currency: d.Currency, Instalment: d.Part, Why: BecauseDeadline}
	for _, h := range d.Holds {
		if h.Kind != HoldPlan || !h.Ended.IsZero() {
			continue
		}
		for _, part := range h.Parts {
			e := event
			e.Kind, e.On, e.Amount, e.PlanID, e.Part = PlanPayment, part.DueOn, part.Amount, h.PlanID, part.Position
			out = append(out, e)
		}
	}
	if hold, held := d.Held(); held && hold.Kind != HoldPlan {
		e := event
		e.Kind, e.On = map[HoldKind]PlannedKind{HoldPromise: PlanPromise, HoldPause: PlanPause, HoldDispute: PlanDispute, HoldLegal: PlanLegal}[hold.Kind], hold.Until
		if hold.Kind == HoldDispute {
			e.Amount = d.Disputed
		}
		out = append(out, e)
	}
	level, on, ok := p.Next(d, today)
	for ok {
		if on.Before(today) {
			on = today
		}
		day := cal.NextWorkingDay(on)
		if p.Levels[level-1].Days < 0 { // nothing reminds of what is to come once it has, and of two reminders the later comes
			if later, then, more := p.after(d, level, today); day.After(d.DueDate) || more && !then.After(day) {
				level, on, ok = later, then, more
				continue
			}
		}
		e, l := event, p.Levels[level-1]
		e.On, e.Level, e.Key, e.Fee = day, level, l.Key, l.Fee
		e.Kind, e.Days, e.Why = PlanLetter, e.On.DaysSince(d.DueDate), p.cause(d, level)
		if l.Channel == DunningCall {
			e.Kind = PlanCall
		}
		out = append(out, e)
		d.Steps = append(slices.Clone(d.Steps), DunningMark{Level: level, On: day, Part: d.Part}) // those after it come as if it had
		level, on, ok = p.after(d, level, today)
	}
	return out
}

// cause is why a level comes when it does.
func (p DunningPolicy) cause(d Debt, level int) PlannedCause {
	l := p.Levels[level-1]
	if l.Days < 0 {
		return BecauseBefore
	}
	if held := p.held(d, level); held <= 0 || held < p.late(d) {
		return BecauseLate
	}
	kind, last := HoldPause, Date{}
	for _, h := range d.Holds {
		end := h.Ended
		if end.IsZero() && !h.Until.IsZero() {
			end = h.Until.AddDays(1)
		}
		if !end.Before(last) {
			kind, last = h.Kind, end
		}
	}
	return PlannedCause(kind)
}
