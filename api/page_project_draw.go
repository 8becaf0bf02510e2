package api

import (
	"fmt"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"
)

// The timeline's measures, in the units of its drawing.
const (
	planNames = 210 // for the names at the left
	planWidth = 960
	planHead  = 28
	planLine  = 26
	planBar   = 14
)

// planDrawing is the timeline of a project as a picture of the server's: bars for tasks, diamonds for milestones, lines from what ends to what
// waits for it, and today (S084).
type planDrawing struct {
	Width, Height int
	Ticks         []planTick
	Heads         []planHeading
	Bars          []planBarView
	Links         []string // paths
	Diamonds      []planDiamond
	Today         int // 0: outside
	Says          string
}

type planTick struct {
	X    int
	Text string
}

type planHeading struct {
	Y    int
	Text string
}

type planBarView struct {
	X, Y, Width, Done, TextY int
	Class, Text              string
}

type planDiamond struct {
	Path, Class, Text string
	TextY             int
}

// planScale puts days onto the drawing.
type planScale struct {
	first, last crm.Date
	per         float64
}

func newPlanScale(first, last crm.Date) planScale {
	days := last.DaysSince(first) + 1
	return planScale{first, last, float64(planWidth-planNames-8) / float64(days)}
}

// x is where a day begins.
func (s planScale) x(d crm.Date) int { return planNames + int(float64(d.DaysSince(s.first))*s.per) }

// ticks marks days, weeks or months, by how long the plan is.
func (s planScale) ticks(w *i18n.Printer) (out []planTick) {
	days := s.last.DaysSince(s.first) + 1
	every := (days + 1429) / 1430 * 2 // months between two marks, so that no more than 24 stand there
	for d := s.first; !d.After(s.last); d = d.AddDays(1) {
		part := strings.SplitN(w.Date(d), " ", 3)
		month := int(d.Time().Month()) - 1
		switch {
		case days <= 24:
			out = append(out, planTick{s.x(d), part[0]})
		case days <= 120:
			if d.Weekday() == 1 {
				out = append(out, planTick{s.x(d), part[0] + " " + part[1]})
			}
		case d.OnDay(1) == d && (days <= 700 || month%every == 0):
			text := part[1]
			if month == 0 || len(out) == 0 {
				text += " " + part[2]
			}
			out = append(out, planTick{s.x(d), text})
		}
	}
	return out
}

// drawPlan draws tasks by phase and milestones below; nil where there is nothing with days.
func drawPlan(w *i18n.Printer, groups []planGroup, milestones []crm.Milestone, today crm.Date) *planDrawing {
	first, last := planSpan(groups, milestones)
	if first.IsZero() {
		return nil
	}
	s := newPlanScale(first.AddDays(-1), last.AddDays(2))
	d := &planDrawing{Width: planWidth, Ticks: s.ticks(w)}
	y, at := planHead, map[crm.ID]planBarView{}
	late := 0
	for _, g := range groups {
		if len(g.Tasks) == 0 {
			continue
		}
		d.Heads = append(d.Heads, planHeading{y + 17, shortened(g.Name, 32)})
		y += planLine
		for _, t := range g.Tasks {
			bar := s.bar(t.ProjectTaskRow, y, today)
			bar.Text = shortened(t.Name, 28)
			if t.Late(today) {
				late++
				bar.Text = shortened(t.Name, 20) + " – " + w.T("plan.late")
			}
			at[t.ID] = bar
			d.Bars, y = append(d.Bars, bar), y+planLine
		}
	}
	d.link(groups, at)
	for _, m := range milestones {
		x, half := s.x(m.DueDate), planBar/2
		mid := y + planLine/2
		diamond := planDiamond{Path: fmt.Sprintf("M%d %dL%d %dL%d %dL%d %dZ", x-half, mid, x, mid-half, x+half, mid, x, mid+half), Class: "p-mile", Text: shortened(m.Name, 28), TextY: mid + 4}
		switch {
		case !m.DoneOn.IsZero():
			diamond.Class = "p-mile p-done"
		case m.Late(today):
			late++
			diamond.Class, diamond.Text = "p-mile p-late", shortened(m.Name, 20)+" – "+w.T("plan.late")
		}
		d.Diamonds, y = append(d.Diamonds, diamond), y+planLine
	}
	d.Height = y + 6
	if !today.Before(s.first) && !today.After(s.last) {
		d.Today = s.x(today) + int(s.per/2)
	}
	d.Says = w.T("plan.picture", "Tasks", len(d.Bars), "Milestones", len(d.Diamonds), "From", w.Date(first), "To", w.Date(last), "Late", late)
	return d
}

func (s planScale) bar(t store.ProjectTaskRow, y int, today crm.Date) planBarView {
	x := s.x(t.StartDate)
	bar := planBarView{X: x, Y: y + (planLine-planBar)/2, Width: max(4, s.x(t.EndDate.AddDays(1))-x-1), TextY: y + planLine/2 + 4, Class: "p-bar"}
	bar.Done = int(float64(bar.Width) * t.ProgressPercent.InexactFloat64() / 100)
	if t.Critical {
		bar.Class = "p-bar p-crit"
	}
	if t.Late(today) {
		bar.Class = "p-bar p-late"
	}
	return bar
}

// link draws from the end of each task to the beginning of those that wait for it.
func (d *planDrawing) link(groups []planGroup, at map[crm.ID]planBarView) {
	for _, g := range groups {
		for _, t := range g.Tasks {
			to := at[t.ID]
			for _, id := range t.After {
				from, mid := at[id], to.Y+planBar/2
				d.Links = append(d.Links, fmt.Sprintf("M%d %dH%dV%dH%d", from.X+from.Width, from.Y+planBar/2, max(from.X+from.Width+3, to.X-5), mid, to.X))
			}
		}
	}
}

// planSpan is from the first day of the plan to the last.
func planSpan(groups []planGroup, milestones []crm.Milestone) (first, last crm.Date) {
	reach := func(from, to crm.Date) {
		if first.IsZero() || from.Before(first) {
			first = from
		}
		if to.After(last) {
			last = to
		}
	}
	for _, g := range groups {
		for _, t := range g.Tasks {
			reach(t.StartDate, t.EndDate)
		}
	}
	for _, m := range milestones {
		reach(m.DueDate, m.DueDate)
	}
	return first, last
}

// shortened cuts a name to so many letters.
func shortened(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
