package api

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// responseSettingPage is where sales operations set how soon salespeople get in touch with leads.
type responseSettingPage struct {
	settingPage
	Targets []int // numbers of the rows
	Zones   []int
	People  []option
	Policy  crm.ResponsePolicy
}

// emptyTargets is how many free rows the page has below those that are there.
const emptyTargets = 2

func pageResponseSetting(r *request) error { return showResponseSetting(r, form{}) }

func showResponseSetting(r *request, f form) error {
	policy, err := r.store.ResponsePolicy(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f.values = responseValues(policy)
	}
	page, err := r.settingPage(store.SettingResponse, policy.Version, f, r.responsePartName)
	if err != nil {
		return err
	}
	people, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return err
	}
	p := responseSettingPage{settingPage: page, Policy: policy, People: chosen(r.say("form.choose"), people)}
	for i := range max(len(policy.Targets)+emptyTargets, rowsTyped(f, "target.")) {
		p.Targets = append(p.Targets, i)
	}
	for i := range max(len(policy.Zones)+1, rowsTyped(f, "zone.")) {
		p.Zones = append(p.Zones, i)
	}
	return r.show(f.Status(), "response_setting", r.say("response.title"), p)
}

// responsePartName is what a part of the setting is called in its history.
func (r *request) responsePartName(name string) string {
	part, rest, _ := strings.Cut(name, ".")
	switch part {
	case "target":
		return r.say("response.target") + " " + rest
	case "zone":
		return r.say("response.zone") + ", " + r.personName(rest)
	}
	return r.say("response." + part)
}

// responseValues are a policy's values as the page's fields hold them.
func responseValues(p crm.ResponsePolicy) map[string]string {
	out := map[string]string{"remind_percent": strconv.Itoa(p.RemindPercent), "passes": strconv.Itoa(p.Passes)}
	for i, t := range p.Targets {
		at := fmt.Sprintf("target.%d.", i)
		out[at+"source"], out[at+"score"], out[at+"time"] = t.Source, strconv.Itoa(t.LeastScore), store.HoursText(time.Duration(t.Minutes)*time.Minute)
	}
	for i, z := range p.Zones {
		at := fmt.Sprintf("zone.%d.", i)
		out[at+"user"], out[at+"zone"] = string(z.UserID), z.Zone
	}
	return out
}

// rowsTyped is how many rows a form has whose fields begin so.
func rowsTyped(f form, prefix string) (n int) {
	for name := range f.values {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			number, _, _ := strings.Cut(rest, ".")
			if i, err := strconv.Atoi(number); err == nil && i < 2*crm.MaxTargets {
				n = max(n, i+1)
			}
		}
	}
	return n
}

// formResponseSetting saves it; a row without a time, or without a zone, is taken out.
func formResponseSetting(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	var p crm.ResponsePolicy
	places := map[string]string{"/remind_percent": "remind_percent", "/passes": "passes"}
	p.RemindPercent, p.Passes = r.whole(&f, "remind_percent", 0, crm.MaxRemind), r.whole(&f, "passes", 0, crm.MaxPasses)
	for i := range rowsTyped(f, "target.") {
		at, pointer := fmt.Sprintf("target.%d.", i), "/targets/"+strconv.Itoa(len(p.Targets))
		if f.Value(at+"time") == "" {
			continue
		}
		if f.Value(at+"score") == "" {
			f.values[at+"score"] = "0"
		}
		places[pointer], places[pointer+"/minutes"], places[pointer+"/least_score"] = at+"score", at+"time", at+"score"
		p.Targets = append(p.Targets, crm.ResponseTarget{Source: clean(f.Value(at+"source"), maxName), LeastScore: r.whole(&f, at+"score", 0, 100), Minutes: int(r.promise(&f, at+"time").Minutes())})
	}
	for i := range rowsTyped(f, "zone.") {
		at, pointer := fmt.Sprintf("zone.%d.", i), "/zones/"+strconv.Itoa(len(p.Zones))
		if f.Value(at+"zone") == "" && f.Value(at+"user") == "" {
			continue
		}
		places[pointer+"/zone"], places[pointer+"/user_id"] = at+"zone", at+"user"
		if r.needed(&f, at+"user", at+"zone"); f.wrong[at+"user"] == "" {
			p.Zones = append(p.Zones, crm.ResponseZone{UserID: optionalID(f.Value(at + "user")), Zone: f.Value(at + "zone")})
		}
	}
	if !f.Failed() {
		var wrong crm.FieldErrors
		errors.As(p.Check(), &wrong)
		for _, e := range wrong {
			f.blame(places[e.Pointer], r.errorText(crm.FieldError{Code: e.Code, Params: e.Params}))
		}
	}
	return r.saveSetting(f, "/settings/response", func(t store.Target) error {
		_, err := r.store.EditResponsePolicy(r.ctx(), t, func(now *crm.ResponsePolicy) error {
			p.Version = now.Version
			*now = p
			return nil
		})
		return err
	}, func(f form) error { return showResponseSetting(r, f) })
}

// formLeadContact notes how the salesperson got in touch with a lead, which stops its response clock (S052, S094).
func formLeadContact(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	kind := oneOfOr(f.Value("kind"), crm.EngagementKinds())
	outcome := known(f.Value("outcome"), crm.EngagementOutcomes())
	if outcome == "" {
		f.blame("outcome", r.say("form.required"))
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	if !f.Failed() {
		_, err = r.store.PlanEngagement(r.ctx(), store.Target{Scope: store.ScopeOf(r.user, crm.MayWriteLead), Actor: r.user.ID}, crm.Engagement{
			ID: store.NewID(), Kind: kind, LeadID: id, Subject: named(r.words(), "engagement", kind), DueAt: now, Outcome: outcome, Note: clean(f.Value("note"), maxText),
		})
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showLead(r, f, nil)
	}
	return r.said("lead_contacted", "/leads/"+string(id))
}

// contactChoices are the ways and outcomes of getting in touch.
func (r *request) contactChoices() (kinds, outcomes []option) {
	return enumOptions(r, "", "engagement", crm.EngagementKinds()), enumOptions(r, r.say("form.choose"), "outcome", crm.EngagementOutcomes())
}
