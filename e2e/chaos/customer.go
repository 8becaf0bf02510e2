package chaos

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"leadtocash/api"
	"leadtocash/crm"
	"leadtocash/integrations/mailbox"
	"leadtocash/store"
)

func (h *house) now() time.Time { return time.Now().UTC() }

// command carries a command to the engine until it has an answer.
func (h *house) command(ctx context.Context, c crm.Command) error {
	ctx, stop := context.WithTimeout(ctx, stepWithin)
	defer stop()
	for {
		a, err := h.engine.Do(ctx, c)
		switch {
		case err == nil && !a.OK():
			return fmt.Errorf("%s: %+v", c.Kind, a)
		case err == nil:
			return nil
		case errors.Is(err, store.ErrClash):
			return err
		case errors.Is(err, store.ErrBusy), errors.Is(err, api.ErrEngineAway), errors.Is(err, api.ErrOutcomeUnknown), store.Away(err):
			h.answers.add("engine: no answer")
		default:
			h.answers.add("engine: " + err.Error())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s has no answer after %v: %w", c.Kind, stepWithin, err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

var linkInMail = regexp.MustCompile(`/q/[A-Za-z0-9_-]{20,100}`)

// link is the path that the customer's mail leads to, once the mail has arrived.
func (h *house) link(ctx context.Context, quote crm.ID) (string, error) {
	for end := time.Now().Add(h.mailWithin); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(50 * time.Millisecond) {
		entries, err := mailbox.List(h.mailDir)
		if err != nil {
			return "", err
		}
		for _, e := range entries {
			if !strings.Contains(e.MessageID, string(quote)) {
				continue
			}
			m, err := mailbox.Read(h.mailDir, e.ID)
			if err != nil {
				return "", err
			}
			if link := linkInMail.FindString(m.Text); link != "" {
				return link, nil
			}
			return "", fmt.Errorf("no link in the mail %s", e.MessageID)
		}
	}
	return "", fmt.Errorf("the mail with quote %s did not arrive in %v", quote, h.mailWithin)
}
