package crm

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CaptureHook is an endpoint at which another system sends leads, signed (S063).
type CaptureHook struct {
	ID       ID
	Key      string // in its address; never changes
	Name     string
	Source   string // of the leads
	Campaign string
	Language string            // of leads whose own is not sent
	Mapping  map[string]string // our field to a JSON pointer into what is sent; a field that is not there is read under its own name
	Active   bool
	Version  int

	Unsigned   int // deliveries whose signature was none: nothing else of them is kept
	UnsignedAt *time.Time
}

// HookEvent is the sender's own id of what he sends, in the mapping: the same one again is the same touch.
const HookEvent = "event_id"

// HookFields are what a hook may read from what is sent.
func HookFields() []string {
	return []string{HookEvent, "company", "contact_name", "email", "phone", "vat", "country", "need", "language", "campaign", "external_id", "consent"}
}

// Check cleans the hook and tells everything that is wrong with it.
func (h *CaptureHook) Check() error {
	var wrong FieldErrors
	if h.Mapping == nil {
		h.Mapping = map[string]string{}
	}
	for _, f := range []struct {
		at     string
		text   *string
		max    int
		needed bool
	}{{"/key", &h.Key, 60, true}, {"/name", &h.Name, 200, true}, {"/source", &h.Source, 200, true}, {"/campaign", &h.Campaign, 200, false}} {
		clean, err := CleanText(*f.text, f.max)
		if wrong.Add(f.at, err); err == nil {
			*f.text = clean
			if f.needed && clean == "" {
				wrong.Add(f.at, Problem("required"))
			}
		}
	}
	if h.Key != "" && !formKey.MatchString(h.Key) {
		wrong.Add("/key", Problem("invalid_key", "example", "partner-portal"))
	}
	if h.Language != "" && !slices.Contains([]string{"en", "it", "es", "pl"}, h.Language) {
		wrong.Add("/language", Problem("unknown_value", "allowed", "en, it, es, pl"))
	}
	for name, place := range h.Mapping {
		switch {
		case !slices.Contains(HookFields(), name):
			wrong.Add("/mapping/"+name, Problem("unknown_field", "allowed", strings.Join(HookFields(), ", ")))
		case place == "":
			delete(h.Mapping, name)
		case !strings.HasPrefix(place, "/") || len(place) > 200:
			wrong.Add("/mapping/"+name, Problem("invalid_pointer", "example", "/contact/email"))
		}
	}
	slices.SortFunc(wrong, func(a, b FieldError) int { return strings.Compare(a.Pointer, b.Pointer) })
	return wrong.Err()
}

// Place is where the hook reads a field.
func (h *CaptureHook) Place(field string) string {
	if place := h.Mapping[field]; place != "" {
		return place
	}
	if field == HookEvent {
		return "/id"
	}
	return "/" + field
}

// HookSecret is what a hook's sender signs with. A new one does not end the old at once, so that the sender has time to change.
type HookSecret struct {
	ID     ID
	Secret string
	MadeAt time.Time
	EndsAt *time.Time // nil: the present one
}

// Times of a hook's signatures.
const (
	HookWindow  = 5 * time.Minute // a signature may be so old, or its clock so far ahead
	HookOverlap = 24 * time.Hour  // the old secret counts so long beside a new one
)

// SignHook signs a delivery as its sender does: HMAC-SHA256 over the time in seconds, a point, and the body. The header is
// "t=<seconds>,v1=<hex>".
func SignHook(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(hookMAC(secret, t, body))
}

func hookMAC(secret, at string, body []byte) []byte {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(at + "."))
	m.Write(body)
	return m.Sum(nil)
}

// CheckHook tells whether one of the secrets signed the body within the window. Errors: required, mismatch, too_old, in_the_future. Every
// signature is compared in constant time, and with all secrets.
func CheckHook(header string, secrets []HookSecret, now time.Time, body []byte) error {
	if header == "" {
		return Problem("required")
	}
	at, sent := "", [][]byte{}
	for part := range strings.SplitSeq(header, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "t":
			at = v
		case "v1":
			if mac, err := hex.DecodeString(v); err == nil && len(sent) < 4 {
				sent = append(sent, mac)
			}
		}
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	good := false
	for _, s := range secrets {
		if s.EndsAt != nil && !now.Before(*s.EndsAt) {
			continue
		}
		mac := hookMAC(s.Secret, at, body)
		for _, got := range sent {
			good = hmac.Equal(mac, got) || good
		}
	}
	if err != nil || !good {
		return Problem("mismatch")
	}
	switch age := now.Sub(time.Unix(seconds, 0)); {
	case age > HookWindow:
		return Problem("too_old")
	case age < -HookWindow:
		return Problem("in_the_future")
	}
	return nil
}

// HookDelivery is one signed delivery with what became of it.
type HookDelivery struct {
	ID       ID
	HookID   ID
	Event    string
	Raw      string
	Outcome  string // made, touched, repeated, refused
	Problems FieldErrors
	LeadID   ID
	At       time.Time // real time
}
