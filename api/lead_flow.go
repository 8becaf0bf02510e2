package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// scoreView is one rule of a lead's score with its points (S064).
type scoreView struct {
	ID     string            `json:"id"`
	Label  string            `json:"label"`
	Points int               `json:"points"`
	Met    bool              `json:"met"`
	Actual map[string]string `json:"actual"`
	Source string            `json:"source"`
	At     time.Time         `json:"at"`
}

// scoreViews shows what the scoring rules said of a lead.
func scoreViews(v crm.Verdict, at time.Time, language string) []scoreView {
	out := []scoreView{}
	for _, c := range v.Clauses {
		s := scoreView{ID: c.ID, Label: c.Text(language), Points: c.Points, Met: c.Outcome == crm.Met, Source: c.Source, At: at.UTC(), Actual: map[string]string{}}
		for _, value := range c.Values {
			s.Actual[value.Field] = value.Now
		}
		out = append(out, s)
	}
	return out
}

func readNurture(r *request, f *crm.NurtureFields) error {
	if err := r.decodeOptional(f); err != nil {
		return err
	}
	var c check
	c.line("/track", &f.Track, maxName)
	return c.err()
}

func readAnswered(r *request, f *crm.AnsweredFields) error {
	if err := r.decode(f); err != nil {
		return err
	}
	var c check
	if f.Kind == "" {
		c.fail("/kind", "required", nil)
	}
	c.oneOf("/kind", string(f.Kind), crm.AnswerKinds()...)
	c.lines("/note", &f.Note, maxText)
	return c.err()
}

// unsubscribePage asks before it stops mails: programs that follow links in mails must not do it by looking.
type unsubscribePage struct {
	Company string
	At      string // the address that stops them
	Stopped bool
}

// unsubscriber finds the lead of a link; a wrong one is not found. The page speaks the lead's language.
func (r *request) unsubscriber() (crm.Lead, error) {
	secret := r.gin.Param("secret")
	if len(secret) < 20 || len(secret) > 100 {
		return crm.Lead{}, store.ErrNotFound
	}
	l, err := r.store.LeadOfLink(r.ctx(), secret)
	if err == nil {
		r.speak(l.Language)
	}
	return l, err
}

func pageUnsubscribe(r *request) error {
	l, err := r.unsubscriber()
	if err != nil {
		return err
	}
	return r.showUnsubscribe(!l.Consent, "/u/")
}

func (r *request) showUnsubscribe(stopped bool, under string) error {
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	r.gin.Header("Referrer-Policy", "no-referrer")
	r.gin.Header("X-Robots-Tag", "noindex")
	return r.show(200, "unsubscribe", r.say("unsubscribe.title"), unsubscribePage{Company: seller.Name, At: under + r.gin.Param("secret"), Stopped: stopped})
}

// formUnsubscribe ends a lead's mails, by the page's button or by that of the reader's mail program (RFC 8058). Twice is once.
func formUnsubscribe(r *request) error {
	l, err := r.unsubscriber()
	if err != nil {
		return err
	}
	f := form{values: map[string]string{}}
	a, _, err := r.carry(f, crm.LeadAnswered, crm.KindLead, l.ID, crm.AnsweredFields{Kind: crm.AnswerUnsubscribe})
	if err != nil {
		return err
	}
	if !a.OK() {
		return refusal(code(a.Code))
	}
	return r.showUnsubscribe(true, "/u/")
}

// tracks are the nurture tracks in force, for a person to choose from.
func (r *request) tracks() ([]option, error) {
	out := []option{{"", r.say("lead.track_by_rule")}}
	active, err := r.store.ActiveRules(r.ctx())
	if err != nil {
		return nil, err
	}
	for _, a := range active {
		if a.Kind != crm.RuleNurture {
			continue
		}
		set, err := r.rules(crm.RuleNurture)
		if err != nil {
			return nil, err
		}
		for _, t := range set.Tracks() {
			out = append(out, option{t.Key, worded(t.Name, r.language, t.Key)})
		}
	}
	return out, nil
}

func formLeadNurture(r *request) error {
	return leadForm(r, crm.LeadNurture, "lead_nurtured", func(f *form) any { return crm.NurtureFields{Track: f.Value("track")} })
}
