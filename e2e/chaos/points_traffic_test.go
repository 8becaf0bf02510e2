package chaos

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"
)

// lookAtFile uploads two files in the pages; one is brought in, one thrown away.
func (c *crasher) lookAtFile(ctx context.Context, n int) {
	if n%20 != 0 {
		return
	}
	for _, then := range []string{"start", "discard"} {
		var form bytes.Buffer
		w := multipart.NewWriter(&form)
		once := fmt.Sprintf("look-%s-%d", then, time.Now().UnixNano())
		_ = w.WriteField("once", once) // into memory
		part, _ := w.CreateFormFile("file", "leads.csv")
		_, _ = part.Write([]byte("company,email\nLooked at,looked-at@chaos.invalid\n"))
		_ = w.Close()
		origin := c.origins[n/20%2]
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, origin+"/imports", &form)
		if err != nil {
			c.t.Error(err)
			return
		}
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Authorization", "Bearer "+c.keys["ops@demo.example"])
		res, err := c.http.Do(req)
		if err != nil { // it died
			return
		}
		_ = res.Body.Close()
		if at := res.Header.Get("Location"); at != "" {
			_, _, _ = c.once(ctx, origin, request{user: "ops", method: http.MethodPost, path: at + "/" + then, body: url.Values{"command": {once}}})
		}
	}
}

// cutOff cuts an api from Temporal for longer than it waits: what its callers ask for is kept and brought there later.
func (c *crasher) cutOff(ctx context.Context, n int) {
	if n%700 != 0 {
		return
	}
	for _, l := range c.links {
		if l.name == "api-1 - Temporal" {
			l.busy.Lock()
			l.fail(cut, 13*time.Second, ctx.Done())
			l.busy.Unlock()
		}
	}
}
