package api

import (
	"net/url"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

const cardsPerStage = 100

// boardPage is the pipeline as columns; the table shows the same deals.
type boardPage struct {
	Table     bool
	List      dealList // of the table
	Teams     []option
	Filter    store.DealFilter
	Filtered  bool
	Owners    []option
	Pipelines []option // none where there is only one
	Stages    []option
	Columns   []column
	Closed    []column // won and lost, folded
	Rows      []cardView
	First     string
	Next      string
	Query     string // of the filter, for the switch between board and table
	Open      int
	Sum       decimal.Decimal
	Weighted  decimal.Decimal
	Currency  string
	May       bool
	Form      form
	New       newDeal
	MoveFor   crm.ID   // the card whose form stands open
	Moves     []option // the stages of the board
	Gate      *gateView
	GateFor   crm.ID
}

// newDeal is the form for a new deal: exactly name, customer, amount and stage (S014), and what the rules ask of a new deal (S097).
type newDeal struct {
	Asks     map[string]bool // fields beside the four, by name
	Inputs   []ownInput      // fields of the company's own that are asked
	Contacts []option
	Form     form
	Pipeline option // whose stages are offered
	Accounts []option
	Stages   []option
	Open     bool
}

type column struct {
	Key      string
	Name     string
	Guidance string
	Deals    int
	Sum      decimal.Decimal
	Weighted decimal.Decimal
	Others   []moneySum // in other currencies than the company's
	Cards    []cardView
	Targets  []option // stages that its cards may be moved to
	More     int
	Gone     bool // no deal enters it any more
	Currency string
}

type cardView struct {
	store.Card
	StageName string
	Chip      string
	Tone      string
	Edge      string
	May       bool
}

// moveForm takes a deal to another stage without dragging.
type moveForm struct {
	To, Pipeline, Command string
	Targets               []option
}

// MoveForm is the form of one card.
func (p boardPage) MoveForm(in column, c cardView) moveForm {
	return moveForm{"/opportunities/" + string(c.ID) + "/move", p.Filter.Pipeline, uuid.NewString(), in.Targets}
}

// BlankMove is what the script makes the form of any card of.
func (p boardPage) BlankMove() moveForm {
	return moveForm{Pipeline: p.Filter.Pipeline, Targets: p.Moves}
}

// MoveLink is the board with the form of one card open: its Move button where there is no script.
func (p boardPage) MoveLink(deal crm.ID) string {
	return "/board?pipeline=" + url.QueryEscape(p.Filter.Pipeline) + "&move=" + string(deal) + "#card-" + string(deal)
}

func pageBoard(r *request) error { return showBoard(r, form{values: map[string]string{}}, nil, "") }

func (r *request) dealFilter() store.DealFilter { return store.DealFilterOf(r.gin.Request.URL.Query()) }

func (r *request) boardPage(f form, table bool) (boardPage, *rules.Set, error) {
	filter := r.dealFilter()
	p := boardPage{
		Table: table, Filter: filter, Form: f, Filtered: filter.Owner != "" || filter.Text != "" || filter.Stage != "" || filter.State != "" || filter.Account != "" || filter.Team != "",
		May: r.Can(crm.MayWriteOpportunity),
	}
	set, err := r.pipeline()
	if err != nil {
		return p, nil, err
	}
	if err := r.choosePipeline(&p, set, f.Value("pipeline")); err != nil {
		return p, nil, err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return p, nil, err
	}
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return p, nil, err
	}
	p.Currency, p.Owners = e.Currency, chosen(r.say("filter.all"), owners)
	if p.Teams, err = r.teamOptions(); err != nil {
		return p, nil, err
	}
	p.Stages = append([]option{{"", r.say("filter.all")}}, r.stageOptions(set.Of(p.Filter.Pipeline), "")...)
	q := r.gin.Request.URL.Query()
	q.Del("after")
	if len(q) > 0 {
		p.Query = "?" + q.Encode()
	}
	if p.May {
		accounts, err := r.store.AccountChoices(r.ctx(), store.ScopeOf(r.user, crm.MayReadAccount))
		if err != nil {
			return p, nil, err
		}
		begin := set.Of(p.Filter.Pipeline)
		if begin.EntryStage() == "" { // one that is given up
			begin = set
		}
		p.New = newDeal{Form: f, Pipeline: option{begin.Key(), worded(begin.Name(), r.language, begin.Key())}, Accounts: chosen(r.say("form.choose"), accounts), Open: f.Failed()}
		for _, s := range begin.Stages() {
			if s.Takes() && (s.Key == begin.EntryStage() || !begin.NoSkip()) {
				p.New.Stages = append(p.New.Stages, option{s.Key, worded(s.Name, r.language, s.Key)})
			}
		}
		if err := r.askedOfNew(&p.New, accounts); err != nil {
			return p, nil, err
		}
	}
	return p, set, nil
}

// choosePipeline offers the pipelines in force and those that deals still go through. The board shows one: the default when none is chosen.
func (r *request) choosePipeline(p *boardPage, set *rules.Set, posted string) error {
	if posted != "" {
		p.Filter.Pipeline = posted
	}
	p.Pipelines = r.pipelineChoices(set)
	used, err := r.pipelinesInUse(set.Version())
	if err != nil {
		return err
	}
	for _, key := range used {
		if set.Has(key) {
			continue
		}
		if p.Pipelines == nil {
			p.Pipelines = []option{{set.Key(), worded(set.Name(), r.language, set.Key())}}
		}
		p.Pipelines = append(p.Pipelines, option{key, key})
	}
	switch {
	case p.Table && len(p.Pipelines) > 0:
		p.Pipelines = append([]option{{"", r.say("filter.all")}}, p.Pipelines...)
		p.Filtered = p.Filtered || p.Filter.Pipeline != ""
	case !p.Table && p.Filter.Pipeline == "":
		p.Filter.Pipeline = set.Key()
	}
	return nil
}

// stageOptions are the stages, or those that a deal may go to from a stage.
func (r *request) stageOptions(set *rules.Set, from string) []option {
	var out []option
	reach := map[string]bool{}
	for _, key := range set.Reachable(from) {
		reach[key] = true
	}
	for _, s := range set.Stages() {
		if from == "" && !s.Retired() || reach[s.Key] {
			out = append(out, option{s.Key, worded(s.Name, r.language, s.Key)})
		}
	}
	return out
}

func showBoard(r *request, f form, g *gateView, deal crm.ID) error {
	p, set, err := r.boardPage(f, false)
	if err != nil {
		return err
	}
	p.Gate, p.GateFor, p.MoveFor = g, deal, optionalID(r.gin.Query("move"))
	set = set.Of(p.Filter.Pipeline)
	p.Moves = r.stageOptions(set, "")
	scope := store.ScopeOf(r.user, crm.MayReadOpportunity)
	sums, err := r.store.StageSums(r.ctx(), scope, p.Filter)
	if err != nil {
		return err
	}
	var open []string
	for _, sum := range sums {
		if sum.State == crm.OpportunityOpen {
			open = append(open, sum.Stage)
		}
	}
	list, err := r.store.BoardCards(r.ctx(), scope, p.Filter, open, cardsPerStage)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	stages, err := r.columns(set, list)
	if err != nil {
		return err
	}
	for _, s := range stages {
		c := r.column(s, sums, p.Currency)
		if s.Retired() && c.Deals == 0 {
			continue
		}
		lost := s.set.Closed(rules.StageLost) // asks for a reason
		c.Targets = slices.DeleteFunc(r.stageOptions(s.set, s.Key), func(o option) bool { return o.Value == lost })
		for _, d := range list {
			if d.Stage == s.Key {
				c.Cards = append(c.Cards, r.cardView(d, s.Stage, now))
			}
		}
		if s.Kind != rules.StageOpen {
			p.Closed = append(p.Closed, c)
			continue
		}
		c.More = c.Deals - len(c.Cards)
		p.Open, p.Sum, p.Weighted = p.Open+c.Deals, p.Sum.Add(c.Sum), p.Weighted.Add(c.Weighted)
		p.Columns = append(p.Columns, c)
	}
	return r.show(f.Status(), "board", r.say("nav.board"), p)
}

// moneySum is a sum of amounts of one currency: sums of several are never added up.
type moneySum struct {
	Sum      decimal.Decimal
	Currency string
}

// boardStage is a stage of the board with the pipeline that knows it.
type boardStage struct {
	rules.Stage
	set *rules.Set
	old bool // the rules in force do not have it
}

// columns are the stages of the pipeline in force, and behind the open ones those that only the versions know by which some deals still go.
func (r *request) columns(set *rules.Set, cards []store.Card) (out []boardStage, err error) {
	var closed []boardStage
	for _, s := range set.Stages() {
		if s.Kind == rules.StageOpen {
			out = append(out, boardStage{s, set, false})
		} else {
			closed = append(closed, boardStage{s, set, false})
		}
	}
	for _, d := range cards {
		if slices.ContainsFunc(out, func(s boardStage) bool { return s.Key == d.Stage }) {
			continue
		}
		own, err := r.dealStages(d.Opportunity)
		if err != nil {
			return nil, err
		}
		s, there := own.Stage(d.Stage)
		if !there {
			s = rules.Stage{Key: d.Stage, Kind: rules.StageOpen}
		}
		out = append(out, boardStage{s, own, true})
	}
	return append(out, closed...), nil
}

// column is a stage with what stands in it.
func (r *request) column(s boardStage, sums []store.StageSum, currency string) column {
	c := column{Key: s.Key, Name: worded(s.Name, r.language, s.Key), Guidance: worded(s.Guidance, r.language, ""), Currency: currency}
	c.Gone = s.Retired() || s.old
	for _, sum := range sums {
		if sum.Stage == s.Key && (sum.State == crm.OpportunityOpen) == (s.Kind == rules.StageOpen) {
			c.Deals += sum.Deals
			if sum.Currency == currency {
				c.Sum = c.Sum.Add(sum.Sum)
			} else {
				c.Others = append(c.Others, moneySum{sum.Sum, sum.Currency})
			}
		}
	}
	c.Weighted = c.Sum.Mul(s.Probability).DivRound(decimal.NewFromInt(100), 2)
	return c
}

// cardView adds the one chip that matters most: blocked before late before waiting before the next step.
func (r *request) cardView(d store.Card, s rules.Stage, now time.Time) cardView {
	v := cardView{Card: d, StageName: worded(s.Name, r.language, d.Stage), May: r.Can(crm.MayWriteOpportunity) && d.State == crm.OpportunityOpen}
	zone := r.srv.screens().zone()
	today := crm.DateOf(now, zone)
	waited := days(now.Sub(d.StageSince))
	switch {
	case d.State != crm.OpportunityOpen:
		v.Chip, v.Tone = named(r.words(), "deal_state", string(d.State)), map[crm.OpportunityState]string{crm.OpportunityWon: "ok"}[d.State]
		if d.Order != "" {
			v.Chip, v.Tone = named(r.words(), "order_state", string(d.Order)), "wait"
		}
	case d.NextDue != nil && d.NextDue.Before(now):
		v.Chip, v.Tone, v.Edge = r.say("card.step_today"), "warn", "late"
		if crm.DateOf(*d.NextDue, zone).Before(today) {
			v.Chip, v.Tone, v.Edge = r.say("card.step_late", "N", today.DaysSince(crm.DateOf(*d.NextDue, zone))), "bad", "bad"
		}
	case !d.CloseDate.IsZero() && d.CloseDate.Before(today):
		v.Chip, v.Tone, v.Edge = r.say("card.close_late", "N", today.DaysSince(d.CloseDate)), "warn", "late"
	case rests(d, today):
		v.Chip = r.say("card.snoozed", "Date", d.SnoozedUntil)
	case stale(d, s, now):
		v.Chip, v.Tone, v.Edge = r.say("card.stale", "N", waited), "warn", "late"
	case d.NextDue != nil:
		v.Chip = clip(r.say("card.next", "Step", d.NextStep, "Date", crm.DateOf(*d.NextDue, zone)), 44)
	default:
		v.Chip = r.say("card.no_step")
	}
	return v
}
