package crm

import (
	"slices"
	"strconv"
	"strings"
)

// PanelKind is what a panel of My day shows.
type PanelKind string

// The kinds of panels, in the order in which a form offers them.
const (
	PanelWaits    PanelKind = "waits"    // what waits for the person
	PanelAsk      PanelKind = "ask"      // his activities that have ended: how did they go?
	PanelLeads    PanelKind = "leads"    // his leads that are most urgent
	PanelAgenda   PanelKind = "agenda"   // his calendar of today and tomorrow
	PanelPins     PanelKind = "pins"     // the places and actions that he pinned
	PanelList     PanelKind = "list"     // a saved list of deals, leads, companies, projects or cases
	PanelPipeline PanelKind = "pipeline" // a chart: what stands in each stage
	PanelWon      PanelKind = "won"      // a chart: what was won in each of the last twelve months
	PanelOwed     PanelKind = "owed"     // a chart: what customers owe, by how late it is
)

// PanelKinds lists the kinds of panels, for forms and checks.
func PanelKinds() []string {
	return []string{
		string(PanelWaits), string(PanelAsk), string(PanelLeads), string(PanelAgenda), string(PanelPins), string(PanelList), string(PanelPipeline), string(PanelWon), string(PanelOwed),
	}
}

// MaxPanels and MaxPins bound a desktop.
const (
	MaxPanels = 16
	MaxPins   = 24
)

// DeskPanel is one part of a desktop.
type DeskPanel struct {
	Kind PanelKind `json:"kind"`
	View ID        `json:"view,omitempty"` // the saved list that it shows; of a list only
	Wide bool      `json:"wide,omitempty"` // it takes the whole width
}

// Desktop is how a person has arranged My day (S092): its panels in their order, and the addresses of what he pinned, in theirs. Without panels he sees
// what is usual for his roles.
type Desktop struct {
	Panels  []DeskPanel
	Pins    []string
	Version int // 1: he never arranged anything
}

// sells tells whether a role works with leads and deals of its own.
func sells(r Role) bool { return slices.Contains([]Role{RoleSalesperson, RoleSalesManager}, r) }

// UsualDesktop is what people of the roles see until they arrange it themselves. Who has several roles sees the panels of each; places are the
// addresses that he may go to, of which those that his work begins at are pinned.
func UsualDesktop(roles []Role, places []string) Desktop {
	d := Desktop{Panels: []DeskPanel{{Kind: PanelPins, Wide: true}, {Kind: PanelAsk, Wide: true}, {Kind: PanelLeads, Wide: true}, {Kind: PanelWaits, Wide: true}}}
	has := func(are ...Role) bool {
		return slices.ContainsFunc(roles, func(r Role) bool { return r == RoleAdmin || slices.Contains(are, r) })
	}
	if slices.ContainsFunc(roles, sells) {
		d.Panels = append(d.Panels, DeskPanel{Kind: PanelAgenda})
	}
	if has(RoleSalesperson, RoleSalesManager) {
		d.Panels = append(d.Panels, DeskPanel{Kind: PanelPipeline})
	}
	if has(RoleSalesManager) {
		d.Panels = append(d.Panels, DeskPanel{Kind: PanelWon})
	}
	if has(RoleFinance, RoleSalesManager) {
		d.Panels = append(d.Panels, DeskPanel{Kind: PanelOwed})
	}
	for _, r := range roles {
		for _, p := range usualPins[r] {
			if slices.Contains(places, p) && !slices.Contains(d.Pins, p) && len(d.Pins) < MaxPins {
				d.Pins = append(d.Pins, p)
			}
		}
	}
	return d
}

// usualPins are where the work of a role begins.
var usualPins = map[Role][]string{
	RoleAdmin:          {"/leads#new", "/board#new", "/approvals", "/bank", "/rules", "/settings"},
	RoleSalesOps:       {"/leads#new", "/imports", "/leads/report", "/rules", "/settings/fields"},
	RoleSalesperson:    {"/leads#new", "/board#new", "/calendar?new=", "/leads/next", "/board"},
	RoleSalesManager:   {"/approvals", "/board", "/opportunities/potential", "/leads/response", "/overdue"},
	RoleProjectManager: {"/projects", "/timesheet", "/timesheets", "/capacity", "/handoffs"},
	RoleFinance:        {"/bank", "/overdue?work=on", "/approvals", "/contracts", "/sdi"},
	RoleCare:           {"/cases#new", "/cases", "/accounts", "/calendar?new="},
}

// Check demands known panels, each once but lists, no more than MaxPanels and MaxPins of them, and pins among the places given; what waits for the
// person is always there. Errors at /panels/<n>/kind, /panels/<n>/view, /panels, /pins/<n>: unknown_value, already_used, required, not_for_this_kind, too_many, waits_needed.
func (d Desktop) Check(places []string) error {
	var errs FieldErrors
	if len(d.Panels) > MaxPanels {
		errs.Add("/panels", Problem("too_many", "max", strconv.Itoa(MaxPanels)))
	}
	if len(d.Pins) > MaxPins {
		errs.Add("/pins", Problem("too_many", "max", strconv.Itoa(MaxPins)))
	}
	if len(errs) > 0 {
		return errs.Err()
	}
	if !slices.ContainsFunc(d.Panels, func(p DeskPanel) bool { return p.Kind == PanelWaits }) {
		errs.Add("/panels", Problem("waits_needed"))
	}
	for i, p := range d.Panels {
		at := "/panels/" + strconv.Itoa(i)
		same := func(o DeskPanel) bool { return o.Kind == p.Kind && o.View == p.View }
		switch {
		case !slices.Contains(PanelKinds(), string(p.Kind)):
			errs.Add(at+"/kind", Problem("unknown_value", "value", string(p.Kind), "allowed", strings.Join(PanelKinds(), ", ")))
		case p.Kind == PanelList && p.View == "":
			errs.Add(at+"/view", Problem("required"))
		case p.Kind != PanelList && p.View != "":
			errs.Add(at+"/view", Problem("not_for_this_kind"))
		case slices.IndexFunc(d.Panels, same) < i:
			errs.Add(at+"/kind", Problem("already_used"))
		}
	}
	for i, p := range d.Pins {
		at := "/pins/" + strconv.Itoa(i)
		if !slices.Contains(places, p) {
			errs.Add(at, Problem("unknown_value", "value", p))
		} else if slices.Index(d.Pins, p) < i {
			errs.Add(at, Problem("already_used"))
		}
	}
	return errs.Err()
}

// Move puts a panel so many places further down, or up by a negative number; at the end of the list it stays. It gives a copy.
func (d Desktop) Move(panel, by int) Desktop {
	d.Panels = slices.Clone(d.Panels)
	to := max(0, min(len(d.Panels)-1, panel+by))
	if panel < 0 || panel >= len(d.Panels) {
		return d
	}
	p := d.Panels[panel]
	d.Panels = slices.Insert(slices.Delete(d.Panels, panel, panel+1), to, p)
	return d
}
