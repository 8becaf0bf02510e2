package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// proposeAmendment writes down how a contract shall be from now on, as a whole, and freezes who has to approve it: of the route that the rules ask for, those
// stations for which something became worse (N8). Where nothing did, it is approved as it stands.
func (s *Steps) proposeAmendment(ctx context.Context, tx *store.Tx, f crm.AmendFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	switch before, err := tx.Amendment(ctx, c.ID); {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return crm.Answer{}, err
	case c.State != crm.ContractActive:
		return refuse("contract_closed"), nil
	case before.State.Open():
		return refuse("amendment_pending"), nil
	case f.Version != 0 && f.Version != c.Version:
		return refuse("stale_version", "now", fmt.Sprint(c.Version)), nil
	case f.Reason == "":
		return invalid("/reason", "required"), nil
	case !f.FromDay.IsZero() && f.FromDay.Before(tx.Today):
		return invalid("/from_day", "in_the_past"), nil
	}
	deal, number, err := tx.Agreement(ctx, c)
	if err != nil {
		return crm.Answer{}, err
	}
	if f.TemplateID != "" {
		if f.Plan, err = tx.TemplatePlan(ctx, f.TemplateID); errors.Is(err, store.ErrNotFound) {
			return invalid("/template_id", "unknown_record"), nil
		} else if err != nil {
			return crm.Answer{}, err
		}
	}
	if f.FromDay.IsZero() && len(f.Plan) > 0 {
		f.FromDay = tx.Today // periods begin somewhere
	}
	added, wrong, err := tx.AddedLines(ctx, deal, f.Added)
	if err != nil {
		return crm.Answer{}, err
	}
	terms, rebilled, err := deal.Amend(f, added...)
	if err = allWrong(wrong, err); err != nil {
		return amendRefused(err)
	}
	a := crm.Amendment{
		ID: store.NewID(), ContractID: c.ID, Number: number + 1, State: crm.AmendmentProposed, Terms: terms, Changes: deal.Bridge(terms), Rebilled: rebilled, FromDay: f.FromDay,
		Reason: f.Reason, RequestedBy: crm.ID(tx.Actor),
	}
	route, answer, err := s.amendmentRoute(ctx, tx, deal, &a)
	if err != nil || !answer.OK() {
		return answer, err
	}
	tellAmendment(tx, c, a, "amendment.proposed", map[string]any{"reason": a.Reason, "total": terms.Total, "stations": len(route)})
	if len(route) == 0 {
		now := tx.Now
		a.State, a.DecidedAt = crm.AmendmentApproved, &now
		tellAmendment(tx, c, a, "amendment.unasked", nil)
	} else if err := s.askAmendment(ctx, tx, c, a, route); err != nil {
		return crm.Answer{}, err
	}
	return done("amendment", string(a.ID), "state", string(a.State)), tx.AddAmendment(ctx, a, route)
}

// allWrong is what the catalogue has against the lines that are added, and what is wrong with the rest.
func allWrong(lines crm.FieldErrors, rest error) error {
	errs, ok := errors.AsType[crm.FieldErrors](rest)
	if rest != nil && (!ok || len(lines) == 0) || len(lines) == 0 {
		return rest
	}
	for _, e := range errs {
		if e.Pointer != "" && e.Code != "below_invoiced" {
			lines = append(lines, e)
		}
	}
	return lines
}

// amendRefused says what is wrong with what was asked for.
func amendRefused(err error) (crm.Answer, error) {
	errs, ok := errors.AsType[crm.FieldErrors](err)
	if !ok {
		return crm.Answer{}, err
	}
	params := make([]string, 0, 2*len(errs))
	for _, e := range errs {
		switch e.Code {
		case "below_invoiced":
			return refuse(e.Code, "net", e.Params["net"], "invoiced", e.Params["invoiced"]), nil
		case "nothing_changed":
			return refuse(e.Code), nil
		}
		params = append(params, e.Pointer, e.Code)
	}
	return refuse("validation_failed", params...), nil
}

// amendmentRoute are the stations that have to approve an amendment: those of the route by the amended facts at which something became worse against the
// same rules on the facts as they hold.
func (s *Steps) amendmentRoute(ctx context.Context, tx *store.Tx, deal crm.Agreement, a *crm.Amendment) (out []crm.AmendmentStation, answer crm.Answer, err error) {
	was, err := tx.Facts(ctx, deal.Contract.OpportunityID)
	if err != nil {
		return nil, answer, err
	}
	is := was
	was.Order, is.Order = deal.Now.Facts(was.Order), a.Terms.Facts(was.Order)
	set, err := s.set(ctx, tx, crm.RuleApproval)
	if err != nil {
		return nil, answer, err
	}
	_, before := set.Route(was)
	route, after := set.Route(is)
	tx.Rule(after, is)
	if !after.Allowed() {
		return nil, gated(after), nil
	}
	levels, err := s.beyondLimits(ctx, tx, is, rules.LevelsOf(route))
	if err != nil {
		return nil, answer, err
	}
	house, err := tx.Organisation(ctx)
	if err != nil {
		return nil, answer, err
	}
	stations := crm.Stations(levels, house.ByEmail(levels))
	for i, st := range stations {
		if st.Worse = crm.Worsened(st.Key, before, after, a.Changes); len(st.Worse) > 0 {
			out = append(out, crm.AmendmentStation{Approval: st, Limited: i == len(stations)-1})
		}
	}
	return out, done(), nil
}

// askAmendment begins the turn of the stations that are asked now, and writes to who sits there.
func (s *Steps) askAmendment(ctx context.Context, tx *store.Tx, c crm.Contract, a crm.Amendment, route []crm.AmendmentStation) error {
	house, err := tx.Organisation(ctx)
	if err != nil {
		return err
	}
	deal, err := tx.OpportunityBy(ctx, c.OpportunityID)
	if err != nil {
		return err
	}
	now, asked := tx.Now, map[crm.ID]bool{}
	for _, i := range turnOf(route) {
		if route[i].TurnAt != nil {
			continue
		}
		route[i].TurnAt = &now
		panel := house.Panel(route[i].Approval, route[i].Limited, amendmentAsk(a))
		for _, id := range panel.Asked() {
			if m, ok := house.Member(id); ok && !asked[id] {
				asked[id] = true
				if err := s.writeAmendment(ctx, tx, c, a, deal.Name, m.ID, route[i].Position); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *Steps) writeAmendment(ctx context.Context, tx *store.Tx, c crm.Contract, a crm.Amendment, deal string, to crm.ID, station int) error {
	u, err := tx.Person(ctx, to)
	if err != nil || !u.Active {
		return err
	}
	leaveMail(tx, mailKey("amendment_waits", a.ID)+fmt.Sprint("/", station, "/", u.ID), "", crm.Letter{
		Template: "amendment_waits", To: u.Email, Name: u.Name, Language: u.Language, Path: "/contracts/" + string(c.ID) + "/amendments",
		Texts: map[string]string{"contract": c.Number, "version": fmt.Sprint(a.Number), "deal": deal, "reason": a.Reason},
	})
	return nil
}

// amendmentAsk is who asks for what at the stations of an amendment.
func amendmentAsk(a crm.Amendment) crm.ApprovalAsk {
	return crm.ApprovalAsk{Requester: a.RequestedBy, Net: a.Terms.Net}
}

// turnOf are the places of the stations that are asked now.
func turnOf(route []crm.AmendmentStation) (out []int) {
	for _, t := range crm.AmendmentTurn(route) {
		out = append(out, slices.IndexFunc(route, func(s crm.AmendmentStation) bool { return s.Position == t.Position }))
	}
	return out
}

// amendmentIn finds the amendment that a command is about, in one of the states in which the command makes sense.
func amendmentIn(ctx context.Context, tx *store.Tx, version int, in ...crm.AmendmentState) (c crm.Contract, a crm.Amendment, answer crm.Answer, err error) {
	if c, err = tx.Contract(ctx); err != nil {
		return c, a, answer, err
	}
	if a, err = tx.Amendment(ctx, c.ID); err != nil {
		return c, a, answer, err
	}
	for _, state := range in {
		switch {
		case a.State != state:
			continue
		case c.State != crm.ContractActive:
			return c, a, refuse("contract_closed"), nil
		case version != 0 && version != a.Version:
			return c, a, refuse("stale_version", "now", fmt.Sprint(a.Version)), nil
		}
		return c, a, done(), nil
	}
	if in[0] == crm.AmendmentProposed && a.DecidedAt != nil && a.DecidedBy != "" {
		decision := crm.ApprovalApproved
		if a.State == crm.AmendmentRejected {
			decision = crm.ApprovalRejected
		}
		return c, a, refuse("already_decided", "decision", string(decision), "by", string(a.DecidedBy), "at", a.DecidedAt.UTC().Format(time.RFC3339)), nil
	}
	return c, a, refuse("amendment_not_there", "state", string(a.State)), nil
}

// withdrawAmendment takes a proposal back before the customer signed it, by who made it.
func (s *Steps) withdrawAmendment(ctx context.Context, tx *store.Tx, f crm.AmendmentFields) (crm.Answer, error) {
	c, a, answer, err := amendmentIn(ctx, tx, f.Version, crm.AmendmentApproved, crm.AmendmentProposed)
	if err != nil || !answer.OK() {
		return answer, err
	}
	if string(a.RequestedBy) != tx.Actor {
		return refuse("forbidden"), nil
	}
	a.State, a.Note = crm.AmendmentWithdrawn, strings.TrimSpace(f.Note)
	tellAmendment(tx, c, a, "amendment.withdrawn", map[string]any{"note": a.Note})
	return done("amendment", string(a.ID)), tx.SaveAmendment(ctx, a)
}

func tellAmendment(tx *store.Tx, c crm.Contract, a crm.Amendment, code string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	data["amendment_id"], data["amendment"] = a.ID, a.Number
	tx.Tell(store.Entry{Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID, RuleKind: crm.RuleApproval, RuleVersion: tx.Pinned(crm.RuleApproval), Data: data})
}
