package api

import (
	"net/http"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// engagementPage is one engagement: when and where, how it went, and its move to another time.
type engagementPage struct {
	store.AgendaItem
	Time     string
	Zone     string
	Day      crm.Date
	May      bool
	Over     bool // it has ended, and nobody said how
	Form     form
	Against  []string // what stands against its time, or the one that is asked for
	Confirms bool     // it is asked for in spite of that
	Answers  []option
	NextIn   []option
	Owners   []option
	Contacts []option
	Back     string
	Message  *messagePart
}

func pageEngagement(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showEngagement(r, id, form{}, nil)
}

func showEngagement(r *request, id crm.ID, f form, asked []crm.Conflict) error {
	i, err := r.store.EngagementPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), store.ScopeOf(r.user, crm.MayReadLead), id)
	if err != nil {
		return err
	}
	zone, err := r.agendaZone()
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	may := store.ScopeOf(r.user, crm.MayWriteOpportunity)
	p := engagementPage{AgendaItem: i, Time: r.words().Date(crm.DateOf(i.DueAt, zone)) + ", " + r.clockSpan(i.DueAt, i.Until(), zone), Zone: zone.String(), Day: crm.DateOf(i.DueAt, zone), Form: f, Confirms: len(asked) > 0}
	if _, err := r.store.EngagementPage(r.ctx(), may, may, id); err == nil {
		p.May = i.DoneAt == nil
	}
	if off := "enum.letter_off." + i.CancelReason; i.Kind == "letter" && r.words().Has(off) { // by itself, with a code
		p.CancelReason = r.say(off)
	}
	p.Over, p.Back = p.May && !i.Until().After(now), localOr(f.Value("back"), localOr(r.gin.Query("back"), ""))
	found := asked
	if found == nil && i.DoneAt == nil {
		if found, err = r.store.Conflicts(r.ctx(), may, i.Engagement); err != nil {
			return err
		}
	}
	p.Against = r.conflictTexts(found, zone)
	if p.May {
		if err := r.engagementForm(&p, zone); err != nil {
			return err
		}
	}
	if err := r.messagePart(&p); err != nil {
		return err
	}
	return r.show(f.Status(), "engagement", i.Subject, p)
}

// engagementForm fills the forms of one that is planned.
func (r *request) engagementForm(p *engagementPage, zone *time.Location) error {
	const local = "2006-01-02T15:04"
	if !p.Form.Sent("start") {
		f := values("start", p.DueAt.In(zone).Format(local), "subject", p.Subject, "place", p.Place, "note", p.Note, "owner_id", string(p.OwnerID), "contact_id", string(p.ContactID))
		if p.EndsAt != nil {
			f.values["end"] = p.EndsAt.In(zone).Format(local)
		}
		for name, v := range p.Form.values {
			f.values[name] = v
		}
		f.wrong, f.order, f.other, f.status = p.Form.wrong, p.Form.order, p.Form.other, p.Form.status
		p.Form = f
	}
	p.Answers = r.answersTo(p.Kind)
	for _, days := range nextIn {
		p.NextIn = append(p.NextIn, option{days, r.say("log.in_" + days)})
	}
	owners, err := r.store.PeopleToGive(r.ctx(), store.ScopeOf(r.user, crm.MayWriteOpportunity))
	if err != nil {
		return err
	}
	for _, o := range owners {
		p.Owners = append(p.Owners, option{string(o.ID), o.Name})
	}
	known := false
	for _, o := range p.Owners {
		known = known || o.Value == string(p.OwnerID)
	}
	if !known {
		p.Owners = append(p.Owners, option{string(p.OwnerID), p.Owner})
	}
	if p.AccountID != "" {
		contacts, err := r.store.ContactChoices(r.ctx(), p.AccountID)
		if err != nil {
			return err
		}
		p.Contacts = chosen(r.say("form.none"), contacts)
	}
	return nil
}

// answersTo are the short answers after an engagement; whom one meets is not "reached", the meeting was held.
func (r *request) answersTo(kind string) []option {
	out := enumOptions(r, "", "outcome_of", crm.EngagementOutcomes())
	for i, o := range out {
		if key := "agenda.answer." + kind + "." + o.Value; r.words().Has(key) {
			out[i].Label = r.say(key)
		}
	}
	return out
}

// localOr is the path if it is one of ours, else the other.
func localOr(path, other string) string {
	if p, err := localPath(path); err == nil && path != "" {
		return p
	}
	return other
}

// engagementPosted is the form that was sent about the engagement of the path, and that engagement as it was seen.
func (r *request) engagementPosted() (f form, t store.Target, err error) {
	if f, err = r.posted(); err != nil {
		return f, t, err
	}
	t = store.Target{Scope: store.ScopeOf(r.user, crm.MayWriteOpportunity), Actor: r.user.ID}
	t.Version, _ = strconv.Atoi(f.Value("version"))
	t.ID, err = r.id("id")
	return f, t, err
}

// engagementSaved leads back to where the person came from.
func (r *request) engagementSaved(f form, id crm.ID, key string) error {
	return r.said(key, localOr(f.Value("back"), "/engagements/"+string(id)))
}

// shifts are the moves of one press: hours and days on the wall, so that a day is a day also when the clocks change.
var shifts = map[string]func(time.Time) time.Time{
	"hour_back": func(t time.Time) time.Time { return t.Add(-time.Hour) }, "hour_on": func(t time.Time) time.Time { return t.Add(time.Hour) },
	"day_back": func(t time.Time) time.Time { return t.AddDate(0, 0, -1) }, "day_on": func(t time.Time) time.Time { return t.AddDate(0, 0, 1) },
	"week_on": func(t time.Time) time.Time { return t.AddDate(0, 0, 7) },
}

// formEngagementEdit moves or changes one engagement.
func formEngagementEdit(r *request) error {
	f, t, err := r.engagementPosted()
	if err != nil {
		return err
	}
	zone, err := r.agendaZone()
	if err != nil {
		return err
	}
	b := engagementPatch{Zone: opt[string]{true, zone.String()}}
	for name, into := range map[string]*opt[string]{"subject": &b.Subject, "start": &b.Start, "end": &b.End, "place": &b.Place, "note": &b.Note} {
		if f.Sent(name) {
			*into = opt[string]{true, f.Value(name)}
		}
	}
	for name, into := range map[string]*opt[crm.ID]{"owner_id": &b.OwnerID, "contact_id": &b.ContactID} {
		if f.Sent(name) {
			*into = opt[crm.ID]{true, optionalID(f.Value(name))}
		}
	}
	_, found, err := r.store.EditEngagement(r.ctx(), t, f.Value("confirm") != "", func(g *crm.Engagement) error {
		if shift := shifts[f.Value("shift")]; shift != nil {
			local := g.DueAt.In(zone) // moved on the wall, and checked there
			wall := shift(time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC))
			b.Start, b.End = opt[string]{true, wall.Format("2006-01-02T15:04")}, opt[string]{}
			f.values["start"] = b.Start.Value
		}
		return b.apply(g)
	})
	if c, ok := err.(store.Conflicting); ok {
		f.status = http.StatusConflict
		return showEngagement(r, t.ID, f, c.Found)
	}
	if err = r.judgeItems(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showEngagement(r, t.ID, f, nil)
	}
	key := "engagement_saved"
	if len(found) > 0 {
		key = "engagement_against"
	}
	return r.engagementSaved(f, t.ID, key)
}

// formEngagementAnswer takes the short answer after an engagement, with one press (S094), and may plan the next one.
func formEngagementAnswer(r *request) error {
	f, t, err := r.engagementPosted()
	if err != nil {
		return err
	}
	out := store.EngagementOutcome{Outcome: known(f.Value("outcome"), crm.EngagementOutcomes()), Note: f.Value("note")}
	if out.Outcome == "" {
		f.blame("outcome", r.say("form.required"))
	}
	if err := r.nextMorning(&f); err != nil {
		return err
	}
	if f.Value("next") != "" {
		due := r.moment(&f, "next")
		out.Next = &crm.Engagement{Kind: oneOfOr(f.Value("kind"), crm.EngagementKinds()), Subject: clean(f.Value("subject"), maxName), DueAt: due}
		if out.Next.Subject == "" {
			out.Next.Subject = r.say("enum.engagement." + out.Next.Kind)
		}
	}
	if !f.Failed() {
		_, err = r.store.EndEngagement(r.ctx(), t, out)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		delete(f.values, "subject")
		return showEngagement(r, t.ID, f, nil)
	}
	return r.engagementSaved(f, t.ID, "engagement_done")
}

// formEngagementOff calls one off.
func formEngagementOff(r *request) error {
	f, t, err := r.engagementPosted()
	if err != nil {
		return err
	}
	_, err = r.store.CallOff(r.ctx(), t, clean(f.Value("reason"), maxLine))
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showEngagement(r, t.ID, f, nil)
	}
	return r.engagementSaved(f, t.ID, "engagement_off")
}
