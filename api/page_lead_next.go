package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// leadNextRow is a lead in the order of work, with why it stands there.
type leadNextRow struct {
	store.LeadPriority
	Clock  *leadClock
	Action string
	Why    []pointsPart
	Take   bool // the reader may take it on the spot
}

// pointsPart is one part of a lead's place, with its points.
type pointsPart struct {
	Points int
	Text   string
}

// leadsNextPage is what to do next with leads, the most urgent first.
type leadsNextPage struct {
	Rows        []leadNextRow
	Owners      []option
	Owner       string
	First, Next string
	Filtered    bool
}

func pageLeadsNext(r *request) error {
	q := r.gin.Request.URL.Query()
	now, err := r.now()
	if err != nil {
		return err
	}
	o := store.LeadOrder{At: now, Owner: optionalID(q.Get("owner")), Unowned: q.Get("owner") == nobody}
	p := leadsNextPage{Owner: string(o.Owner), Filtered: o.Owner != "" || o.Unowned}
	if o.Unowned {
		p.Owner = nobody
	}
	u := *r.gin.Request.URL
	if text := q.Get("after"); text != "" {
		o, _ = o.Continue(text)
		q.Del("after")
		p.First = u.Path + "?" + q.Encode()
	}
	rows, err := r.store.LeadsToDo(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), o, rowsPerPage+1)
	if err != nil {
		return err
	}
	if len(rows) > rowsPerPage {
		rows = rows[:rowsPerPage]
		q.Set("after", o.Cursor(rows[rowsPerPage-1]))
		p.Next = u.Path + "?" + q.Encode()
	}
	if p.Rows, err = r.leadNextRows(rows); err != nil {
		return err
	}
	owners, err := r.store.SellerChoices(r.ctx())
	if err != nil {
		return err
	}
	p.Owners = append([]option{{"", r.say("filter.all")}, {nobody, r.say("leads.unowned")}}, chosen("", owners)...)
	return r.show(http.StatusOK, "leads_next", r.say("leads_next.title"), p)
}

// leadNextRows puts leads in the order of work into words.
func (r *request) leadNextRows(rows []store.LeadPriority) ([]leadNextRow, error) {
	ids := make([]crm.ID, len(rows))
	for i, l := range rows {
		ids[i] = l.ID
	}
	clocks, err := r.clocks(ids)
	if err != nil {
		return nil, err
	}
	out := make([]leadNextRow, len(rows))
	for i, l := range rows {
		row := leadNextRow{LeadPriority: l, Action: r.say("leads_next.do." + leadAction(l.Lead)), Why: r.pointsParts(l), Take: l.OwnerID == "" && r.sells()}
		if c, ok := clocks[l.ID]; ok {
			row.Clock = &c
		}
		out[i] = row
	}
	return out, nil
}

// pointsParts say where a lead's place comes from.
func (r *request) pointsParts(l store.LeadPriority) []pointsPart {
	halved := "leads_next.why.score"
	if l.Halved {
		halved = "leads_next.why.score_halved"
	}
	out := []pointsPart{{l.ScorePoints, r.say(halved)}}
	part := func(points int, key string) {
		if points != 0 {
			out = append(out, pointsPart{points, r.say("leads_next.why." + key)})
		}
	}
	part(l.ClockPoints, map[int]string{store.PointsLate: "late", store.PointsSoon: "soon", store.PointsRunning: "running"}[l.ClockPoints])
	part(l.HeardPoints, map[int]string{store.PointsDay: "day", store.PointsWeek: "week"}[l.HeardPoints])
	part(l.ConsentPoints, "consent")
	part(l.WordPoints, "word")
	return out
}

// dayLeads is how many leads My day shows.
const dayLeads = 5

// leadsFirst are the person's own leads that are most urgent; none for one who sells nothing.
func (r *request) leadsFirst() ([]leadNextRow, error) {
	if !r.sells() {
		return nil, nil
	}
	now, err := r.now()
	if err != nil {
		return nil, err
	}
	rows, err := r.store.LeadsToDo(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), store.LeadOrder{At: now, Owner: r.user.ID}, dayLeads)
	if err != nil {
		return nil, err
	}
	return r.leadNextRows(rows)
}

// leadUrgency adds to a lead's page its response clock and why it stands where it does among those to be worked on.
func (r *request) leadUrgency(p *leadPage) error {
	if !p.Live() {
		return nil
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	rows, err := r.store.LeadsToDo(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), store.LeadOrder{At: now, Seen: p.ID}, 1)
	if err != nil || len(rows) == 0 {
		return err
	}
	next, err := r.leadNextRows(rows)
	if err != nil {
		return err
	}
	p.Next, p.Clock = &next[0], next[0].Clock
	p.Kinds, p.Outcomes = r.contactChoices()
	return nil
}
