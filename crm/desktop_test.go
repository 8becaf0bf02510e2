package crm

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestUsualDesktops: what is usual for every set of roles is sound, whatever places there are (S092).
func TestUsualDesktops(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		roles := rapid.SliceOfDistinct(rapid.SampledFrom(Roles()), func(r Role) Role { return r }).Draw(t, "roles")
		places := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"/leads#new", "/board", "/bank", "/rules", "/cases"}), func(p string) string { return p }).Draw(t, "places")
		d := UsualDesktop(roles, places)
		if err := d.Check(places); err != nil {
			t.Fatalf("%v with %v: %v", roles, places, err)
		}
	})
}

// TestDesktopMoves: a panel that is moved stands where it should, and none is lost or doubled (S092).
func TestDesktopMoves(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := UsualDesktop([]Role{RoleAdmin, RoleSalesperson}, nil)
		from, by := rapid.IntRange(-2, 12).Draw(t, "from"), rapid.IntRange(-9, 9).Draw(t, "by")
		moved := d.Move(from, by)
		if len(moved.Panels) != len(d.Panels) {
			t.Fatalf("%d panels of %d", len(moved.Panels), len(d.Panels))
		}
		for _, p := range d.Panels {
			if !slices.Contains(moved.Panels, p) {
				t.Fatalf("%v is lost", p)
			}
		}
		if from >= 0 && from < len(d.Panels) {
			if at := slices.Index(moved.Panels, d.Panels[from]); at != max(0, min(len(d.Panels)-1, from+by)) {
				t.Fatalf("moved from %d by %d it stands at %d", from, by, at)
			}
		}
	})
}

// TestDesktopIsChecked names every mistake at its place (S092).
func TestDesktopIsChecked(t *testing.T) {
	t.Parallel()
	many := Desktop{}
	for range MaxPanels + 1 {
		many.Panels = append(many.Panels, DeskPanel{Kind: PanelWaits})
	}
	for _, c := range []struct {
		desktop Desktop
		want    string
	}{
		{Desktop{}, "/panels waits_needed"},
		{many, "/panels too_many"},
		{Desktop{Panels: []DeskPanel{{Kind: PanelWaits}, {Kind: "wall"}}}, "/panels/1/kind unknown_value"},
		{Desktop{Panels: []DeskPanel{{Kind: PanelWaits}, {Kind: PanelWaits, Wide: true}}}, "/panels/1/kind already_used"},
		{Desktop{Panels: []DeskPanel{{Kind: PanelWaits, View: "x"}, {Kind: PanelList}}}, "/panels/0/view not_for_this_kind; /panels/1/view required"},
		{Desktop{Panels: []DeskPanel{{Kind: PanelWaits}, {Kind: PanelList, View: "a"}, {Kind: PanelList, View: "b"}}}, ""},
		{Desktop{Panels: []DeskPanel{{Kind: PanelWaits}}, Pins: []string{"/leads", "/none", "/leads"}}, "/pins/1 unknown_value; /pins/2 already_used"},
	} {
		var got []string
		if errs, ok := errors.AsType[FieldErrors](c.desktop.Check([]string{"/leads"})); ok {
			for _, e := range errs {
				got = append(got, e.Pointer+" "+e.Code)
			}
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%+v: %v, want %s", c.desktop, got, c.want)
		}
	}
}
