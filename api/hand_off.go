package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// maxMissing is how many inputs a bounce may name.
const maxMissing = 50

// handOffAskBody asks something of another department (S103, S104).
type handOffAskBody struct {
	Key           string   `json:"key" doc:"required;max=40;text=The key of a hand-off of the rules."`
	LineID        crm.ID   `json:"line_id" doc:"text=A line of the deal's products; without it, the deal as a whole."`
	Specification string   `json:"specification" doc:"max=10000;text=What is asked, in words."`
	NeededBy      crm.Date `json:"needed_by" doc:"text=When the customer needs it."`
	Draft         bool     `json:"draft" doc:"text=true: it is not sent yet, even if its inputs hold."`
}

// handOffSendBody goes with a hand-off that is sent, or sent again.
type handOffSendBody struct {
	Specification opt[string]   `json:"specification" doc:"max=10000;text=Left out: as it is."`
	NeededBy      opt[crm.Date] `json:"needed_by" doc:"text=Left out: as it is."`
}

// handOffBounceBody gives a hand-off back.
type handOffBounceBody struct {
	Missing []string `json:"missing" doc:"most=50;text=The ids of inputs that are not good enough; none: something that they do not name."`
	Reason  string   `json:"reason" doc:"required;max=10000"`
}

// handOffAnswerBody is the other department's answer.
type handOffAnswerBody struct {
	Feasible     bool        `json:"feasible"`
	DeliveryDate crm.Date    `json:"delivery_date" doc:"text=When it can be delivered."`
	UnitCost     decimalText `json:"unit_cost" doc:"text=What one unit costs us, in the deal's currency; it becomes the cost of the line."`
	Answer       string      `json:"answer" doc:"max=10000"`
}

// handOffCancelBody takes a hand-off back.
type handOffCancelBody struct {
	Reason string `json:"reason" doc:"max=10000;text=Needed once it was sent."`
}

// handOffRoutes is the table of hand-offs between departments.
func handOffRoutes() []route {
	return append(withoutQuery([]route{
		{method: post, path: "/api/v1/opportunities/:id/hand-offs", need: crm.MayWriteHandOff, do: onDeal(crm.HandOffAsk, readHandOffAsk)},
		{method: get, path: "/api/v1/hand-offs/report", need: crm.MayReadOpportunity, do: getHandOffReport},
		{method: get, path: "/api/v1/hand-offs/:id", need: crm.MayReadOpportunity, do: shown(store.HandOffs, func(h crm.HandOff) int { return h.Version })},
		{method: post, path: "/api/v1/hand-offs/:id/send", need: crm.MayWriteHandOff, do: onHandOff(crm.HandOffSend, readHandOffSend)},
		{method: post, path: "/api/v1/hand-offs/:id/take", need: crm.MayWriteHandOff, do: onHandOff(crm.HandOffTake, readHandOffTake)},
		{method: post, path: "/api/v1/hand-offs/:id/bounce", need: crm.MayWriteHandOff, do: onHandOff(crm.HandOffBounce, readHandOffBounce)},
		{method: post, path: "/api/v1/hand-offs/:id/complete", need: crm.MayWriteHandOff, do: onHandOff(crm.HandOffComplete, readHandOffAnswer)},
		{method: post, path: "/api/v1/hand-offs/:id/cancel", need: crm.MayWriteHandOff, do: onHandOff(crm.HandOffCancel, readHandOffCancel)},
	}), route{method: get, path: "/api/v1/hand-offs", need: crm.MayReadOpportunity, do: listed(store.HandOffs)})
}

// handOffRefuses is how a step of a hand-off may end beside the reasons of its own.
var handOffRefuses = []code{"handoff_other_department", "opportunity_closed", "transition_not_allowed"}

// handing describes a step of a hand-off.
func handing(summary string, body any, refuses ...code) call {
	return commanding("Hand-offs", summary, body, append(refuses, handOffRefuses...)...).matching()
}

var handOffCalls = map[string]call{
	"GET /api/v1/hand-offs": listing("Hand-offs", "List hand-offs between departments", store.HandOffs).says("S103", ""),
	"GET /api/v1/hand-offs/report": reading("Hand-offs", "Read why hand-offs come back and how long they take", handOffReportView{}).plain().
		says("N13", "Of deals that the caller may see. Times are nanoseconds of working time, on average of the completed ones; an item `-` is something that the inputs do not name."),
	"GET /api/v1/hand-offs/:id": reading("Hand-offs", "Read a hand-off", crm.HandOff{}).
		says("S103, N13", "`sales_time` and `team_time` are nanoseconds of working time on either side, up to `clock_since`; `inputs` and `outputs` are what the rules said of them."),
	"POST /api/v1/opportunities/:id/hand-offs": commanding("Hand-offs", "Ask something of another department", handOffAskBody{}, "handoff_other_department", "handoff_open", "opportunity_closed").
		says("S103, S104", "It is sent at once when its inputs hold; else it stays a draft, `state` in the answer says so.").
		like(`{"key":"finance","specification":"Can they pay in 90 days?"}`),
	"POST /api/v1/hand-offs/:id/send": handing("Send a hand-off, or send it again", handOffSendBody{}, codeGate, "handoff_answered", "handoff_unknown").
		bodiless().says("S103", "It is refused with every input that is missing. One that is answered is sent again when its line has become another since."),
	"POST /api/v1/hand-offs/:id/take": handing("Take a hand-off", emptyBody{}).
		bodiless().says("S103", "Whoever works in the department that is asked may, also in the place of somebody else."),
	"POST /api/v1/hand-offs/:id/bounce": handing("Give a hand-off back for what is missing", handOffBounceBody{}).
		says("N13", "").like(`{"reason":"Which frame is it?"}`),
	"POST /api/v1/hand-offs/:id/complete": handing("Answer a hand-off", handOffAnswerBody{}, codeGate, "handoff_line_changed").
		says("S103, S104", "It is refused with every output that is missing, and when the line is no longer as it was asked about.").
		like(`{"feasible":true,"delivery_date":"2027-03-01","unit_cost":"31000.00","answer":"Needs a drawing of the frame"}`),
	"POST /api/v1/hand-offs/:id/cancel": handing("Take a hand-off back", handOffCancelBody{}).
		bodiless().says("S103", ""),
}

// handOffReportView is how hand-offs went, by key, and for what they came back.
type handOffReportView struct {
	HandOffs []store.HandOffSum
	Missing  []store.MissingItem
}

func getHandOffReport(r *request) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	var v handOffReportView
	if v.HandOffs, err = r.store.HandOffSums(r.ctx(), r.Scope(), now); err != nil {
		return err
	}
	if v.Missing, err = r.store.MissingItems(r.ctx(), r.Scope()); err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(v))
}

// readHandOffAsk reads what is asked of which department.
func readHandOffAsk(r *request, f *crm.HandOffAskFields) error {
	var b handOffAskBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/key", &b.Key, 40)
	c.id("/line_id", &b.LineID)
	c.lines("/specification", &b.Specification, maxText)
	*f = crm.HandOffAskFields{Key: b.Key, LineID: b.LineID, Specification: b.Specification, NeededBy: b.NeededBy, Draft: b.Draft}
	return c.err()
}

// onHandOff makes the handler of a command on a hand-off of a deal within the person's reach.
func onHandOff[T any](kind string, read func(*request, crm.ID, int) (T, error)) func(*request) error {
	return onPart(kind, read, func(r *request, id crm.ID) (crm.ID, error) {
		h, err := store.HandOffs.Record(r.ctx(), r.store, r.Scope(), id)
		return h.OpportunityID, err
	})
}

func readHandOffSend(r *request, id crm.ID, version int) (f crm.HandOffSendFields, err error) {
	var b handOffSendBody
	if err := r.decodeOptional(&b); err != nil {
		return f, err
	}
	var c check
	f = crm.HandOffSendFields{ID: id, Version: version}
	if b.Specification.Set {
		c.lines("/specification", &b.Specification.Value, maxText)
		f.Specification = &b.Specification.Value
	}
	if b.NeededBy.Set {
		f.NeededBy = &b.NeededBy.Value
	}
	return f, c.err()
}

func readHandOffTake(r *request, id crm.ID, version int) (crm.HandOffMoveFields, error) {
	var b emptyBody
	err := r.decodeOptional(&b)
	return crm.HandOffMoveFields{ID: id, Version: version}, err
}

func readHandOffBounce(r *request, id crm.ID, version int) (crm.HandOffBounceFields, error) {
	var b handOffBounceBody
	if err := r.decode(&b); err != nil {
		return crm.HandOffBounceFields{}, err
	}
	var c check
	c.names("/missing", &b.Missing, maxMissing)
	c.reason(&b.Reason)
	return crm.HandOffBounceFields{ID: id, Missing: b.Missing, Reason: b.Reason, Version: version}, c.err()
}

func readHandOffAnswer(r *request, id crm.ID, version int) (crm.HandOffAnswerFields, error) {
	var b handOffAnswerBody
	if err := r.decode(&b); err != nil {
		return crm.HandOffAnswerFields{}, err
	}
	var c check
	if b.UnitCost != "" {
		c.amount("/unit_cost", b.UnitCost, r.currency())
	}
	c.lines("/answer", &b.Answer, maxText)
	return crm.HandOffAnswerFields{ID: id, Feasible: b.Feasible, DeliveryDate: b.DeliveryDate, UnitCost: string(b.UnitCost), Answer: b.Answer, Version: version}, c.err()
}

func readHandOffCancel(r *request, id crm.ID, version int) (crm.HandOffMoveFields, error) {
	var b handOffCancelBody
	if err := r.decodeOptional(&b); err != nil {
		return crm.HandOffMoveFields{}, err
	}
	var c check
	c.lines("/reason", &b.Reason, maxText)
	return crm.HandOffMoveFields{ID: id, Reason: b.Reason, Version: version}, c.err()
}
