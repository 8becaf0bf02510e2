package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"

	"github.com/google/uuid"
)

// carry has a process carry out what a page's form asks for. The form holds the command's id, so that sending it twice is one command.
func (r *request) carry(f form, kind string, record crm.Kind, id crm.ID, fields any) (crm.Answer, string, error) {
	raw, err := json.Marshal(fields)
	if err != nil {
		return crm.Answer{}, "", err
	}
	once := f.Value("command")
	if _, err := uuid.Parse(once); err != nil {
		once = uuid.NewString()
	}
	actor := string(r.user.ID)
	if actor == "" {
		actor = "customer"
	}
	c := crm.Command{ID: "page:" + actor + ":" + kind + ":" + once, Kind: kind, Process: crm.ProcessID(record, id), Actor: actor, Fields: raw}
	a, err := r.commander.Do(r.ctx(), c)
	return a, c.ID, err
}

// refuse puts an answer that is no success into the form.
func (r *request) refuse(f *form, a crm.Answer) {
	f.status = code(a.Code).status()
	if a.Code != string(codeValidation) {
		f.other = append(f.other, r.codeText(a.Code, a.Params))
		return
	}
	for pointer, wrong := range a.Params {
		e := crm.Problem(wrong)
		if path, ok := strings.CutPrefix(pointer, "/fill/"); ok {
			e = explained(path, f.Value("fill."+path), e)
		}
		r.blameFields(f, crm.FieldErrors{e.At(pointer)})
	}
}

// fillChecks say of a filled field what exactly is wrong with it; the answer of a process holds the code only.
var fillChecks = map[string]func(string) (string, error){
	"customer.vat": crm.CheckVAT, "customer.email": crm.CheckEmail, "contact.email": crm.CheckEmail, "contact.phone": crm.CheckPhone, "customer.phone": crm.CheckPhone,
}

func explained(path, value string, e crm.FieldError) crm.FieldError {
	if check := fillChecks[path]; check != nil {
		_, err := check(value)
		if exact, ok := errors.AsType[crm.FieldError](err); ok && exact.Code == e.Code {
			return exact
		}
	}
	return e
}

// codeText is the sentence for an answer's code; one that has none is said in general words.
func (r *request) codeText(c string, p map[string]string) string {
	for _, key := range []string{"answer." + c, "error." + c} {
		if r.words().Has(key) {
			return r.say(key, p)
		}
	}
	return r.say("answer.other", "Code", c)
}

const flashCookie = "ltc_said"

// said leads to a page that says what was done; the word is a key, never a text from outside.
func (r *request) said(key, path string) error {
	http.SetCookie(r.gin.Writer, &http.Cookie{Name: flashCookie, Value: key, Path: "/", MaxAge: 30, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.srv.SecureCookies})
	return r.SeeOther(path)
}

type flash struct{ Tone, Text string }

// flashes are the words left by the form before; they are shown once.
func (r *request) flashes() []flash {
	c, err := r.gin.Request.Cookie(flashCookie)
	if err != nil || c.Value == "" || r.gin.Request.Method != http.MethodGet {
		return nil
	}
	http.SetCookie(r.gin.Writer, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.srv.SecureCookies})
	key := "said." + c.Value
	if !r.words().Has(key) {
		return nil
	}
	return []flash{{"ok", r.say(key)}}
}

// show answers with a page of the product.
func (r *request) show(status int, name, title string, body any) error {
	return r.Page(status, name, screen{Title: title, Body: body})
}

// words prints in the language of the page.
func (r *request) words() *i18n.Printer {
	return r.srv.screens().texts.For(r.language).Calling(r.srv.dealWords())
}

// say is the text for a key of the pages.
func (r *request) say(key string, args ...any) string { return r.words().T(key, args...) }
