package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// deadlineHandOff comes when a department should have answered a hand-off.
const deadlineHandOff = "hand_off_due"

// open locks the deal of this process, which must be open, and finds who takes the step.
func (h *handed) open(ctx context.Context, tx *store.Tx) (crm.Answer, error) {
	var err error
	if h.deal, err = tx.Opportunity(ctx); err != nil {
		return crm.Answer{}, err
	}
	if h.deal.State != crm.OpportunityOpen {
		return refuse("opportunity_closed", "state", string(h.deal.State)), nil
	}
	h.OpportunityID = h.deal.ID
	if h.by, err = tx.Person(ctx, crm.ID(tx.Actor)); err != nil {
		return crm.Answer{}, err
	}
	h.cal, err = tx.Calendar(ctx)
	return done(), err
}

// handOff finds a hand-off of the deal for a step that takes it to a state, as the person saw it.
func (s *Steps) handOff(ctx context.Context, tx *store.Tx, id crm.ID, seen int, to crm.HandOffState) (h handed, a crm.Answer, err error) {
	if a, err = h.open(ctx, tx); err != nil || !a.OK() {
		return h, a, err
	}
	if h.HandOff, err = tx.HandOff(ctx, h.deal.ID, id); err != nil {
		return h, a, err
	}
	switch {
	case seen != 0 && seen != h.Version:
		a = refuse("stale_version", "now", fmt.Sprint(h.Version))
	case to != "" && !h.May(to):
		a = refuse("transition_not_allowed", "from", string(h.State), "to", string(to))
	}
	return h, a, nil
}

// of refuses a person who does not work in the department.
func (h handed) of(d crm.Department) crm.Answer {
	if !d.Has(h.by) {
		return refuse("handoff_other_department", "department", string(d))
	}
	return done()
}

// facts are what the rules may read of a hand-off: the deal, what is asked, and its line as it is now, whose product and quantity it takes
// over. A line that is gone leaves nothing.
func (h *handed) facts(ctx context.Context, tx *store.Tx, set *rules.Set) (f crm.Facts, err error) {
	if f, err = tx.Facts(ctx, h.deal.ID); err != nil {
		return f, err
	}
	if f.User, err = asker(ctx, tx, set); err != nil {
		return f, err
	}
	had := h.ProductID != ""
	f.HandOff, f.Order = h.Facts(), crm.OrderFacts{}
	if h.LineID == "" && !had {
		return f, nil
	}
	l, line, err := tx.HandOffLine(ctx, h.deal.ID, h.LineID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return f, err
	}
	h.ProductID, h.Quantity, h.SKU, h.Product, f.Line = l.ProductID, l.Quantity, l.SKU, l.Name, line
	return f, nil
}

// save writes the hand-off, has the deal know whether its lines are answered for, and answers.
func (h *handed) save(ctx context.Context, tx *store.Tx) (crm.Answer, error) {
	if err := tx.SaveHandOff(ctx, h.HandOff); err != nil {
		return crm.Answer{}, err
	}
	return done("hand_off", string(h.ID), "state", string(h.State)), tx.HandedOff(ctx, h.deal.ID)
}

// tell adds a line about the hand-off to the deal's timeline.
func (h handed) tell(tx *store.Tx, code string, data map[string]any) {
	data["number"], data["hand_off_id"], data["to"] = h.Number, h.ID, h.To
	if h.SKU != "" {
		data["sku"] = h.SKU
	}
	tx.Tell(store.Entry{Code: code, AccountID: h.deal.AccountID, OpportunityID: h.deal.ID, RuleKind: crm.RuleHandOff, RuleVersion: h.RuleVersion, Data: data})
}

// mailTeam writes to the department that is asked: to who works on it, else to everybody there.
func (h handed) mailTeam(ctx context.Context, tx *store.Tx, template string) error {
	var people []crm.User
	if h.TakenBy != "" {
		u, err := tx.Person(ctx, h.TakenBy)
		if err != nil {
			return err
		}
		people = append(people, u)
	}
	if len(people) == 0 || !people[0].Active {
		people = nil
		for _, role := range h.To.Roles() {
			holders, err := tx.Holders(ctx, role)
			if err != nil {
				return err
			}
			people = append(people, holders...)
		}
	}
	for i, u := range people {
		if u.ID != h.by.ID && !slices.ContainsFunc(people[:i], func(x crm.User) bool { return x.ID == u.ID }) {
			h.mail(tx, template, u, h.Specification)
		}
	}
	return nil
}

// mailAsker writes to who asked.
func (h handed) mailAsker(ctx context.Context, tx *store.Tx, template, text string) error {
	u, err := tx.Person(ctx, h.RequestedBy)
	if err == nil && u.Active && u.ID != h.by.ID {
		h.mail(tx, template, u, text)
	}
	return err
}

func (h handed) mail(tx *store.Tx, template string, to crm.User, text string) {
	say := texts().For(to.Language)
	due := "–"
	if h.DueAt != nil {
		due = say.Time(*h.DueAt, tx.Zone)
	}
	leaveMail(tx, fmt.Sprintf("%s/%d/%d/%s", mailKey(template, h.ID), h.Sends, h.Bounces, to.ID), "", crm.Letter{
		Template: template, To: to.Email, Name: to.Name, Language: to.Language,
		Texts: map[string]string{"hand_off": h.Number, "deal": h.deal.Name, "number": h.deal.Number, "text": text, "due": due},
	})
}

// lateHandOff tells the department once that its answer is overdue, and the deal's timeline.
func (s *Steps) lateHandOff(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	var h handed
	var err error
	if h.deal, err = tx.Opportunity(ctx); err != nil || h.deal.State != crm.OpportunityOpen {
		return err
	}
	if h.HandOff, err = tx.HandOff(ctx, h.deal.ID, crm.ID(d.Key)); err != nil {
		return err
	}
	if !h.WithTeam() || h.DueAt == nil || h.DueAt.After(tx.Now) || h.LateAt != nil {
		return nil
	}
	now := tx.Now
	h.LateAt = &now
	h.tell(tx, "handoff.late", map[string]any{"due": h.DueAt.UTC().Format(time.RFC3339)})
	if err := h.mailTeam(ctx, tx, "hand_off_late"); err != nil {
		return err
	}
	return tx.SaveHandOff(ctx, h.HandOff)
}
