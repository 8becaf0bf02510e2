package activities

import (
	"context"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// amending is an amendment at a station whose turn it is, with the person who decides.
type amending struct {
	contract  crm.Contract
	amendment crm.Amendment
	route     []crm.AmendmentStation
	at        int // of the station in the route
	panel     crm.Panel
}

// approveAmendment is a yes at a station whose turn it is; the last one lets the customer sign.
func (s *Steps) approveAmendment(ctx context.Context, tx *store.Tx, f crm.AmendmentFields) (crm.Answer, error) {
	d, answer, err := s.decidingAmendment(ctx, tx, f.Version)
	if err != nil || !answer.OK() {
		return answer, err
	}
	st, by := &d.route[d.at], crm.ID(tx.Actor)
	if slices.Contains(st.Voted, by) {
		return refuse("already_decided", "decision", string(crm.ApprovalApproved), "by", tx.Actor, "at", tx.Now.UTC().Format(time.RFC3339)), nil
	}
	if st.Voted = append(st.Voted, by); !d.panel.Complete(st.Voted) {
		tellAmendment(tx, d.contract, d.amendment, "amendment.voted", map[string]any{"station": st.Key, "note": f.Note})
		return done("waiting", "others"), tx.SaveAmendmentStation(ctx, d.amendment.ID, *st)
	}
	d.decide(tx, crm.ApprovalApproved, f.Note)
	tellAmendment(tx, d.contract, d.amendment, "amendment.approved", map[string]any{"station": st.Key, "note": f.Note, "for": st.OnBehalfOf})
	if len(turnOf(d.route)) > 0 {
		if err := s.askAmendment(ctx, tx, d.contract, d.amendment, d.route); err != nil {
			return crm.Answer{}, err
		}
		return done("waiting", "next"), s.saveAmending(ctx, tx, d)
	}
	d.close(tx, crm.AmendmentApproved, f.Note)
	return done("amendment", string(d.amendment.ID)), s.saveAmending(ctx, tx, d)
}

// rejectAmendment is a no with its reason, which one is enough for. The contract holds as it did.
func (s *Steps) rejectAmendment(ctx context.Context, tx *store.Tx, f crm.AmendmentFields) (crm.Answer, error) {
	d, answer, err := s.decidingAmendment(ctx, tx, f.Version)
	if err != nil || !answer.OK() {
		return answer, err
	}
	if f.Note == "" {
		return invalid("/reason", "required"), nil
	}
	d.decide(tx, crm.ApprovalRejected, f.Note)
	d.close(tx, crm.AmendmentRejected, f.Note)
	tellAmendment(tx, d.contract, d.amendment, "amendment.rejected", map[string]any{"reason": f.Note})
	return done("amendment", string(d.amendment.ID)), s.saveAmending(ctx, tx, d)
}

func (d *amending) decide(tx *store.Tx, state crm.ApprovalState, note string) {
	now, st := tx.Now, &d.route[d.at]
	st.State, st.DecidedBy, st.DecidedAt, st.Note = state, crm.ID(tx.Actor), &now, note
}

func (d *amending) close(tx *store.Tx, state crm.AmendmentState, note string) {
	now := tx.Now
	d.amendment.State, d.amendment.Note, d.amendment.DecidedBy, d.amendment.DecidedAt = state, note, crm.ID(tx.Actor), &now
}

// saveAmending writes the amendment, whose version rises with each decision, and the stations that are not as they were.
func (s *Steps) saveAmending(ctx context.Context, tx *store.Tx, d amending) error {
	for _, st := range d.route {
		if err := tx.SaveAmendmentStation(ctx, d.amendment.ID, st); err != nil {
			return err
		}
	}
	return tx.SaveAmendment(ctx, d.amendment)
}

// decidingAmendment finds what there is to decide and whether this person may: he sits at a station whose turn it is, and did not propose it, through no
// chain. Of two at once the second is told who decided.
func (s *Steps) decidingAmendment(ctx context.Context, tx *store.Tx, seen int) (d amending, answer crm.Answer, err error) {
	if d.contract, d.amendment, answer, err = amendmentIn(ctx, tx, 0, crm.AmendmentProposed); err != nil || !answer.OK() {
		return d, answer, err
	}
	by, err := tx.Person(ctx, crm.ID(tx.Actor))
	if err != nil {
		return d, answer, err
	}
	if d.route, err = tx.AmendmentStations(ctx, d.amendment.ID); err != nil {
		return d, answer, err
	}
	switch {
	case d.amendment.RequestedBy == by.ID:
		return d, refuse("self_approval"), nil
	case !by.Active:
		return d, refuse("forbidden"), nil
	}
	if answer, err = s.sitAmendment(ctx, tx, &d, by); err == nil && answer.OK() && seen != 0 && seen != d.amendment.Version {
		answer = refuse("stale_version")
	}
	return d, answer, err
}

// sitAmendment finds the station at which the person decides, among those whose turn it is.
func (s *Steps) sitAmendment(ctx context.Context, tx *store.Tx, d *amending, by crm.User) (crm.Answer, error) {
	house, err := tx.Organisation(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	work, err := tx.Calendar(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	ask, short, now := amendmentAsk(d.amendment), false, turnOf(d.route)
	for _, i := range now {
		st := d.route[i].Late(work, tx.Now)
		if seat, ok := house.Panel(st.Approval, st.Limited, ask).Seat(by.ID); ok {
			d.at, d.panel = i, house.Panel(st.Approval, st.Limited, ask)
			if d.route[i].OnBehalfOf = ""; len(seat.For) > 0 {
				d.route[i].OnBehalfOf = seat.For[0]
			}
			return done(), nil
		}
		_, ok := house.Panel(st.Approval, false, ask).Seat(by.ID)
		short = short || ok
	}
	if short {
		return refuse("over_approval_limit", "limit", by.ApprovalLimit.StringFixed(2), "amount", ask.Net.StringFixed(2)), nil
	}
	for _, st := range slices.Backward(d.route) { // somebody was faster at his station
		if st.State != crm.ApprovalApproved || st.DecidedAt == nil {
			continue
		}
		if _, ok := house.Panel(st.Approval, false, ask).Seat(by.ID); ok {
			return refuse("already_decided", "decision", string(st.State), "by", string(st.DecidedBy), "at", st.DecidedAt.UTC().Format(time.RFC3339)), nil
		}
	}
	return refuse("forbidden", "need", string(d.route[now[0]].Role)), nil
}
