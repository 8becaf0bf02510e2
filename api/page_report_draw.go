package api

import (
	"fmt"
	"slices"
)

// The path map's measures, in the units of its drawing.
const (
	pathNode   = 112 // width of a stage
	pathTall   = 44
	pathGap    = 78 // between two stages: room for the words on an arrow
	pathRise   = 30 // by how much an arc rises for each stage that it passes
	pathMargin = 10
)

// pathMap is the ways of deals as a picture of the server's: stages in their order, ways onward straight or as arcs above, ways back below (N14).
type pathMap struct {
	Width, Height int
	Nodes         []pathBox
	Arrows        []pathLine
	Says          string
}

type pathBox struct {
	X, Y, TextX, TextY, NoteY int
	Name, Note                string
}

// pathLine is an arrow with its words.
type pathLine struct {
	Path, Head, Class, Text, Says, URL string
	X, Y, Stroke                       int
}

// drawPaths draws the arrows; nil where there are none.
func drawPaths(p *report, arrows []pathRow) *pathMap {
	if len(arrows) == 0 {
		return nil
	}
	order := slices.Clone(p.filter.Order)
	in, out, most, above, below := map[string]int{}, map[string]int{}, 1, 1, 0
	for _, a := range arrows {
		for _, stage := range []string{a.FromStage, a.ToStage} { // a stage that the rules do not have any more comes last
			if !slices.Contains(order, stage) {
				order = append(order, stage)
			}
		}
		in[a.ToStage] += a.Moves
		out[a.FromStage] += a.Moves
		most = max(most, a.Moves)
	}
	order = slices.DeleteFunc(order, func(s string) bool { return in[s]+out[s] == 0 })
	for _, a := range arrows {
		from, to := slices.Index(order, a.FromStage), slices.Index(order, a.ToStage)
		above, below = max(above, to-from), max(below, from-to)
	}
	m := &pathMap{Width: 2*pathMargin + len(order)*pathNode + (len(order)-1)*pathGap}
	top := pathMargin + 16 + (above-1)*pathRise
	m.Height = top + pathTall + below*pathRise + 28
	for i, stage := range order {
		x := pathMargin + i*(pathNode+pathGap)
		m.Nodes = append(m.Nodes, pathBox{x, top, x + pathNode/2, top + 19, top + 35, shortened(p.stageName(stage), 15), p.say("report.in_out", "In", in[stage], "Out", out[stage])})
	}
	top0 := arrows[0]
	for _, a := range arrows {
		m.Arrows = append(m.Arrows, p.arrow(a, slices.Index(order, a.FromStage), slices.Index(order, a.ToStage), top, most))
		if a.Moves > top0.Moves {
			top0 = a
		}
	}
	m.Says = p.say("report.map_says", "N", len(arrows), "From", top0.From, "To", top0.To, "Moves", top0.Moves)
	return m
}

// arrow draws one way between two places of the order.
func (p *report) arrow(a pathRow, from, to, top, most int) pathLine {
	left := func(i int) int { return pathMargin + i*(pathNode+pathGap) }
	l := pathLine{URL: a.URL, Stroke: 1 + 6*a.Moves/most, Class: "w-on", Text: p.say("report.arrow", "N", a.Moves, "Days", a.Half)}
	l.Says = p.say("report.arrow_says", "From", a.From, "To", a.To, "N", a.Moves, "Deals", a.Deals, "Days", a.Half)
	if slices.Contains(p.filter.Lost, a.ToStage) {
		l.Class = "w-lost"
	}
	switch middle := (left(from) + left(to) + pathNode) / 2; {
	case to == from+1:
		y := top + pathTall/2
		x1, x2 := left(from)+pathNode, left(to)
		l.Path, l.Head = fmt.Sprintf("M%d %dH%d", x1, y, x2-6), fmt.Sprintf("M%d %dl-8 -5v10z", x2, y)
		l.X, l.Y = (x1+x2)/2, y-6
	case to > from:
		rise := (to - from - 1) * pathRise
		x1, x2 := left(from)+pathNode/2+8, left(to)+pathNode/2-8
		l.Path, l.Head = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, top, x1, top-rise*4/3, x2, top-rise*4/3, x2, top-6), fmt.Sprintf("M%d %dl-5 -8h10z", x2, top)
		l.X, l.Y = middle, top-rise-4
	default:
		low, drop := top+pathTall, (from-to)*pathRise
		x1, x2 := left(from)+pathNode/2-8, left(to)+pathNode/2+8
		l.Path, l.Head = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, low, x1, low+drop*4/3, x2, low+drop*4/3, x2, low+6), fmt.Sprintf("M%d %dl-5 8h10z", x2, low)
		l.X, l.Y = middle, low+drop+13
		if a.Back {
			l.Class = "w-back"
		}
	}
	return l
}
