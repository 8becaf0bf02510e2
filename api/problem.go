package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// params are the figures of a refusal.
type params map[string]any

// texts are the figures as a sentence takes them: lists by commas.
func (p params) texts() map[string]any {
	out := make(map[string]any, len(p))
	for name, v := range p {
		if list, ok := v.([]string); ok {
			v = strings.Join(list, ", ")
		}
		out[name] = v
	}
	return out
}

// Figures are the item's parameters as its sentence takes them.
func (i item) Figures() map[string]any { return i.Params.texts() }

// Problem is a refusal as RFC 9457 has it, with a code for machines and sentences for people.
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Instance  string `json:"instance"`
	Code      string `json:"code"`
	RequestID string `json:"request_id"`
	Errors    []item `json:"errors"`
	Gate      *gate  `json:"gate,omitempty"`

	Params     params        `json:"params,omitempty"` // figures of the whole
	RetryAfter time.Duration `json:"-"`
}

// item is one thing that is wrong, and where: in the body, a parameter or a header.
type item struct {
	Pointer   *string `json:"pointer,omitempty"` // "" is the whole body
	Parameter string  `json:"parameter,omitempty"`
	Header    string  `json:"header,omitempty"`
	Code      string  `json:"code"`
	Detail    string  `json:"detail"`
	Params    params  `json:"params,omitempty"`
}

func (p Problem) Error() string { return p.Code }

// refusal is a problem of the code, with its items.
func refusal(c code, items ...item) Problem {
	return Problem{Code: string(c), Status: c.status(), Errors: items}
}

// at makes a pointer into the body.
func at(pointer string) *string { return &pointer }

// invalid says what is wrong with one value of the body.
func invalid(pointer, code string, p params) item {
	return item{Pointer: at(pointer), Code: code, Params: p}
}

// wrongParameter refuses a query parameter.
func wrongParameter(name, code string, p params) Problem {
	return refusal(codeParameter, item{Parameter: name, Code: code, Params: p})
}

// Problem answers with a refusal.
func (r *request) Problem(err error) {
	p, ok := refusedEdit(err, r.language)
	if !ok {
		p = problemOf(err)
	}
	r.hideOwn(&p)
	p.Type = "/problems/" + p.Code
	p.Instance = r.gin.Request.URL.Path
	p.RequestID = r.gin.Writer.Header().Get(requestIDHeader)
	p.Title = r.T("error."+p.Code, p.Params.texts())
	p.Detail = p.Title
	for i, e := range p.Errors {
		p.Errors[i].Detail = r.T("error."+e.Code, e.Figures())
	}
	if p.Status >= http.StatusInternalServerError {
		r.srv.Log.ErrorContext(r.ctx(), "request failed", "request_id", p.RequestID, "code", p.Code, "error", err)
	}
	r.answer(p)
}

func (r *request) answer(p Problem) {
	if p.RetryAfter > 0 {
		seconds := int(math.Ceil(p.RetryAfter.Seconds()))
		r.gin.Header("Retry-After", strconv.Itoa(seconds))
		p.Errors = append(p.Errors, item{
			Header: "Retry-After", Code: "seconds", Params: params{"value": seconds},
			Detail: r.T("error.seconds", map[string]any{"value": seconds}),
		})
	}
	if p.Status == http.StatusUnauthorized {
		r.gin.Header("WWW-Authenticate", "Bearer")
	}
	if p.Errors == nil {
		p.Errors = []item{}
	}
	if r.gin.Writer.Written() { // part of an answer is out: nothing can be added
		return
	}
	if r.wantsPage() {
		r.srv.render.Problem(r, p)
		return
	}
	r.gin.Header("Content-Type", "application/problem+json")
	r.gin.JSON(p.Status, p)
}

// problemOf turns what handlers return into a problem; what it does not know is an internal failure and says nothing of itself.
func problemOf(err error) Problem {
	if p, ok := errors.AsType[Problem](err); ok {
		return p
	}
	if f, ok := errors.AsType[crm.FieldErrors](err); ok {
		return refusal(codeValidation, fieldItems(f)...)
	}
	if f, ok := errors.AsType[crm.FieldError](err); ok {
		return refusal(codeValidation, fieldItems(crm.FieldErrors{f})...)
	}
	if t, ok := errors.AsType[store.Taken](err); ok {
		if t.Constraint == "account_vat" {
			return refusal("duplicate_vat", invalid("/vat", "already_used", nil))
		}
		if t.Constraint == "tax_class_name" || t.Constraint == "price_book_name" || t.Constraint == "product_category_name" || t.Constraint == "mail_template_name" {
			return refusal(codeConflict, invalid("/name", "already_used", nil))
		}
		return refusal(codeConflict, item{Pointer: at(""), Code: "already_used", Params: params{"constraint": t.Constraint}})
	}
	if c, ok := errors.AsType[store.Conflicting](err); ok {
		return conflicting(c.Found)
	}
	if t, ok := errors.AsType[store.TooManyTries](err); ok {
		return later(codeRateLimited, t.RetryAfter)
	}
	if t, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return problemOf(tooLarge(t.Limit))
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return refusal(codeNotFound)
	case errors.Is(err, store.ErrStale):
		return refusal(codeStale, item{Header: "If-Match", Code: "mismatch"})
	case errors.Is(err, store.ErrClash):
		return refusal(codeClash, item{Header: "Idempotency-Key", Code: "other_content"})
	case errors.Is(err, store.ErrBusy):
		return later(codeBusy, time.Second)
	case errors.Is(err, ErrOutcomeUnknown):
		return later(codeAccepted, time.Second)
	case errors.Is(err, ErrEngineAway):
		return later(codeEngineAway, 5*time.Second)
	case errors.Is(err, crm.ErrAmountDerived):
		return refusal(codeDerived, item{Pointer: at("/amount"), Code: "derived"})
	case errors.Is(err, context.DeadlineExceeded):
		return later(codeTimedOut, 5*time.Second)
	case errors.Is(err, context.Canceled):
		return refusal(codeGone)
	case store.Away(err):
		return later(codeStorageAway, 5*time.Second)
	}
	return refusal(codeInternal)
}

func later(c code, wait time.Duration) Problem {
	p := refusal(c)
	p.RetryAfter = wait
	return p
}

func fieldItems(errs crm.FieldErrors) []item {
	items := make([]item, len(errs))
	for i, e := range errs {
		items[i] = invalid(e.Pointer, e.Code, nil)
		for name, v := range e.Params {
			if items[i].Params == nil {
				items[i].Params = params{}
			}
			items[i].Params[name] = v
		}
	}
	return items
}
