package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// feedBody is a calendar feed that is to be made (S095).
type feedBody struct {
	Name     string `json:"name" doc:"required;max=200;text=Of the program that reads it."`
	BusyOnly bool   `json:"busy_only" doc:"text=Times only, and not what they are about: no customer's name leaves the house."`
}

type feedList struct {
	Data []store.CalendarFeed `json:"data"`
}

// feedMade is a feed with its address, which is told once.
type feedMade struct {
	store.CalendarFeed
	URL string
}

// How often one address may fetch feeds: a burst, then one a second. Programs ask every quarter of an hour, and many people of a company share an address.
const (
	feedBurst     = 120
	feedPerSecond = 1
)

func getFeeds(r *request) error {
	rows, err := r.store.CalendarFeeds(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(feedList{orNone(rows)}))
}

func postFeed(r *request) error {
	var b feedBody
	if err := r.decode(&b); err != nil {
		return err
	}
	made, err := r.newFeed(b)
	if err != nil {
		return err
	}
	r.gin.Header("Cache-Control", "no-store")
	return r.JSON(http.StatusCreated, r.view(made))
}

// newFeed checks what is asked for and makes the feed.
func (r *request) newFeed(b feedBody) (feedMade, error) {
	var c check
	c.required("/name", &b.Name, maxName)
	if err := c.err(); err != nil {
		return feedMade{}, err
	}
	secret, hash := store.NewLinkSecret()
	f := store.CalendarFeed{ID: store.NewID(), UserID: r.user.ID, Name: b.Name, BusyOnly: b.BusyOnly}
	if err := r.store.AddCalendarFeed(r.ctx(), f, hash); err != nil {
		return feedMade{}, err
	}
	return r.feedMade(f.ID, secret)
}

func (r *request) feedMade(id crm.ID, secret string) (feedMade, error) {
	f, err := r.store.CalendarFeed(r.ctx(), r.user.ID, id)
	return feedMade{f, r.origin() + "/ical/" + secret + ".ics"}, err
}

// origin is where the person's browser finds the product.
func (r *request) origin() string {
	scheme := "http"
	if r.gin.Request.TLS != nil || r.srv.SecureCookies {
		scheme = "https"
	}
	return scheme + "://" + r.gin.Request.Host
}

func postFeedRotate(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	var b emptyBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	made, err := r.rotateFeed(id)
	if err != nil {
		return err
	}
	r.gin.Header("Cache-Control", "no-store")
	return r.JSON(http.StatusOK, r.view(made))
}

func (r *request) rotateFeed(id crm.ID) (feedMade, error) {
	secret, hash := store.NewLinkSecret()
	if err := r.store.RotateCalendarFeed(r.ctx(), r.user.ID, id, hash); err != nil {
		return feedMade{}, err
	}
	return r.feedMade(id, secret)
}

func deleteFeed(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.RevokeCalendarFeed(r.ctx(), r.user.ID, id); err != nil {
		return err
	}
	return r.NoContent()
}

// getFeedFile is a person's own calendar for other programs. Who guesses is slowed down; unknown, revoked and disabled people's addresses
// are answered as what does not exist.
func getFeedFile(r *request) error {
	if wait, ok := r.srv.rates.take("feed "+r.gin.ClientIP(), feedPerSecond, feedBurst); !ok {
		return later(codeRateLimited, wait)
	}
	secret := strings.TrimSuffix(r.gin.Param("secret"), ".ics")
	if len(secret) != 43 {
		return store.ErrNotFound
	}
	u, f, zone, err := r.store.UserByFeed(r.ctx(), secret)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	// The window moves with the day, so that the file stays the same for its readers meanwhile.
	items, err := r.store.FeedItems(r.ctx(), u, now.Truncate(24*time.Hour))
	if err != nil {
		return err
	}
	if zone == "" {
		zone = r.srv.screens().zone().String()
	}
	r.speak(u.Language)
	file := r.calendarFile(items, f, zone)
	sum := sha256.Sum256(file)
	tag := `"` + hex.EncodeToString(sum[:16]) + `"`
	h := r.gin.Writer.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Disposition", `inline; filename="calendar.ics"`)
	if matches(r.gin.GetHeader("If-None-Match"), tag) {
		r.gin.Status(http.StatusNotModified)
		r.gin.Writer.WriteHeaderNow()
		return nil
	}
	r.gin.Data(http.StatusOK, "text/calendar; charset=utf-8", file)
	return nil
}

// matches tells whether a list of If-None-Match has the tag, or any.
func matches(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		if one = strings.TrimPrefix(strings.TrimSpace(one), "W/"); one == tag || one == "*" {
			return true
		}
	}
	return false
}
