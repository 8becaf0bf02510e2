package activities

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// FollowApprovals looks after orders that wait for approval (S079).
func (s *Steps) FollowApprovals(ctx context.Context) (int, error) {
	return s.Store.FollowApprovals(ctx, approvalLetter)
}

// approvalLetter asks somebody to decide on an order.
func approvalLetter(n store.ApprovalNotice) crm.Letter {
	words := texts().For(n.To.Language)
	l := crm.Letter{Template: "approval_waits", To: n.To.Email, Name: n.To.Name, Language: n.To.Language, Texts: map[string]string{
		"number": n.Order.Number, "deal": n.Deal, "account": n.Account, "amount": words.Money(n.Order.Net, crm.Currency(n.Order.Currency)), "due": "–", "for": n.For,
	}, Path: "/orders/" + string(n.Order.ID)}
	if n.DueAt != nil {
		l.Texts["due"] = words.Time(*n.DueAt, n.Zone)
	}
	switch {
	case n.Escalated:
		l.Template = "approval_escalated"
	case n.For != "":
		l.Template = "approval_waits_for"
	}
	return l
}

// stations freezes the levels of a route. Stations that were approved before keep their approval where nothing of what they stand for became worse; the
// others say what did (N8).
func (s *Steps) stations(ctx context.Context, tx *store.Tx, o crm.Order, levels []crm.ApprovalLevel, v crm.Verdict, f crm.Facts) ([]crm.Approval, error) {
	var people map[string]crm.ID
	for _, l := range levels {
		if l.Person != "" {
			house, err := tx.Organisation(ctx)
			if err != nil {
				return nil, err
			}
			people = house.ByEmail(levels)
			break
		}
	}
	out := crm.Stations(levels, people)
	if o.Round == 1 && o.FollowsID == "" {
		return out, nil
	}
	before, err := tx.ApprovedBefore(ctx, o)
	for i := range out {
		for _, b := range before {
			if b.Key == out[i].Key {
				carry(&out[i], b, o, v, f, i == len(out)-1)
			}
		}
	}
	return out, err
}

// carry lets an approval count again, or says why it does not.
func carry(a *crm.Approval, b store.ApprovedBefore, o crm.Order, v crm.Verdict, f crm.Facts, last bool) {
	was := crm.Verdict{Kind: crm.RuleApproval, Version: b.RuleVersion, Key: v.Key, Clauses: b.Clauses}
	a.Worse = crm.Worsened(a.Key, was, v, crm.OrderBridge(b.Facts.Order, f.Order))
	same := b.Role == a.Role && b.UserID == a.UserID && b.TeamLead == a.TeamLead && b.Need == a.Need && b.Currency == o.Currency
	if len(a.Worse) > 0 || !same || !b.Active || string(b.DecidedBy) == o.RequestedBy || string(b.OnBehalfOf) == o.RequestedBy || last && b.Limit.LessThan(o.Net) {
		return
	}
	a.State, a.DecidedBy, a.DecidedAt, a.OnBehalfOf, a.Note = crm.ApprovalApproved, b.DecidedBy, b.DecidedAt, b.OnBehalfOf, b.Note
	if a.CarriedFrom = b.CarriedFrom; a.CarriedFrom == "" {
		a.CarriedFrom = b.OrderID
	}
}

// askBack puts an approver's question to who asked for the approval; until the answer the order's clock stands still.
func (s *Steps) askBack(ctx context.Context, tx *store.Tx, f crm.OrderAskFields) (crm.Answer, error) {
	d, a, err := s.deciding(ctx, tx, f.OrderID, f.Version)
	if err != nil || !a.OK() {
		return a, err
	}
	if f.Question == "" {
		return invalid("/question", "required"), nil
	}
	q := crm.ApprovalQuestion{ID: store.NewID(), OrderID: d.order.ID, Round: d.order.Round, Position: d.station.Position, Question: f.Question, AskedBy: d.by.ID}
	if err := tx.AskBack(ctx, q); err != nil {
		return crm.Answer{}, err
	}
	d.tell(tx, "order.question", map[string]any{"question": f.Question})
	return done("question", string(q.ID)), s.writeTo(ctx, tx, crm.ID(d.order.RequestedBy), "order_question", q, map[string]string{"by": d.by.Name, "text": q.Question, "number": d.order.Number, "deal": d.deal.Name})
}

// writeTo leaves a mail for one of the house; who asked for an approval may be no person.
func (s *Steps) writeTo(ctx context.Context, tx *store.Tx, id crm.ID, template string, q crm.ApprovalQuestion, texts map[string]string) error {
	u, err := tx.Person(ctx, id)
	if err != nil || !u.Active {
		return err
	}
	leaveMail(tx, mailKey(template, q.ID), "", crm.Letter{Template: template, To: u.Email, Name: u.Name, Language: u.Language, Texts: texts, Path: "/orders/" + string(q.OrderID)})
	return nil
}

// orderOf is an order of the step's deal, and who acts.
func orderOf(ctx context.Context, tx *store.Tx, id crm.ID) (deal crm.Opportunity, order crm.Order, by crm.User, err error) {
	if deal, err = tx.Opportunity(ctx); err != nil {
		return deal, order, by, err
	}
	if order, err = tx.Order(ctx, deal.ID, id); err != nil {
		return deal, order, by, err
	}
	by, err = tx.Person(ctx, crm.ID(tx.Actor))
	return deal, order, by, err
}

// answerQuestion is the answer to an approver's question. With the last one the clock goes on.
func (s *Steps) answerQuestion(ctx context.Context, tx *store.Tx, f crm.OrderAnswerFields) (crm.Answer, error) {
	deal, order, by, err := orderOf(ctx, tx, f.OrderID)
	if err != nil {
		return crm.Answer{}, err
	}
	q, err := tx.Question(ctx, order.ID, f.QuestionID)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case q.AnsweredAt != nil:
		return refuse("already_decided", "decision", "answered", "by", string(q.AnsweredBy), "at", q.AnsweredAt.UTC().Format(time.RFC3339)), nil
	case order.State != crm.OrderApproving || order.DecidedAt != nil || order.Round != q.Round:
		return refuse("order_not_approving", "state", string(order.State)), nil
	case !asksFor(by, deal, order):
		return refuse("forbidden"), nil
	case f.Answer == "":
		return invalid("/answer", "required"), nil
	}
	q.Answer, q.AnsweredBy = f.Answer, by.ID
	if err := tx.Answer(ctx, q, order); err != nil {
		return crm.Answer{}, err
	}
	d := decision{deal: deal, order: order}
	d.tell(tx, "order.answered", map[string]any{"answer": f.Answer})
	return done(), s.writeTo(ctx, tx, q.AskedBy, "order_answer", q, map[string]string{"by": by.Name, "text": q.Answer, "number": order.Number, "deal": deal.Name})
}

// asksFor tells whether somebody speaks for who asked for an approval: he did, or the deal is his.
func asksFor(u crm.User, deal crm.Opportunity, o crm.Order) bool {
	return u.Active && (string(u.ID) == o.RequestedBy || u.ID == deal.OwnerID)
}

// recallOrder takes an order back that waits for approval, by who asked for it: it waits for validation again. What was approved of it counts again where
// nothing becomes worse.
func (s *Steps) recallOrder(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	deal, order, by, err := orderOf(ctx, tx, f.ID)
	switch {
	case err != nil:
		return crm.Answer{}, err
	case order.DecidedAt != nil:
		return alreadyDecided(order), nil
	case order.State != crm.OrderApproving:
		return refuse("order_not_approving", "state", string(order.State)), nil
	case !asksFor(by, deal, order):
		return refuse("forbidden"), nil
	case f.Version != 0 && f.Version != order.Version:
		return refuse("stale_version", "now", fmt.Sprint(order.Version)), nil
	case f.Reason == "":
		return invalid("/reason", "required"), nil
	}
	if err := tx.RecallRoute(ctx, order); err != nil {
		return crm.Answer{}, err
	}
	order.State, order.ValidatedBy, order.ValidatedAt, order.AskedAt, tx.Process.Step = crm.OrderValidating, "", nil, nil, crm.StepValidate
	order.Round++
	d := decision{deal: deal, order: order}
	d.tell(tx, "order.recalled", map[string]any{"reason": f.Reason})
	return done(), tx.SaveOrder(ctx, order)
}

// undoDecision takes the decision back that closed an order, by who made it, before it takes effect.
func (s *Steps) undoDecision(ctx context.Context, tx *store.Tx, f crm.ReasonFields) (crm.Answer, error) {
	deal, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	order, err := tx.Order(ctx, deal.ID, f.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case order.Decision == "" && order.DecidedAt != nil, order.EffectiveAt != nil && !order.EffectiveAt.After(tx.Now):
		return refuse("decision_final"), nil
	case order.Decision == "":
		return refuse("order_not_approving", "state", string(order.State)), nil
	case order.DecidedBy != tx.Actor:
		return refuse("forbidden"), nil
	}
	stations, err := tx.Approvals(ctx, order.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	for _, st := range stations {
		if st.DecidedAt != nil && st.DecidedAt.Equal(*order.DecidedAt) && string(st.DecidedBy) == tx.Actor {
			if err := tx.Undecide(ctx, st.Approval); err != nil {
				return crm.Answer{}, err
			}
		}
	}
	d := decision{deal: deal, order: order}
	d.tell(tx, "order.undone", map[string]any{"decision": string(order.Decision)})
	tx.Unset(deadlineDecision, string(order.ID))
	d.order.Decision, d.order.EffectiveAt, d.order.DecidedAt, d.order.DecidedBy, d.order.Reason = "", nil, nil, "", ""
	return done(), tx.SaveOrder(ctx, d.order)
}

// escalateOrder has those of the escalation decide too at a station whose time is over.
func (s *Steps) escalateOrder(ctx context.Context, tx *store.Tx, f crm.OrderStation) (crm.Answer, error) {
	deal, err := tx.Opportunity(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	order, err := tx.Order(ctx, deal.ID, f.OrderID)
	if err != nil {
		return crm.Answer{}, err
	}
	stations, err := tx.Approvals(ctx, order.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	for _, st := range stations {
		if st.Position != f.Position || st.Round != f.Round || st.State != crm.ApprovalWaiting || st.EscalatedAt != nil || st.DueAt == nil {
			continue
		}
		if order.State != crm.OrderApproving || order.DecidedAt != nil || order.AskedAt != nil || st.DueAt.After(tx.Now) {
			continue
		}
		d := decision{deal: deal, order: order, station: st.Approval}
		d.tell(tx, "order.escalated", map[string]any{"station": st.Key, "role": st.Escalate, "due": st.DueAt})
		return done("escalated", string(st.Escalate)), tx.Escalate(ctx, st.Approval)
	}
	return done("kept", string(order.ID)), nil
}
