package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// capturePage is the public form by which a customer writes to the company (S063).
type capturePage struct {
	Key      string
	Seller   crm.LegalEntity
	Form     form
	Received bool
}

func pageCapture(r *request) error {
	c, err := r.store.FormActive(r.ctx(), clean(r.gin.Param("form"), 100))
	if err != nil {
		return err
	}
	return showCapture(r, c, form{values: map[string]string{}})
}

func showCapture(r *request, c store.CaptureForm, f form) error {
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p := capturePage{Key: c.Key, Seller: seller, Form: f, Received: r.gin.Query("received") == "yes"}
	return r.show(f.Status(), "capture", r.say("capture.title"), p)
}

// formCapture keeps what the customer wrote. It tells nobody whether the person is known.
func formCapture(r *request) error {
	if wait, ok := r.srv.rates.take("form "+r.gin.ClientIP(), formPerSecond, formBurst); !ok {
		return later(codeRateLimited, wait)
	}
	c, err := r.store.FormActive(r.ctx(), clean(r.gin.Param("form"), 100))
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "company", "email", "need")
	r.checked(&f, "email", crm.CheckEmail)
	r.checked(&f, "phone", crm.CheckPhone)
	if f.Failed() {
		return showCapture(r, c, f)
	}
	b := formBody{
		Company: f.Value("company"), ContactName: f.Value("contact_name"), Email: f.Value("email"), Phone: f.Value("phone"), Need: f.Value("need"),
		Language: r.language, Website: f.Value("website"),
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return err
	}
	err = r.keepForm(c, b, raw)
	if p, ok := errors.AsType[Problem](err); ok && p.Code == string(codeValidation) {
		for _, e := range p.Errors {
			if e.Pointer != nil {
				var figures []string
				for name, v := range e.Params {
					figures = append(figures, name, fmt.Sprint(v))
				}
				f.blame(strings.TrimPrefix(*e.Pointer, "/"), r.errorText(crm.Problem(e.Code, figures...)))
			}
		}
		return showCapture(r, c, f)
	}
	if err != nil {
		return err
	}
	return r.SeeOther("/f/" + url.PathEscape(c.Key) + "?received=yes")
}
