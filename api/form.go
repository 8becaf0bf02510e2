package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"leadtocash/crm"
	"leadtocash/store"
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
	Consent     bool   `json:"consent" doc:"text=The person agrees to be written to."`
}

// postForm captures a lead from a form on a web site (S063). It tells nobody whether the person is known.
func postForm(r *request) error {
	openToSites(r)
	if wait, ok := r.srv.rates.take("form "+r.gin.ClientIP(), formPerSecond, formBurst); !ok {
		return later(codeRateLimited, wait)
	}
	form, err := r.store.FormActive(r.ctx(), clean(r.gin.Param("form"), 100))
	if err != nil {
		return err
	}
	b, raw, err := readForm(r)
	if err != nil {
		return err
	}
	if err := r.keepForm(form, b, raw); err != nil {
		return err
	}
	return r.JSON(http.StatusAccepted, statusView{"received"})
}

// keepForm makes a lead of what a form sent; what falls into the trap is dropped.
func (r *request) keepForm(form store.CaptureForm, b formBody, raw []byte) error {
	if b.Website != "" {
		return nil
	}
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
	_, _, err = r.capture(l, crm.Touch{Channel: "form", Source: form.Key, Raw: raw})
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

// openToSites lets pages of any site call: no cookie goes with it and nothing secret comes back.
func openToSites(r *request) {
	h := r.gin.Writer.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "POST")
	h.Set("Access-Control-Allow-Headers", "Content-Type")
	h.Set("Access-Control-Max-Age", "600")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// optionsForm answers the question that browsers ask before a post from another site.
func optionsForm(r *request) error {
	openToSites(r)
	return r.NoContent()
}
