package api

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"leadtocash/crm"

	"golang.org/x/text/language"
)

// ImportLimit is how many bytes a file of leads may have.
const ImportLimit = 10 << 20

// importRowLimit is how many rows it may have.
const importRowLimit = 100_000

// shownRows is how many refused rows an answer holds.
const shownRows = 200

// leadColumns are the columns that a file of leads may have; the first is needed.
var leadColumns = []string{"company", "contact_name", "email", "phone", "vat", "country", "need", "language", "source", "campaign", "external_id", "consent"}

// ReadLeads reads a file of leads (S063): a spreadsheet, or CSV in UTF-8 with its columns parted by comma, semicolon or tab; the first row is
// the header. A row that cannot be a lead is refused with every reason and stands beside the others; only a file that cannot be read at all
// is an error.
func ReadLeads(body []byte) ([]crm.ImportRow, error) {
	return leadFile.table(body)
}

// ReadRecords is ReadLeads for a file of any kind, one of crm.ImportKinds; amounts are in the currency. Fields of the company's own have no columns.
func ReadRecords(what string, body []byte, currency crm.Currency) ([]crm.ImportRow, error) {
	k := leadFile
	switch what {
	case "account":
		k = companyFile
	case "contact":
		k = personFile
	}
	k.own.currency = currency
	return k.table(body)
}

// table reads a file whose header names the columns.
func (k fileKind) table(body []byte) ([]crm.ImportRow, error) {
	heads, rows, err := readTable(body)
	if err != nil {
		return nil, err
	}
	places, err := k.header(heads)
	if err != nil {
		return nil, err
	}
	return k.rows(rows, places, len(heads), crm.Import{What: k.what}), nil
}

// readTable reads the header and the rows of a file.
func readTable(body []byte) (heads []string, rows []sheetRow, err error) {
	if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
		if rows, err = readXLSX(body); err != nil {
			return nil, nil, err
		}
		rows = slices.DeleteFunc(rows, func(r sheetRow) bool { return strings.TrimSpace(strings.Join(r.cells, "")) == "" })
		if len(rows) == 0 {
			return nil, nil, refusal(codeImport, invalid("/file", "empty", nil))
		}
		heads, rows = rows[0].cells, rows[1:]
	} else if heads, rows, err = readCSV(body); err != nil {
		return nil, nil, err
	}
	switch {
	case len(rows) == 0:
		return nil, nil, refusal(codeImport, invalid("/file", "no_rows", nil))
	case len(rows) > importRowLimit:
		return nil, nil, refusal(codeImport, invalid("/file", "too_many", params{"max": importRowLimit}))
	}
	for i, h := range heads {
		heads[i] = clean(strings.TrimSpace(h), maxName)
	}
	return heads, rows, nil
}

func readCSV(body []byte) (heads []string, rows []sheetRow, err error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		return nil, nil, refusal(codeImport, invalid("/file", "invalid_utf8", nil))
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil, refusal(codeImport, invalid("/file", "empty", nil))
	}
	first, _, _ := bytes.Cut(body, []byte("\n"))
	c := csv.NewReader(bytes.NewReader(body))
	c.Comma, c.FieldsPerRecord, c.LazyQuotes = separator(string(first)), -1, true
	if heads, err = c.Read(); err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, notCSV(err)
	}
	for {
		cells, err := c.Read()
		switch {
		case errors.Is(err, io.EOF):
			return heads, rows, nil
		case err != nil:
			return nil, nil, notCSV(err)
		case len(rows) > importRowLimit:
			return heads, rows, nil
		}
		line, _ := c.FieldPos(0)
		rows = append(rows, sheetRow{line, cells})
	}
}

// separator is the sign that parts the columns of the header most often.
func separator(head string) rune {
	best := ','
	for _, r := range ";\t" {
		if strings.Count(head, string(r)) > strings.Count(head, string(best)) {
			best = r
		}
	}
	return best
}

// withNearest is what is wrong with a cell, with the figures of its sentence and the value that was most likely meant.
func withNearest(i item, value string) crm.FieldError {
	e := crm.Problem(i.Code).At(*i.Pointer)
	e.Params = map[string]string{}
	for name, v := range i.Params {
		e.Params[name] = fmt.Sprint(v)
	}
	near := ""
	if known, ok := i.Params["allowed"].([]string); ok {
		e.Params["allowed"] = strings.Join(known, ", ")
		near = nearest(strings.ToLower(value), known)
	} else if region, err := language.ParseRegion(value); i.Code == "invalid_country" && err == nil && region.IsCountry() {
		near = region.String() // ITA is IT
	}
	if near != "" {
		e.Params["did_you_mean"] = near
	}
	return e
}

func notCSV(err error) error {
	ps := params{}
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		ps["line"], ps["column"] = e.Line, e.Column
	}
	return refusal(codeImport, invalid("/file", "syntax", ps))
}

// importView is what became of a file, or would: counts, and the rows that were refused with why.
type importView struct {
	ID          crm.ID        `json:"id,omitempty"` // none of a preview
	What        string        `json:"what" doc:"enum=import_kind"`
	Process     string        `json:"process,omitempty"`
	State       string        `json:"state"` // preview, running, done
	Total       int           `json:"total"`
	Made        int           `json:"made"`
	Touched     int           `json:"touched" doc:"text=Leads with one more touch, companies or people that were changed."`
	Unchanged   int           `json:"unchanged"`
	Refused     int           `json:"refused"`
	RefusedRows []refusedView `json:"refused_rows"` // the first ones
}

// refusedView is a row that cannot be a record.
type refusedView struct {
	Line    int           `json:"line"`
	Company string        `json:"company" doc:"text=Or the person."`
	Errors  []refusedCell `json:"errors"`
}

type refusedCell struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
}

func refusedViews(rows []crm.ImportRow) []refusedView {
	out := []refusedView{}
	for _, r := range rows {
		if r.State != "refused" || len(out) == shownRows {
			continue
		}
		v := refusedView{Line: r.Line, Company: clean(titleOf(r), 100)}
		for _, p := range r.Problems {
			v.Errors = append(v.Errors, refusedCell{p.Pointer, p.Code})
		}
		out = append(out, v)
	}
	return out
}

// postImport takes a file of leads, companies or people: 202, and its rows become records one after the other. With dry_run it tells what would be refused and
// keeps nothing.
func postImport(r *request) error {
	q := r.gin.Request.URL.Query()
	allowed := []string{"dry_run", "known", "name", "what"}
	for name := range q {
		if !slices.Contains(allowed, name) {
			return wrongParameter(name, "unknown_parameter", params{"allowed": allowed})
		}
	}
	m := crm.Import{What: cmp.Or(q.Get("what"), "lead"), Known: cmp.Or(q.Get("known"), "skip"), Name: clean(q.Get("name"), maxName), Author: string(r.user.ID)}
	if !slices.Contains(crm.ImportKinds(), m.What) {
		return wrongParameter("what", "invalid_value", params{"allowed": crm.ImportKinds()})
	}
	if !slices.Contains(crm.ImportKnown(), m.Known) {
		return wrongParameter("known", "invalid_value", params{"allowed": crm.ImportKnown()})
	}
	if dry := q.Get("dry_run"); dry != "" && dry != "true" && dry != "false" {
		return wrongParameter("dry_run", "invalid_value", params{"allowed": []string{"true", "false"}})
	}
	if err := mediaType(r.gin.Request, "text/csv", xlsxType); err != nil {
		return err
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return err
	}
	k, err := r.fileKind(m.What)
	if err != nil {
		return err
	}
	heads, table, err := readTable(body)
	if err != nil {
		return err
	}
	places, err := k.header(heads)
	if err != nil {
		return err
	}
	rows := k.rows(table, places, len(heads), m)
	if q.Get("dry_run") == "true" {
		shown := refusedViews(rows)
		v := importView{What: m.What, State: "preview", Total: len(rows), RefusedRows: shown}
		for _, row := range rows {
			if row.State == "refused" {
				v.Refused++
			}
		}
		return r.JSON(http.StatusOK, v)
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	m.ID = id
	if m, err = r.store.CreateImport(r.ctx(), m, rows); err != nil {
		return err
	}
	r.gin.Header("Location", "/api/v1/imports/"+string(m.ID))
	return r.JSON(http.StatusAccepted, viewOf(m, rows))
}

func viewOf(m crm.Import, refused []crm.ImportRow) importView {
	return importView{
		ID: m.ID, What: m.What, Process: crm.ProcessID(crm.KindImport, m.ID), State: m.State, Total: m.Total, Made: m.Made, Touched: m.Touched,
		Unchanged: m.Unchanged, Refused: m.Refused, RefusedRows: refusedViews(refused),
	}
}

// getImport tells how far a file has come.
func getImport(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	m, err := r.store.Import(r.ctx(), id)
	if err != nil {
		return err
	}
	rows, err := r.store.RefusedRows(r.ctx(), id, shownRows)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, viewOf(m, rows))
}
