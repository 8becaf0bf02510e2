package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"leadtocash/crm"
)

// How often one address may post a public form: a burst, then one every half minute (B026).
const (
	formBurst     = 20
	formPerSecond = 1.0 / 30
)

// formBody is what a public form may hold. Website is the trap: people do not see it, machines fill it.
type formBody struct {
	Company     string `json:"company"`
	ContactName string `json:"contact_name"`
	Email       string `json:"email"`
	Phone       string `json:"phone"`
	VAT         string `json:"vat"`
	Country     string `json:"country"`
	Need        string `json:"need"`
	Language    string `json:"language"`
	Website     string `json:"website"`
	Consent     bool   `json:"consent"` // to be written to; from an HTML form any value counts as yes
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
	if b.Website == "" {
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
		if _, _, err := r.capture(l, crm.Touch{Channel: "form", Source: form.Key, Raw: raw}); err != nil {
			return err
		}
	}
	return r.JSON(http.StatusAccepted, map[string]string{"status": "received"})
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
