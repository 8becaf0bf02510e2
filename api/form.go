package api

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"leadtocash/crm"
)

// How often one address may post a public form: a burst, then one every half minute (B026).
const (
	formBurst     = 20
	formPerSecond = 1.0 / 30
)

// formBody is what a public form may hold. Website is the trap: people do not see it, machines fill it.
type formBody struct {
	Company     string `json:"company" doc:"required;max=200"`
	ContactName string `json:"contact_name" doc:"max=200"`
	Email       string `json:"email" doc:"format=email;text=This or phone is needed."`
	Phone       string `json:"phone"`
	VAT         string `json:"vat"`
	Country     string `json:"country" doc:"text=ISO 3166, two capital letters."`
	Need        string `json:"need" doc:"max=10000"`
	Language    string `json:"language" doc:"enum=language"`
	Website     string `json:"website" doc:"text=Leave it empty."`
	Consent     bool   `json:"consent" doc:"text=The person agrees to be written to, by the form's text."`
	UTMSource   string `json:"utm_source" doc:"max=200;text=Where the visitor came from; so with the others."`
	UTMMedium   string `json:"utm_medium" doc:"max=200"`
	UTMCampaign string `json:"utm_campaign" doc:"max=200"`
	UTMTerm     string `json:"utm_term" doc:"max=200"`
	UTMContent  string `json:"utm_content" doc:"max=200"`
}

// utm is where the visitor came from.
func (b formBody) utm() map[string]string {
	return utmOf(url.Values{
		"utm_source": {b.UTMSource}, "utm_medium": {b.UTMMedium}, "utm_campaign": {b.UTMCampaign}, "utm_term": {b.UTMTerm}, "utm_content": {b.UTMContent},
	})
}

// postForm captures a lead from a form on a web site (S063). It tells nobody whether the person is known.
func postForm(r *request) error {
	key := clean(r.gin.Param("form"), 100)
	tooMany := r.takeTry(key)
	form, err := r.store.FormActive(r.ctx(), key)
	if err != nil {
		return err
	}
	r.openTo(form) // so that a page of another site can read the refusal
	if tooMany != nil {
		return tooMany
	}
	if err := r.fromAllowed(form); err != nil {
		return err
	}
	b, raw, err := readForm(r)
	if err != nil {
		return err
	}
	if err := r.keepForm(form, b, raw, sentForm{}); err != nil {
		return err
	}
	if strings.Contains(r.gin.GetHeader("Accept"), "text/html") && mediaType(r.gin.Request, "application/json") != nil {
		return r.SeeOther(afterForm(form))
	}
	return r.JSON(http.StatusAccepted, statusView{"received"})
}

// afterForm is where a browser goes that sent a form.
func afterForm(form crm.CaptureForm) string {
	if form.Redirect != "" {
		return form.Redirect
	}
	return "/f/" + url.PathEscape(form.Key) + "?received=yes"
}

// sentForm is how a form was sent: by a page of ours, with its stamp, or by another site.
type sentForm struct {
	page  bool
	stamp string
}

// keepForm makes a lead of what a form sent, or holds it when it looks like spam. A page that is sent twice counts once.
func (r *request) keepForm(form crm.CaptureForm, b formBody, raw []byte, sent sentForm) error {
	lead := leadBody{
		Company: b.Company, ContactName: b.ContactName, Email: b.Email, Phone: b.Phone, VAT: b.VAT, Country: b.Country, Need: b.Need,
		Language: b.Language, Source: form.Source, Campaign: form.Campaign, Consent: b.Consent,
	}
	l, err := lead.lead()
	if err != nil {
		return err
	}
	if l.Email == "" && l.Phone == "" {
		return refusal(codeValidation, invalid("/email", "required", nil))
	}
	t := crm.Touch{Channel: "form", Source: form.Key, Raw: raw, Campaign: form.Campaign, UTM: b.utm()}
	if c := t.UTM["utm_campaign"]; c != "" {
		t.Campaign = c
	}
	if b.Consent {
		t.ConsentVersion = form.ConsentVersion
	}
	if sent.page && sent.stamp != "" {
		sum := sha256.Sum256(append([]byte(sent.stamp+"\x00"), raw...))
		t.Key = "form/" + hex.EncodeToString(sum[:])
	}
	reasons, err := r.suspicions(form, b, sent.page, sent.stamp)
	if err != nil {
		return err
	}
	if len(reasons) > 0 {
		return r.store.HoldLead(r.ctx(), crm.HeldLead{Channel: t.Channel, Source: t.Source, Lead: l, Touch: t, Reasons: reasons}, sameText(b))
	}
	_, _, err = r.capture(l, t)
	return err
}

// readForm reads JSON, or what a plain HTML form posts; names that the form does not have are refused in both.
func readForm(r *request) (b formBody, raw []byte, err error) {
	if mediaType(r.gin.Request, "application/json") == nil {
		raw, err = r.decodeRaw(&b)
		return b, raw, err
	}
	if err := mediaType(r.gin.Request, "application/x-www-form-urlencoded"); err != nil {
		return b, nil, refusal(codeMediaType, item{
			Header: "Content-Type", Code: "unsupported",
			Params: params{"accepted": []string{"application/json", "application/x-www-form-urlencoded"}},
		})
	}
	if err := r.gin.Request.ParseForm(); err != nil {
		if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return b, nil, big
		}
		return b, nil, refusal(codeValidation, invalid("", "syntax", nil))
	}
	if raw, err = json.Marshal(first(r.gin.Request.PostForm)); err != nil {
		return b, nil, err
	}
	return b, raw, bindBody(raw, &b)
}

// first is a posted form as JSON would say it; a ticked box is a yes, whatever it is called.
func first(form url.Values) map[string]any {
	out := make(map[string]any, len(form))
	for name, v := range form {
		out[name] = v[0]
	}
	if v, there := form["consent"]; there {
		out["consent"] = v[0] != "" && v[0] != "false" && v[0] != "0"
	}
	return out
}

// optionsForm answers the question that browsers ask before a post from another site. It tells nobody which forms there are.
func optionsForm(r *request) error {
	if form, err := r.store.FormActive(r.ctx(), clean(r.gin.Param("form"), 100)); err == nil {
		r.openTo(form)
	}
	return r.NoContent()
}
