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
	"strconv"
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
	heads, rows, err := readTable(body)
	if err != nil {
		return nil, err
	}
	places, err := header(heads)
	if err != nil {
		return nil, err
	}
	return leadRows(rows, places, len(heads), "", ""), nil
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

// leadRows makes leads of the rows; the source and campaign are those of rows that bring none.
func leadRows(rows []sheetRow, places map[string]int, columns int, source, campaign string) []crm.ImportRow {
	out := make([]crm.ImportRow, len(rows))
	for i, r := range rows {
		out[i] = readRow(r.line, r.cells, places, columns, source, campaign)
	}
	return out
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

// header finds where each column stands; every mistake is told at once.
func header(head []string) (map[string]int, error) {
	places, wrong := map[string]int{}, []item{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		head[i] = name
		if !slices.Contains(leadColumns, name) {
			ps := params{"name": clean(name, 60), "allowed": leadColumns}
			if near := nearest(name, leadColumns); near != "" {
				ps["did_you_mean"] = near
			}
			wrong = append(wrong, invalid("/header", "unknown_column", ps))
		} else if _, twice := places[name]; twice {
			wrong = append(wrong, invalid("/header", "duplicate", params{"name": name}))
		} else {
			places[name] = i
		}
	}
	if _, there := places["company"]; !there {
		wrong = []item{invalid("/header", "missing_column", params{"need": leadColumns[:1]})}
	}
	if len(wrong) > 0 {
		return nil, refusal(codeImport, wrong...)
	}
	return places, nil
}

func readRow(line int, cells []string, places map[string]int, columns int, source, campaign string) crm.ImportRow {
	cell := func(name string) string {
		if i, there := places[name]; there && i < len(cells) {
			return strings.TrimSpace(cells[i])
		}
		return ""
	}
	b := leadBody{
		Company: cell("company"), ContactName: cell("contact_name"), Email: cell("email"), Phone: cell("phone"), VAT: cell("vat"),
		Country: strings.ToUpper(cell("country")), Need: cell("need"), Language: strings.ToLower(cell("language")), Source: cell("source"),
		Campaign: cell("campaign"), ExternalID: cell("external_id"), Consent: slices.Contains([]string{"1", "true", "yes", "si", "sì", "sí", "tak"}, strings.ToLower(cell("consent"))),
	}
	if b.Source == "" {
		b.Source = cmp.Or(source, "import")
	}
	if b.Campaign == "" {
		b.Campaign = campaign
	}
	l, err := b.lead()
	row := crm.ImportRow{Line: line, Lead: l, State: "waiting"}
	if len(cells) > columns {
		row.Problems = append(row.Problems, crm.Problem("too_many", "max", strconv.Itoa(columns)))
	}
	if p, ok := errors.AsType[Problem](err); ok {
		for _, i := range p.Errors {
			row.Problems = append(row.Problems, withNearest(i, cell(strings.TrimPrefix(*i.Pointer, "/"))))
		}
	}
	if len(row.Problems) > 0 {
		row.State = "refused"
		for _, text := range []*string{
			&row.Lead.Company, &row.Lead.ContactName, &row.Lead.Email, &row.Lead.Phone, &row.Lead.VAT, &row.Lead.Country, &row.Lead.Need,
			&row.Lead.Language, &row.Lead.Source, &row.Lead.Campaign, &row.Lead.ExternalID,
		} {
			*text = strings.ReplaceAll(*text, "\x00", "\ufffd") // no text of the database can hold it
		}
	}
	return row
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
	Process     string        `json:"process,omitempty"`
	State       string        `json:"state"` // preview, running, done
	Total       int           `json:"total"`
	Made        int           `json:"made"`
	Touched     int           `json:"touched"`
	Unchanged   int           `json:"unchanged"`
	Refused     int           `json:"refused"`
	RefusedRows []refusedView `json:"refused_rows"` // the first ones
}

// refusedView is a row that cannot be a lead.
type refusedView struct {
	Line    int           `json:"line"`
	Company string        `json:"company"`
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
		v := refusedView{Line: r.Line, Company: clean(r.Lead.Company, 100)}
		for _, p := range r.Problems {
			v.Errors = append(v.Errors, refusedCell{p.Pointer, p.Code})
		}
		out = append(out, v)
	}
	return out
}

// postImport takes a file of leads: 202, and its rows become leads one after the other. With dry_run it tells what would be refused and
// keeps nothing.
func postImport(r *request) error {
	q := r.gin.Request.URL.Query()
	for name := range q {
		if name != "dry_run" && name != "name" {
			return wrongParameter(name, "unknown_parameter", params{"allowed": []string{"dry_run", "name"}})
		}
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
	rows, err := ReadLeads(body)
	if err != nil {
		return err
	}
	if q.Get("dry_run") == "true" {
		shown := refusedViews(rows)
		v := importView{State: "preview", Total: len(rows), RefusedRows: shown}
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
	m, err := r.store.CreateImport(r.ctx(), crm.Import{ID: id, Name: clean(q.Get("name"), maxName), Author: string(r.user.ID)}, rows)
	if err != nil {
		return err
	}
	r.gin.Header("Location", "/api/v1/imports/"+string(m.ID))
	return r.JSON(http.StatusAccepted, viewOf(m, rows))
}

func viewOf(m crm.Import, refused []crm.ImportRow) importView {
	return importView{
		ID: m.ID, Process: crm.ProcessID(crm.KindImport, m.ID), State: m.State, Total: m.Total, Made: m.Made, Touched: m.Touched,
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
