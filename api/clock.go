package api

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"leadtocash/store"
)

// StoreClock is the Clock that moves the business time of a store.
type StoreClock struct{ Store *store.Store }

// Advance moves business time; the processes are woken to arm their timers anew.
func (c StoreClock) Advance(ctx context.Context, by time.Duration) (time.Time, error) {
	if _, err := c.Store.MoveClock(ctx, by); err != nil {
		return time.Time{}, err
	}
	return c.Store.Now(ctx)
}

// maxAdvance is how far one call moves the clock.
const maxAdvance = 10 * 366 * 24 * time.Hour

var isoDuration = regexp.MustCompile(`^P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,4})S)?)?$`)

// parseAdvance reads a duration of weeks, days, hours, minutes and seconds: P30D, PT12H. Months and years have no fixed length.
func parseAdvance(text string) (time.Duration, bool) {
	m := isoDuration.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	var sum time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		if m[i+1] != "" {
			n, _ := strconv.Atoi(m[i+1]) // four digits at most
			sum += time.Duration(n) * unit
		}
	}
	return sum, sum > 0 && sum <= maxAdvance
}

// postClock moves business time forward, in development and tests only.
func postClock(r *request) error {
	var b clockBody
	if err := r.decode(&b); err != nil {
		return err
	}
	by, ok := parseAdvance(b.Advance)
	if !ok {
		return refusal(codeValidation, invalid("/advance", "invalid_duration", params{"example": "P30D"}))
	}
	now, err := r.srv.DevClock.Advance(r.ctx(), by)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, clockView{now.UTC()})
}
