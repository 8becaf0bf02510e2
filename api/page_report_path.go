package api

import (
	"net/http"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// pathsPage is the map of the ways that deals really went, with rework loops and what they waited for (N14).
type pathsPage struct {
	*report
	Map     *pathMap
	Arrows  []pathRow
	Loops   []loopRow
	Clauses []waitRow
	People  []waitRow
}

// pathRow is a way between two stages; it opens its deals.
type pathRow struct {
	store.PathArrow
	From, To, Half, URL string
}

// loopRow is a stage to which deals came back.
type loopRow struct {
	store.Loop
	Label, Days, URL string
}

// waitRow is what or whom deals waited for.
type waitRow struct {
	store.Wait
	Label, Half, Days, URL string
}

func pagePaths(r *request) error {
	p, err := r.beginReport("paths", nil, true)
	if err != nil {
		return err
	}
	page := pathsPage{report: p}
	if err := page.read(); err != nil {
		return err
	}
	if p.wantsFile() {
		return r.sendCSV("paths.csv", page.file())
	}
	page.Map = drawPaths(p, page.Arrows)
	return r.show(http.StatusOK, "report_paths", r.say("report.paths"), page)
}

func (p *pathsPage) read() error {
	arrows, err := p.store.PathReport(p.ctx(), p.scope, p.filter)
	if err != nil {
		return err
	}
	for _, a := range arrows {
		p.Arrows = append(p.Arrows, pathRow{a, p.stageName(a.FromStage), p.stageName(a.ToStage), p.number(a.Half), p.rows("paths", "stage", a.FromStage, "next", a.ToStage)})
	}
	loops, err := p.store.LoopReport(p.ctx(), p.scope, p.filter)
	if err != nil {
		return err
	}
	for _, l := range loops {
		p.Loops = append(p.Loops, loopRow{l, p.stageName(l.Stage), p.number(l.Days), p.rows("loops", "stage", l.Stage)})
	}
	if p.Clauses, err = p.waits("clause"); err != nil {
		return err
	}
	p.People, err = p.waits("person")
	return err
}

func (p *pathsPage) waits(by string) ([]waitRow, error) {
	rows, err := p.store.WaitReport(p.ctx(), p.scope, p.filter, by)
	if err != nil {
		return nil, err
	}
	var keys []string
	for _, w := range rows {
		keys = append(keys, w.Key)
	}
	labels := map[string]crm.Clause{}
	if by == "clause" {
		if labels, err = p.store.ClauseLabels(p.ctx(), keys); err != nil {
			return nil, err
		}
	}
	var out []waitRow
	for _, w := range rows {
		x := waitRow{Wait: w, Label: w.Name, Half: p.number(w.Half), Days: p.number(w.Days), URL: p.rows("waits", "by", by, "key", w.Key)}
		role, open := strings.CutPrefix(w.Key, "role/")
		switch {
		case by == "clause":
			x.Label = p.clauseName(w.Key, labels)
		case open && role == "":
			x.Label = p.say("col.nobody")
		case open:
			x.Label = p.say("report.nobody_of", "Role", p.roleOrDepartment(role))
		}
		if w.Kind != "" {
			x.Kind = p.say("report.wait." + w.Kind)
			x.URL = p.rows("waits", "by", by, "key", w.Key, "outcome", w.Kind)
		}
		out = append(out, x)
	}
	return out, nil
}

// roleOrDepartment is who could have done something that nobody did, in words; an address as it stands.
func (p *report) roleOrDepartment(key string) string {
	for _, text := range []string{"role." + key, "enum.department." + key} {
		if p.words().Has(text) {
			return p.say(text)
		}
	}
	return key
}

func (p pathsPage) file() [][]string {
	n := strconv.Itoa
	out := [][]string{{p.say("report.what"), p.say("report.from_stage"), p.say("report.to_stage"), p.say("report.moves"), p.say("report.deals"), p.say("report.half"), p.say("report.in_all")}}
	for _, a := range p.Arrows {
		what := p.say("report.way")
		if a.Back {
			what = p.say("report.rework")
		}
		out = append(out, []string{what, a.From, a.To, n(a.Moves), n(a.Deals), plainDays(a.PathArrow.Half), ""})
	}
	for _, l := range p.Loops {
		out = append(out, []string{p.say("report.loop"), l.Label, "", n(l.Again), n(l.Loop.Deals), "", plainDays(l.Loop.Days)})
	}
	for _, w := range append(p.Clauses, p.People...) {
		what := p.say("report.clause_wait")
		if w.Kind != "" {
			what = w.Kind
		}
		out = append(out, []string{what, w.Label, "", n(w.Times), n(w.Wait.Deals), plainDays(w.Wait.Half), plainDays(w.Wait.Days)})
	}
	return out
}
