package api

import (
	"net/http"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// leadNextView is a lead that can be worked on, with why it stands where it does (S064).
type leadNextView struct {
	ID       crm.ID         `json:"id"`
	Company  string         `json:"company"`
	State    string         `json:"state"`
	OwnerID  *crm.ID        `json:"owner_id"`
	Score    int            `json:"score"`
	Action   string         `json:"action"`
	Points   int            `json:"points"`
	Parts    leadPartsView  `json:"parts"`
	HeardAt  time.Time      `json:"heard_at"`
	Response *responseClock `json:"response"`
}

// leadPartsView are the points of a lead's place.
type leadPartsView struct {
	Score    int `json:"score"`
	Response int `json:"response"`
	Heard    int `json:"heard"`
	Consent  int `json:"consent"`
	Word     int `json:"word"`
}

// responseClock is the running clock of a lead's owner.
type responseClock struct {
	State string    `json:"state"`
	DueAt time.Time `json:"due_at"`
}

// leadNextPage is a page of them, the most urgent first.
type leadNextPage struct {
	Data       []leadNextView `json:"data"`
	NextCursor *string        `json:"next_cursor"`
	HasMore    bool           `json:"has_more"`
}

var leadNextQuery = []parameter{
	{"owner", "Of one person: an id, `me`, or `nobody`.", schema{"type": "string"}},
	{"cursor", "The `next_cursor` of the page before.", schema{"type": "string"}},
	{"limit", "At most so many, 1 to 100; 50 when left out.", schema{"type": "integer", "minimum": 1, "maximum": 100}},
}

func getLeadsNext(r *request) error {
	now, err := r.now()
	if err != nil {
		return err
	}
	o, limit, err := r.leadOrder(now)
	if err != nil {
		return err
	}
	rows, err := r.store.LeadsToDo(r.ctx(), store.ScopeOf(r.user, crm.MayReadLead), o, limit+1)
	if err != nil {
		return err
	}
	out := leadNextPage{Data: []leadNextView{}}
	if out.HasMore = len(rows) > limit; out.HasMore {
		rows = rows[:limit]
		next := o.Cursor(rows[limit-1])
		out.NextCursor = &next
	}
	ids := make([]crm.ID, len(rows))
	for i, l := range rows {
		ids[i] = l.ID
	}
	clocks, err := r.store.LeadClocks(r.ctx(), ids)
	for _, l := range rows {
		v := leadNextView{
			ID: l.ID, Company: l.Company, State: string(l.State), Score: l.Score, Action: leadAction(l.Lead), Points: l.Points, HeardAt: l.HeardAt.UTC(),
			Parts: leadPartsView{l.ScorePoints, l.ClockPoints, l.HeardPoints, l.ConsentPoints, l.WordPoints},
		}
		if l.OwnerID != "" {
			v.OwnerID = &l.OwnerID
		}
		if k, ok := clocks[l.ID]; ok && k.Open() {
			v.Response = &responseClock{string(k.State), k.DueAt.UTC()}
		}
		out.Data = append(out.Data, v)
	}
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, out)
}

// leadOrder reads which page of them is asked for.
func (r *request) leadOrder(now time.Time) (o store.LeadOrder, limit int, err error) {
	o, limit = store.LeadOrder{At: now}, rowsPerPage
	q, err := r.parameters("owner", "cursor", "limit")
	if err != nil {
		return o, limit, err
	}
	if text, given := q["limit"]; given {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 100 {
			return o, limit, wrongParameter("limit", "out_of_range", params{"min": 1, "max": 100})
		}
	}
	switch owner := q["owner"]; owner {
	case "":
	case "me":
		o.Owner = r.user.ID
	case nobody:
		o.Unowned = true
	default:
		if o.Owner, err = parseID(owner); err != nil {
			return o, limit, wrongParameter("owner", "invalid_id", nil)
		}
	}
	if text, given := q["cursor"]; given {
		var ok bool
		if o, ok = o.Continue(text); !ok {
			return o, limit, wrongParameter("cursor", "invalid_cursor", nil)
		}
	}
	return o, limit, nil
}

// leadAction is what to do next with a lead.
func leadAction(l crm.Lead) string {
	switch {
	case l.State == crm.LeadAssigned && l.Feedback == crm.FeedbackPositive:
		return "convert"
	case l.State == crm.LeadAssigned:
		return "contact"
	case l.OwnerID == "":
		return "take"
	case l.State == crm.LeadNew:
		return "qualify"
	}
	return "assign"
}
