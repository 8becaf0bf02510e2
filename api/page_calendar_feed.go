package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// feedsPage is where a person makes and revokes the addresses of his calendar for other programs (S095).
type feedsPage struct {
	Rows []store.CalendarFeed
	Form form
	New  string // the address that was just made: it is shown this once
}

func pageFeeds(r *request) error { return showFeeds(r, form{}, "") }

func showFeeds(r *request, f form, made string) error {
	rows, err := r.store.CalendarFeeds(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	if made != "" {
		r.gin.Header("Cache-Control", "no-store")
	}
	return r.show(f.Status(), "feeds", r.say("calendar_feed.title"), feedsPage{rows, f, made})
}

func formFeed(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	made, err := r.newFeed(feedBody{Name: f.Value("name"), BusyOnly: f.Value("busy_only") == "true"})
	if err = r.judgeItems(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showFeeds(r, f, "")
	}
	return showFeeds(r, form{}, made.URL)
}

func formFeedRotate(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	made, err := r.rotateFeed(id)
	if err != nil {
		return err
	}
	return showFeeds(r, form{}, made.URL)
}

func formFeedRevoke(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.RevokeCalendarFeed(r.ctx(), r.user.ID, id); err != nil {
		return err
	}
	return r.said("removed", "/settings/feeds")
}

// agendaPages is the table of the pages of calendars.
func agendaPages() []route {
	return []route{
		{method: get, path: "/calendar", need: crm.MayReadOpportunity, do: pageAgenda, page: true},
		{method: post, path: "/calendar", need: crm.MayWriteOpportunity, do: formAgenda, page: true},
		{method: get, path: "/engagements/:id", need: crm.MayReadOpportunity, do: pageEngagement, page: true},
		{method: post, path: "/engagements/:id", need: crm.MayWriteOpportunity, do: formEngagementEdit, page: true},
		{method: post, path: "/engagements/:id/outcome", need: crm.MayWriteOpportunity, do: formEngagementAnswer, page: true},
		{method: post, path: "/engagements/:id/cancel", need: crm.MayWriteOpportunity, do: formEngagementOff, page: true},
		{method: post, path: "/engagements/:id/message", need: crm.MayWriteOpportunity, do: formMessage, page: true},
		{method: get, path: "/engagements/:id/letter", need: crm.MayReadOpportunity, do: pageLetterOf, page: true},
		{method: get, path: "/engagements/:id/letter.pdf", need: crm.MayReadOpportunity, do: getLetter, page: true},
		{method: get, path: "/settings/templates", need: crm.MayReadSettings, do: pageTemplates, page: true},
		{method: post, path: "/settings/templates", need: crm.MayWriteSettings, do: formTemplate, page: true},
		{method: get, path: "/settings/feeds", need: session, do: pageFeeds, page: true},
		{method: get, path: "/ical/:secret", need: public, do: getFeedFile, open: true},
		{method: post, path: "/settings/feeds", need: session, do: formFeed, page: true},
		{method: post, path: "/settings/feeds/:id/rotate", need: session, do: formFeedRotate, page: true},
		{method: post, path: "/settings/feeds/:id/revoke", need: session, do: formFeedRevoke, page: true},
	}
}
