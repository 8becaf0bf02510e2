package worker

import (
	"context"
	"time"
)

// responsePause is how long after a pass without work the response clocks of leads are looked at again.
const responsePause = 5 * time.Second

// A pass looks at what was given since the one before, and a little longer back for steps that were not committed then; now and then at all.
const (
	responseSlack = 2 * time.Minute
	responseAll   = time.Hour
)

// response looks after the response clocks of leads (S066). Any number of workers may.
func response(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "response", func(ctx context.Context) error {
		var last, all time.Time // business times
		return drain(ctx, responsePause, func() (int, error) {
			since := last.Add(-responseSlack)
			if last.IsZero() || last.Sub(all) >= responseAll {
				since = time.Time{}
			}
			pass, err := c.Steps.FollowResponses(ctx, since)
			if err != nil || pass.At.IsZero() { // another worker is at it
				return 0, err
			}
			if pass.Done == 0 { // all there was is done
				if since.IsZero() {
					all = pass.At
				}
				if last = pass.At; last.Before(all) { // the development clock was set back
					last = time.Time{}
				}
			}
			return pass.Done, nil
		})
	})
}

// rankEvery is how old the order of the leads to be worked on may become; among very many, it is made anew so rarely that it takes one part in a
// hundred of the time.
const rankEvery = time.Minute

// wordsEvery is how often it is counted anew which words are frequent in names: once in so many times that leads are put in order.
const wordsEvery = 60

// rank puts the leads to be worked on in order (S064), and counts words for the search for duplicates. Of any number of workers one does.
func rank(ctx context.Context, c Config) error {
	return again(ctx, c.Log, "rank", func(ctx context.Context) error {
		for n := 0; ctx.Err() == nil; n++ {
			if n%wordsEvery == 0 {
				if err := c.Steps.Store.CountFrequentWords(ctx); err != nil {
					return err
				}
			}
			began := time.Now()
			if _, err := c.Steps.Store.RankLeads(ctx, rankEvery-time.Second); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
			case <-time.After(max(rankEvery, 100*time.Since(began))):
			}
		}
		return nil
	})
}
