package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// hookLimit is how many bytes a delivery may have.
const hookLimit = 256 << 10

// How often one address may send to the hooks: a burst, then so many each second.
const (
	hookBurst     = 200
	hookPerSecond = 20.0
)

// signatureHeader holds the signature of a delivery.
const signatureHeader = "Leadtocash-Signature"

// hookAnswer tells the sender what became of a delivery.
type hookAnswer struct {
	Status string `json:"status" doc:"enum=received,repeated"`
}

// postHook takes a lead from another system: signed, within the window, once for the sender's id (B122, B124).
func postHook(r *request) error {
	if wait, ok := r.srv.rates.take("hook "+r.gin.ClientIP(), hookPerSecond, hookBurst); !ok {
		return later(codeRateLimited, wait)
	}
	hook, err := r.store.HookActive(r.ctx(), clean(r.gin.Param("hook"), 100))
	if err != nil {
		return err
	}
	if err := mediaType(r.gin.Request, "application/json"); err != nil {
		return err
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return err
	}
	secrets, err := r.store.HookSecrets(r.ctx(), hook.ID)
	if err != nil {
		return err
	}
	if err := crm.CheckHook(r.gin.GetHeader(signatureHeader), secrets, r.srv.Now(), body); err != nil {
		wrong, _ := errors.AsType[crm.FieldError](err)
		if err := r.store.UnsignedDelivery(r.ctx(), hook.ID); err != nil {
			return err
		}
		return refusal("bad_signature", item{Header: signatureHeader, Code: wrong.Code})
	}
	return r.takeHook(hook, body)
}

// takeHook makes a lead of a signed delivery, or keeps it with why it cannot be one.
func (r *request) takeHook(hook crm.CaptureHook, body []byte) error {
	sum := sha256.Sum256(body)
	d := store.Delivery{Hook: hook.ID, Hash: sum[:], Raw: clean(string(body), hookLimit)}
	n, err := parseJSON(body)
	if err != nil {
		return r.refuseHook(d, err)
	}
	b, event, err := readHook(hook, n)
	if d.Event = event; event == "" {
		d.Event = "sha256:" + hex.EncodeToString(sum[:]) // who names none sends the same content once
	}
	if err != nil {
		return r.refuseHook(d, err)
	}
	l, err := b.lead()
	if err != nil {
		return r.refuseHook(d, sentNames(hook, err))
	}
	if l.Email == "" && l.Phone == "" {
		return r.refuseHook(d, refusal(codeValidation, invalid(hook.Place("email"), "required", nil)))
	}
	outcome, _, err := r.store.TakeDelivery(r.ctx(), d, l, crm.Touch{Channel: "hook", Source: hook.Key, Raw: json.RawMessage(body), Campaign: l.Campaign})
	switch {
	case errors.Is(err, store.ErrClash):
		return r.refuseHook(d, refusal(codeClash, invalid(hook.Place(crm.HookEvent), "other_content", nil)))
	case err != nil:
		if wrong, ok := errors.AsType[store.RuleRefused](err); ok {
			return r.refuseHook(d, wrong)
		}
		return err
	}
	status := "received"
	if outcome == "repeated" {
		status = outcome
	}
	return r.JSON(http.StatusOK, hookAnswer{status})
}

// refuseHook keeps why a delivery was refused, and refuses it.
func (r *request) refuseHook(d store.Delivery, why error) error {
	wrong := crm.FieldErrors{}
	if p := problemOf(why); len(p.Errors) > 0 {
		for _, e := range p.Errors {
			one := crm.Problem(e.Code)
			if e.Pointer != nil {
				one.Pointer = *e.Pointer
			}
			wrong = append(wrong, one)
		}
	} else {
		wrong = append(wrong, crm.Problem(p.Code))
	}
	if err := r.store.RefuseDelivery(r.ctx(), d, wrong); err != nil {
		return err
	}
	return why
}

// readHook reads what the hook's mapping finds in a delivery. A campaign or language of the hook's own stands in for one that is not sent.
func readHook(hook crm.CaptureHook, n node) (b leadBody, event string, err error) {
	var c check
	text := func(field string) string {
		v, there := n.at(hook.Place(field))
		if !there {
			return ""
		}
		switch v.kind {
		case "text", "number":
			return strings.TrimSpace(v.text)
		case "null":
			return ""
		}
		c.fail(hook.Place(field), "wrong_type", params{"want": "text", "got": v.kind})
		return ""
	}
	event = text(crm.HookEvent)
	c.line(hook.Place(crm.HookEvent), &event, maxName)
	b = leadBody{
		Company: text("company"), ContactName: text("contact_name"), Email: text("email"), Phone: text("phone"), VAT: text("vat"),
		Country: strings.ToUpper(text("country")), Need: text("need"), Language: strings.ToLower(text("language")), Campaign: text("campaign"),
		ExternalID: text("external_id"), Source: hook.Source,
	}
	if v, there := n.at(hook.Place("consent")); there {
		b.Consent = v.yes || slices.Contains([]string{"true", "yes", "1"}, v.text)
	}
	if b.Campaign == "" {
		b.Campaign = hook.Campaign
	}
	if b.Language == "" {
		b.Language = hook.Language
	}
	for _, name := range []string{b.ContactName, b.Email, b.Phone} {
		if b.Company == "" {
			b.Company = name
		}
	}
	return b, event, c.err()
}

// at finds a value by its JSON pointer (RFC 6901).
func (n node) at(pointer string) (node, bool) {
	for _, part := range strings.Split(pointer, "/")[1:] {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch n.kind {
		case "object":
			i := slices.IndexFunc(n.members, func(m member) bool { return m.name == part })
			if i < 0 {
				return node{}, false
			}
			n = n.members[i].value
		case "array":
			i := slices.Index([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, part)
			if i < 0 || i >= len(n.list) {
				return node{}, false
			}
			n = n.list[i]
		default:
			return node{}, false
		}
	}
	return n, true
}

// sentNames points the refusal to where the sender put the values.
func sentNames(hook crm.CaptureHook, err error) error {
	p, ok := errors.AsType[Problem](err)
	if !ok {
		return err
	}
	for i, e := range p.Errors {
		if e.Pointer != nil {
			p.Errors[i].Pointer = at(hook.Place(strings.TrimPrefix(*e.Pointer, "/")))
		}
	}
	return p
}
