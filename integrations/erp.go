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

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// ERPOrder is a sales order as the ERP takes it. Amounts are exact decimals, without tax.
type ERPOrder struct {
	Number       string          `json:"number"`
	Customer     ERPCustomer     `json:"customer"`
	Currency     string          `json:"currency"`
	Lines        []ERPLine       `json:"lines"`
	Total        decimal.Decimal `json:"total"`
	OrderedOn    crm.Date        `json:"ordered_on"`
	DeliveryDate crm.Date        `json:"delivery_date"`
}

// ERPCustomer is who ordered.
type ERPCustomer struct {
	Name    string `json:"name"`
	VAT     string `json:"vat"`
	Country string `json:"country"`
	Address string `json:"address"`
}

// ERPLine is one position of the order.
type ERPLine struct {
	SKU       string          `json:"sku"` // empty: free text
	Name      string          `json:"name"`
	Quantity  decimal.Decimal `json:"quantity"`
	UnitPrice decimal.Decimal `json:"unit_price"`
	Net       decimal.Decimal `json:"net"` // after discounts
}

// ERP takes sales orders, one for each key (R6). Failures are of type *Failure.
type ERP interface {
	// CreateOrder hands the order over and gives the ERP's own reference. The same key again gives the same reference. After an Unknown
	// outcome the sender asks FindOrder before it sends again.
	CreateOrder(ctx context.Context, key string, order ERPOrder) (ref string, err error)
	// FindOrder asks for the order of the key.
	FindOrder(ctx context.Context, key string) (ref string, found bool, err error)
}

// HTTPERP speaks to an ERP over HTTP: POST <base>/orders with an Idempotency-Key, GET <base>/orders/<key>. Both answer {"ref": "…"}.
type HTTPERP struct {
	base   string
	token  string
	client *http.Client
}

// The limits of a call to the ERP.
const (
	erpTimeout  = 5 * time.Second
	maxERPReply = 64 << 10
)

// NewHTTPERP makes the client; base is an http or https address, token goes as a bearer token when it is given.
func NewHTTPERP(base, token string) (*HTTPERP, error) {
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("the ERP's address begins with http:// or https://")
	}
	return &HTTPERP{
		base: strings.TrimRight(base, "/"), token: token,
		client: &http.Client{
			Timeout:       erpTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// CreateOrder implements ERP. Refused connections, 408, 425, 429 and 503 are Temporary, other 4xx and redirects Permanent; a lost answer,
// a timeout and other 5xx are Unknown, since the work may have been done.
func (e *HTTPERP) CreateOrder(ctx context.Context, key string, order ERPOrder) (string, error) {
	body, err := json.Marshal(order)
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
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Idempotency-Key", key)
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
