package api

import (
	"errors"
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// desktopRoutes is the table of how people arrange My day.
func desktopRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/desktop", need: session, do: getDesktop},
		{method: put, path: "/api/v1/desktop", need: session, do: putDesktop},
		{method: remove, path: "/api/v1/desktop", need: session, do: deleteDesktop},
		{method: post, path: "/desktop", need: session, do: formDesktop, page: true},
		{method: post, path: "/desktop/pins", need: session, do: formDesktopPins, page: true},
		{method: post, path: "/desktop/reset", need: session, do: formDesktopReset, page: true},
	}
}

var desktopCalls = map[string]call{
	"GET /api/v1/desktop": reading("People", "Read how you have arranged My day", desktopRecord{}).
		says("S092", "Until you arrange it, it is what is usual for your roles, `usual` is true."),
	"PUT /api/v1/desktop": replacing("People", "Arrange My day", desktopBody{}, desktopRecord{}).
		says("S092", "Panels in their order, of which `waits` must be one; the addresses that are pinned are among `places`. If-Match is the version of the arrangement.").
		like(`{"panels":[{"kind":"waits","wide":true},{"kind":"pipeline"}],"pins":["/leads"]}`),
	"DELETE /api/v1/desktop": removing("People", "Have My day as it is usual again").says("S092", "If-Match is the version of the arrangement."),
}

// desktopBody is a whole arrangement.
type desktopBody struct {
	Panels []panelBody `json:"panels" doc:"required"`
	Pins   []string    `json:"pins"`
}

type panelBody struct {
	Kind string      `json:"kind" doc:"required;enum=panel_kind"`
	View opt[crm.ID] `json:"view" doc:"text=The saved list, of deals, leads, companies, projects or cases, that a panel of the kind list shows."`
	Wide bool        `json:"wide"`
}

// desktopRecord is an arrangement with what may be pinned.
type desktopRecord struct {
	Panels  []crm.DeskPanel
	Pins    []string
	Places  []string
	Usual   bool
	Version int
}

// desktop is how the person has arranged My day, or what is usual for him; pins to places that he may not go to any more are left out.
func (r *request) desktop() (d crm.Desktop, err error) {
	if d, err = r.store.Desktop(r.ctx(), r.user.ID); err != nil {
		return d, err
	}
	return r.arranged(d), nil
}

func (r *request) arranged(d crm.Desktop) crm.Desktop {
	if len(d.Panels) == 0 {
		usual := crm.UsualDesktop(r.user.Roles, r.pinnable())
		usual.Version = d.Version
		return usual
	}
	return d
}

func (r *request) desktopView(d crm.Desktop) desktopRecord {
	shown := r.arranged(d)
	return desktopRecord{Panels: shown.Panels, Pins: orNone(shown.Pins), Places: r.pinnable(), Usual: len(d.Panels) == 0, Version: d.Version}
}

func getDesktop(r *request) error {
	d, err := r.store.Desktop(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	return r.record(r.desktopView(d), d.Version)
}

func putDesktop(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b desktopBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	next := crm.Desktop{Pins: b.Pins}
	for i, p := range b.Panels {
		c.required("/panels/"+strconv.Itoa(i)+"/kind", &p.Kind, maxName)
		next.Panels = append(next.Panels, crm.DeskPanel{Kind: crm.PanelKind(p.Kind), View: p.View.Value, Wide: p.Wide})
	}
	if err := c.err(); err != nil {
		return err
	}
	if err := r.checkDesktop(next); err != nil {
		return err
	}
	d, err := r.store.EditDesktop(r.ctx(), t, func(d *crm.Desktop) error {
		d.Panels, d.Pins = next.Panels, next.Pins
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(r.desktopView(d), d.Version)
}

// checkDesktop demands that the arrangement is sound and that the person sees the lists in it.
func (r *request) checkDesktop(d crm.Desktop) error {
	var c check
	c.add("", d.Check(r.pinnable()))
	for i, p := range d.Panels {
		if p.Kind != crm.PanelList || p.View == "" {
			continue
		}
		_, err := r.store.SavedView(r.ctx(), r.user.ID, p.View, crm.ListsOf(r.user)...)
		if errors.Is(err, store.ErrNotFound) {
			c.fail("/panels/"+strconv.Itoa(i)+"/view", "unknown_record", nil)
		} else if err != nil {
			return err
		}
	}
	return c.err()
}

func deleteDesktop(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	if _, err := r.store.EditDesktop(r.ctx(), t, forgetDesktop); err != nil {
		return err
	}
	r.gin.Status(http.StatusNoContent)
	return nil
}

// forgetDesktop leaves nothing of an arrangement but its version.
func forgetDesktop(d *crm.Desktop) error {
	d.Panels, d.Pins = nil, nil
	return nil
}
