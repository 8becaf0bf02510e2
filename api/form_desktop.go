package api

import (
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// arranging is My day while it is arranged.
const arranging = "/?arrange=on"

// deskArrange gives the forms that arrange My day.
func (r *request) deskArrange(d crm.Desktop, usual bool) (*deskArrange, error) {
	a := &deskArrange{Version: d.Version, Usual: usual}
	there := func(p crm.DeskPanel) bool {
		return slices.ContainsFunc(d.Panels, func(o crm.DeskPanel) bool { return o.Kind == p.Kind && o.View == p.View })
	}
	for _, k := range crm.PanelKinds() {
		if kind := crm.PanelKind(k); kind != crm.PanelList && r.mayShow(kind) && !there(crm.DeskPanel{Kind: kind}) {
			a.Kinds = append(a.Kinds, option{k, r.say("desktop.panel." + k)})
		}
	}
	views, err := r.store.SavedViews(r.ctx(), r.user.ID, crm.ListsOf(r.user)...)
	if err != nil {
		return nil, err
	}
	for _, v := range views {
		if !there(crm.DeskPanel{Kind: crm.PanelList, View: v.ID}) {
			a.Kinds = append(a.Kinds, option{string(crm.PanelList) + "/" + string(v.ID), r.say("desktop.list_of", "Of", r.say(listTexts[v.List]), "Name", v.Name)})
		}
	}
	for _, e := range r.pinnablePlaces() {
		a.Places = append(a.Places, deskPin{option{e.URL, r.say(e.Text)}, slices.Contains(d.Pins, e.URL)})
	}
	return a, nil
}

// listTexts are the words for the lists that can be saved.
var listTexts = map[string]string{crm.ListDeals: "outlook.deals", crm.ListLeads: "nav.leads", crm.ListAccounts: "nav.accounts", crm.ListProjects: "nav.projects", crm.ListInvoices: "nav.invoices", crm.ListCases: "nav.cases"}

// mayShow tells whether a panel of the kind can hold anything for the person.
func (r *request) mayShow(k crm.PanelKind) bool {
	switch k {
	case crm.PanelLeads:
		return r.sells()
	case crm.PanelAsk:
		return r.Can(crm.MayWriteOpportunity)
	case crm.PanelAgenda, crm.PanelPipeline, crm.PanelWon:
		return r.Can(crm.MayReadOpportunity)
	case crm.PanelOwed:
		return r.Can(crm.MayReadInvoice)
	}
	return true
}

// formDesktop moves a panel up or down, makes it wide or narrow, takes it away or adds one (S092).
func formDesktop(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	return r.rearrange(f, func(d *crm.Desktop) error {
		at, err := strconv.Atoi(f.Value("panel"))
		known := err == nil && at >= 0 && at < len(d.Panels)
		action := f.Value("action")
		switch {
		case action == "add":
			p := crm.DeskPanel{Kind: crm.PanelKind(f.Value("kind"))}
			if kind, view, list := strings.Cut(f.Value("kind"), "/"); list {
				p.Kind, p.View = crm.PanelKind(kind), optionalID(view)
			}
			d.Panels = append(slices.Clone(d.Panels), p)
		case !known:
			return refusal(codeMalformed)
		case action == "up":
			*d = d.Move(at, -1)
		case action == "down":
			*d = d.Move(at, 1)
		case action == "width":
			d.Panels = slices.Clone(d.Panels)
			d.Panels[at].Wide = !d.Panels[at].Wide
		case action == "remove":
			d.Panels = slices.Delete(slices.Clone(d.Panels), at, at+1)
		default:
			return refusal(codeMalformed)
		}
		return nil
	})
}

// formDesktopPins says anew what is pinned.
func formDesktopPins(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	pins := r.gin.Request.PostForm["pin"]
	return r.rearrange(f, func(d *crm.Desktop) error {
		next := slices.DeleteFunc(slices.Clone(d.Pins), func(p string) bool { return !slices.Contains(pins, p) })
		for _, p := range pins {
			if !slices.Contains(next, p) {
				next = append(next, clean(p, 200))
			}
		}
		d.Pins = next
		return nil
	})
}

// formDesktopReset has My day as it is usual for the person's roles again.
func formDesktopReset(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	if err := r.editDesktop(f, forgetDesktop); err != nil {
		return err
	}
	return r.said("desktop_reset", arranging)
}

// rearrange changes what the person saw, or what is usual for him when he has arranged nothing yet.
func (r *request) rearrange(f form, change func(*crm.Desktop) error) error {
	seen, err := r.desktop()
	if err != nil {
		return err
	}
	if err := change(&seen); err != nil {
		return err
	}
	if err := r.checkDesktop(seen); err != nil {
		return err
	}
	err = r.editDesktop(f, func(d *crm.Desktop) error {
		d.Panels, d.Pins = seen.Panels, seen.Pins
		return nil
	})
	if err != nil {
		return err
	}
	return r.said("desktop_arranged", arranging)
}

// editDesktop changes an arrangement that is still the one that the person saw.
func (r *request) editDesktop(f form, change func(*crm.Desktop) error) error {
	seen, err := strconv.Atoi(f.Value("version"))
	if err != nil {
		return refusal(codeMalformed)
	}
	_, err = r.store.EditDesktop(r.ctx(), store.Target{Actor: r.user.ID}, func(d *crm.Desktop) error {
		if d.Version != seen {
			return store.Stale{Version: d.Version}
		}
		return change(d)
	})
	return err
}
