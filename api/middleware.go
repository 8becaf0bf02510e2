package api

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"
)

const requestIDHeader = "X-Request-Id"

// begin gives the request its id and logs how it ended. It logs the route, never the address: that may hold names and secrets.
func (s *Server) begin(c *gin.Context) {
	start := time.Now()
	id := uuid.NewString()
	c.Header(requestIDHeader, id)
	c.Next()
	s.Log.InfoContext(c.Request.Context(), "request", "request_id", id, "method", c.Request.Method, "route", c.FullPath(),
		"status", c.Writer.Status(), "ms", time.Since(start).Milliseconds(), "user", string(userOf(c)))
}

// recover turns a panic into a plain 500; the stack goes to the log only (S17).
func (s *Server) recover(c *gin.Context) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		if cause == http.ErrAbortHandler {
			panic(cause)
		}
		s.Log.ErrorContext(c.Request.Context(), "panic", "request_id", c.Writer.Header().Get(requestIDHeader),
			"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
		requestOf(s, c).answerInternal()
		c.Abort()
	}()
	c.Next()
}

func (r *request) answerInternal() {
	p := refusal(codeInternal)
	p.Type, p.Instance = "/problems/"+p.Code, r.gin.Request.URL.Path
	p.RequestID = r.gin.Writer.Header().Get(requestIDHeader)
	p.Title = r.T("error." + p.Code)
	p.Detail = p.Title
	r.answer(p)
}

func requestOf(s *Server, c *gin.Context) *request {
	if v, ok := c.Get("request"); ok {
		return v.(*request)
	}
	return s.newRequest(c, route{})
}

const policyCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// securityHeaders forbid what no page of the product needs: inline script, foreign content, frames, guessed types.
func securityHeaders(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", policyCSP)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "private, no-cache")
	c.Next()
}

func randomSecret() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return b
}

func splitList(s string) []string {
	out := []string{}
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
