package api

import (
	"net/url"
	"slices"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

// dealList is how the table of deals is shown: its columns, what it is sorted by, and the lists that were saved. All of it stands in the address.
type dealList struct {
	Columns   []listColumn
	Choices   []columnChoice
	Sort      string
	States    []option
	Saved     savedBar
	pipelines map[string]string
}

// PipelineName is a pipeline's name.
func (l dealList) PipelineName(key string) string {
	if name := l.pipelines[key]; name != "" {
		return name
	}
	return key
}

type listColumn struct {
	Key, Label string
	URL        string // that sorts by it; empty where it cannot be sorted by
	Sorted     string // ascending, descending
	Number     bool
}

type columnChoice struct {
	Key, Label string
	Shown      bool
}

// columnTexts are the keys of the columns' names.
var columnTexts = map[string]string{
	"number": "col.number", "name": "deal.name", "account": "deal.customer", "stage": "col.stage", "amount": "deal.amount", "target": "deal.target", "close_date": "deal.close_date",
	"owner": "col.owner", "next_step": "deal.next_step", "pipeline": "col.pipeline", "stage_since": "deals.stage_since", "created_at": "deals.created_at", "updated_at": "deals.updated_at",
}

func pageDeals(r *request) error { return showDeals(r, form{values: map[string]string{}}) }

// listFilter is the filter of the table with what the board does not have.
func (r *request) listFilter(f store.DealFilter) store.DealFilter {
	return f.Narrowed(r.gin.Request.URL.Query())
}

func showDeals(r *request, f form) error {
	p, set, err := r.boardPage(f, true)
	if err != nil {
		return err
	}
	p.Filter = r.listFilter(p.Filter)
	p.Filtered = p.Filtered || !p.Filter.From.IsZero() || !p.Filter.Until.IsZero() || p.Filter.Undated
	rows, err := r.store.DealRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), p.Filter, rowsPerPage+1)
	if err != nil {
		return err
	}
	rows, p.First, p.Next = paged(r, rows, func(c store.Card) crm.ID { return c.ID })
	if p.Rows, err = r.dealRows(rows, set); err != nil {
		return err
	}
	if p.List, err = r.dealList(p); err != nil {
		return err
	}
	return r.show(f.Status(), "board", r.say("nav.board"), p)
}

// dealRows puts deals into words, each by the pipeline that it goes by.
func (r *request) dealRows(rows []store.Card, set *rules.Set) ([]cardView, error) {
	now, err := r.now()
	if err != nil {
		return nil, err
	}
	out := make([]cardView, 0, len(rows))
	for _, d := range rows {
		own := set.Of(d.Pipeline)
		s, there := own.Stage(d.Stage)
		if !there { // it still goes by an earlier version
			if own, err = r.dealStages(d.Opportunity); err != nil {
				return nil, err
			}
			s, _ = own.Stage(d.Stage)
		}
		out = append(out, r.cardView(d, s, now))
	}
	return out, nil
}

// shownColumns are the columns that the address asks for, else the usual ones; unknown ones are passed over.
func shownColumns(q url.Values) []string {
	out := slices.DeleteFunc(slices.Clone(crm.DealColumns()), func(c string) bool { return !slices.Contains(q["columns"], c) })
	if len(out) == 0 {
		return crm.UsualDealColumns()
	}
	return out
}

func (r *request) dealList(p boardPage) (dealList, error) {
	q := r.gin.Request.URL.Query()
	l := dealList{States: enumOptions(r, r.say("filter.all"), "deal_state", []crm.OpportunityState{crm.OpportunityOpen, crm.OpportunityWon, crm.OpportunityLost}), pipelines: map[string]string{}}
	for _, o := range p.Pipelines {
		l.pipelines[o.Value] = o.Label
	}
	if p.Filter.Sort != "" {
		l.Sort = q.Get("sort")
	}
	shown := shownColumns(q)
	for _, key := range crm.DealColumns() {
		l.Choices = append(l.Choices, columnChoice{key, r.say(columnTexts[key]), slices.Contains(shown, key)})
	}
	for _, key := range shown {
		c := listColumn{Key: key, Label: r.say(columnTexts[key]), Number: key == "amount" || key == "target"}
		if slices.Contains(crm.DealSorts(), key) {
			next, _ := url.ParseQuery(q.Encode()) // a copy
			next.Del("after")
			next.Set("sort", key)
			if p.Filter.Sort == key {
				c.Sorted = "ascending"
				if p.Filter.Down {
					c.Sorted = "descending"
				} else {
					next.Set("sort", "-"+key)
				}
			}
			c.URL = "/opportunities?" + next.Encode()
		}
		l.Columns = append(l.Columns, c)
	}
	var err error
	l.Saved, err = r.savedBar(crm.ListDeals)
	if l.Saved.CSV = "/opportunities.csv"; l.Saved.Query != "" {
		l.Saved.CSV += "?" + l.Saved.Query
	}
	return l, err
}

// teamOptions are the teams to choose from; none where there is only one.
func (r *request) teamOptions() ([]option, error) {
	teams, err := r.store.Teams(r.ctx())
	if err != nil || len(teams) < 2 {
		return nil, err
	}
	out := []option{{"", r.say("filter.all")}}
	for _, t := range teams {
		out = append(out, option{string(t.ID), t.Name})
	}
	return out, nil
}
