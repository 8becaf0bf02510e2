package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// leadBody is a lead as it comes in (S063).
type leadBody struct {
	Company     string `json:"company" doc:"required;max=200"`
	ContactName string `json:"contact_name" doc:"max=200"`
	Email       string `json:"email" doc:"format=email"`
	Phone       string `json:"phone" doc:"text=+39 02 1234567"`
	VAT         string `json:"vat" doc:"text=With the country before it: IT00743110157. Its check digit is checked."`
	Country     string `json:"country" doc:"text=ISO 3166, two capital letters."`
	Need        string `json:"need" doc:"max=10000;text=What the person wrote."`
	Language    string `json:"language" doc:"enum=language"`
	Source      string `json:"source" doc:"max=200"`
	Campaign    string `json:"campaign" doc:"max=200"`
	ExternalID  string `json:"external_id" doc:"max=200;text=The caller's own key: the same one again is the same lead."`
	Score       int    `json:"score" doc:"min=0;top=100"`
	OwnerID     crm.ID `json:"owner_id" doc:"text=The salesperson."`
	Consent     bool   `json:"consent" doc:"text=The person agrees to be written to (S065)."`

	Custom customBody `json:"custom" doc:"text=Fields that the company defined itself, by name: see /api/v1/custom-fields."`
}

// lead checks the body and makes a lead of it.
func (b *leadBody) lead() (crm.Lead, error) {
	var c check
	c.required("/company", &b.Company, maxName)
	c.line("/contact_name", &b.ContactName, maxName)
	c.email("/email", &b.Email)
	c.phone("/phone", &b.Phone)
	c.vat("/vat", &b.VAT)
	c.country("/country", &b.Country)
	c.lines("/need", &b.Need, maxText)
	c.language("/language", b.Language)
	c.line("/source", &b.Source, maxName)
	c.line("/campaign", &b.Campaign, maxName)
	c.line("/external_id", &b.ExternalID, maxName)
	c.between("/score", b.Score, 0, 100)
	c.id("/owner_id", &b.OwnerID)
	if b.Language == "" {
		b.Language = "en"
	}
	return crm.Lead{
		Company: b.Company, ContactName: b.ContactName, Email: b.Email, Phone: b.Phone, VAT: b.VAT, Country: b.Country, Need: b.Need,
		Language: b.Language, Source: b.Source, Campaign: b.Campaign, ExternalID: b.ExternalID, Score: b.Score, OwnerID: b.OwnerID, Consent: b.Consent,
	}, c.err()
}

// postLead captures a lead: 201 for a new one, 200 when the person is known and this is one more touch (S063).
func postLead(r *request) error {
	var b leadBody
	raw, err := r.decodeRaw(&b)
	if err != nil {
		return err
	}
	own, err := r.ownIf("lead", opt[customBody]{Set: len(b.Custom) > 0})
	if err != nil {
		return err
	}
	l, err := b.lead()
	var c check
	own.apply(&c, opt[customBody]{Value: b.Custom}, &l.Custom)
	if err := c.with(err); err != nil {
		return err
	}
	if l.Source == "" {
		l.Source = "api"
	}
	if l.OwnerID == "" && r.Reach() < crm.ReachAll {
		l.OwnerID = r.user.ID // what a salesperson brings is his own
	} else if err := r.activeUser("/owner_id", l.OwnerID); err != nil {
		return err
	}
	l, made, err := r.capture(l, crm.Touch{Channel: "api", Source: l.Source, Raw: raw})
	if err != nil {
		return err
	}
	return r.captured(l, made)
}

// capture keeps the lead; the same external id with other content is refused (B025).
func (r *request) capture(l crm.Lead, t crm.Touch) (crm.Lead, bool, error) {
	known, made, err := r.store.CaptureLead(r.ctx(), l, t)
	if errors.Is(err, store.ErrClash) {
		return known, false, refusal(codeDuplicateLead, invalid("/external_id", "already_used", params{"by": string(known.ID)}))
	}
	return known, made, err
}

// captured answers with the lead; of one that belongs to somebody else, only the id is told.
func (r *request) captured(l crm.Lead, made bool) error {
	path := "/api/v1/leads/" + string(l.ID)
	shown, err := store.Leads.Record(r.ctx(), r.store, r.Scope(), l.ID)
	if errors.Is(err, store.ErrNotFound) {
		r.gin.Header("Location", path)
		return r.JSON(http.StatusOK, knownLead{l.ID})
	}
	if err != nil {
		return err
	}
	if made {
		return r.Created(path, r.view(shown))
	}
	r.gin.Header("Location", path)
	return r.JSON(http.StatusOK, r.view(shown))
}

// activeUser refuses a person who does not exist or is disabled (B029); none passes.
func (r *request) activeUser(pointer string, id crm.ID) error {
	if id == "" {
		return nil
	}
	u, err := r.store.User(r.ctx(), id)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if !u.Active {
		return refusal(codeValidation, invalid(pointer, "user_inactive", nil))
	}
	return nil
}

// leadPatch is a plain edit of a lead.
type leadPatch struct {
	Company     opt[string] `json:"company" doc:"max=200"`
	ContactName opt[string] `json:"contact_name" doc:"max=200"`
	Email       opt[string] `json:"email" doc:"format=email"`
	Phone       opt[string] `json:"phone" doc:"text=+39 02 1234567"`
	VAT         opt[string] `json:"vat" doc:"text=With the country before it: IT00743110157. Its check digit is checked."`
	Country     opt[string] `json:"country" doc:"text=ISO 3166, two capital letters."`
	Need        opt[string] `json:"need" doc:"max=10000;text=What the person wrote."`
	Language    opt[string] `json:"language" doc:"enum=language"`
	Campaign    opt[string] `json:"campaign" doc:"max=200"`
	Consent     opt[bool]   `json:"consent"`

	Custom opt[customBody] `json:"custom" doc:"text=Fields that the company defined itself, by name: see /api/v1/custom-fields. What is left out stays, null clears."`
}

func (p leadPatch) apply(l *crm.Lead) error {
	set(p.Company, &l.Company)
	set(p.ContactName, &l.ContactName)
	set(p.Email, &l.Email)
	set(p.Phone, &l.Phone)
	set(p.VAT, &l.VAT)
	set(p.Country, &l.Country)
	set(p.Need, &l.Need)
	set(p.Language, &l.Language)
	set(p.Campaign, &l.Campaign)
	set(p.Consent, &l.Consent)
	b := leadBody{
		Company: l.Company, ContactName: l.ContactName, Email: l.Email, Phone: l.Phone, VAT: l.VAT, Country: l.Country, Need: l.Need,
		Language: l.Language, Campaign: l.Campaign,
	}
	clean, err := b.lead()
	l.Company, l.ContactName, l.Email, l.Phone, l.VAT = clean.Company, clean.ContactName, clean.Email, clean.Phone, clean.VAT
	l.Country, l.Need, l.Language, l.Campaign = clean.Country, clean.Need, clean.Language, clean.Campaign
	return err
}

func patchLead(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var p leadPatch
	if err := r.decodePatch(&p); err != nil {
		return err
	}
	own, err := r.ownIf("lead", p.Custom)
	if err != nil {
		return err
	}
	l, err := r.store.EditLead(r.ctx(), t, func(l *crm.Lead) error {
		var c check
		own.apply(&c, p.Custom, &l.Custom)
		return c.with(p.apply(l))
	})
	if err != nil {
		return err
	}
	return r.record(l, l.Version)
}

// onLead makes the handler of a command on a lead within the person's reach.
func onLead[T any](kind string, read func(*request, *T) error) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		if _, err := store.Leads.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
			return err
		}
		var fields T
		if err := read(r, &fields); err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindLead, id), fields)
	}
}

func readQualify(r *request, f *crm.QualifyFields) error {
	var b qualifyBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	if b.Score == nil { // the score of the rules holds
		b.Score = &f.Score
	} else {
		c.between("/score", *b.Score, 1, 100)
	}
	c.id("/owner_id", &b.OwnerID)
	if err := c.err(); err != nil {
		return err
	}
	if b.OwnerID != "" && r.user.Can(crm.MayAssignLead) == crm.ReachNone && b.OwnerID != r.user.ID {
		return r.missing("/owner_id", crm.MayAssignLead)
	}
	*f = crm.QualifyFields{Score: *b.Score, OwnerID: b.OwnerID}
	return r.activeUser("/owner_id", b.OwnerID)
}

func readAssign(r *request, f *crm.AssignFields) error {
	if err := r.decode(f); err != nil {
		return err
	}
	var c check
	c.idRequired("/owner_id", &f.OwnerID)
	if err := c.err(); err != nil {
		return err
	}
	return r.activeUser("/owner_id", f.OwnerID)
}

func readFeedback(r *request, f *crm.FeedbackFields) error {
	if err := r.decode(f); err != nil {
		return err
	}
	var c check
	if f.Feedback == "" {
		c.fail("/feedback", "required", nil)
	}
	c.oneOf("/feedback", string(f.Feedback), string(crm.FeedbackPositive), string(crm.FeedbackNegative))
	c.lines("/note", &f.Note, maxText)
	return c.err()
}

func readConvert(r *request, f *crm.ConvertFields) error {
	var b convertBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.line("/name", &b.Name, maxName)
	if b.Amount != "" {
		company, err := r.store.LegalEntity(r.ctx())
		if err != nil {
			return err
		}
		c.amount("/amount", b.Amount, company.Currency)
	}
	c.line("/pipeline", &b.Pipeline, 40)
	if len(c.wrong) == 0 && b.Pipeline != "" {
		set, err := r.pipeline()
		if err != nil {
			return err
		}
		c.oneOf("/pipeline", b.Pipeline, pipelineKeys(set)...)
	}
	*f = crm.ConvertFields{Name: b.Name, Amount: string(b.Amount), Pipeline: b.Pipeline}
	return c.err()
}

func readDisqualify(r *request, f *crm.ReasonFields) error {
	var b disqualifyBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/reason", &b.Reason, maxName)
	c.oneOf("/reason", b.Reason, crm.DisqualifyReasons()...)
	f.Reason = b.Reason
	return c.err()
}

// getLead shows a lead with the ways by which it reached us.
func getLead(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	l, err := store.Leads.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	touches, err := r.store.Touches(r.ctx(), id)
	if err != nil {
		return err
	}
	out := leadRecord{Lead: l}
	for _, t := range touches {
		out.Touches = append(out.Touches, touchView{t.Channel, t.Source, json.RawMessage(t.Raw), t.At.UTC(), t.Campaign, t.UTM})
	}
	score, at, err := r.store.LeadScore(r.ctx(), id)
	if err != nil {
		return err
	}
	out.ScoreRules = scoreViews(score, at, r.language)
	if out.Nurture, err = r.store.NurtureTouches(r.ctx(), id); err != nil {
		return err
	}
	given, err := r.store.LeadResponses(r.ctx(), id)
	if err != nil {
		return err
	}
	out.Responses = responseViews(given)
	return r.record(out, l.Version)
}
