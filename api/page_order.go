package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// orderPage is what an approver needs to decide in under a minute.
type orderPage struct {
	store.OrderPage
	Rows        []orderLine
	PlanRows    []planRow
	Way         *contractWay
	Events      []event
	Process     string
	CommandID   string
	RejectID    string
	Form        form
	Refusal     *gateView
	Checklist   *gateView
	Why         []levelView
	WhyRule     *gateView
	MayApprove  bool
	MayValidate bool
	WhyNot      string
	Limits      *gateView // the limits of prices and discounts that were asked about the order
	Within      bool      // beside the queue: the page has its heading already
	Stations    []stationView
	Frozen      bool // the route is; else it is the preview
	Questions   []questionView
	Earlier     []store.EarlierRound
	MayRecall   bool
	MayUndo     bool
	Held        bool // decided, and nothing follows from it yet
	Chosen      crm.Terms
	From, Until crm.Date // of the contract, were it made today
	MayTerms    bool
	TermsForm   termsForm
}

type orderLine struct {
	store.OrderLine
	Differs string
}

// approvalsPage is the queue with the order that is open in it.
type approvalsPage struct {
	Queue  []store.OrderRow
	Asked  []store.ExceptionRow // requests for exceptions that wait for an answer
	Undos  []store.UndoRow      // requests to undo won deals
	Amends []store.AmendmentQueueRow
	Order  orderPage
	Picked bool
	Last   *store.OrderRow
	user   crm.User
}

// Mine tells whether the order waits for the person who looks.
func (p approvalsPage) Mine(o store.OrderRow) bool { return waitsFor(p.user, o) }

// Decides tells whether the person who looks decides on the request.
func (p approvalsPage) Decides(x store.ExceptionRow) bool {
	return p.user.Can(crm.MayDecideException) > crm.ReachNone && x.DecidedFor(p.user)
}

// waitsFor tells whether the next decision on the order is the person's.
func waitsFor(u crm.User, o store.OrderRow) bool {
	switch o.State {
	case crm.OrderValidating:
		return u.Can(crm.MayValidateOrder) > crm.ReachNone
	case crm.OrderApproving:
		return o.Asks
	}
	return false
}

func pageApprovals(r *request) error {
	scope := store.ScopeOf(r.user, crm.MayReadOrder)
	queue, err := r.store.OrderQueue(r.ctx(), scope, r.user)
	if err != nil {
		return err
	}
	asked, err := r.store.ExceptionQueue(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity))
	if err != nil {
		return err
	}
	undos, err := r.store.UndoQueue(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract))
	if err != nil {
		return err
	}
	p := approvalsPage{Queue: queue, Asked: asked, Undos: undos, user: r.user}
	if p.Amends, err = r.store.AmendmentQueue(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract)); err != nil {
		return err
	}
	if len(queue) == 0 {
		if last, err := r.store.LastDecided(r.ctx(), scope); err == nil {
			p.Last = &last
		}
		return r.show(http.StatusOK, "approvals", r.say("nav.approvals"), p)
	}
	pick := optionalID(r.gin.Query("order"))
	p.Picked = pick != ""
	for _, o := range queue {
		if pick == "" && waitsFor(r.user, o) {
			pick = o.ID
		}
	}
	if pick == "" {
		pick = queue[0].ID
	}
	if p.Order, err = r.orderPage(pick, form{}, nil); err != nil {
		return err
	}
	p.Order.Within = true
	return r.show(http.StatusOK, "approvals", r.say("nav.approvals"), p)
}

// pageOrder is the page that the approver's mail links to. It never decides anything.
func pageOrder(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showOrder(r, id, form{}, nil)
}

func showOrder(r *request, id crm.ID, f form, g *gateView) error {
	p, err := r.orderPage(id, f, g)
	if err != nil {
		return err
	}
	return r.show(f.Status(), "order", r.say("order.title", "Number", p.Number), p)
}

func (r *request) orderPage(id crm.ID, f form, g *gateView) (orderPage, error) {
	o, err := r.readOrder(id)
	if err != nil {
		return orderPage{}, err
	}
	p := orderPage{
		OrderPage: o, Form: f, Refusal: g, Process: "/process/" + crm.ProcessID(crm.KindOpportunity, o.OpportunityID),
		CommandID: uuid.NewString(), RejectID: uuid.NewString(), Events: r.events(o.Timeline, o.Currency),
	}
	if p.Way, err = r.contractWay(o.ContractID); err != nil {
		return p, err
	}
	if err := r.orderRoute(&p); err != nil {
		return p, err
	}
	mine := waitsFor(r.user, o.OrderRow)
	p.MayValidate = mine && o.State == crm.OrderValidating
	p.MayApprove = mine && o.State == crm.OrderApproving
	switch {
	case o.State == crm.OrderApproving && o.RequestedBy == string(r.user.ID):
		p.WhyNot = r.say("order.own")
	case p.MayApprove && !p.asks(r.user.ID):
		p.MayApprove, p.WhyNot = false, r.say("order.over_limit", "Limit", r.words().Money(r.user.ApprovalLimit, crm.Currency(o.Currency)))
	}
	for _, l := range o.Lines {
		p.Rows = append(p.Rows, orderLine{l, r.differs(l)})
	}
	if err := r.orderPlan(&p); err != nil {
		return p, err
	}
	if p.MayValidate && g == nil {
		if err := r.liveChecklist(&p); err != nil {
			return p, err
		}
	}
	r.orderVerdicts(&p)
	r.ticked(p.Checklist, p)
	r.ticked(p.Refusal, p)
	return p, nil
}

// differs says how a line lies off the catalogue.
func (r *request) differs(l store.OrderLine) string {
	switch {
	case l.ListPrice == nil:
		return r.say("order.free_text")
	case !l.UnitPrice.Equal(*l.ListPrice) && l.ListPrice.IsPositive():
		off := l.UnitPrice.Sub(*l.ListPrice).Mul(decimal.NewFromInt(100)).DivRound(*l.ListPrice, 1)
		return r.say("order.price_differs", "Percent", r.words().Percent(off))
	case l.DiscountPercent.IsPositive():
		return r.say("order.discounted", "Percent", r.words().Percent(l.DiscountPercent))
	}
	return ""
}

// orderVerdicts shows the newest checklist and why approval was asked for.
func (r *request) orderVerdicts(p *orderPage) {
	for _, v := range p.Verdicts {
		g := r.gateView(v, p.OpportunityID, p.Currency, p.Form)
		switch {
		case v.Kind == crm.RuleOrder && p.Checklist == nil && p.Refusal == nil:
			p.Checklist = &g
		case v.Kind == crm.RuleApproval && p.WhyRule == nil && len(p.Route) > 0:
			p.WhyRule, p.Why = &g, r.levels(v, p.Route, p.Currency)
		case v.Kind == crm.RulePricing && v.Key == rules.MomentApproval && p.Limits == nil && len(p.Route) > 0:
			p.Limits = &g
		}
	}
}

// liveChecklist shows who validates an order what the rules say of it now, each check with where it is filled (S078).
func (r *request) liveChecklist(p *orderPage) error {
	set, err := r.dealRules(p.OpportunityID, crm.RuleOrder)
	if err != nil || set.Version() == 0 {
		return err
	}
	facts, err := r.store.Facts(r.ctx(), p.OpportunityID)
	if err != nil {
		return err
	}
	g := r.gateView(set.Checklist(facts), p.OpportunityID, p.Currency, p.Form)
	p.Checklist = &g
	return nil
}

// orderForm carries out a decision and shows the order again when it is refused.
func orderForm(r *request, kind, done string, check func(*form), fields func(form, map[string]string, int) any) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	o, err := r.readOrder(id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	check(&f)
	fill := r.fills(&f)
	for key, on := range ticksOf(f) {
		fill[crm.TickedField+"."+key] = strconv.FormatBool(on)
	}
	if f.Failed() {
		return showOrder(r, id, f, nil)
	}
	version, _ := strconv.Atoi(f.Value("version"))
	a, cause, err := r.carry(f, kind, crm.KindOpportunity, o.OpportunityID, fields(f, fill, version))
	switch {
	case err != nil:
		return err
	case a.OK():
		return r.said(done, "/orders/"+string(id))
	case a.Code == "already_decided":
		f.status = code(a.Code).status()
		f.other = append(f.other, r.decidedText(a.Params))
		return showOrder(r, id, f, nil)
	case a.Code != string(codeGate):
		r.refuse(&f, a)
		return showOrder(r, id, f, nil)
	}
	g, err := r.refusal(cause, crm.RuleKind(a.Params["rule"]), o.OpportunityID, o.Currency, f)
	if err != nil {
		return err
	}
	f.status = http.StatusUnprocessableEntity
	g.Title = r.words().N("order.refused", g.Missing, "Number", o.Number, "Total", g.All)
	g.Action, g.Back, g.Button, g.Wide = "/orders/"+string(id)+"/validate", "/orders/"+string(id), r.say("order.save_and_validate"), true
	g.Hidden = append(g.Hidden, hidden{"version", strconv.Itoa(o.Version)})
	if g.Ask != nil {
		g.Ask.Hidden = append(g.Ask.Hidden, hidden{"order", string(id)})
	}
	return showOrder(r, id, f, &g)
}

func formOrderValidate(r *request) error {
	return orderForm(r, crm.OrderValidate, "order_validated", func(*form) {}, func(f form, fill map[string]string, version int) any {
		return crm.OrderDecision{OrderID: crm.ID(r.gin.Param("id")), Note: f.Value("note"), Version: version, Fill: fill}
	})
}

func formOrderApprove(r *request) error {
	return orderForm(r, crm.OrderApprove, "order_approved", func(*form) {}, func(f form, _ map[string]string, version int) any {
		return crm.OrderDecision{OrderID: crm.ID(r.gin.Param("id")), Note: f.Value("note"), Version: version}
	})
}

func formOrderReject(r *request) error {
	return orderForm(r, crm.OrderReject, "order_rejected", func(f *form) { r.needed(f, "reason") }, func(f form, _ map[string]string, version int) any {
		return crm.ReasonFields{ID: crm.ID(r.gin.Param("id")), Reason: f.Value("reason"), Version: version}
	})
}
