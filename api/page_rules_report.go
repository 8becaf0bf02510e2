package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// reportView is what a trial on deals found; every number leads to the deals behind it.
type reportView struct {
	rules.Report
	URL      string
	Currency string
	Figures  []reportFigure
	Parts    []reportPart
	Routes   []reportLine // who approves now, and who would
	Note     string
}

// reportFigure is one number of a trial. Without a list nothing is behind it that could be named.
type reportFigure struct {
	Label, List, Tone string
	rules.Tally
}

// reportPart is the blocked deals by one thing: clause, owner, stage.
type reportPart struct {
	Name, Head, Param string
	Lines             []reportLine
}

type reportLine struct {
	Key, Label string
	rules.Tally
}

// reportView reads a stored trial; nil when it cannot be read.
func (r *request) reportView(text json.RawMessage, set *rules.Set, at string) *reportView {
	v := reportView{URL: at, Currency: r.currency(), Note: r.trialText(set, "report_note")}
	if json.Unmarshal(text, &v.Report) != nil {
		return nil
	}
	v.Figures = r.trialFigures(set, v.Report)
	if v.Excepted.Deals > 0 {
		v.Figures = slices.Insert(v.Figures, 2, reportFigure{r.say("bench.excepted"), "excepted", "ok", v.Excepted})
	}
	part := func(name, head string, lines []rules.Line, label func(string) string) {
		p := reportPart{Name: r.say("bench.by_" + name), Head: r.say(head), Param: name}
		for _, l := range lines {
			p.Lines = append(p.Lines, reportLine{l.Key, label(l.Key), l.Tally})
		}
		v.Parts = append(v.Parts, p)
	}
	part("clause", "bench.condition", v.ByClause, func(key string) string { return r.placeOf(set, key) })
	part("stage", "col.stage", v.ByStage, func(key string) string { return r.askName(set, key) })
	part("owner", "col.owner", v.ByOwner, r.personName)
	for _, l := range v.ByRoute {
		v.Routes = append(v.Routes, reportLine{l.Key, r.routeText(set, l.Key), l.Tally})
	}
	return &v
}

// reportPage is a trial with the deals behind one of its numbers.
type reportPage struct {
	Kind  crm.RuleKind
	Back  string
	Next  string // of a draft: to activate it
	Title string
	*reportView
	Chosen string // the number in words
	List   string
	Query  string // that of the file of the same deals
	Hits   []reportHit
	More   int
}

// reportHit is a deal of the list, with the conditions that refuse it.
type reportHit struct {
	rules.Hit
	Deal        store.TriedDeal
	Stage, Gate string
	Why         []string
}

func pageDraftReport(r *request) error {
	d, err := r.draft()
	if err != nil {
		return err
	}
	if len(d.Report) == 0 {
		return r.SeeOther("/rules/drafts/" + string(d.ID))
	}
	return r.report(d.Kind, d.Source, d.Report, "/rules/drafts/"+string(d.ID), r.say("bench.draft_of", "Kind", named(r.words(), "rule_kind", string(d.Kind))))
}

func pageVersionReport(r *request) error {
	kind, v, err := r.ruleVersion()
	if err != nil {
		return err
	}
	if len(v.Report) == 0 {
		return store.ErrNotFound
	}
	return r.report(kind, v.Source, v.Report, "/rules/"+string(kind)+"/versions/"+strconv.Itoa(v.Version), r.say("gate.rule", "Version", v.Version))
}

// report shows a trial, or sends the deals of its list as a file.
func (r *request) report(kind crm.RuleKind, source string, text json.RawMessage, back, title string) error {
	set, _ := rules.Parse(kind, []byte(source))
	p := reportPage{Kind: kind, Back: back, Title: title, List: r.gin.Query("list"), reportView: r.reportView(text, set, back+"/report")}
	if strings.HasPrefix(back, "/rules/drafts/") && r.Can(crm.MayWriteRules) {
		p.Next = back + "/activate"
	}
	if p.reportView == nil {
		return store.ErrNotFound
	}
	if p.List == "" {
		p.List = "blocked"
	}
	file := r.gin.Query("as") == "csv"
	tried, all := p.tried()
	hits := tried
	if !all {
		hits = r.chosenHits(p.reportView.Hits)
	}
	if !file && len(hits) > shownRows {
		p.More, hits = len(hits)-shownRows, hits[:shownRows]
	}
	if all && !file {
		p.More = max(0, p.figure(p.List).Deals-len(hits))
	}
	var err error
	if p.Hits, err = r.reportHits(set, hits); err != nil {
		return err
	}
	if file {
		return r.sendCSV("deals.csv", r.reportFile(p))
	}
	q := r.gin.Request.URL.Query()
	q.Set("list", p.List)
	q.Set("as", "csv")
	p.Query, p.Chosen = q.Encode(), r.chosenText(set, p)
	return r.show(http.StatusOK, "rules_report", r.say("bench.report"), p)
}

// tried are the deals that were tried, where the list is all of a state; a long one is named in part.
func (p reportPage) tried() (out []rules.Hit, all bool) {
	state := crm.OpportunityState(p.List)
	if state != crm.OpportunityOpen && state != crm.OpportunityWon && state != crm.OpportunityLost {
		return nil, false
	}
	for _, h := range p.Tried {
		if h.State == state {
			out = append(out, h)
		}
	}
	return out, true
}

// figure is the number of a list.
func (v reportView) figure(list string) reportFigure {
	for _, f := range v.Figures {
		if f.List == list {
			return f
		}
	}
	return reportFigure{}
}

// InPart tells whether the list names only some of its deals for good: a file of it would be mistaken for all.
func (p reportPage) InPart() bool {
	_, all := p.tried()
	return all && p.More > 0
}

// chosenHits are the deals behind the number that the address names.
func (r *request) chosenHits(all []rules.Hit) (out []rules.Hit) {
	q := r.gin.Request.URL.Query()
	for _, h := range all {
		if inList(h, q.Get("list")) && (q.Get("clause") == "" || slices.Contains(h.Clauses, q.Get("clause"))) &&
			(q.Get("route") == "" || h.Route == q.Get("route")) && (q.Get("owner") == "" || string(h.Owner) == q.Get("owner")) && (q.Get("stage") == "" || h.Stage == q.Get("stage")) {
			out = append(out, h)
		}
	}
	return out
}

func inList(h rules.Hit, list string) bool {
	switch list {
	case "newly":
		return h.State == crm.OpportunityOpen && h.Newly
	case "excepted":
		return h.State == crm.OpportunityOpen && h.Excepted
	case "freed":
		return h.State == crm.OpportunityOpen && h.Freed
	case "stopped":
		return h.State == crm.OpportunityWon && h.Route == ""
	case "spared":
		return h.State == crm.OpportunityLost && h.Route == ""
	case "rerouted":
		return h.State == crm.OpportunityOpen && h.Route != ""
	case "past_rerouted":
		return h.State != crm.OpportunityOpen && h.Route != ""
	case "routes":
		return h.Route != ""
	}
	return h.State == crm.OpportunityOpen && len(h.Clauses) > 0 && h.Route == ""
}

func (r *request) chosenText(set *rules.Set, p reportPage) string {
	text := r.say("bench.blocked")
	for _, f := range p.Figures {
		if f.List == p.List {
			text = f.Label
		}
	}
	q := url.Values(r.gin.Request.URL.Query())
	switch {
	case q.Get("clause") != "":
		text += ": " + r.placeOf(set, q.Get("clause"))
	case q.Get("owner") != "":
		text += ": " + r.personName(q.Get("owner"))
	case q.Get("route") != "":
		text = r.say("bench.by_route") + ": " + r.routeText(set, q.Get("route"))
	case q.Get("stage") != "":
		text += ": " + r.askName(set, q.Get("stage"))
	}
	return text
}

func (r *request) reportHits(set *rules.Set, hits []rules.Hit) (out []reportHit, err error) {
	ids := make([]crm.ID, len(hits))
	for i, h := range hits {
		ids[i] = h.Deal
	}
	deals, err := r.store.TriedDeals(r.ctx(), ids)
	if err != nil {
		return nil, err
	}
	for _, h := range hits {
		x := reportHit{Hit: h, Deal: deals[h.Deal], Stage: r.askName(set, h.Stage), Gate: r.askName(set, h.Ask)}
		for _, c := range h.Clauses {
			x.Why = append(x.Why, r.placeText(set, c))
		}
		if h.Route != "" {
			x.Why = append(x.Why, r.routeText(set, h.Route))
		}
		out = append(out, x)
	}
	return out, nil
}

// placeText is the condition of a place such as send.vat alone.
func (r *request) placeText(set *rules.Set, where string) string {
	ask, id, found := cutPlace(where)
	if key := "bench.approval." + where; r.words().Has(key) {
		return r.say(key)
	}
	if !found {
		return r.say("bench.no_such_stage", "Stage", where)
	}
	return r.conditionName(set, ask, id)
}

func (r *request) reportFile(p reportPage) [][]string {
	rows := [][]string{{r.say("bench.deal"), r.say("bench.customer"), r.say("col.owner"), r.say("col.stage"), r.say("bench.gate"), r.say("bench.amount"), r.say("bench.why")}}
	for _, h := range p.Hits {
		why := ""
		for i, w := range h.Why {
			if i > 0 {
				why += "; "
			}
			why += w
		}
		rows = append(rows, []string{h.Deal.Name, h.Deal.Customer, h.Deal.Owner, h.Stage, h.Gate, h.Amount.StringFixed(2), why})
	}
	return rows
}
