package api

import (
	"leadtocash/crm"
)

// getOrder shows an order with its route of approval.
func getOrder(r *request) error {
	o, err := r.order()
	if err != nil {
		return err
	}
	route, err := r.store.OrderApprovals(r.ctx(), o.ID)
	if err != nil {
		return err
	}
	talk, err := r.store.ApprovalTalk(r.ctx(), o.ID)
	if err != nil {
		return err
	}
	out := orderRecord{Order: o, Approvals: route, Votes: []crm.ApprovalVote{}, Questions: []crm.ApprovalQuestion{}}
	for _, v := range talk.Votes {
		out.Votes = append(out.Votes, v.ApprovalVote)
	}
	for _, q := range talk.Questions {
		out.Questions = append(out.Questions, q.ApprovalQuestion)
	}
	return r.record(out, o.Version)
}

// decideOrder makes the handler of a decision on an order. With If-Match it is one on the version that the person saw (B065).
func decideOrder(kind string) func(*request) error {
	return func(r *request) error {
		o, err := r.order()
		if err != nil {
			return err
		}
		var b decisionBody
		if err := r.decodeOptional(&b); err != nil {
			return err
		}
		var c check
		c.lines("/note", &b.Note, maxText)
		c.fill(b.Fill)
		if err := c.err(); err != nil {
			return err
		}
		version, err := r.version()
		if err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindOpportunity, o.OpportunityID), crm.OrderDecision{OrderID: o.ID, Note: b.Note, Version: version, Fill: b.Fill})
	}
}

// postReject is a manager's no, with the reason for which the deal goes back to negotiation (decision 7).
func postReject(r *request) error {
	var b rejectBody
	o, version, err := r.orderWords(&b, "/reason", &b.Reason)
	if err != nil {
		return err
	}
	return r.command(crm.OrderReject, crm.ProcessID(crm.KindOpportunity, o.OpportunityID), crm.ReasonFields{ID: o.ID, Reason: b.Reason, Version: version})
}

// orderWords reads what somebody says about an order, which must not be empty, and the version that he saw.
func (r *request) orderWords(body any, pointer string, words *string) (o crm.Order, version int, err error) {
	if o, err = r.order(); err != nil {
		return o, 0, err
	}
	if err := r.decode(body); err != nil {
		return o, 0, err
	}
	var c check
	c.lines(pointer, words, maxText)
	if *words == "" {
		c.fail(pointer, "required", nil)
	}
	if err := c.err(); err != nil {
		return o, 0, err
	}
	version, err = r.version()
	return o, version, err
}
