package api

import (
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// codeConflicts refuses a new time that a person has not confirmed in spite of what stands against it.
const codeConflicts code = "engagement_conflicts"

// engagementPatch changes an engagement that is planned (S093).
type engagementPatch struct {
	Subject   opt[string]    `json:"subject" doc:"max=200"`
	DueAt     opt[time.Time] `json:"due_at" doc:"text=When, as an instant. A new time without a new end keeps the length."`
	Start     opt[string]    `json:"start" doc:"text=When, as the clocks of the zone show it: 2026-03-29T10:30."`
	End       opt[string]    `json:"end" doc:"text=Until when, as the clocks of the zone show it; null: after the usual length."`
	Zone      opt[string]    `json:"zone" doc:"text=Of start and end, by its IANA name: Europe/Rome."`
	Place     opt[string]    `json:"place" doc:"max=200"`
	Note      opt[string]    `json:"note" doc:"max=10000"`
	OwnerID   opt[crm.ID]    `json:"owner_id"`
	ContactID opt[crm.ID]    `json:"contact_id" doc:"text=Not of a lead's."`
	Confirm   opt[bool]      `json:"confirm" doc:"text=Go on in spite of what stands against the new time: asked for by engagement_conflicts."`
}

// engagementChanged is an engagement with what stands against its time.
type engagementChanged struct {
	crm.Engagement
	Conflicts []crm.Conflict
}

// apply writes the patch into an engagement and checks the result.
func (b *engagementPatch) apply(g *crm.Engagement) error {
	var c check
	set(b.Subject, &g.Subject)
	set(b.Place, &g.Place)
	set(b.Note, &g.Note)
	set(b.OwnerID, &g.OwnerID)
	set(b.ContactID, &g.ContactID)
	c.required("/subject", &g.Subject, maxName)
	c.line("/place", &g.Place, maxName)
	c.lines("/note", &g.Note, maxText)
	c.id("/owner_id", &g.OwnerID)
	c.id("/contact_id", &g.ContactID)
	if g.OwnerID == "" {
		c.fail("/owner_id", "required", nil)
	}
	if g.LeadID != "" && g.ContactID != "" {
		c.fail("/contact_id", "not_with_lead", nil)
	}
	b.move(&c, g)
	return c.err()
}

// move settles the new time. A time that a clock change skips is refused with the nearest (B053); the length stays when only the start is new.
func (b *engagementPatch) move(c *check, g *crm.Engagement) {
	length := g.Until().Sub(g.DueAt)
	if b.DueAt.Set && b.Start.Set {
		c.fail("/due_at", "not_with_start", nil)
		return
	}
	if (b.Start.Set || b.End.Set && b.End.Value != "") && b.Zone.Value == "" {
		c.fail("/zone", "required", nil)
		return
	}
	failed := len(c.wrong)
	switch {
	case b.Start.Set:
		g.DueAt = localTime(c, "/start", b.Start.Value, b.Zone.Value)
	case b.DueAt.Set && b.DueAt.Value.IsZero():
		c.fail("/due_at", "required", nil)
	case b.DueAt.Set:
		g.DueAt = b.DueAt.Value.UTC()
	}
	switch {
	case len(c.wrong) > failed:
		return
	case b.End.Set && b.End.Value == "":
		g.EndsAt = nil
	case b.End.Set:
		end := localTime(c, "/end", b.End.Value, b.Zone.Value)
		g.EndsAt = &end
	case g.EndsAt != nil:
		end := g.DueAt.Add(length)
		g.EndsAt = &end
	}
	switch {
	case len(c.wrong) > failed:
	case g.EndsAt != nil && !g.EndsAt.After(g.DueAt):
		c.fail("/end", "before_start", nil)
	case g.Until().Sub(g.DueAt) > crm.MaxEngagement:
		c.fail("/end", "out_of_range", params{"max": g.DueAt.Add(crm.MaxEngagement).Format(time.RFC3339)})
	case g.DueAt.Year() < 1900 || g.DueAt.Year() > 2999:
		c.fail("/due_at", "out_of_range", params{"min": "1900", "max": "2999"})
	}
}

// localTime reads what the clocks of a zone show; what is wrong with the zone is told there.
func localTime(c *check, pointer, text, zone string) time.Time {
	at, err := crm.LocalTime(text, zone)
	if e, ok := err.(crm.FieldError); ok && e.Code == "unknown_zone" {
		pointer = "/zone"
	}
	c.add(pointer, err)
	return at
}

func patchEngagement(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b engagementPatch
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	g, found, err := r.store.EditEngagement(r.ctx(), t, b.Confirm.Value, b.apply)
	if err != nil {
		return err
	}
	if found == nil {
		found = []crm.Conflict{}
	}
	r.etag(g.Version)
	return r.JSON(http.StatusOK, r.view(engagementChanged{g, found}))
}

// conflicting tells everything that stands against a new time.
func conflicting(found []crm.Conflict) Problem {
	p := refusal(codeConflicts)
	for _, c := range found {
		ps := params{"subject": c.Subject, "from": c.From.UTC().Format(time.RFC3339), "until": c.Until.UTC().Format(time.RFC3339)}
		switch c.Kind {
		case crm.ConflictOverlap:
			ps["id"] = string(c.EngagementID)
			p.Errors = append(p.Errors, invalid("/start", "overlap", ps))
		case crm.ConflictAbsent:
			p.Errors = append(p.Errors, invalid("/start", "absent", ps))
		case crm.ConflictHoliday:
			p.Errors = append(p.Errors, invalid("/start", "holiday", ps))
		default:
			p.Errors = append(p.Errors, invalid("/start", "off_hours", ps))
		}
	}
	return p
}

// callOffBody says why an engagement does not take place.
type callOffBody struct {
	Reason string `json:"reason" doc:"max=500"`
}

func postCallOff(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b callOffBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.line("/reason", &b.Reason, maxLine)
	if err := c.err(); err != nil {
		return err
	}
	g, err := r.store.CallOff(r.ctx(), t, b.Reason)
	if err != nil {
		return err
	}
	return r.record(g, g.Version)
}

// agendaRoutes is the table of calendars and their feeds.
func agendaRoutes() []route {
	table := withoutQuery([]route{
		{method: get, path: "/api/v1/calendar-feeds", need: session, do: getFeeds},
		{method: post, path: "/api/v1/calendar-feeds", need: session, do: postFeed},
		{method: post, path: "/api/v1/calendar-feeds/:id/rotate", need: session, do: postFeedRotate},
		{method: remove, path: "/api/v1/calendar-feeds/:id", need: session, do: deleteFeed},
	})
	table = append(table, messageRoutes()...)
	return append(table,
		route{method: get, path: "/api/v1/mail-templates", need: crm.MayReadSettings, do: listed(store.MailTemplates)},
		route{method: get, path: "/api/v1/agenda", need: crm.MayReadOpportunity, do: getAgenda},
	)
}

var agendaCalls = map[string]call{
	"PATCH /api/v1/engagements/:id": patching("Engagements", "Move or change an engagement", engagementPatch{}, engagementChanged{}).may("already_cancelled", codeConflicts).
		says("S093, B053, B055", "One that is planned. A time at which the person has something else, is away or does not work is refused with everything that stands against it, unless `confirm` is true.").
		like(`{"start":"2027-01-12T10:00","end":"2027-01-12T11:00","zone":"Europe/Rome","confirm":true}`),
	"POST /api/v1/engagements/:id/cancel": call{
		tag: "Engagements", summary: "Call an engagement off", body: callOffBody{}, match: true, answers: map[int]any{200: crm.Engagement{}}, key: keyTaken, once: true,
		refuses: []code{"already_done", "already_cancelled"},
	}.bodiless().header("ETag", "200").says("S094", "It does not take place: no outcome, and calendars that know it are told.").like(`{"reason":"They are at a fair."}`),
	"GET /api/v1/agenda": call{
		tag: "Engagements", summary: "Read a calendar", answers: map[int]any{200: agendaRecord{}},
		query: []parameter{
			{"from", "The first day, 2027-01-11; left out: today.", schema{"type": "string", "format": "date"}},
			{"until", "The last day; left out: six days later. At most 62 days.", schema{"type": "string", "format": "date"}},
			{"person", "Whose: an id, or `team` for everybody within reach; left out: the caller's own.", schema{"type": "string"}},
		},
	}.says("S093", "Days are those of the caller's zone. Engagements that were called off have `cancelled_at`."),
	"GET /api/v1/calendar-feeds": reading("Engagements", "List your calendar feeds", feedList{}).plain().says("S095", "Never their secrets."),
	"POST /api/v1/calendar-feeds": call{tag: "Engagements", summary: "Make a calendar feed", body: feedBody{}, answers: map[int]any{201: feedMade{}}}.
		says("S095", "Its address is told this once: whoever has it reads your calendar.").like(`{"name":"My phone"}`),
	"POST /api/v1/calendar-feeds/:id/rotate": call{tag: "Engagements", summary: "Give a calendar feed a new address", body: emptyBody{}, answers: map[int]any{200: feedMade{}}}.bodiless().
		says("S095", "The old one ends at once."),
	"DELETE /api/v1/calendar-feeds/:id": removing("Engagements", "Revoke a calendar feed").unversioned().says("S095", ""),
}
