package api

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// importUpload is how many bytes the upload of a file may have in all: over ImportLimit there is room to say in the page that it is too much.
const importUpload = 4 * ImportLimit

// importsPage lists the files that were brought in, with the form for another one of leads, companies or people.
type importsPage struct {
	What    string
	Rows    []store.ImportLine
	Columns []importColumn
	Known   []option
	Form    form
}

// importColumn is a column that a file may have.
type importColumn struct {
	Name, Means, Format string
	Needed              bool
}

func pageImports(r *request) error { return showImports(r, values("file", "")) }

func showImports(r *request, f form) error {
	what := cmp.Or(known(f.Value("what"), crm.ImportKinds()), known(r.gin.Query("what"), crm.ImportKinds()), "lead")
	k, err := r.fileKind(what)
	if err != nil {
		return err
	}
	rows, err := r.store.Imports(r.ctx())
	if err != nil {
		return err
	}
	p := importsPage{What: what, Rows: rows, Known: enumOptions(r, "", "import_known", crm.ImportKnown()), Form: f}
	for i, name := range k.columns {
		c := importColumn{Name: name, Means: r.columnName(k, name), Needed: i == 0}
		c.Format = r.columnFormat(k, name)
		p.Columns = append(p.Columns, c)
	}
	return r.show(f.Status(), "imports", r.say("import.title."+what), p)
}

// columnKeys are the words for columns that forms call so too.
var columnKeys = map[string]string{
	"tax_code": "account.tax_code", "sdi": "account.sdi", "pec": "account.pec", "iban": "account.iban", "address": "account.address", "street": "account.street",
	"postal_code": "account.postal_code", "city": "account.city", "region": "account.region", "class": "account.class", "payment_days": "quote.payment_days",
	"credit_limit": "account.credit_limit", "parent": "account.parent", "owner": "col.owner", "job": "contact.job", "role": "contact.role",
}

// columnFormat says how a column is written, where that is not plain.
func (r *request) columnFormat(k fileKind, name string) string {
	if own, is := strings.CutPrefix(name, ownPrefix); is {
		f, _ := k.own.at(own)
		switch f.Type {
		case crm.CustomChoice, crm.CustomChoices:
			return strings.Join(f.Keys(), ", ")
		case crm.CustomDate:
			return "2026-11-21"
		case crm.CustomNumber, crm.CustomMoney:
			return "1234.50"
		case crm.CustomBool:
			return "true, false"
		}
		return ""
	}
	if name == "role" {
		return strings.Join(crm.ContactRoles(), ", ")
	}
	if key := "import.format." + name; r.words().Has(key) {
		return r.say(key)
	}
	return ""
}

// columnName is what a column is called in the person's language.
func (r *request) columnName(k fileKind, name string) string {
	if own, is := strings.CutPrefix(name, ownPrefix); is {
		f, _ := k.own.at(own)
		return cmp.Or(f.Label(r.language), own)
	}
	if key := "import.column." + k.what + "." + name; r.words().Has(key) {
		return r.say(key)
	}
	return r.say(cmp.Or(columnKeys[name], "import.column."+name))
}

// formImport reads a file and keeps it to be looked at; nothing of it is a lead yet, and a file that cannot be read leaves nothing (S063).
func formImport(r *request) error {
	name, body, f, err := r.leadFile()
	if err != nil {
		return err
	}
	if f.Failed() {
		return showImports(r, f)
	}
	m := crm.Import{
		What: cmp.Or(known(f.Value("what"), crm.ImportKinds()), "lead"), Known: cmp.Or(known(f.Value("known"), crm.ImportKnown()), "skip"), Name: name, Author: string(r.user.ID),
	}
	if m.Source, err = crm.CleanText(f.Value("source"), maxName); err == nil {
		m.Campaign, err = crm.CleanText(f.Value("campaign"), maxName)
	}
	if err != nil {
		f.blame("source", r.errorText(err))
		return showImports(r, f)
	}
	rows, err := r.readMapped(&m, body, nil)
	if p, ok := errors.AsType[Problem](err); ok {
		f.status = p.Status
		for _, e := range p.Errors {
			f.other = append(f.other, r.say("error."+e.Code, e.Figures()))
		}
		f.blame("file", r.say("import.not_taken"))
		return showImports(r, f)
	} else if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	text := strings.Join([]string{string(r.user.ID), r.gin.Request.FormValue("once"), hex.EncodeToString(sum[:]), m.Source, m.Campaign, m.What, m.Known}, "\x00")
	m.ID = crm.ID(uuid.NewSHA1(uuid.NameSpaceURL, []byte(text)).String())
	if m, err = r.store.PreviewImport(r.ctx(), m, rows, body); err != nil {
		return err
	}
	return r.SeeOther("/imports/" + string(m.ID))
}

// leadFile is the file of the form; what cannot be a text with rows is blamed by what it is.
func (r *request) leadFile() (name string, body []byte, f form, err error) {
	f = values("file", "")
	file, header, err := r.gin.Request.FormFile("file")
	switch {
	case errors.Is(err, http.ErrMissingFile), errors.Is(err, http.ErrNotMultipart):
		f.blame("file", r.say("form.required"))
		return name, nil, f, nil
	case err != nil:
		if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return name, nil, f, big
		}
		f.blame("file", r.say("error.unreadable"))
		return name, nil, f, nil
	}
	defer file.Close()
	for _, name := range []string{"source", "campaign", "what", "known"} {
		f.values[name] = clean(r.gin.Request.FormValue(name), maxName)
	}
	if body, err = io.ReadAll(io.LimitReader(file, ImportLimit+1)); err != nil {
		return name, nil, f, err
	}
	name = clean(path.Base(strings.ReplaceAll(header.Filename, "\\", "/")), maxName)
	switch found := http.DetectContentType(body); {
	case len(body) == 0:
		f.blame("file", r.say("document.empty_file"))
	case len(body) > ImportLimit:
		f.blame("file", r.say("import.too_large", "Max", ImportLimit>>20))
		f.status = http.StatusRequestEntityTooLarge
	case found == "application/zip": // a spreadsheet, as far as can be seen before it is unpacked
	case strings.Contains(found, "utf-16"):
		f.blame("file", r.say("import.encoding"))
	case !strings.HasPrefix(found, "text/plain"):
		f.blame("file", r.say("import.type", "Found", found))
	}
	return name, body, f, nil
}

// importPage is one file: what its columns become, what was refused and why, and how far it has come.
type importPage struct {
	store.ImportLine
	Percent int
	Map     []importField
	Options []option
	Choices []option // what becomes of rows that are known
	Refused []refusedRow
	More    int // refused rows beyond those shown
	Process string
	Form    form
}

// importField says what a column of the file becomes, with its first value.
type importField struct{ Name, Column, Field, Means, Example string }

// refusedRow is a mistake of one row in words.
type refusedRow struct {
	Line                 int
	Company, Field, What string
	Near                 string // the value that was most likely meant
}

func pageImport(r *request) error { return showImport(r, values()) }

func showImport(r *request, f form) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	m, err := r.store.ImportLine(r.ctx(), id)
	if err != nil {
		return err
	}
	p := importPage{ImportLine: m, Percent: 100, Process: "/process/" + crm.ProcessID(crm.KindImport, id), Form: f}
	if m.Total > 0 {
		p.Percent = 100 * m.Taken() / m.Total
	}
	first, err := r.store.FirstRow(r.ctx(), id)
	if err != nil {
		return err
	}
	k, err := r.fileKind(m.What)
	if err != nil {
		return err
	}
	p.Map = r.importFields(k, m.Import, importCells(first))
	p.Options, p.Choices = r.columnOptions(k), enumOptions(r, "", "import_known", crm.ImportKnown())
	rows, err := r.store.RefusedRows(r.ctx(), id, shownRows)
	if err != nil {
		return err
	}
	p.Refused, p.More = r.refusedRows(k, rows), max(0, m.Refused-len(rows))
	return r.show(f.Status(), "import", m.Name, p)
}

func (r *request) refusedRows(k fileKind, rows []crm.ImportRow) (out []refusedRow) {
	for _, row := range rows {
		for i, e := range row.Problems {
			one := refusedRow{Line: row.Line, Company: titleOf(row), What: r.rowProblem(e), Near: e.Params["did_you_mean"]}
			if name := columnAt(e.Pointer); name != "" {
				one.Field = r.columnName(k, name)
			}
			if i > 0 {
				one.Company = ""
			}
			out = append(out, one)
		}
	}
	return out
}

func (r *request) rowProblem(e crm.FieldError) string {
	if e.Code == "unknown_value" && e.Params["allowed"] != "" {
		return r.say("error.invalid_one_of", e.Params)
	}
	return r.errorText(e)
}

// formImportStart begins to make records of the rows. The file's id is the key: pressed twice, it is begun once.
func formImportStart(r *request) error {
	return importForm(r, "import_begun", "/imports/"+r.gin.Param("id"), func(id crm.ID) error {
		_, err := r.store.StartImport(r.ctx(), id, r.user.ID)
		return err
	})
}

// formImportDiscard drops a file that nothing was made of.
func formImportDiscard(r *request) error {
	return importForm(r, "import_discarded", "/imports", func(id crm.ID) error { return r.store.DiscardImport(r.ctx(), id) })
}

func importForm(r *request, done, next string, do func(crm.ID) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	f := values()
	if err := r.judge(&f, do(id)); err != nil {
		return err
	}
	if f.Failed() {
		return showImport(r, f)
	}
	return r.said(done, next)
}

// pageImportRefused sends the refused rows as a file, with the reasons, to be corrected and brought in again.
func pageImportRefused(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	m, err := r.store.ImportLine(r.ctx(), id)
	if err != nil {
		return err
	}
	rows, err := r.store.RefusedRows(r.ctx(), id, m.Refused)
	if err != nil {
		return err
	}
	k, err := r.fileKind(m.What)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-refused.csv", strings.TrimSuffix(m.Name, path.Ext(m.Name)))
	return r.sendCSV(name, r.refusedFile(k, m.Columns, rows))
}
