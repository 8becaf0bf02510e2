package rules

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// Trial is one decision on which a candidate is tried: the gate that an open deal has before it, or one that a closed deal went through, on
// the facts as they were then (N2).
type Trial struct {
	Deal     crm.ID
	State    crm.OpportunityState // open; won or lost: what became of it
	Owner    crm.ID
	Pipeline string // the key of the deal's
	Stage    string // where an open deal stands
	Ask      string // the gate: a stage; of other kinds the moment or list, empty for kinds with one question
	Amount   decimal.Decimal
	Facts    crm.Facts
	Excepted []string   // ids of clauses of this gate that a granted exception lets pass, "send.vat"
	Also     []Question // what else is asked of the deal at once: of pricing every line, the quote and the order
}

// Tally counts deals and adds up their amounts. Amounts of several currencies are not added: they are those of the company's.
type Tally struct {
	Deals  int             `json:"deals"`
	Amount decimal.Decimal `json:"amount"`
}

func (t *Tally) add(x *Trial) { t.Deals, t.Amount = t.Deals+1, t.Amount.Add(x.Amount) }

// Report is what a candidate would do to the deals it was tried on. A deal may have several trials; it counts once in each line.
type Report struct {
	Open    Tally `json:"open"`    // open deals that were tried
	Blocked Tally `json:"blocked"` // open deals whose next gate the candidate keeps shut
	Newly   Tally `json:"newly"`   // of them, those whom the present rules would let through
	Freed   Tally `json:"freed"`   // open deals that only the present rules keep out

	Excepted Tally `json:"excepted"` // of the blocked ones, those that a granted exception lets pass today

	Won     Tally `json:"won"`     // past wins that were tried
	Stopped Tally `json:"stopped"` // past wins of which the candidate would have refused a step
	Lost    Tally `json:"lost"`    // past losses that were tried
	Spared  Tally `json:"spared"`  // past losses that the candidate would have stopped earlier

	Rerouted     Tally  `json:"rerouted,omitzero"`      // open deals whose order the candidate would have others approve
	PastRerouted Tally  `json:"past_rerouted,omitzero"` // past wins and losses whose order others would have had to approve
	ByRoute      []Line `json:"by_route,omitempty"`     // of both: who approves now and who would, "manager>manager, director"

	ByClause []Line `json:"by_clause"` // of blocked open deals: gate and condition, "send.vat"
	ByOwner  []Line `json:"by_owner"`
	ByStage  []Line `json:"by_stage"`
	Hits     []Hit  `json:"hits"`            // the deals behind the numbers
	Tried    []Hit  `json:"tried,omitempty"` // the first TriedListed deals of each state that were tried, whatever came of it
}

// TriedListed is how many of the deals of a state that were tried a report names.
const TriedListed = 200

// Line is a part of the blocked deals.
type Line struct {
	Key string `json:"key"`
	Tally
}

// Hit is a deal that the candidate treats otherwise than free passage.
type Hit struct {
	Deal    crm.ID               `json:"deal"`
	State   crm.OpportunityState `json:"state"`
	Ask     string               `json:"ask"`
	Owner   crm.ID               `json:"owner"`
	Stage   string               `json:"stage"`
	Amount  decimal.Decimal      `json:"amount"`
	Newly   bool                 `json:"newly"`             // the present rules let it through
	Freed   bool                 `json:"freed"`             // only the present rules keep it out
	Clauses []string             `json:"clauses,omitempty"` // the conditions that refuse it, "send.vat"

	Excepted bool   `json:"excepted,omitempty"` // a granted exception lets it pass
	Route    string `json:"route,omitempty"`    // of a deal whose order others would approve: who does now and who would, as in Report.ByRoute
}

// Simulate tries a candidate on decisions, against the set that holds now; nil: against none. The trials of a deal stand together.
func Simulate(candidate, present *Set, trials func(func(*Trial) bool)) Report {
	s := simulation{candidate: candidate, present: present, clause: map[string]*Tally{}, owner: map[string]*Tally{}, stage: map[string]*Tally{}, route: map[string]*Tally{}}
	for x := range trials {
		s.try(x)
	}
	r := s.report
	r.ByClause, r.ByOwner, r.ByStage = lines(s.clause), lines(s.owner), lines(s.stage)
	if len(s.route) > 0 {
		r.ByRoute = lines(s.route)
	}
	return r
}

func (r *Report) tried(state crm.OpportunityState) *Tally {
	switch state {
	case crm.OpportunityWon:
		return &r.Won
	case crm.OpportunityLost:
		return &r.Lost
	}
	return &r.Open
}

type simulation struct {
	candidate, present   *Set
	report               Report
	deal                 crm.ID
	stopped              bool // a trial of the deal under way was refused
	rerouted             bool // a trial of the deal under way has other approvers
	clause, owner, stage map[string]*Tally
	route                map[string]*Tally
}

func (s *simulation) try(x *Trial) {
	if first := x.Deal != s.deal; first {
		s.deal, s.stopped, s.rerouted = x.Deal, false, false
		tried := s.report.tried(x.State)
		if tried.add(x); tried.Deals <= TriedListed {
			s.report.Tried = append(s.report.Tried, Hit{Deal: x.Deal, State: x.State, Ask: x.Ask, Owner: x.Owner, Stage: x.Stage, Amount: x.Amount})
		}
	}
	refusing, at := s.candidate.Of(x.Pipeline).refusingAny(x)
	excepted := s.excepts(x, refusing)
	if s.candidate.kind == crm.RulePipeline && x.Pipeline != "" && x.Pipeline != s.candidate.pipeline.key {
		for i := range refusing {
			refusing[i] = s.candidate.Question(x.Pipeline, refusing[i])
		}
	}
	if x.State == crm.OpportunityOpen {
		s.open(x, at, refusing, excepted)
	} else {
		s.past(x, at, refusing)
	}
	s.approvers(x)
}

// excepts tells whether granted exceptions open the gate that is kept shut. Few deals have any, so that these are judged once more, as a whole.
func (s *simulation) excepts(x *Trial, refusing []string) bool {
	return len(refusing) > 0 && len(x.Excepted) > 0 && s.candidate.Of(x.Pipeline).Asks(x.Ask, x.Facts).Except([]crm.Exception{{Clauses: x.Excepted}}).Allowed()
}

// called is a stage of the deal's pipeline as the candidate calls it.
func (s *simulation) called(x *Trial, stage string) string {
	if s.candidate.kind != crm.RulePipeline {
		return stage
	}
	return s.candidate.Question(x.Pipeline, stage)
}

// open counts what becomes of a deal that is still on its way.
func (s *simulation) open(x *Trial, at string, refusing []string, excepted bool) {
	passes := s.present == nil || s.present.Of(x.Pipeline).passesAll(x)
	hit := Hit{
		Deal: x.Deal, State: x.State, Ask: s.called(x, at), Owner: x.Owner, Stage: s.called(x, x.Stage), Amount: x.Amount,
		Newly: passes && len(refusing) > 0, Freed: !passes && len(refusing) == 0, Clauses: refusing, Excepted: excepted,
	}
	switch {
	case len(refusing) > 0:
		s.report.Blocked.add(x)
		if hit.Newly {
			s.report.Newly.add(x)
		}
		if excepted {
			s.report.Excepted.add(x)
		}
		for _, c := range refusing {
			tallyOf(s.clause, c).add(x)
		}
		tallyOf(s.owner, string(x.Owner)).add(x)
		tallyOf(s.stage, hit.Stage).add(x)
	case hit.Freed:
		s.report.Freed.add(x)
	default:
		return
	}
	s.report.Hits = append(s.report.Hits, hit)
}

// past counts a closed deal once, at the first step that the candidate would have refused.
func (s *simulation) past(x *Trial, at string, refusing []string) {
	if len(refusing) == 0 || s.stopped {
		return
	}
	s.stopped = true
	if x.State == crm.OpportunityWon {
		s.report.Stopped.add(x)
	} else {
		s.report.Spared.add(x)
	}
	s.report.Hits = append(s.report.Hits, Hit{
		Deal: x.Deal, State: x.State, Ask: s.called(x, at), Owner: x.Owner, Stage: s.called(x, x.Stage), Amount: x.Amount, Newly: true, Clauses: refusing,
	})
}

// passes is the fast answer to a question: whether nothing refuses.
func (s *Set) passes(ask string, f *crm.Facts) bool {
	if !s.gates(ask) {
		return len(s.refusing(ask, f)) == 0
	}
	if s.kind == crm.RulePipeline && s.position(ask) < 0 {
		return false
	}
	return !slices.ContainsFunc(s.asked(ask), func(c *condition) bool { return !c.holds(f) })
}

// refusing names the conditions that refuse, as "send.vat". Almost all deals are judged by the fast answer of each condition; only where one
// could not be evaluated does the whole gate say which of them count.
func (s *Set) refusing(ask string, f *crm.Facts) (out []string) {
	if !s.gates(ask) {
		return s.unroutable(f)
	}
	if s.kind == crm.RulePipeline && s.position(ask) < 0 {
		return []string{ask}
	}
	for _, c := range s.asked(ask) {
		switch yes, known := c.answer(f); {
		case !known:
			return s.failing(ask, f)
		case !yes:
			out = append(out, ask+"."+c.id)
		}
	}
	return out
}

// answer is the fast answer of a condition, if it could be evaluated.
func (c *condition) answer(f *crm.Facts) (yes, known bool) {
	yes, err := run(c.plain, f)
	return yes, err == nil
}

// failing is refusing by the explained verdict.
func (s *Set) failing(ask string, f *crm.Facts) []string {
	v := s.verdict(ask, ask, s.asked(ask), f)
	var out []string
	for _, c := range v.Failing() {
		if id := ask + "." + conditionOf(c.ID, ask); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func tallyOf(of map[string]*Tally, key string) *Tally {
	t, ok := of[key]
	if !ok {
		t = &Tally{}
		of[key] = t
	}
	return t
}

// lines lists parts by the number of deals, the largest first.
func lines(of map[string]*Tally) []Line {
	out := make([]Line, 0, len(of))
	for k, t := range of {
		out = append(out, Line{k, *t})
	}
	slices.SortFunc(out, func(a, b Line) int {
		return cmp.Or(cmp.Compare(b.Deals, a.Deals), b.Amount.Cmp(a.Amount), cmp.Compare(a.Key, b.Key))
	})
	return out
}
