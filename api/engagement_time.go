package api

import (
	"time"

	"leadtocash/crm"
)

// engagementBody is a call, meeting, visit, mail or letter (S019, S093). With an outcome it is logged as done.
type engagementBody struct {
	Kind          string    `json:"kind" doc:"required;enum=engagement_kind"`
	OpportunityID crm.ID    `json:"opportunity_id" doc:"text=This or lead_id, not both."`
	LeadID        crm.ID    `json:"lead_id"`
	ContactID     crm.ID    `json:"contact_id" doc:"text=Not with lead_id."`
	Subject       string    `json:"subject" doc:"required;max=200"`
	DueAt         time.Time `json:"due_at" doc:"text=When, as an instant. This, or start with zone."`
	Start         string    `json:"start" doc:"text=When, as the clocks of the zone show it: 2026-03-29T10:30."`
	End           string    `json:"end" doc:"text=Until when, as the clocks of the zone show it; after start."`
	Zone          string    `json:"zone" doc:"text=Of start and end, by its IANA name: Europe/Rome."`
	Outcome       string    `json:"outcome" doc:"enum=engagement_outcome;text=With it, the engagement is logged as done."`
	Note          string    `json:"note" doc:"max=10000"`
	Place         string    `json:"place" doc:"max=200"`
	OwnerID       crm.ID    `json:"owner_id"`
}

// when settles the time: an instant, or what clocks show in a zone. A time that a clock change skips is refused with the nearest (B053),
// and so is an end that does not come after the start (B055).
func (b *engagementBody) when(c *check) (ends *time.Time) {
	switch {
	case b.Start == "" && b.DueAt.IsZero():
		c.fail("/due_at", "required", nil)
	case b.Start == "":
		for name, given := range map[string]string{"/end": b.End, "/zone": b.Zone} {
			if given != "" {
				c.fail(name, "not_without_start", nil)
			}
		}
	case !b.DueAt.IsZero():
		c.fail("/due_at", "not_with_start", nil)
	case b.Zone == "":
		c.fail("/zone", "required", nil)
	default:
		return b.local(c)
	}
	return nil
}

func (b *engagementBody) local(c *check) (ends *time.Time) {
	place := func(err error, pointer string) {
		if e, ok := err.(crm.FieldError); ok && e.Code == "unknown_zone" {
			pointer = "/zone"
		}
		c.add(pointer, err)
	}
	start, err := crm.LocalTime(b.Start, b.Zone)
	place(err, "/start")
	b.DueAt = start
	if b.End == "" || err != nil {
		return nil
	}
	end, err := crm.LocalTime(b.End, b.Zone)
	place(err, "/end")
	if err == nil && !end.After(start) {
		c.fail("/end", "before_start", nil)
	}
	return &end
}
