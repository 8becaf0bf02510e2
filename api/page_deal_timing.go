package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// dealTiming is how a deal stands in time (S070): its closing date, how often that was put off, and how long it was in each stage.
type dealTiming struct {
	DaysLeft int // until the expected closing; below zero: it has passed
	Open     int // days since it was created, until it closed
	Slips    []slipView
	Times    int // the closing was put off
	Days     int // by how many days in all
	Stages   []stageTime
}

type slipView struct {
	crm.Slip
	Who string
}

// stageTime is a stage with each of its stays.
type stageTime struct {
	Name  string
	Total int // days, over all stays
	Stays []stayView
}

type stayView struct {
	crm.Stay
	Days int
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

// dealTiming reads it from what the deal's timeline and stages tell: a move writes nothing more for it.
func (r *request) dealTiming(p *dealPage, set *rules.Set) error {
	slips, err := r.store.DealSlips(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	today := crm.DateOf(p.Now, r.srv.screens().zone())
	end := p.Now
	if p.ClosedAt != nil {
		end = *p.ClosedAt
	}
	t := dealTiming{Open: days(end.Sub(p.CreatedAt))}
	if !p.CloseDate.IsZero() {
		t.DaysLeft = p.CloseDate.DaysSince(today)
	}
	t.Times, t.Days = crm.Slipped(slips)
	for _, s := range slips {
		t.Slips = append(t.Slips, slipView{s, actorName(r.words(), s.By, "")})
	}
	for _, st := range crm.StageTimes(p.Stays, end) {
		stage, _ := set.Stage(st.Stage)
		row := stageTime{Name: worded(stage.Name, r.language, st.Stage), Total: days(st.Total)}
		for _, s := range p.Stays {
			if s.Stage == st.Stage {
				row.Stays = append(row.Stays, stayView{s, days(s.Lasted(end))})
			}
		}
		t.Stages = append(t.Stages, row)
	}
	p.Timing = t
	return nil
}

// dealLife is whether a deal stands still, whatever tab is shown.
type dealLife struct {
	Stale bool // longer in its stage than that allows, with nothing planned
	Days  int  // in the stage
	Rests bool // it may stand still, for now
}

func (r *request) dealLife(d store.Card, set *rules.Set, now time.Time) dealLife {
	l := dealLife{Days: days(now.Sub(d.StageSince)), Rests: rests(d, crm.DateOf(now, r.srv.screens().zone()))}
	stage, known := set.Stage(d.Stage)
	l.Stale = known && !l.Rests && stale(d, stage, now)
	return l
}

// stale tells whether an open deal has been in its stage for longer than that allows; planned activities count as life.
func stale(d store.Card, s rules.Stage, now time.Time) bool {
	return d.State == crm.OpportunityOpen && crm.Stale(d.StageSince, d.LastDue, s.StaleDays, now)
}

// dealReadiness is what a deal needs before it can receive a quote, and how the one that is out stands (S075).
type dealReadiness struct {
	Items []readyItem
	Ready bool
	Sent  *crm.Quote // the newest that is out
	Left  int        // days until it lapses
	Quiet int        // days since it was sent, while it has not been looked at
}

type readyItem struct {
	Text string
	Link string // where it is done
	Met  bool
}

// readyAt is the tab where a missing thing is done.
var readyAt = map[string]string{"decision_maker": "relations", "products": "products", "samples": "products", "handed_off": "products"}

func (r *request) dealReadiness(p *dealPage) error {
	if p.State != crm.OpportunityOpen {
		return nil
	}
	facts, err := r.store.Facts(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	decider, err := r.store.Decider(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	items := crm.Readiness(facts, decider)
	p.Ready.Ready = crm.Ready(items)
	for _, i := range items {
		tab := readyAt[i.Code]
		if tab == "" {
			tab = "main"
		}
		p.Ready.Items = append(p.Ready.Items, readyItem{r.say("ready." + i.Code), "/opportunities/" + string(p.ID) + "?tab=" + tab, i.Met})
	}
	for i, q := range p.QuoteList {
		if q.State == crm.QuoteSent && q.SentAt != nil {
			p.Ready.Sent, p.Ready.Left = &p.QuoteList[i], q.ValidUntil.DaysSince(facts.Process.Today)
			if q.SeenAt == nil {
				p.Ready.Quiet = days(p.Now.Sub(*q.SentAt))
			}
			break
		}
	}
	return nil
}

// potentialPage lists the open deals that promise most, with the parts of the figure (S069).
type potentialPage struct {
	Rows    []rankedView
	Filter  store.DealFilter
	Owners  []option
	Overall bool // no owner is chosen
}

type rankedView struct {
	store.RankedDeal
	crm.Potential
	Rank      int
	StageName string
	Factor    decimal.Decimal // of the timing, in per cent
	Chip      string
	Tone      string
}

// rankedDeals is how many deals the list by potential shows.
const rankedDeals = 50

// oddsIn are how likely the open stages of the pipelines are won.
func oddsIn(set *rules.Set) (odds []store.Odds) {
	for _, key := range pipelineKeys(set) {
		for _, s := range set.Of(key).Stages() {
			if s.Kind == rules.StageOpen {
				odds = append(odds, store.Odds{Pipeline: key, Stage: s.Key, Probability: s.Probability})
			}
		}
	}
	return odds
}

// ranked are the open deals by potential, with the probabilities of the pipelines in force.
func (r *request) ranked(f store.DealFilter) ([]store.RankedDeal, *rules.Set, crm.Date, error) {
	set, err := r.pipeline()
	if err != nil {
		return nil, nil, crm.Date{}, err
	}
	today, err := r.today()
	if err != nil {
		return nil, nil, today, err
	}
	rows, err := r.store.DealsByPotential(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), f, oddsIn(set), today, rankedDeals)
	return rows, set, today, err
}

func pagePotential(r *request) error {
	f := store.DealFilter{Owner: optionalID(r.gin.Query("owner")), Pipeline: clean(r.gin.Query("pipeline"), 60)}
	rows, set, today, err := r.ranked(f)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return err
	}
	p := potentialPage{Filter: f, Owners: chosen(r.say("filter.all"), owners), Overall: f.Owner == ""}
	for i, d := range rows {
		own := set.Of(d.Pipeline)
		s, _ := own.Stage(d.Stage)
		card := r.cardView(d.Card, s, now)
		v := rankedView{RankedDeal: d, Potential: crm.PotentialOf(d.Opportunity, d.Probability, today), Rank: i + 1, StageName: card.StageName, Chip: card.Chip, Tone: card.Tone}
		v.Factor = v.Timing.Mul(decimal.NewFromInt(100))
		p.Rows = append(p.Rows, v)
	}
	return r.show(200, "potential", r.say("potential.title"), p)
}
