package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

const rowsPerPage = 50

// nobody stands for the leads without an owner in the filter of the list.
const nobody = "nobody"

// leadsPage is the list of leads with its filter and the form for a new one.
type leadsPage struct {
	Rows      []store.LeadRow
	Filter    store.LeadFilter
	States    []option
	Owners    []option
	First     string
	Next      string
	Form      form
	MayAdd    bool
	MayImport bool
	MayTake   bool
	Held      int    // what waits for somebody to say that it is no spam
	Owner     string // as the filter asks for
	Clocks    map[crm.ID]leadClock
	Filtered  bool
	Saved     savedBar
}

func pageLeads(r *request) error { return showLeads(r, form{values: map[string]string{}}) }

func showLeads(r *request, f form) error {
	filter := store.LeadFilterOf(r.gin.Request.URL.Query())
	rows, err := r.store.LeadRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), filter, rowsPerPage+1)
	if err != nil {
		return err
	}
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return err
	}
	p := leadsPage{
		Filter: filter, Form: f, MayAdd: r.Can(crm.MayWriteLead), MayImport: r.Can(crm.MayImportLead), Filtered: filter.State != "" || filter.Owner != "" || filter.Unowned || filter.Text != "" || filter.Ended.Any(),
		States: enumOptions(r, r.say("filter.all"), "lead_state", []crm.LeadState{crm.LeadNew, crm.LeadQualified, crm.LeadAssigned, crm.LeadConverted, crm.LeadDisqualified}),
		Owners: chosen(r.say("filter.all"), owners), MayTake: r.sells(), Owner: string(filter.Owner),
	}
	p.Owners = slices.Insert(p.Owners, 1, option{nobody, r.say("leads.unowned")})
	if filter.Unowned {
		p.Owner = nobody
	}
	if p.Saved, err = r.savedBar(crm.ListLeads); err != nil {
		return err
	}
	if p.MayImport {
		if p.Held, err = r.store.HeldCount(r.ctx()); err != nil {
			return err
		}
	}
	p.Rows, p.First, p.Next = paged(r, rows, func(l store.LeadRow) crm.ID { return l.ID })
	var given []crm.ID
	for _, l := range p.Rows {
		if l.State == crm.LeadAssigned {
			given = append(given, l.ID)
		}
	}
	if p.Clocks, err = r.clocks(given); err != nil {
		return err
	}
	return r.show(f.Status(), "leads", r.say("nav.leads"), p)
}

// paged cuts a list that was read one row too long, and gives the addresses of the first and the next page.
func paged[T any](r *request, rows []T, id func(T) crm.ID) (shown []T, first, next string) {
	u := *r.gin.Request.URL
	q := u.Query()
	if q.Get("after") != "" {
		q.Del("after")
		first = u.Path + "?" + q.Encode()
	}
	if len(rows) > rowsPerPage {
		rows = rows[:rowsPerPage]
		q.Set("after", string(id(rows[len(rows)-1])))
		next = u.Path + "?" + q.Encode()
	}
	return rows, first, next
}

// optionalID reads an id from the address; one that cannot be an id filters nothing.
func optionalID(text string) crm.ID {
	id, err := parseID(text)
	if err != nil {
		return ""
	}
	return id
}

// leadPage is one lead with what may be done with it now.
type leadPage struct {
	store.LeadPage
	Events    []event
	Process   string
	Form      form
	Own       ownPart
	Gate      *gateView
	Owners    []option
	Reasons   []option
	Consent   string      // where and when it was said that the person may, or may not, be written to
	Rules     []scoreView // of its score, with their points
	Tracks    []option
	OnTrack   string   // name of the track it is in
	Pipelines []option // none where there is only one
	MailIn    []crm.InboundMail
	Files     []store.LeadFile
	Clock     *leadClock // of the owner's first touch
	Next      *leadNextRow
	Kinds     []option // of getting in touch
	Outcomes  []option
	May       struct{ Take, Qualify, Assign, Feedback, Convert, Disqualify, Nurture, Contact bool }
}

func pageLead(r *request) error { return showLead(r, form{}, nil) }

func showLead(r *request, f form, g *gateView) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	l, err := r.store.LeadPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), id)
	if err != nil {
		return r.merged("lead", id, err)
	}
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return err
	}
	p := leadPage{
		LeadPage: l, Events: r.events(l.Timeline, ""), Process: "/process/" + crm.ProcessID(crm.KindLead, id), Form: f, Gate: g,
		Owners: chosen(r.say("lead.later"), owners), Reasons: enumOptions(r, r.say("form.choose"), "reason", crm.DisqualifyReasons()),
	}
	p.Consent = r.consentText(l.Lead)
	if p.MailIn, p.Files, err = r.store.LeadMail(r.ctx(), id); err != nil {
		return err
	}
	assign, err := r.reachesLead(crm.MayAssignLead, id)
	if err != nil {
		return err
	}
	write, err := r.reachesLead(crm.MayWriteLead, id)
	if err != nil {
		return err
	}
	if p.Own, err = r.ownPart("lead", "/leads/"+string(id)+"/own", l.Version, l.Custom, write && l.Live()); err != nil {
		return err
	}
	p.May.Take = l.OwnerID == "" && (l.State == crm.LeadNew || l.State == crm.LeadQualified) && r.sells()
	p.May.Qualify = write && l.State == crm.LeadNew
	p.May.Assign = assign && (l.State == crm.LeadQualified || l.State == crm.LeadAssigned)
	p.May.Feedback = write && l.State == crm.LeadAssigned && l.Feedback == crm.FeedbackNone
	p.May.Convert = write && l.State == crm.LeadAssigned && l.Feedback == crm.FeedbackPositive
	p.May.Disqualify = write && l.Live()
	p.May.Nurture = write && l.Live() && l.Track == ""
	p.May.Contact = write && l.Live() && l.OwnerID != ""
	if err := r.leadUrgency(&p); err != nil {
		return err
	}
	p.Rules = scoreViews(l.Scoring, l.UpdatedAt, r.language)
	if p.Tracks, err = r.tracks(); err != nil {
		return err
	}
	if p.May.Convert {
		set, err := r.pipeline()
		if err != nil {
			return err
		}
		p.Pipelines = r.pipelineChoices(set)
	}
	p.OnTrack = l.Track
	for _, t := range p.Tracks {
		if t.Value == l.Track {
			p.OnTrack = t.Label
		}
	}
	return r.show(max(f.Status(), p.Own.Form.Status()), "lead", l.Company, p)
}

// sells tells whether the person can be given leads: an administrator alone cannot.
func (r *request) sells() bool {
	return r.Can(crm.MayTakeLead) && (r.user.Has(crm.RoleSalesperson) || r.user.Has(crm.RoleSalesManager))
}

// reachesLead tells whether a permission carries the person to a lead that he sees.
func (r *request) reachesLead(p crm.Permission, id crm.ID) (bool, error) {
	if !r.Can(p) {
		return false, nil
	}
	_, err := store.Leads.Record(r.ctx(), r.store, store.ScopeOf(r.user, p), id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// consentText says where and when a lead's consent was given or taken back; nothing when neither ever was.
func (r *request) consentText(l crm.Lead) string {
	if l.ConsentAt == nil {
		return ""
	}
	channel, from, _ := strings.Cut(l.ConsentSource, ":")
	where := named(r.words(), "consent_by", channel)
	switch {
	case channel == "user":
		where = r.personName(from)
	case from != "":
		where += " " + from
	}
	return where + ", " + r.words().Time(*l.ConsentAt, r.srv.screens().zone())
}

// leadForm carries out a form of a lead's page and shows the page again when it is refused.
func leadForm(r *request, kind, done string, fields func(*form) any) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := r.store.LeadPage(r.ctx(), r.Scope(), id); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	what := fields(&f)
	if f.Failed() {
		return showLead(r, f, nil)
	}
	a, cause, err := r.carry(f, kind, crm.KindLead, id, what)
	switch {
	case err != nil:
		return err
	case a.Code == string(codeGate):
		g, err := r.refusal(cause, crm.RuleKind(a.Params["rule"]), "", "", f)
		if err != nil {
			return err
		}
		f.status = http.StatusUnprocessableEntity
		for i := range g.Clauses {
			if g.Clauses[i].Link != "" {
				g.Clauses[i].Link = "/leads/" + string(id)
			}
		}
		g.Title, g.Back, g.CanRetry, g.CanFill = r.say("lead.refused"), "/leads/"+string(id), false, false
		return showLead(r, f, &g)
	case a.OK() && a.Params["opportunity"] == "" && a.Params["convert_at"] != "":
		return r.said("lead_converted_below", "/accounts/"+url.PathEscape(a.Params["account"]))
	case a.Code == "already_converted" && a.Params["opportunity"] == "":
		return r.said(done, "/accounts/"+url.PathEscape(a.Params["account"]))
	case a.OK() && a.Params["opportunity"] != "" || a.Code == "already_converted":
		return r.said(done, "/opportunities/"+url.PathEscape(a.Params["opportunity"]))
	case !a.OK():
		r.refuse(&f, a)
		return showLead(r, f, nil)
	}
	return r.said(done, "/leads/"+string(id))
}

func formLeadQualify(r *request) error {
	return leadForm(r, crm.LeadQualify, "lead_qualified", func(f *form) any {
		score := 0 // the rules' own
		if text := f.Value("score"); text != "" {
			var err error
			if score, err = strconv.Atoi(text); err != nil || score < 1 || score > 100 {
				f.blame("score", r.say("lead.score_range"))
			}
		}
		return crm.QualifyFields{Score: score, OwnerID: optionalID(f.Value("owner_id"))}
	})
}

func formLeadAssign(r *request) error {
	return leadForm(r, crm.LeadAssign, "lead_assigned", func(f *form) any {
		r.needed(f, "owner_id")
		return crm.AssignFields{OwnerID: optionalID(f.Value("owner_id"))}
	})
}

// formLeadTake gives the person a lead that nobody has.
func formLeadTake(r *request) error {
	return leadForm(r, crm.LeadTake, "lead_taken", func(*form) any { return struct{}{} })
}

func formLeadFeedback(r *request) error {
	return leadForm(r, crm.LeadFeedback, "lead_feedback", func(f *form) any {
		return crm.FeedbackFields{Feedback: crm.Feedback(f.Value("feedback")), Note: f.Value("note")}
	})
}

func formLeadConvert(r *request) error {
	return leadForm(r, crm.LeadConvert, "lead_converted", func(f *form) any {
		amount := ""
		if f.Value("amount") != "" {
			amount = r.decimal(f, "amount").String()
		}
		return crm.ConvertFields{Name: f.Value("name"), Amount: amount, Pipeline: f.Value("pipeline")}
	})
}

func formLeadDisqualify(r *request) error {
	return leadForm(r, crm.LeadDisqualify, "lead_disqualified", func(f *form) any {
		r.needed(f, "reason")
		return crm.ReasonFields{Reason: f.Value("reason")}
	})
}

// formLead keeps a lead that a person typed in. It goes the way of every other capture, so that it is one lead with those (S063).
func formLead(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "company")
	email, phone := r.checked(&f, "email", crm.CheckEmail), r.checked(&f, "phone", crm.CheckPhone)
	if f.Failed() {
		return showLeads(r, f)
	}
	raw, err := json.Marshal(map[string]string{
		"company": f.Value("company"), "contact_name": f.Value("contact_name"), "email": f.Value("email"),
		"phone": f.Value("phone"), "need": f.Value("need"),
	})
	if err != nil {
		return err
	}
	l := crm.Lead{
		Company: clean(f.Value("company"), 200), ContactName: clean(f.Value("contact_name"), 200), Email: email, Phone: phone, Need: clean(f.Value("need"), 5000),
		Language: r.language, Source: "manual", ExternalID: "page:" + clean(f.Value("external_id"), 60),
	}
	if r.Reach() == crm.ReachOwn {
		l.OwnerID = r.user.ID
	}
	if err := r.unlike(&f, store.EnteredLead(l)); err != nil {
		return err
	}
	if f.Failed() {
		return showLeads(r, f)
	}
	t := crm.Touch{Channel: "manual", Source: "manual", Raw: raw}
	if once := f.Value("external_id"); once != "" { // pressed twice, a known person has come once
		t.Key = "manual/" + clean(once, 60)
	}
	lead, made, err := r.store.CaptureLead(r.ctx(), l, t)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	switch {
	case f.Failed():
		return showLeads(r, f)
	case !made:
		return r.said("lead_known", "/leads/"+string(lead.ID))
	}
	return r.said("lead_added", "/leads/"+string(lead.ID))
}
