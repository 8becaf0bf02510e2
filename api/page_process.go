package api

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/workflows"
)

// processPage is a durable process in business words: done, now, waiting for, next timer, effects (ux screen 12).
type processPage struct {
	store.ProcessPage
	Steps    []processStep
	Waiting  string
	Timers   []processTimer
	Links    []chainLink
	Events   []event
	Record   string
	Temporal string
	Versions []option
}

type processStep struct{ Name, State, Mark string }

type processTimer struct {
	Name string
	At   time.Time
}

type chainLink struct {
	Kind, Title, Step, URL string
	Closed, Here           bool
}

// records are the pages of the records behind the processes.
var records = map[crm.Kind]string{crm.KindLead: "/leads/", crm.KindOpportunity: "/opportunities/", crm.KindContract: "/contracts/", crm.KindCollection: "/accounts/", crm.KindCase: "/cases/", crm.KindImport: "/imports/"}

func pageProcess(r *request) error {
	kind, record := crm.SplitProcessID(r.gin.Param("id"))
	id, err := parseID(string(record))
	if err != nil || records[kind] == "" {
		return store.ErrNotFound
	}
	v, err := r.store.ProcessPage(r.ctx(), r.Scope(), crm.ProcessID(kind, id))
	if err != nil {
		return err
	}
	p := processPage{ProcessPage: v, Record: records[kind] + string(id), Events: r.events(v.Timeline, r.currency())}
	p.Steps = r.processSteps(v)
	p.Waiting = r.say("process.closed")
	if !v.Closed {
		p.Waiting = r.say("process.waits." + string(kind) + "." + string(v.Step))
		if !r.words().Has("process.waits." + string(kind) + "." + string(v.Step)) {
			p.Waiting = r.say("process.waits_at", "Step", named(r.words(), "step", string(v.Step)))
		}
	}
	for _, d := range v.Deadlines {
		p.Timers = append(p.Timers, processTimer{named(r.words(), "deadline", d.Kind), d.DueAt})
	}
	for _, c := range v.Chain {
		link := chainLink{named(r.words(), "process", string(c.Kind)), c.Title, named(r.words(), "step", string(c.Step)), "/process/" + c.ID, c.Closed, c.ID == v.ID}
		if records[c.Kind] == "" { // it has no page
			link.URL = ""
		}
		p.Links = append(p.Links, link)
	}
	for _, k := range crm.RuleKinds() {
		if n := v.Rules[string(k)]; n > 0 {
			p.Versions = append(p.Versions, option{named(r.words(), "rule_kind", string(k)), r.say("gate.rule", "Version", n)})
		}
	}
	if ui := r.srv.Pages.TemporalUI; ui != "" && (r.user.Has(crm.RoleAdmin) || r.user.Has(crm.RoleSalesOps)) {
		p.Temporal = ui + "/namespaces/" + url.PathEscape(oneOfOr(r.srv.Pages.Namespace, []string{"default", r.srv.Pages.Namespace})) + "/workflows/" + url.PathEscape(v.ID)
	}
	return r.show(http.StatusOK, "process", v.Title, p)
}

func (r *request) currency() string {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return ""
	}
	return e.Currency
}

// processSteps marks the steps before the present one as done; they are steps of one process, not a strict sequence.
func (r *request) processSteps(v store.ProcessPage) []processStep {
	steps := workflows.StepsOf(v.Kind)
	now := slices.Index(steps, v.Step)
	var out []processStep
	for i, s := range steps {
		st := processStep{Name: named(r.words(), "step", string(s)), State: "todo", Mark: "○"}
		switch {
		case v.Closed && i <= now, i < now:
			st.State, st.Mark = "done", "✓"
		case i == now:
			st.State, st.Mark = "now", "●"
		}
		out = append(out, st)
	}
	return out
}
