package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"leadtocash/store"
)

// Sizes of a page of a list.
const (
	pageDefault = 50
	pageMax     = 200
)

// page is the answer of a list.
type page[T any] struct {
	Data       []T
	NextCursor *string
	HasMore    bool
}

// listed makes the handler of a list. The filters always hold, whatever else is asked for.
func listed[T any](list store.List[T], always ...store.Filter) func(*request) error {
	return func(r *request) error {
		list, err := withOwn(r, list)
		if err != nil {
			return err
		}
		q, seal, err := r.query(list.Names())
		if err != nil {
			return err
		}
		if err := r.chooseFields(r.route.call); err != nil {
			return err
		}
		q.Filters = append(q.Filters, always...)
		rows, next, err := list.Page(r.ctx(), r.store, r.Scope(), q)
		if err != nil {
			return listProblem(err)
		}
		out := page[T]{Data: rows, HasMore: next != nil}
		if next != nil {
			cursor := r.srv.seal(seal, next)
			out.NextCursor = &cursor
			r.gin.Header("Link", "<"+r.nextAddress(cursor)+`>; rel="next"`)
		}
		return r.JSON(http.StatusOK, r.viewList(out))
	}
}

// withOwn is the list as it can be asked: also by the fields of the company's own that the person may see, where the address names one.
func withOwn[T any](r *request, list store.List[T]) (store.List[T], error) {
	if list.Own() == "" || !strings.Contains(r.gin.Request.URL.RawQuery, "custom") {
		return list, nil
	}
	own, err := r.own(list.Own())
	if err != nil {
		return list, err
	}
	return list.With(own.shown()), nil
}

func listProblem(err error) error {
	if e, ok := errors.AsType[store.Rejected](err); ok {
		var ps params
		if e.Code == "too_many" {
			ps = params{"max": store.MaxSort}
		}
		if e.Allowed != nil {
			ps = params{"allowed": e.Allowed}
		}
		return wrongParameter(e.Parameter, e.Code, ps)
	}
	if errors.Is(err, store.ErrCursor) {
		return wrongParameter("cursor", "invalid_cursor", nil)
	}
	return err
}

func (r *request) nextAddress(cursor string) string {
	q := r.gin.Request.URL.Query()
	q.Set("cursor", cursor)
	return r.gin.Request.URL.Path + "?" + q.Encode()
}

// query reads limit, cursor, sort and filters. What is unknown is refused, never left out (S4). seal names what a cursor belongs to.
func (r *request) query(sorts, filters []string) (q store.Query, seal string, err error) {
	// A semicolon is a character like any other: the library would leave the whole parameter out.
	values, err := url.ParseQuery(strings.ReplaceAll(r.gin.Request.URL.RawQuery, ";", "%3B"))
	if err != nil {
		return q, "", wrongParameter("", "malformed_query", nil)
	}
	q.Limit = pageDefault
	for name, v := range values {
		if len(v) > 1 {
			return q, "", wrongParameter(name, "given_twice", nil)
		}
		if err := readParameter(&q, name, v[0], sorts, filters); err != nil {
			return q, "", err
		}
	}
	slices.SortFunc(q.Filters, func(a, b store.Filter) int { return strings.Compare(a.Field+a.Op, b.Field+b.Op) })
	seal = sealOf(r.route.path, values)
	if cursor := values.Get("cursor"); values.Has("cursor") {
		if q.After, err = r.srv.unseal(seal, cursor); err != nil {
			return q, "", wrongParameter("cursor", "invalid_cursor", nil)
		}
	}
	return q, seal, nil
}

func readParameter(q *store.Query, name, value string, sorts, filters []string) error {
	switch field, op, isFilter := splitFilter(name); {
	case name == "limit":
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > pageMax {
			return wrongParameter("limit", "out_of_range", params{"min": 1, "max": pageMax})
		}
		q.Limit = n
	case name == "cursor", name == "fields":
	case name == "sort":
		for part := range strings.SplitSeq(value, ",") {
			key := strings.TrimPrefix(part, "-")
			if !slices.Contains(sorts, key) {
				return wrongParameter("sort", "unknown_field", params{"allowed": sorts})
			}
			q.Sort = append(q.Sort, store.Order{Field: key, Down: key != part})
		}
	case isFilter:
		if !slices.Contains(filters, field) {
			return wrongParameter(name, "unknown_field", params{"allowed": filters})
		}
		q.Filters = append(q.Filters, store.Filter{Field: field, Op: op, Value: value})
	default:
		return wrongParameter(name, "unknown_parameter", params{"allowed": []string{"limit", "cursor", "sort", "fields", "filter[…]"}})
	}
	return nil
}

// splitFilter takes filter[amount][gte] apart.
func splitFilter(name string) (field, op string, ok bool) {
	rest, ok := strings.CutPrefix(name, "filter[")
	if !ok || !strings.HasSuffix(rest, "]") {
		return "", "", false
	}
	field, op, _ = strings.Cut(strings.TrimSuffix(rest, "]"), "][")
	if op == "" {
		op = "eq"
	}
	return field, op, true
}

// sealOf names the list, sort and filters: a cursor of one is no good for another.
func sealOf(path string, values url.Values) string {
	rest := url.Values{}
	for name, v := range values {
		if name != "cursor" && name != "limit" && name != "fields" {
			rest[name] = v
		}
	}
	return path + "?" + rest.Encode()
}

// seal makes a cursor that only this product can have made.
func (s *Server) seal(what string, after []string) string {
	body, _ := json.Marshal(after) // of texts: cannot fail
	return base64.RawURLEncoding.EncodeToString(append(s.sum(what, body), body...))
}

func (s *Server) unseal(what, cursor string) (after []string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < 16 || !hmac.Equal(raw[:16], s.sum(what, raw[16:])) {
		return nil, store.ErrCursor
	}
	return after, json.Unmarshal(raw[16:], &after)
}

func (s *Server) sum(what string, body []byte) []byte {
	m := hmac.New(sha256.New, s.Secret)
	m.Write([]byte(what))
	m.Write([]byte{0})
	m.Write(body)
	return m.Sum(nil)[:16]
}
