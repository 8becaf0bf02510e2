package api

import (
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// signOffPage is what a customer sees under the link in his mail: what was delivered, and his answer (S084).
type signOffPage struct {
	store.CustomerSignOff
	Seller crm.LegalEntity
	Secret string
	Form   form
}

// customerSignOff finds the sign-off of the secret; a wrong one is not found. The page speaks the customer's language.
func (r *request) customerSignOff() (store.CustomerSignOff, error) {
	secret := r.gin.Param("secret")
	if len(secret) < 20 || len(secret) > 100 {
		return store.CustomerSignOff{}, store.ErrNotFound
	}
	o, err := r.store.CustomerSignOff(r.ctx(), secret)
	if err == nil {
		r.speak(o.Language)
	}
	return o, err
}

func pageSignOff(r *request) error {
	o, err := r.customerSignOff()
	if err != nil {
		return err
	}
	return showSignOff(r, o, form{})
}

func showSignOff(r *request, o store.CustomerSignOff, f form) (err error) {
	p := signOffPage{CustomerSignOff: o, Secret: r.gin.Param("secret"), Form: f}
	if p.Seller, err = r.store.LegalEntity(r.ctx()); err != nil {
		return err
	}
	r.gin.Header("Referrer-Policy", "no-referrer")
	r.gin.Header("X-Robots-Tag", "noindex")
	return r.show(f.Status(), "sign_off", r.say("signoff.title", "Project", o.Project), p)
}

// formSignOffAnswer makes the handler of the customer's yes or no; the fields of the two forms differ by their prefix.
func formSignOffAnswer(accept bool) func(*request) error {
	return func(r *request) error {
		if wait, ok := r.srv.rates.take("talk "+r.gin.ClientIP(), talkPerSecond, talkBurst); !ok {
			return later(codeRateLimited, wait)
		}
		o, err := r.customerSignOff()
		if err != nil {
			return err
		}
		f, err := r.posted()
		if err != nil {
			return err
		}
		prefix := ""
		if !accept {
			prefix = "refuse_"
			r.needed(&f, prefix+"reason")
		}
		r.needed(&f, prefix+"name")
		if !f.Failed() {
			_, err := r.store.AnswerSignOff(r.ctx(), o.ContractID, o.ID, store.SignOffAnswer{
				Accept: accept, Name: clean(f.Value(prefix+"name"), maxName), Role: clean(f.Value(prefix+"role"), maxName), Reason: clean(f.Value(prefix+"reason"), maxText), Address: r.gin.ClientIP(),
			})
			if errors.Is(err, store.ErrNotFound) {
				return err
			}
			if err = r.judge(&f, err); err != nil {
				return err
			}
		}
		if f.Failed() {
			if again, err := r.customerSignOff(); err == nil {
				o = again
			}
			return showSignOff(r, o, f)
		}
		return r.SeeOther("/s/" + r.gin.Param("secret"))
	}
}
