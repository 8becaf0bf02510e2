package activities

import (
	"context"
	"fmt"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// care is a case under a step, with the calendar by which its promises run.
type care struct {
	crm.Case
	cal crm.Calendar
}

func (s *Steps) careCase(ctx context.Context, tx *store.Tx) (k care, err error) {
	if k.Case, err = tx.Case(ctx); err != nil {
		return k, err
	}
	k.cal, err = tx.Calendar(ctx)
	return k, err
}

// to refuses a state that the case cannot go to from where it stands.
func (k care) to(state crm.CaseState) crm.Answer {
	if k.State == crm.CaseClosed {
		return refuse("case_closed")
	}
	if !k.May(state) {
		return refuse("transition_not_allowed", "from", string(k.State), "to", string(state))
	}
	return done()
}

// tell writes the case's timeline.
func (k care) tell(tx *store.Tx, code string, data map[string]any) {
	if data == nil {
		data = map[string]any{}
	}
	data["case"] = k.Number
	tx.Tell(store.Entry{Code: code, AccountID: k.AccountID, Data: data})
}

// promise sets the deadlines that hold for the case as it stands now.
func (k care) promise(tx *store.Tx) {
	active := k.State == crm.CaseOpen || k.State == crm.CaseInProgress
	k.deadline(tx, store.DeadlineAnswer, k.AnswerDue, k.AnsweredAt == nil && (active || k.State == crm.CaseWaiting))
	k.deadline(tx, store.DeadlineSolve, k.SolveDue, active)
}

func (k care) deadline(tx *store.Tx, kind string, at time.Time, holds bool) {
	if holds && !slices.Contains(k.Escalated, kind) {
		tx.At(kind, "", at)
	} else {
		tx.Unset(kind, "")
	}
}

// takeCase gives a case to somebody, who begins to work on it (S086).
func (s *Steps) takeCase(ctx context.Context, tx *store.Tx, f crm.CaseTakeFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if k.State != crm.CaseOpen && k.State != crm.CaseInProgress && k.State != crm.CaseWaiting {
		return k.to(crm.CaseInProgress), nil
	}
	if f.OwnerID == "" {
		f.OwnerID = crm.ID(tx.Actor)
	}
	owner, err := tx.Person(ctx, f.OwnerID)
	if err != nil || !owner.Active {
		return invalid("/owner_id", "user_inactive"), notMissing(err)
	}
	k.OwnerID = f.OwnerID
	if k.State == crm.CaseOpen {
		k.State = crm.CaseInProgress
	}
	k.tell(tx, "case.taken", map[string]any{"to": f.OwnerID})
	return done(), tx.SaveCase(ctx, k.Case)
}

// notMissing drops the error of a record that is not there.
func notMissing(err error) error {
	if err == store.ErrNotFound {
		return nil
	}
	return err
}

// answerCase sends the customer an answer. The first one keeps the first promise; whoever answers an open case works on it.
func (s *Steps) answerCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case f.Text == "":
		return invalid("/text", "required"), nil
	case k.State == crm.CaseSolved || k.State == crm.CaseClosed:
		return refuse("case_closed"), nil
	}
	now := tx.Now
	if k.AnsweredAt == nil {
		k.AnsweredAt = &now
	}
	if k.State == crm.CaseOpen {
		k.State, k.OwnerID = crm.CaseInProgress, crm.ID(tx.Actor)
	}
	k.promise(tx)
	if err := k.mail(ctx, tx, "case_answer", f); err != nil {
		return crm.Answer{}, err
	}
	k.tell(tx, "case.answered", map[string]any{"text": f.Text})
	return done(), tx.SaveCase(ctx, k.Case)
}

// mail writes to the customer about his case, with the link to his page, and keeps what is said.
func (k care) mail(ctx context.Context, tx *store.Tx, template string, f crm.CaseTextFields) error {
	m := crm.CaseMessage{ID: f.MessageID, CaseID: k.ID, Kind: crm.CaseToCustomer, Channel: crm.CaseByHouse, AuthorID: crm.ID(tx.Actor), Text: f.Text}
	if m.ID == "" {
		m.ID = store.NewID()
	}
	tx.SayOnCase(m)
	to, err := tx.Recipient(ctx, k.AccountID, k.ContactID)
	if to = store.ReaderOfCase(k.Case, to); err != nil || to.Email == "" {
		return err
	}
	secret, hash := store.NewCaseSecret()
	tx.LinkCase(k.ID, hash)
	leaveMail(tx, fmt.Sprintf("%s/%d", mailKey(template, k.ID), k.Version), "", crm.Letter{
		Template: template, To: to.Email, Name: to.Name, Language: to.Language, Secret: secret,
		Texts: map[string]string{"case": k.Number, "subject": k.Subject, "text": f.Text},
	})
	return nil
}

// waitCase stops the clock of the solution while the customer is waited for; it needs a reason.
func (s *Steps) waitCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if a := k.to(crm.CaseWaiting); !a.OK() {
		return a, nil
	}
	if f.Text == "" {
		return invalid("/text", "required"), nil
	}
	k.Wait(tx.Now, k.cal, f.Text)
	k.promise(tx)
	k.tell(tx, "case.waits", map[string]any{"note": f.Text})
	return done(), tx.SaveCase(ctx, k.Case)
}

// resumeCase lets the clock run on.
func (s *Steps) resumeCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if k.State != crm.CaseWaiting {
		return refuse("transition_not_allowed", "from", string(k.State), "to", string(crm.CaseInProgress)), nil
	}
	k.Resume(tx.Now, k.cal)
	k.promise(tx)
	k.tell(tx, "case.resumed", map[string]any{"note": f.Text, "due": k.SolveDue})
	return done(), tx.SaveCase(ctx, k.Case)
}

// solveCase ends the work; the customer hears of it, and the case closes by itself after some working days.
func (s *Steps) solveCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if a := k.to(crm.CaseSolved); !a.OK() {
		return a, nil
	}
	if f.Text == "" {
		return invalid("/text", "required"), nil
	}
	closes, now := k.Solve(tx.Now, f.Text, k.cal), tx.Now
	if k.AnsweredAt == nil { // the solution is an answer
		k.AnsweredAt = &now
	}
	if k.OwnerID == "" {
		k.OwnerID = crm.ID(tx.Actor)
	}
	k.promise(tx)
	tx.At(store.DeadlineCloseCase, "", closes)
	if err := k.askRating(ctx, tx); err != nil {
		return crm.Answer{}, err
	}
	if err := k.mail(ctx, tx, "case_solved", f); err != nil {
		return crm.Answer{}, err
	}
	k.tell(tx, "case.solved", map[string]any{"solution": f.Text, "closes": closes})
	return done(), tx.SaveCase(ctx, k.Case)
}

// reopenCase takes a solved case up again, with a whole new promise.
func (s *Steps) reopenCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case k.State == crm.CaseClosed:
		return refuse("case_closed"), nil
	case k.State != crm.CaseSolved:
		return refuse("transition_not_allowed", "from", string(k.State), "to", string(crm.CaseInProgress)), nil
	case f.Text == "":
		return invalid("/text", "required"), nil
	}
	k.Resume(tx.Now, k.cal)
	k.promise(tx)
	tx.Unset(store.DeadlineCloseCase, "")
	tx.Unset(store.DeadlineRating, "")
	k.tell(tx, "case.reopened", map[string]any{"reason": f.Text, "due": k.SolveDue})
	return done(), tx.SaveCase(ctx, k.Case)
}

// closeCase ends a solved case before its time.
func (s *Steps) closeCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	if a := k.to(crm.CaseClosed); !a.OK() {
		return a, nil
	}
	return done(), k.end(ctx, tx, f.Text)
}

// doneCase ends a case because its customer says that it is over, whatever is left of it.
func (s *Steps) doneCase(ctx context.Context, tx *store.Tx, f crm.CaseTextFields) (crm.Answer, error) {
	k, err := s.careCase(ctx, tx)
	if err != nil || k.State == crm.CaseClosed {
		return done(), err
	}
	if k.State != crm.CaseSolved {
		k.Solve(tx.Now, f.Text, k.cal)
	}
	return done(), k.end(ctx, tx, f.Text)
}

func (k care) end(ctx context.Context, tx *store.Tx, note string) error {
	now := tx.Now
	k.State, k.ClosedAt, tx.Process.Closed = crm.CaseClosed, &now, true
	k.tell(tx, "case.closed", map[string]any{"note": note})
	return tx.SaveCase(ctx, k.Case)
}
