package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// DunningPolicy says when an invoice is chased, and how (S091).
type DunningPolicy struct {
	Key           string          // of the debtors for whom it is; empty: of all others
	GraceDays     int             // days after the due date in which nothing happens; they do not move the levels
	MinAmount     decimal.Decimal // an amount below it is not chased, in the invoice's currency
	ReturnFee     decimal.Decimal // asked for with an invoice whose payment the bank took back, in its currency (S062)
	Levels        []DunningLevel  // by their days, ascending
	WriteOffLimit decimal.Decimal // up to which people of finance may decide on a write-off; above it an admin does; 0: no limit
}

// DunningLevel is one step of a chase.
type DunningLevel struct {
	Key      string
	Name     map[string]string // by language
	Days     int               // after the due date; below 0: before it
	Channel  string            // mail, or call: a task for a person
	Fee      decimal.Decimal   // charged with it, in the invoice's currency
	Interest bool              // its letter asks for the interest that has run up to its day
}

// The channels of a level.
const (
	DunningMail  = "mail"
	DunningCall  = "call"
	DunningPaper = "paper" // a letter by mail that somebody prints and posts, since the debtor's address takes none
)

// Due tells which level comes next for an invoice that is so many days late (below 0: it is not due yet), after the given number of levels
// it has had (0: none yet), and whether it is due now. Levels come one by one: none is jumped over, whatever the delay.
func (p DunningPolicy) Due(daysLate, had int, open decimal.Decimal) (DunningLevel, bool) {
	if had < 0 || had >= len(p.Levels) || !p.chases(open) {
		return DunningLevel{}, false
	}
	l := p.Levels[had]
	return l, daysLate >= p.days(l)
}

func (p DunningPolicy) chases(open decimal.Decimal) bool {
	return open.IsPositive() && !open.LessThan(p.MinAmount)
}

// days is when a level comes at the earliest, after the due date: what comes after it waits for the grace to be over.
func (p DunningPolicy) days(l DunningLevel) int {
	if l.Days < 0 {
		return l.Days
	}
	return max(l.Days, p.GraceDays+1)
}

// First is how many days after its due date an invoice is looked at for the first time; below 0: before it.
func (p DunningPolicy) First() int {
	if len(p.Levels) == 0 {
		return 0
	}
	return p.days(p.Levels[0])
}

// Debt is an open invoice of a debtor with all that decides when it is chased.
type Debt struct {
	InvoiceID     ID
	AccountID     ID
	OpportunityID ID
	Number        string
	Currency      string
	DueDate       Date
	Total         decimal.Decimal
	Open          decimal.Decimal
	Disputed      decimal.Decimal // of what is open, held back until it is decided
	Fees          decimal.Decimal // asked for with its letters and not paid yet
	Interest      decimal.Decimal // that has run and is neither paid nor waived; read for a letter that asks for it
	Steps         []DunningMark   // levels it has had, ascending, part by part
	Holds         []DunningHold   // that are and that were
	Parts         []DebtPart      // open ones of an invoice that is paid in several, the earliest first; none of another
	Part          int             // whose levels these are, once it was chosen (Course); 0: the invoice is paid at once
}

// DebtPart is a part of an invoice of which something is open.
type DebtPart struct {
	Position int  `json:"position"`
	DueDate  Date `json:"due_date"`
}

// DunningMark is a level that an invoice has had, and when.
type DunningMark struct {
	Level int  `json:"level"` // 0, of a course: one about another part
	On    Date `json:"on"`
	Part  int  `json:"part,omitempty"` // of an invoice that is paid in several
}

// DunningHold is a time in which an invoice is not chased.
type DunningHold struct {
	Kind  HoldKind `json:"kind"`
	Until Date     `json:"until"` // the last day of it; zero: until somebody decides
	Ended Date     `json:"ended"` // the day from which it is chased again; zero: it is on

	PlanID ID            `json:"plan_id,omitempty"` // of a payment plan that is on
	Parts  []PaymentPart `json:"parts,omitempty"`   // of it that are to come, with what is left of each; until the first one's day
}

// HoldKind is why an invoice is not chased.
type HoldKind string

// The kinds of holds.
const (
	HoldPromise HoldKind = "promise"
	HoldPause   HoldKind = "pause"
	HoldDispute HoldKind = "dispute" // of all that is open
	HoldLegal   HoldKind = "legal"   // somebody outside collects all that is owed
	HoldPlan    HoldKind = "plan"    // it is paid in parts; until the next part's day
)

// Course is an invoice as its chase goes on. Each part of one that is paid in several has its own levels from its own day: those of the earliest open part come, and
// once it is paid, or has had all its levels, the next part's begin. A letter asks for all that fell due, whichever part it is about.
func (p DunningPolicy) Course(d Debt) Debt {
	if len(d.Parts) == 0 {
		return d
	}
	own := d
	for i, part := range d.Parts {
		own.Part, own.DueDate, own.Parts, own.Steps = part.Position, part.DueDate, nil, nil
		for n, l := range p.Levels {
			if i > 0 && l.Days < 0 { // nothing reminds of what falls due while more is late
				own.Steps = append(own.Steps, DunningMark{Level: n + 1, Part: part.Position})
			}
		}
		for _, s := range d.Steps {
			if s.Part != part.Position {
				s.Level = 0
			}
			own.Steps = append(own.Steps, s)
		}
		if own.Level() < len(p.Levels) {
			break
		}
	}
	return own
}

// LastOn is the day of the latest level of an invoice; zero when it had none.
func (d Debt) LastOn() (last Date) {
	for _, s := range d.Steps {
		if s.On.After(last) {
			last = s.On
		}
	}
	return last
}

// others tells whether the latest letter about an invoice was about another part than the one that is chased.
func (d Debt) others() bool {
	return len(d.Steps) > 0 && !slices.ContainsFunc(d.Steps, func(s DunningMark) bool { return s.Level > 0 && !s.On.IsZero() })
}

// Chased is what is asked for: what is open, less what is disputed.
func (d Debt) Chased() decimal.Decimal { return decimal.Max(d.Open.Sub(d.Disputed), decimal.Zero) }

// Level is the highest level that the invoice has had; 0: none.
func (d Debt) Level() int {
	level := 0
	for _, s := range d.Steps {
		level = max(level, s.Level)
	}
	return level
}

// Held is the hold that lasts longest of those that are on; ok is false when none is.
func (d Debt) Held() (h DunningHold, ok bool) {
	for _, x := range d.Holds {
		if !x.Ended.IsZero() {
			continue
		}
		if !ok || x.Until.IsZero() || !h.Until.IsZero() && x.Until.After(h.Until) {
			h, ok = x, true
		}
		if h.Until.IsZero() {
			return h, true
		}
	}
	return h, ok
}

// resumed are the days on which the chase of an invoice went on after a hold, and the one on which it will.
func (d Debt) resumed() (out []Date) {
	for _, h := range d.Holds {
		if !h.Ended.IsZero() {
			out = append(out, h.Ended)
		}
	}
	if h, ok := d.Held(); ok && !h.Until.IsZero() {
		out = append(out, h.Until.AddDays(1))
	}
	return out
}

// On is the day on which a level of an invoice comes; levels count from 1. A hold moves the levels that follow it, and so does a level that comes late, with the days
// between them, so that a chase goes on where it stood and no letter is jumped over.
func (p DunningPolicy) On(d Debt, level int) Date {
	d = p.Course(d)
	if p.Levels[level-1].Days < 0 {
		return p.planned(d, level)
	}
	return p.planned(d, level).AddDays(max(p.held(d, level), p.late(d)))
}

// planned is the day of a level where nothing moves it.
func (p DunningPolicy) planned(d Debt, level int) Date {
	return d.DueDate.AddDays(p.days(p.Levels[level-1]))
}

// late is by how many days the levels of an invoice come later because one came so late that more than half of its time until the next was over: a debtor who is found late
// gets the first letter first, and the others with the days between them.
func (p DunningPolicy) late(d Debt) (days int) {
	for i, s := range d.Steps {
		last := i+1 == len(d.Steps) || d.Steps[i+1].On.After(s.On) // those before it on its day were skipped
		if s.On.IsZero() || s.Level == 0 || !last || s.Level >= len(p.Levels) || p.Levels[s.Level-1].Days < 0 {
			continue
		}
		if over := s.On.DaysSince(p.planned(d, s.Level)); 2*over > p.planned(d, s.Level+1).DaysSince(p.planned(d, s.Level)) {
			days = max(days, over)
		}
	}
	return days
}

// held is by how many days holds move a level.
func (p DunningPolicy) held(d Debt, level int) (shift int) {
	for _, r := range d.resumed() {
		first := d.Level() + 1
		for _, s := range slices.Backward(d.Steps) {
			if s.Level > 0 && !s.On.Before(r) {
				first = min(first, s.Level)
			}
		}
		for first <= level && p.Levels[first-1].Days < 0 { // holds do not move what comes before the due date
			first++
		}
		if first <= level {
			shift = max(shift, r.DaysSince(p.planned(d, first)))
		}
	}
	return shift
}

// Next is the level that an invoice gets next, counted from 1, and the day from which it may come. None comes when there is nothing to ask
// for, or as long as somebody has to decide first. What was to come before the due date and did not, does not come after it.
func (p DunningPolicy) Next(d Debt, today Date) (level int, on Date, ok bool) {
	d = p.Course(d)
	if h, held := d.Held(); !p.chases(d.Chased()) || held && h.Until.IsZero() {
		return 0, Date{}, false
	}
	return p.after(d, d.Level(), today)
}

func (p DunningPolicy) after(d Debt, had int, today Date) (level int, on Date, ok bool) {
	for n := had + 1; n <= len(p.Levels); n++ {
		if on = p.On(d, n); p.Levels[n-1].Days >= 0 || !today.After(d.DueDate) {
			if h, held := d.Held(); held && !on.After(h.Until) {
				on = h.Until.AddDays(1)
			}
			if last := d.LastOn(); !last.IsZero() && !on.After(last) { // one came earlier than planned
				on = last.AddDays(1)
			}
			if apart := d.LastOn().AddDays(p.days(p.Levels[n-1])); d.others() && apart.After(on) { // no first letter right behind the last one about another part
				on = apart
			}
			return n, on, true
		}
	}
	return 0, Date{}, false
}

// Come is the level that an invoice gets today: the next one, however late it is, so that none is jumped over and a debtor never gets two letters about one invoice on one
// day; of reminders before the due date the latest that has come. 0: none.
func (p DunningPolicy) Come(d Debt, today Date) int {
	d = p.Course(d)
	level, on, ok := p.Next(d, today)
	come := 0
	for ok && !on.After(today) {
		if come = level; p.Levels[level-1].Days >= 0 {
			break
		}
		level, on, ok = p.after(d, level, today)
	}
	return come
}

// Ready is the level that an invoice gets when somebody asks for it now: what has come, else what comes next; ok is false while it is held, had one today,
// or nothing is left.
func (p DunningPolicy) Ready(d Debt, today Date) (level int, ok bool) {
	d = p.Course(d)
	if _, held := d.Held(); held || !d.LastOn().Before(today) && !d.LastOn().IsZero() {
		return 0, false
	}
	if level = p.Come(d, today); level > 0 {
		return level, true
	}
	level, _, ok = p.Next(d, today)
	return level, ok
}
