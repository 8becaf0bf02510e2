package chaos

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/smtp"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// holdSpam sends two leads that look like spam; one is let in, one put away.
func (c *crasher) holdSpam(ctx context.Context, n int) {
	if n%20 != 0 {
		return
	}
	origin := c.origins[n/20%2]
	for _, then := range []string{"release", "drop"} {
		_, _, _ = c.once(ctx, origin, request{method: http.MethodPost, path: "/public/v1/forms/contact/leads", body: fields{"company": "Held", "email": fmt.Sprintf("held-%d@chaos.invalid", time.Now().UnixNano()), "website": "x"}})
		held, err := c.store.HeldLeads(ctx)
		if err != nil || len(held) == 0 { // it died before it kept any
			return
		}
		_, _, _ = c.once(ctx, origin, request{user: "ops", method: http.MethodPost, path: "/api/v1/held-leads/" + string(held[0].ID) + "/" + then})
	}
}

// sendSigned sends a hook of its own one lead that is good and one that is not.
func (c *crasher) sendSigned(ctx context.Context, n int) {
	if n%20 != 0 {
		return
	}
	key := fmt.Sprint("chaos-", time.Now().UnixNano())
	_, secret, err := c.store.CreateHook(ctx, store.DemoID("ops@demo.example"), crm.CaptureHook{ID: store.NewID(), Key: key, Name: key, Source: "partner", Active: true})
	if err != nil {
		c.t.Error(err)
		return
	}
	for _, body := range []string{`{"id":"1","company":"Signed","email":"` + key + `@chaos.invalid"}`, `{"id":"2"}`} {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.origins[n/20%2]+"/hooks/v1/"+key, bytes.NewReader([]byte(body)))
		if err != nil {
			c.t.Error(err)
			return
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Leadtocash-Signature", crm.SignHook(secret, time.Now(), []byte(body)))
		if res, err := c.http.Do(req); err == nil { // else it died
			_ = res.Body.Close()
		}
	}
}

// writeMail sends a mail to each worker's server; one that could not be taken is sent again by its sender later.
func (c *crasher) writeMail(_ context.Context, n int) {
	if n%20 != 0 {
		return
	}
	for _, address := range c.mailIn {
		from := fmt.Sprintf("mail-%d@chaos.invalid", time.Now().UnixNano())
		_ = smtp.SendMail(address, nil, from, []string{"office@demo.example"}, []byte("From: "+from+"\r\nSubject: A line\r\n\r\nWe need one.\r\n")) // it may be what dies
	}
}
