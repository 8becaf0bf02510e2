package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// questionBody is what an approver asks back.
type questionBody struct {
	Question string `json:"question" doc:"required;max=10000"`
}

// answerBody is the answer to it.
type answerBody struct {
	QuestionID crm.ID `json:"question_id" doc:"required"`
	Answer     string `json:"answer" doc:"required;max=10000"`
}

// routeRecord is an order's route with the people: as it is frozen, or as it would be when the order were validated now.
type routeRecord struct {
	Frozen   bool
	Stations []stationRecord
}

// stationRecord is a station with who is asked there.
type stationRecord struct {
	crm.Approval
	Asked     []seatRecord
	Needs     int // how many people of those who are there
	Escalated bool
	By        *time.Time
}

// seatRecord is somebody who is asked, and in whose place.
type seatRecord struct {
	UserID crm.ID
	Name   string
	For    string
}

func approvalRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/orders/:id/route", need: crm.MayReadOrder, do: getRoute},
		{method: post, path: "/api/v1/orders/:id/ask", need: crm.MayReadOrder, do: postAskBack},
		{method: post, path: "/api/v1/orders/:id/answer", need: crm.MayReadOrder, do: postAnswer},
		{method: post, path: "/api/v1/orders/:id/recall", need: crm.MayReadOrder, do: postOrderReason(crm.OrderRecall)},
		{method: post, path: "/api/v1/orders/:id/undo", need: crm.MayReadOrder, do: postOrderUndo},
		{method: get, path: "/api/v1/delegations", need: crm.MayReadOrder, do: getDelegations},
		{method: post, path: "/api/v1/delegations", need: crm.MayReadOrder, do: postDelegation},
		{method: remove, path: "/api/v1/delegations/:id", need: crm.MayReadOrder, do: deleteDelegation},
		{method: get, path: "/api/v1/approval-settings", need: crm.MayReadSettings, do: getApprovalPolicy},
		{method: put, path: "/api/v1/approval-settings", need: crm.MayWriteSettings, do: putApprovalPolicy},
	}
}

var approvalCalls = map[string]call{
	"GET /api/v1/orders/:id/route": reading("Orders", "Read who has to approve an order, and by when", routeRecord{}).
		says("S079, N6", "While the order waits for validation it is the preview; from then on the route is frozen, and the people are those of today."),
	"POST /api/v1/orders/:id/ask": commanding("Orders", "Ask back about an order", questionBody{}, approvalRefuses...).matching().
		says("S079", "It goes to who asked for the approval; until his answer the clock stands still.").like(`{"question":"Why 20 percent?"}`),
	"POST /api/v1/orders/:id/answer": commanding("Orders", "Answer an approver's question", answerBody{}, "already_decided", "order_not_approving").
		says("S079", "By who asked for the approval, or whose deal it is.").like(`{"question_id":"018f0000-0000-7000-8000-000000000009","answer":"It is their third order."}`),
	"POST /api/v1/orders/:id/recall": commanding("Orders", "Take an order back that waits for approval", rejectBody{}, "already_decided", "order_not_approving").matching().
		says("S079, N8", "It waits for validation again. What was approved counts again where nothing becomes worse.").like(`{"reason":"The delivery date is wrong."}`),
	"POST /api/v1/orders/:id/undo": commanding("Orders", "Take one's decision on an order back", emptyBody{}, "decision_final", "order_not_approving").bodiless().
		says("S079", "Within the time that is set, before anything follows from it."),
	"GET /api/v1/delegations": reading("Orders", "List who decides in whose place", delegationList{}).plain().says("N6", "Those that the caller gave or was given, of everybody where he keeps people; from today on."),
	"POST /api/v1/delegations": creating("Orders", "Let somebody decide in another's place", delegationBody{}, store.DelegationLine{}).needing("to_id", "first_day", "last_day").
		says("N6", "Without from_id, in the caller's own. Rights pass on however far, never to who asked for the approval.").like(`{"to_id":"{users}","first_day":"2027-03-01","last_day":"2027-03-05"}`),
	"DELETE /api/v1/delegations/:id": removing("Orders", "Take a delegation back").unversioned().says("N6", ""),
	"GET /api/v1/approval-settings":  reading("Settings", "Read how long a decision can be taken back", approvalPolicyRecord{}).says("S079", ""),
	"PUT /api/v1/approval-settings": replacing("Settings", "Set how long a decision can be taken back", approvalPolicyBody{}, approvalPolicyRecord{}).
		says("S079", "Nothing follows from a decision before; 0: at once.").like(`{"undo_seconds":300}`),
}

// order reads an order within the person's reach, or one that waits for him, whoever's it is.
func (r *request) order() (crm.Order, error) {
	id, err := r.id("id")
	if err != nil {
		return crm.Order{}, err
	}
	o, err := store.Orders.Record(r.ctx(), r.store, r.Scope(), id)
	if !errors.Is(err, store.ErrNotFound) {
		return o, err
	}
	if asked, err := r.store.AskedOf(r.ctx(), id, r.user.ID); err != nil || !asked {
		return o, errors.Join(store.ErrNotFound, err)
	}
	return store.Orders.Record(r.ctx(), r.store, store.Everything(), id)
}

// orderScope is the reach under which the person sees an order.
func (r *request) orderScope(id crm.ID) (store.Scope, error) {
	sc := store.ScopeOf(r.user, crm.MayReadOrder)
	if sc.Reach == crm.ReachAll {
		return sc, nil
	}
	asked, err := r.store.AskedOf(r.ctx(), id, r.user.ID)
	if asked {
		sc.Reach = crm.ReachAll
	}
	return sc, err
}

func getRoute(r *request) error {
	o, err := r.order()
	if err != nil {
		return err
	}
	out, err := r.routeOf(o)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// houseNow is who there is today, with when the company works.
func (r *request) houseNow() (now time.Time, work crm.Calendar, house crm.Organisation, err error) {
	if now, err = r.now(); err != nil {
		return now, work, house, err
	}
	if work, err = r.store.Calendar(r.ctx()); err != nil {
		return now, work, house, err
	}
	house, err = r.store.Organisation(r.ctx(), work.Today(now))
	return now, work, house, err
}

// routeOf is the order's route with the people of today: the frozen one, or the one that validation would freeze now. Both are asked of the same functions
// as the step.
func (r *request) routeOf(o crm.Order) (out routeRecord, err error) {
	now, work, house, err := r.houseNow()
	if err != nil {
		return out, err
	}
	from := now
	stations, err := r.store.OrderApprovals(r.ctx(), o.ID)
	if err != nil {
		return out, err
	}
	if out.Frozen = o.State != crm.OrderValidating; out.Frozen {
		if o.ValidatedAt != nil {
			from = *o.ValidatedAt
		}
	} else if stations, err = r.expected(o, house); err != nil {
		return out, err
	}
	out.Stations = []stationRecord{}
	for _, e := range crm.ExpectRoute(stations, house, crm.ApprovalAsk{Requester: crm.ID(o.RequestedBy), Net: o.Net}, work, from) {
		s := stationRecord{Approval: e.Approval, Asked: []seatRecord{}, Needs: e.Panel.Needs(), Escalated: e.Panel.Escalated, By: e.By}
		if e.State == crm.ApprovalWaiting {
			for _, id := range e.Panel.Asked() {
				s.Asked = append(s.Asked, seatOf(house, e.Panel, id))
			}
		}
		out.Stations = append(out.Stations, s)
	}
	return out, nil
}

func seatOf(house crm.Organisation, p crm.Panel, id crm.ID) seatRecord {
	m, _ := house.Member(id)
	s := seatRecord{UserID: id, Name: m.Name}
	if seat, ok := p.Seat(id); ok && len(seat.For) > 0 {
		of, _ := house.Member(seat.For[0])
		s.For = of.Name
	}
	return s
}

// expected are the stations that validation would freeze now; none when the rules have no answer, which validation then says.
func (r *request) expected(o crm.Order, house crm.Organisation) ([]crm.Approval, error) {
	facts, err := r.store.Facts(r.ctx(), o.OpportunityID)
	if err != nil {
		return nil, err
	}
	set, err := r.dealRules(o.OpportunityID, crm.RuleApproval)
	if err != nil {
		return nil, err
	}
	route, v := set.Route(facts)
	if !v.Allowed() {
		return nil, nil
	}
	levels := rules.LevelsOf(route)
	pricing, err := r.dealRules(o.OpportunityID, crm.RulePricing)
	if err != nil {
		return nil, err
	}
	if slices.Contains(pricing.Fields(), "user.roles") {
		for _, role := range r.user.Roles {
			facts.User.Roles = append(facts.User.Roles, string(role))
		}
	}
	levels, _ = pricing.Beyond(facts, levels)
	return crm.Stations(levels, house.ByEmail(levels)), nil
}

func postAskBack(r *request) error {
	var b questionBody
	o, version, err := r.orderWords(&b, "/question", &b.Question)
	if err != nil {
		return err
	}
	return r.command(crm.OrderAsk, crm.ProcessID(crm.KindOpportunity, o.OpportunityID), crm.OrderAskFields{OrderID: o.ID, Question: b.Question, Version: version})
}

func postAnswer(r *request) error {
	o, err := r.order()
	if err != nil {
		return err
	}
	var b answerBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.id("/question_id", &b.QuestionID)
	c.lines("/answer", &b.Answer, maxText)
	if b.QuestionID == "" {
		c.fail("/question_id", "required", nil)
	}
	if b.Answer == "" {
		c.fail("/answer", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	return r.command(crm.OrderAnswer, crm.ProcessID(crm.KindOpportunity, o.OpportunityID), crm.OrderAnswerFields{OrderID: o.ID, QuestionID: b.QuestionID, Answer: b.Answer})
}

// postOrderReason makes the handler of a command on an order that says why.
func postOrderReason(kind string) func(*request) error {
	return func(r *request) error {
		var b rejectBody
		o, version, err := r.orderWords(&b, "/reason", &b.Reason)
		if err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindOpportunity, o.OpportunityID), crm.ReasonFields{ID: o.ID, Reason: b.Reason, Version: version})
	}
}

// postOrderUndo takes one's decision back.
func postOrderUndo(r *request) error {
	o, err := r.order()
	if err != nil {
		return err
	}
	if err := r.decodeOptional(&emptyBody{}); err != nil {
		return err
	}
	version, err := r.version()
	if err != nil {
		return err
	}
	return r.command(crm.OrderUndo, crm.ProcessID(crm.KindOpportunity, o.OpportunityID), crm.ReasonFields{ID: o.ID, Version: version})
}

// approvalPolicyBody is how long a decision can be taken back.
type approvalPolicyBody struct {
	UndoSeconds *int `json:"undo_seconds" doc:"required;min=0;top=86400;text=Nothing follows from a decision before; 0: at once."`
}

type approvalPolicyRecord struct {
	UndoSeconds int
	Version     int
}

func getApprovalPolicy(r *request) error {
	p, err := r.store.ApprovalPolicy(r.ctx())
	if err != nil {
		return err
	}
	return r.record(approvalPolicyRecord(p), p.Version)
}

func putApprovalPolicy(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b approvalPolicyBody
	if err := r.decode(&b); err != nil {
		return err
	}
	if b.UndoSeconds == nil {
		return refusal(codeValidation, invalid("/undo_seconds", "required", nil))
	}
	p, err := r.store.EditApprovalPolicy(r.ctx(), t, store.ApprovalPolicy{UndoSeconds: *b.UndoSeconds})
	if err != nil {
		return err
	}
	return r.record(approvalPolicyRecord(p), p.Version)
}
