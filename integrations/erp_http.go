package integrations

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"leadtocash/crm"
)

// HTTPERP speaks to an ERP over HTTP: POST <base>/orders with an Idempotency-Key, GET and DELETE <base>/orders/<key>. All answer {"ref": "…"}.
// Its two adapters differ in what an order looks like; everything about outcomes is the same.
type HTTPERP struct {
	base   string
	token  string
	keys   []string
	kind   string // of the order's body
	encode func(ERPOrder) ([]byte, error)
	client *http.Client
	now    func() time.Time
}

// ERPSignature is the header that signs what is sent, as leads that come in are signed (crm.SignHook): HMAC-SHA256 over the time and the body,
// or over method and path where there is no body. There is a signature for each key, so that the ERP may change from one to the next when it likes;
// its clock may differ by crm.HookWindow, within which the Idempotency-Key keeps a repeated request from doing anything.
const ERPSignature = "Leadtocash-Signature"

// The limits of a call to the ERP.
const (
	erpTimeout  = 5 * time.Second
	maxERPReply = 64 << 10
)

// NewWebhookERP makes the adapter that sends JSON. base is an http or https address, token goes as a bearer token when it is given, and every
// request is signed with each of the keys, the newest first; without keys nothing is.
func NewWebhookERP(base, token string, keys ...string) (*HTTPERP, error) {
	return newHTTPERP(base, token, keys, "application/json", func(o ERPOrder) ([]byte, error) { return json.Marshal(o) })
}

// NewUBLERP makes the adapter that sends UBL Order 2.1; its parameters are those of NewWebhookERP.
func NewUBLERP(base, token string, keys ...string) (*HTTPERP, error) {
	return newHTTPERP(base, token, keys, "application/xml", UBLOrder)
}

func newHTTPERP(base, token string, keys []string, kind string, encode func(ERPOrder) ([]byte, error)) (*HTTPERP, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("the ERP's address begins with http:// or https://")
	}
	return &HTTPERP{
		base: strings.TrimRight(base, "/"), token: token, keys: keys, kind: kind, encode: encode, now: time.Now,
		client: &http.Client{
			Timeout:       erpTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// CreateOrder implements ERP. Refused connections, 408, 425, 429 and 503 are Temporary, other 4xx and redirects Permanent; a lost answer,
// a timeout and other 5xx are Unknown, since the work may have been done.
func (e *HTTPERP) CreateOrder(ctx context.Context, key string, order ERPOrder) (string, error) {
	body, err := e.encode(order)
	if err != nil {
		return "", erpFailure(Permanent, err)
	}
	status, ref, outcome, err := e.call(ctx, http.MethodPost, "/orders", key, body)
	if err != nil {
		return "", erpFailure(outcome, err)
	}
	if status != http.StatusOK && status != http.StatusCreated {
		return "", erpFailure(outcomeOfStatus(status), fmt.Errorf("answer %d", status))
	}
	if ref == "" {
		return "", erpFailure(Unknown, errors.New("an answer without a reference"))
	}
	return ref, nil
}

// FindOrder implements ERP. Nothing is changed by asking: all failures that are not Permanent are Temporary.
func (e *HTTPERP) FindOrder(ctx context.Context, key string) (string, bool, error) {
	status, ref, _, err := e.call(ctx, http.MethodGet, "/orders/"+url.PathEscape(key), "", nil)
	switch {
	case err != nil:
		return "", false, erpFailure(Temporary, err)
	case status == http.StatusNotFound:
		return "", false, nil
	case status == http.StatusOK && ref != "":
		return ref, true, nil
	case outcomeOfStatus(status) == Permanent:
		return "", false, erpFailure(Permanent, fmt.Errorf("answer %d", status))
	}
	return "", false, erpFailure(Temporary, fmt.Errorf("answer %d without a reference", status))
}

// CancelOrder implements ERP. Cancelling again changes nothing: all failures that are not Permanent are Temporary.
func (e *HTTPERP) CancelOrder(ctx context.Context, order, reason string) (bool, error) {
	status, _, _, err := e.call(ctx, http.MethodDelete, "/orders/"+url.PathEscape(order)+"?reason="+url.QueryEscape(reason), "", nil)
	switch {
	case err != nil:
		return false, erpFailure(Temporary, err)
	case status == http.StatusNotFound:
		return false, nil
	case status == http.StatusOK, status == http.StatusNoContent, status == http.StatusGone:
		return true, nil
	case outcomeOfStatus(status) == Permanent:
		return false, erpFailure(Permanent, fmt.Errorf("answer %d", status))
	}
	return false, erpFailure(Temporary, fmt.Errorf("answer %d", status))
}

// call sends and reads one answer. On an error the outcome is Temporary while nothing had been written yet.
func (e *HTTPERP) call(ctx context.Context, method, path, key string, body []byte) (status int, ref string, outcome Outcome, err error) {
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaderField: func(string, []string) { wrote.Store(true) }})
	req, err := http.NewRequestWithContext(ctx, method, e.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", Permanent, err
	}
	req.Header.Set("Accept", "application/json")
	if body != nil {
		req.Header.Set("Content-Type", e.kind)
		req.Header.Set("Idempotency-Key", key)
	}
	if len(e.keys) > 0 {
		req.Header.Set(ERPSignature, e.sign(SignedContent(req, body)))
	}
	if e.token != "" {
		req.Header.Set("Authorization", "Bearer "+e.token)
	}
	res, err := e.client.Do(req)
	if err != nil {
		if wrote.Load() {
			return 0, "", Unknown, err
		}
		return 0, "", Temporary, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxERPReply))
	if err != nil {
		return 0, "", Unknown, err
	}
	var reply struct {
		Ref string `json:"ref"`
	}
	if res.StatusCode < 300 {
		_ = json.Unmarshal(raw, &reply) // what cannot be read has no reference
	}
	return res.StatusCode, reply.Ref, "", nil
}

func outcomeOfStatus(status int) Outcome {
	switch {
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return Temporary
	case status >= 300 && status < 500:
		return Permanent
	}
	return Unknown
}

func erpFailure(o Outcome, err error) error { return &Failure{o, "erp", err} }

// SignedContent is what a request's signature covers beside its time: the body, or method and path with query of a request without one.
func SignedContent(r *http.Request, body []byte) []byte {
	if len(body) > 0 {
		return body
	}
	return []byte(r.Method + " " + r.URL.RequestURI())
}

// sign signs with each key; all signatures have the one time.
func (e *HTTPERP) sign(content []byte) string {
	var out strings.Builder
	at := e.now()
	for i, key := range e.keys {
		signature := crm.SignHook(key, at, content)
		if i > 0 {
			_, signature, _ = strings.Cut(signature, ",")
			out.WriteByte(',')
		}
		out.WriteString(signature)
	}
	return out.String()
}
