package api

import (
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// dealTabs are the eight tabs, in their order (decision 2).
var dealTabs = []string{"main", "timeline", "activities", "products", "relations", "quotes", "documents", "messages"}

// dealPage is a deal with the tab that is open and what its next stage needs.
type dealPage struct {
	store.DealPage
	Tab       string
	Tabs      []tab
	Off       []string // why tabs are not there (S027, S030)
	TabOff    bool     // the one that is asked for is one of them
	Path      []pathStep
	Way       *contractWay
	StageName string
	Process   string
	May       bool // change it
	MayRest   bool // let it rest
	Own       ownPart
	AmountBy  string
	Form      form
	Refusal   *gateView
	Outlook   *gateView // what the next stage needs
	Targets   []option
	Lost      []option
	LostStage string
	LostFor   string // the reason, when it is lost
	Now       time.Time

	Log       bool     // the form for a call stands open
	NextIn    []option // days until the next step
	Answers   []option
	Stays     []crm.Stay
	Timing    dealTiming
	Life      dealLife
	Ready     dealReadiness
	Roles     []option
	Rivals    map[string]store.Rival // by name in lower case
	NoDecider bool

	Owners      []option
	Contacts    []option
	Events      []event
	Engagements []store.EngagementRow
	Products    []option
	Lines       []lineView
	Samples     []crm.Sample // S071
	HandOffs    *dealHandOffs
	LinesNet    decimal.Decimal
	Relations   map[string][]crm.Relation
	QuoteList   []crm.Quote
	Bids        []store.BidRow
	Sides       []option
	Diffs       []store.QuoteComparison
	Cases       []store.CaseRow // that are about it
	Papers      papers
	Messages    messages
	Kinds       []option
	Outcomes    []option
}

type tab struct {
	Key, Label string
	Current    bool
}

// pathStep is a stage of the path at the top, with when the deal entered it last.
type pathStep struct {
	Name  string
	Since time.Time
	Class string // past, now, lost
}

type lineView struct {
	crm.ProductLine
	Net  decimal.Decimal
	form form
	w    *i18n.Printer
	Why  string // its price is what it is
	Up   int    // the place before it, 0 for the first
	Down int    // the place after it, 0 for the last
}

// Discount is what the field of the discount shows: a cascade as it was written.
func (l lineView) Discount() string {
	if v, typed := l.form.values[l.N("discount_percent")]; typed {
		return v
	}
	return discountText(l.w, l.Discounts, l.DiscountPercent)
}

// N is the name of the line's field in the form of the whole page.
func (l lineView) N(name string) string { return "lines." + string(l.ID) + "." + name }

// F is the id of the line's field.
func (l lineView) F(name string) string { return fieldID(l.N(name)) }

// V is what the line's field shows: what was typed and refused, else what is stored.
func (l lineView) V(name string, stored decimal.Decimal) string {
	if v, typed := l.form.values[l.N(name)]; typed {
		return v
	}
	return plainNumber(l.w, stored)
}

// E is what is wrong with the line's field.
func (l lineView) E(name string) string { return l.form.wrong[l.N(name)] }

func pageDeal(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showDeal(r, id, form{}, nil)
}

func showDeal(r *request, id crm.ID, f form, g *gateView) error {
	d, err := r.store.DealPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), id)
	if err != nil {
		return err
	}
	set, err := r.dealStages(d.Opportunity)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	p := dealPage{
		DealPage: d, Now: now, Form: f, Refusal: g, LostFor: r.lostReason(d.LostReason), Process: "/process/" + crm.ProcessID(crm.KindOpportunity, id), Tab: r.gin.Query("tab"),
		May: r.Can(crm.MayWriteOpportunity), MayRest: r.Can(crm.MaySnoozeDeal), Life: r.dealLife(d.Card, set, now), AmountBy: named(r.words(), "amount_source", string(d.AmountSource)),
	}
	if t := f.Value("tab"); t != "" {
		p.Tab = t
	}
	if !slices.Contains(dealTabs, p.Tab) {
		p.Tab = "main"
	}
	for _, t := range dealTabs {
		if why := r.whyOff(tabOf[t]); why != "" {
			p.Off = append(p.Off, why)
			p.TabOff = p.TabOff || t == p.Tab
			continue
		}
		p.Tabs = append(p.Tabs, tab{t, r.say("tab." + t), t == p.Tab})
	}
	if err := r.dealPath(&p, set); err != nil {
		return err
	}
	if p.Way, err = r.contractWay(d.ContractID); err != nil {
		return err
	}
	if err := r.dealOutlook(&p, set); err != nil {
		return err
	}
	p.Log, p.Answers = r.gin.Query("log") != "", enumOptions(r, "", "outcome_of", crm.EngagementOutcomes())
	for _, days := range nextIn {
		p.NextIn = append(p.NextIn, option{days, r.say("log.in_" + days)})
	}
	if p.TabOff { // what it holds is shown, and nothing is begun there
		p.May = false
	}
	if err := r.dealTab(&p, set); err != nil {
		return err
	}
	if r.Can(crm.MayReadCase) {
		if p.Cases, err = r.store.CasesAbout(r.ctx(), store.ScopeOf(r.user, crm.MayReadCase), id); err != nil {
			return err
		}
	}
	if p.Own, err = r.ownPart("opportunity", "/opportunities/"+string(id)+"/own", d.Version, d.Custom, p.May); err != nil {
		return err
	}
	return r.show(max(f.Status(), p.Own.Form.Status()), "deal", d.Name, p)
}

// dealPath marks the stages that the deal has been through, with dates.
func (r *request) dealPath(p *dealPage, set *rules.Set) error {
	stays, err := r.store.Stays(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	p.Stays = stays
	entered := map[string]time.Time{}
	for _, s := range stays {
		entered[s.Stage] = s.EnteredAt
	}
	for _, s := range set.Stages() {
		name := worded(s.Name, r.language, s.Key)
		step := pathStep{Name: name, Since: entered[s.Key]}
		switch {
		case s.Key == p.Stage && s.Kind == rules.StageLost:
			step.Class = "lost"
		case s.Key == p.Stage:
			step.Class = "now"
		case s.Retired() && step.Since.IsZero(), s.Kind == rules.StageLost, s.Kind == rules.StageWon && p.State == crm.OpportunityLost:
			continue
		case !step.Since.IsZero():
			step.Class = "past"
		}
		if s.Key == p.Stage {
			p.StageName = name
		}
		p.Path = append(p.Path, step)
	}
	return nil
}

// dealOutlook asks the gate of the next stage, before anybody presses a button (ux section 4, 9).
func (r *request) dealOutlook(p *dealPage, set *rules.Set) error {
	if p.State != crm.OpportunityOpen {
		return nil
	}
	p.Targets = slices.DeleteFunc(r.stageOptions(set, p.Stage), func(o option) bool {
		s, _ := set.Stage(o.Value)
		return s.Kind != rules.StageOpen
	})
	p.LostStage = set.Closed(rules.StageLost)
	for _, l := range set.LostReasons() {
		p.Lost = append(p.Lost, option{l.Key, worded(l.Name, r.language, l.Key)})
	}
	next := nextStage(set, p.Stage)
	if next.Key == "" {
		return nil
	}
	facts, err := r.store.Facts(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	v, err := r.excepted(p.ID, set.Gate(next.Key, facts))
	if err != nil {
		return err
	}
	name := worded(next.Name, r.language, next.Key)
	g := r.gateView(v, p.ID, p.Currency, p.Form)
	g.Title = r.say("gate.outlook", "Stage", name)
	g.Action, g.Button = "/opportunities/"+string(p.ID)+"/move", r.say("gate.move_to", "Stage", name)
	if g.CanFill {
		g.Button = r.say("gate.save_and_move")
	}
	g.CanMove = p.May && (next.Kind == rules.StageOpen || next.Kind == rules.StageWon && v.Allowed())
	if next.Kind == rules.StageWon {
		g.Title = r.say("gate.outlook_won")
	}
	g.Hidden = []hidden{{"command", uuid.NewString()}, {"to", next.Key}, {"tab", p.Tab}}
	if g.CanCase = r.Can(crm.MayWriteRules); g.CanCase {
		g.Hidden = append(g.Hidden, hidden{"deal", string(p.ID)})
	}
	p.Outlook = &g
	if p.Refusal != nil {
		return nil
	}
	return r.asking(&g, p.ID, p.Currency, form{})
}

// nextStage is the stage after the deal's own: open, or won after the last open one.
func nextStage(set *rules.Set, stage string) rules.Stage {
	stages := set.Stages()
	i := slices.IndexFunc(stages, func(s rules.Stage) bool { return s.Key == stage })
	for j := i + 1; i >= 0 && j < len(stages); j++ {
		if stages[j].Kind != rules.StageLost && !stages[j].Retired() {
			return stages[j]
		}
	}
	return rules.Stage{}
}

// dealTab reads what the open tab shows.
func (r *request) dealTab(p *dealPage, set *rules.Set) (err error) {
	ctx := r.ctx()
	switch p.Tab {
	case "main":
		if err = r.mainTab(p); err == nil {
			err = r.dealTiming(p, set)
		}
	case "timeline":
		var list []store.Event
		list, err = r.store.DealTimeline(ctx, p.ID)
		p.Events = r.events(list, p.Currency)
	case "activities":
		p.Kinds = enumOptions(r, "", "engagement", crm.EngagementKinds())
		p.Outcomes = enumOptions(r, "", "outcome_of", crm.EngagementOutcomes())
		p.Engagements, err = r.store.DealEngagements(ctx, p.ID)
	case "products":
		err = r.productsTab(p)
	case "relations":
		err = r.relationsTab(p)
	case "quotes":
		if err = r.quotesTab(p); err == nil {
			err = r.dealReadiness(p)
		}
	case "documents", "messages":
		err = r.dealPapers(p)
	}
	return err
}

func (r *request) mainTab(p *dealPage) error {
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return err
	}
	contacts, err := r.store.ContactChoices(r.ctx(), p.AccountID)
	if err != nil {
		return err
	}
	p.Owners, p.Contacts = chosen("", owners), chosen(r.say("form.none"), contacts)
	if p.Form.values == nil || !p.Form.Failed() {
		w := r.words()
		p.Form.values = map[string]string{
			"name": p.Name, "amount": plainNumber(w, p.Amount), "target": plainNumber(w, p.Target), "close_date": p.CloseDate.String(),
			"need": p.Need, "budget": yes(p.Budget), "decision_maker": yes(p.DecisionMaker), "owner_id": string(p.OwnerID), "contact_id": string(p.ContactID),
		}
	}
	return nil
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func (r *request) productsTab(p *dealPage) error {
	choices, err := r.store.ProductChoices(r.ctx())
	if err != nil {
		return err
	}
	p.Products = chosen(r.say("form.choose"), choices)
	if p.Samples, err = r.store.OpportunitySamples(r.ctx(), p.ID); err != nil {
		return err
	}
	lines, err := r.store.DealLines(r.ctx(), p.ID)
	for i, l := range lines {
		net := crm.Round(l.Quantity.Mul(l.UnitPrice).Mul(decimal.NewFromInt(100).Sub(l.DiscountPercent)).Shift(-2), crm.Currency(p.Currency), crm.HalfUp)
		p.LinesNet = p.LinesNet.Add(net)
		down := i + 2
		if i == len(lines)-1 {
			down = 0
		}
		p.Lines = append(p.Lines, lineView{l, net, p.Form, r.words(), r.priceWhy(l.Price, p.Currency), i, down})
	}
	if err != nil {
		return err
	}
	return r.dealHandOffs(p)
}

// Hand tells whether the amount may be typed (S033).
func (p dealPage) Hand() bool {
	return p.AmountSource == crm.AmountByHand && p.State == crm.OpportunityOpen
}

// IsOpen tells whether the deal is still open.
func (p dealPage) IsOpen() bool { return p.State == crm.OpportunityOpen }

// Reopens tells whether the deal may be taken up again from here; one with an order comes back when that is rejected (decision 7).
func (p dealPage) Reopens() bool {
	return p.State == crm.OpportunityLost || p.State == crm.OpportunityWon && p.AmountSource != crm.AmountFromQuote
}
