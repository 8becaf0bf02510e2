package api

import (
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// anchors are the parts of a contract's page that refusals lead to.
var anchors = map[string]string{"project": "#project", "tranches": "#bill", "cases": "#cases", "costs": "#costs", "milestones": "#milestones"}

// closingLinks are where one sees what keeps a contract open: parts of its page, or pages below it.
var closingLinks = map[string]string{
	crm.ClosingProject: "#project", crm.ClosingUnpaid: "#bill", crm.ClosingCases: "#cases", crm.ClosingPurchases: "#costs", crm.ClosingAmendments: "/amendments", crm.ClosingTicks: "/closing",
}

// partOf says where on the page one sees what a rule about closing reads.
var partOf = map[string]string{
	"project.progress_percent": "project", "project.unbilled_tranches": "tranches", "project.open_cases": "cases", "project.unapproved": "costs",
	"project.committed_costs": "costs", "project.late_milestones": "milestones", "project.open_milestones": "milestones",
}

// openKinds are the kinds of open items that a rule about closing counts.
type openKinds []string

var openOf = map[string]openKinds{
	"project.unbilled_tranches": {"tranche"}, "project.open_cases": {"case"}, "project.unapproved": {"request"}, "project.committed_costs": {"order"}, "project.open_milestones": {"milestone"},
}

// names are those of the items of these kinds.
func (k openKinds) names(open []store.OpenItem) string {
	var names []string
	for _, i := range open {
		if slices.Contains(k, i.Kind) {
			names = append(names, i.Name)
		}
	}
	return strings.Join(names, ", ")
}

// closeRefused shows everything that keeps a project open (S085).
func (r *request) closeRefused(f *form, cause string, id crm.ID) error {
	v, err := r.store.VerdictOf(r.ctx(), cause, crm.RuleProject)
	if err != nil {
		return err
	}
	g := r.gateView(v, "", r.currency(), *f)
	g.Title, g.Action, g.Back, g.CanFill, g.CanRetry, g.Wide = r.say("project.close_refused"), "/contracts/"+string(id)+"/close-project", "/contracts/"+string(id), false, true, true
	open, err := r.store.ProjectOpen(r.ctx(), id)
	if err != nil {
		return err
	}
	for i := range g.Clauses {
		c := &g.Clauses[i]
		c.Link, c.Input = "", nil
		if names := openOf[c.Field].names(open); c.Outcome == crm.Unmet && names != "" {
			c.Now += ": " + names
		}
		if part := partOf[c.Field]; part != "" && c.Outcome == crm.Unmet {
			c.Link, c.LinkText = anchors[part], r.say("contract.to_"+part)
		}
	}
	f.gate, f.status = &g, http.StatusUnprocessableEntity
	return nil
}

// unfinished shows what a contract has to have behind it before it closes, and how much of that is left (S088).
func (r *request) unfinished(f *form, a crm.Answer, c crm.Contract) {
	path := "/contracts/" + string(c.ID)
	g := gateView{Action: path + "/close", Back: path, RuleText: r.say("contract.close_needs"), CanRetry: true, Wide: true}
	if name := f.Value("next_name"); name != "" {
		g.Hidden = []hidden{{"next_name", name}}
	}
	for _, part := range crm.ClosingParts() {
		left := a.Params[part]
		met := left == "" || left == "0"
		if part == crm.ClosingProject {
			met, left = left == "closed", ""
		}
		v := clauseView{Outcome: crm.Met, Text: r.say("contract.need_" + part)}
		if !met {
			v.Outcome, v.Link, v.LinkText = crm.Unmet, closingLinks[part], r.say("contract.to_"+part)
			if part == crm.ClosingAmendments || part == crm.ClosingTicks {
				v.Link = path + v.Link
			}
			if left != "" {
				v.Now = r.say("contract.still", "N", left)
			}
			g.Missing++
		}
		g.All++
		v.Mark, v.State = marks[v.Outcome], named(r.words(), "outcome", string(v.Outcome))
		g.Clauses = append(g.Clauses, v)
	}
	g.Title = r.words().N("contract.close_refused", g.Missing, "Number", c.Number, "Total", g.All)
	f.gate, f.status = &g, code(a.Code).status()
}
