package api

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
)

// The guard of public forms needs no third party: a trap, the time that filling in took, links, and texts that go round. What it catches is
// held for a person and never lost.
const (
	stampFor     = 7 * 24 * time.Hour // so long may a page stay open
	linksAllowed = 2                  // in what the person writes; elsewhere none
	formsPerSec  = 5.0                // of one form from all addresses together
	formsAtOnce  = 300
)

// utmNames are the parameters of an address that say where a visitor came from.
var utmNames = []string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"}

// utmOf takes the known parameters of an address or a form; each is cut to what a person would write.
func utmOf(v url.Values) map[string]string {
	out := map[string]string{}
	for _, name := range utmNames {
		if text, err := crm.CleanText(v.Get(name), maxName); err == nil && text != "" {
			out[name] = text
		}
	}
	return out
}

// stamp says when a form's page was drawn, so that nobody else can say so: time, a mark of its own, and a seal over both and the form.
func (s *Server) stamp(form string) string {
	mark := make([]byte, 9)
	_, _ = rand.Read(mark)
	text := strconv.FormatInt(s.Now().UnixMilli(), 36) + "." + base64.RawURLEncoding.EncodeToString(mark)
	return text + "." + s.stampSeal(form, text)
}

func (s *Server) stampSeal(form, text string) string {
	m := hmac.New(sha256.New, s.Secret)
	m.Write([]byte("form\x00" + form + "\x00" + text))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil)[:18])
}

// stamped is when the page of the form was drawn; false when the stamp is none of ours or too old.
func (s *Server) stamped(form, stamp string) (time.Time, bool) {
	i := strings.LastIndexByte(stamp, '.')
	if i < 0 || !hmac.Equal([]byte(stamp[i+1:]), []byte(s.stampSeal(form, stamp[:i]))) {
		return time.Time{}, false
	}
	first, _, _ := strings.Cut(stamp, ".")
	ms, err := strconv.ParseInt(first, 36, 64)
	at := time.UnixMilli(ms)
	return at, err == nil && s.Now().Sub(at) < stampFor
}

var link = regexp.MustCompile(`(?i)\b(?:https?://|www\.)|\[url|<a\s`)

// suspicions are the reasons for which what a form sent is held; drawn is when its page was drawn, of a page of ours only.
func (r *request) suspicions(form crm.CaptureForm, b formBody, page bool, stamp string) (reasons []string, err error) {
	if b.Website != "" {
		reasons = append(reasons, "trap")
	}
	if page {
		at, ok := r.srv.stamped(form.Key, stamp)
		switch {
		case !ok:
			reasons = append(reasons, "no_stamp")
		case r.srv.Now().Sub(at) < time.Duration(form.MinSeconds)*time.Second:
			reasons = append(reasons, "too_fast")
		}
	}
	if len(link.FindAllString(b.Need, linksAllowed+1)) > linksAllowed || link.MatchString(b.Company+" "+b.ContactName) {
		reasons = append(reasons, "links")
	}
	round, err := r.goesRound(b)
	if round {
		reasons = append(reasons, "repeated")
	}
	return reasons, err
}

// sameText is the hash of what was written, however it is spaced and capitalised; short texts are everybody's own.
func sameText(b formBody) []byte {
	text := strings.ToLower(strings.Join(strings.Fields(b.Need), " "))
	if len(text) < 40 {
		text = strings.Join([]string{text, b.Email, b.Phone, b.Company}, "\x00")
	}
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func (r *request) goesRound(b formBody) (bool, error) {
	sender := sha256.Sum256([]byte(strings.ToLower(b.Email) + "\x00" + b.Phone))
	return r.store.GoesRound(r.ctx(), sameText(b), base64.RawStdEncoding.EncodeToString(sender[:12]))
}

// takeTry uses up one try of the caller's address and one of the form; the refusal says after which time to try again (B026).
func (r *request) takeTry(form string) error {
	if wait, ok := r.srv.rates.take("form "+r.gin.ClientIP(), formPerSecond, formBurst); !ok {
		return later(codeRateLimited, wait)
	}
	if wait, ok := r.srv.rates.take("form of all "+form, formsPerSec, formsAtOnce); !ok {
		return later(codeRateLimited, wait)
	}
	return nil
}

// framed lets the sites that the form lists show it in a frame, and nobody else.
func (r *request) framed(form crm.CaptureForm) {
	h := r.gin.Writer.Header()
	places, ends := "'none'", "'self'"
	if len(form.Origins) > 0 {
		places = strings.Join(form.Origins, " ")
		h.Del("X-Frame-Options")
		h.Del("Cross-Origin-Opener-Policy")
		if form.Redirect != "" && !strings.HasPrefix(form.Redirect, "/") {
			u, _ := url.Parse(form.Redirect) // it was checked when the form was saved
			ends += " " + u.Scheme + "://" + u.Host
		}
	}
	h.Set("Content-Security-Policy", strings.NewReplacer("frame-ancestors 'none'", "frame-ancestors "+places, "form-action 'self'", "form-action "+ends).Replace(policyCSP))
}

// fromAllowed refuses what a page of a site sends that the form does not list.
func (r *request) fromAllowed(form crm.CaptureForm) error {
	site := r.gin.GetHeader("Origin")
	if own := r.gin.Request.Host; site == "http://"+own || site == "https://"+own || form.Takes(site) {
		return nil
	}
	return refusal("origin_not_allowed", item{Header: "Origin", Code: "unknown_value"})
}

// openTo lets pages of the form's sites call.
func (r *request) openTo(form crm.CaptureForm) {
	site := r.gin.GetHeader("Origin")
	switch {
	case slices.Contains(form.Origins, crm.AnySite):
		site = "*"
	case site == "" || !form.Takes(site):
		return
	default:
		r.gin.Writer.Header().Add("Vary", "Origin")
	}
	openToSites(r, site)
	r.gin.Writer.Header().Set("Access-Control-Allow-Methods", "POST")
}

// openToSites lets pages of the site call: no cookie goes with it and nothing secret comes back.
func openToSites(r *request, site string) {
	h := r.gin.Writer.Header()
	h.Set("Access-Control-Allow-Origin", site)
	h.Set("Access-Control-Allow-Headers", "Content-Type")
	h.Set("Access-Control-Max-Age", "600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}
