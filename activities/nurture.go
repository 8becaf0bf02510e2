package activities

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// deadlineNurture comes when a lead's next mail of its track is due.
const deadlineNurture = "nurture"

// nurture begins a track of timed mails to a lead that is not ready yet (S065). Without the person's consent, or without an address that
// takes mail, it is refused with the clause; so is a track that has nothing left to send.
func (s *Steps) nurture(ctx context.Context, tx *store.Tx, f crm.NurtureFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if !l.Live() {
		return refuse("transition_not_allowed", "from", string(l.State)), nil
	}
	set, facts, v, err := s.mayNurture(ctx, tx, l)
	if err != nil || !v.Allowed() {
		return gated(v), err
	}
	tracks := set.Fitting(facts)
	if f.Track != "" {
		track, ok := set.Track(f.Track)
		if !ok {
			return invalid("/track", "unknown_value"), nil
		}
		tracks = []rules.Track{track}
	}
	if err := stopNurture(ctx, tx, &l, "replaced"); err != nil {
		return crm.Answer{}, err
	}
	began, err := begin(ctx, tx, &l, tracks, set.Version())
	if err != nil {
		return crm.Answer{}, err
	}
	if !began {
		return refuse("nothing_to_send"), nil
	}
	return done("track", l.Track), tx.SaveLead(ctx, l)
}

// mayNurture asks the gate before mails and keeps what it said.
func (s *Steps) mayNurture(ctx context.Context, tx *store.Tx, l crm.Lead) (*rules.Set, crm.Facts, crm.Verdict, error) {
	set, err := s.set(ctx, tx, crm.RuleNurture)
	if err != nil {
		return nil, crm.Facts{}, crm.Verdict{}, err
	}
	facts, _, err := tx.LeadFacts(ctx, l)
	v := crm.NurtureGate(l, set.Version())
	tx.Rule(v, facts)
	return set, facts, v, err
}

// begin puts the first of the tracks that has something left to send on the lead's plan.
func begin(ctx context.Context, tx *store.Tx, l *crm.Lead, tracks []rules.Track, version int) (bool, error) {
	cal, err := tx.Calendar(ctx)
	if err != nil {
		return false, err
	}
	for _, t := range tracks {
		planned := 0
		for i, touch := range t.Touches {
			will, err := tx.PlanTouch(ctx, crm.NurtureTouch{
				LeadID: l.ID, Track: t.Key, Touch: touch.Key, Mail: touch.Mail, Position: i,
				DueAt: store.Morning(touchDay(tx.Today, touch.Days, cal), tx.Zone),
			})
			if err != nil {
				return false, err
			}
			if will {
				planned++
			}
		}
		if planned > 0 {
			l.Track, tx.Process.Step = t.Key, crm.StepNurture
			tx.Tell(store.Entry{
				Code: "lead.nurture_began", RuleKind: crm.RuleNurture, RuleVersion: version,
				Data: map[string]any{"track": t.Key, "rule_name": t.Name, "touches": planned},
			})
			return true, planNext(ctx, tx, l)
		}
	}
	return false, nil
}

// touchDay is the day of a mail: the working day on or after so many days from today. One for today goes at once.
func touchDay(today crm.Date, days int, cal crm.Calendar) crm.Date {
	if days == 0 {
		return today
	}
	return cal.NextWorkingDay(today.AddDays(days))
}

// planNext arms the deadline of the next mail; without one the track is over.
func planNext(ctx context.Context, tx *store.Tx, l *crm.Lead) error {
	next, err := tx.NextTouch(ctx, l.ID)
	if errors.Is(err, store.ErrNotFound) {
		tx.Unset(deadlineNurture, "")
		tx.Tell(store.Entry{Code: "lead.nurture_ended", Data: map[string]any{"track": l.Track}})
		l.Track, tx.Process.Step = "", waitsIn(*l)
		return nil
	} else if err != nil {
		return err
	}
	tx.At(deadlineNurture, "", next.DueAt)
	return nil
}

// touch writes the mail whose time has come, once, and plans the next one.
func (s *Steps) touch(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	l, err := tx.Lead(ctx)
	if err != nil || l.Track == "" {
		return err
	}
	next, err := tx.NextTouch(ctx, l.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && !next.DueAt.After(tx.Now) {
		if v := crm.NurtureGate(l, tx.Pinned(crm.RuleNurture)); !v.Allowed() {
			if err := stopNurture(ctx, tx, &l, "not_allowed"); err != nil {
				return err
			}
			return tx.SaveLead(ctx, l)
		}
		if err := writeTouch(ctx, tx, l, next); err != nil {
			return err
		}
	}
	if err := planNext(ctx, tx, &l); err != nil {
		return err
	}
	return tx.SaveLead(ctx, l)
}

// writeTouch leaves the mail with the step. Its key makes it leave once, whatever is restarted when.
func writeTouch(ctx context.Context, tx *store.Tx, l crm.Lead, t crm.NurtureTouch) error {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	text := base64.RawURLEncoding.EncodeToString(secret)
	hash := sha256.Sum256([]byte(text))
	t.EffectKey = fmt.Sprintf("mail/nurture/%s/%s/%s", l.ID, t.Track, t.Touch)
	name := l.ContactName
	if name == "" {
		name = l.Company
	}
	leaveMail(tx, t.EffectKey, "", crm.Letter{
		Template: t.Mail, To: l.Email, Name: name, Language: l.Language, Secret: text, Stop: true,
		Texts: map[string]string{"company": tx.Entity.Name},
	})
	tx.Tell(store.Entry{Code: "lead.nurture_written", Data: map[string]any{"track": t.Track, "touch": t.Touch, "mail": t.Mail}})
	return tx.WriteTouch(ctx, t, hash[:])
}

// answered ends a lead's mails because of what came back (S065): a reply counts as a touch, a bounce bars the address until it is changed,
// an unsubscription withdraws the consent. It is heard whatever has become of the lead meanwhile.
func (s *Steps) answered(ctx context.Context, tx *store.Tx, f crm.AnsweredFields) (crm.Answer, error) {
	l, err := tx.Lead(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	now := tx.Now
	switch f.Kind {
	case crm.AnswerReply:
		raw, _ := json.Marshal(map[string]string{"kind": string(f.Kind), "note": f.Note})
		if err := tx.LeadTouched(ctx, l, crm.Touch{Channel: "mail", Source: "nurture", Raw: raw}); err != nil {
			return crm.Answer{}, err
		}
	case crm.AnswerBounce:
		l.BouncedAt = &now
	case crm.AnswerUnsubscribe:
		if !l.Consent && l.ConsentSource == "withdrawn" {
			return done(), nil
		}
		l.Consent, l.ConsentSource, l.ConsentAt = false, "withdrawn", &now
	default:
		return invalid("/kind", "unknown_value"), nil
	}
	tx.Tell(store.Entry{Code: "lead.answered", Data: map[string]any{"kind": f.Kind, "note": f.Note}})
	if err := stopNurture(ctx, tx, &l, string(f.Kind)); err != nil {
		return crm.Answer{}, err
	}
	if l.Live() {
		if _, err := s.score(ctx, tx, &l); err != nil {
			return crm.Answer{}, err
		}
	}
	return done(), tx.SaveLead(ctx, l)
}

// recycle gives a lead that the salesperson did not want to the first track that fits, if it may be written to.
func (s *Steps) recycle(ctx context.Context, tx *store.Tx, l *crm.Lead) error {
	if err := stopNurture(ctx, tx, l, "replaced"); err != nil {
		return err
	}
	set, facts, v, err := s.mayNurture(ctx, tx, *l)
	if err != nil {
		return err
	}
	if !v.Allowed() {
		tx.Tell(store.Entry{Code: "lead.not_nurtured", RuleKind: v.Kind, RuleVersion: v.Version, Data: map[string]any{"clause": v.Failing()[0].ID}})
		return nil
	}
	_, err = begin(ctx, tx, l, set.Fitting(facts), set.Version())
	return err
}

// stopNurture ends a lead's track, if it is in one, with the reason.
func stopNurture(ctx context.Context, tx *store.Tx, l *crm.Lead, why string) error {
	if l.Track == "" {
		tx.StopWritten(l.ID)
		return nil
	}
	left, err := tx.StopTouches(ctx, l.ID)
	if err != nil {
		return err
	}
	tx.Unset(deadlineNurture, "")
	tx.Tell(store.Entry{Code: "lead.nurture_stopped", Data: map[string]any{"track": l.Track, "why": why, "left": left}})
	l.Track, tx.Process.Step = "", waitsIn(*l)
	return nil
}

// waitsIn is the step in which a lead waits when it is in no track.
func waitsIn(l crm.Lead) crm.Step {
	switch l.State {
	case crm.LeadNew:
		return crm.StepQualify
	case crm.LeadQualified:
		return crm.StepAssign
	}
	return crm.StepConvert
}
