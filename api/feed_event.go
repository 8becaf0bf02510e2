package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// feedEventRecord is something that happened to a record.
type feedEventRecord struct {
	ID         int64
	At         time.Time
	Code       string
	Text       string // in the caller's language
	Actor      string
	RecordKind crm.SubjectKind
	RecordID   crm.ID
	Place      string // what the record is called
}

// feedEventShows are the parts of the feed that tell what happened.
func feedEventShows() []string { return []string{"mine", "all", "followed"} }

// getFeedEvents lists what happened to the records of the caller, or to all that he may see (S018, S106).
func getFeedEvents(r *request) error {
	asked, limit, err := r.pageAsked()
	if err != nil {
		return err
	}
	f := store.FeedFilter{Show: asked["show"], Limit: limit + 1}
	if f.Show != "" && !slices.Contains(feedEventShows(), f.Show) {
		return wrongParameter("show", "unknown_value", params{"allowed": feedEventShows()})
	}
	after, err := r.cursorFrom(asked, 1)
	if err != nil {
		return err
	}
	if after != nil {
		if f.After = eventMark(after[0]); f.After == nil {
			return wrongParameter("cursor", "invalid_cursor", nil)
		}
	}
	rows, err := r.store.FeedEvents(r.ctx(), r.viewer(), f)
	if err != nil {
		return err
	}
	out := page[feedEventRecord]{Data: []feedEventRecord{}, HasMore: len(rows) > limit}
	if out.HasMore {
		rows = rows[:limit]
		out.NextCursor = r.cursorTo(markEvent(rows[limit-1]))
	}
	for _, e := range rows {
		if text, actor, told := r.happened(e); told {
			out.Data = append(out.Data, feedEventRecord{e.ID, e.At, e.Code, text, actor, e.Kind, e.RecordID, e.Place})
		}
	}
	return r.JSON(http.StatusOK, r.view(out))
}

// happened puts an event into words; not told is what the person may not see.
func (r *request) happened(e store.FeedEvent) (text, actor string, told bool) {
	data, told := r.seenEvent(e.Code, e.Data)
	of := store.Event{ID: e.ID, Process: e.Process, At: e.At, Code: e.Code, Data: data}
	return r.eventText(of, e.Currency), actorName(r.words(), e.Actor, e.ActorName), told
}

// markEvent says where a page ends that ends with an event, and eventMark reads it; nil: it is none.
func markEvent(e store.FeedEvent) string {
	return e.At.Format(time.RFC3339Nano) + "_e" + strconv.FormatInt(e.ID, 10)
}

// noID is before every id.
const noID = crm.ID("00000000-0000-0000-0000-000000000000")

func eventMark(text string) *store.FeedMark {
	at, id, _ := strings.Cut(text, "_e")
	when, err := time.Parse(time.RFC3339Nano, at)
	n, wrong := strconv.ParseInt(id, 10, 64)
	if err != nil || wrong != nil || n <= 0 {
		return nil
	}
	return &store.FeedMark{At: when, ID: noID, Event: n}
}

// withEvents puts what happened between the entries of the feed's page, up to as many as it shows and one more; at the same instant entries go first.
func (r *request) withEvents(rows []feedLine, f store.FeedFilter) ([]feedLine, error) {
	events, err := r.store.FeedEvents(r.ctx(), r.viewer(), f)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		text, actor, _ := r.happened(e)
		row := store.FeedRow{What: "event", At: e.At, Author: actor, Text: text, Kind: e.Kind, RecordID: e.RecordID, Place: e.Place}
		rows = append(rows, feedLine{FeedRow: row, Home: placePage(e.Kind, e.RecordID), mark: markEvent(e)})
	}
	slices.SortStableFunc(rows, func(a, b feedLine) int { return b.At.Compare(a.At) })
	return rows, nil
}
