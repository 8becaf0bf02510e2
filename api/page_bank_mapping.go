package api

import (
	"fmt"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"
)

// bankColumnsPage asks how the columns of a bank's table are read, and shows what comes of it.
type bankColumnsPage struct {
	Name    string // of the file
	Text    string // the file, to be sent again
	Columns []bankColumn
	Options []option
	Preview []crm.BankEntry
	Total   int
	Form    form
}

// bankColumn is a column of the file with its first values.
type bankColumn struct {
	Name, Head, Place, Example, Error string
}

// previewedEntries is how many entries a look at a table shows.
const previewedEntries = 8

// unmapped tells whether a file is a table whose header nobody has confirmed yet.
func (r *request) unmapped(body []byte) (t bankTable, asks bool, err error) {
	if documents.IsCamt(body) {
		return t, false, nil
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return t, false, err
	}
	t, err = readBankTable(r.ctx(), r.store, body, e)
	return t, err == nil && !t.known, err
}

// showBankColumns asks how a table is read. What was chosen so far stands in the form.
func (r *request) showBankColumns(t bankTable, name string, f form) error {
	p := bankColumnsPage{Name: name, Text: tableText(t), Form: f, Total: len(t.rows), Options: []option{{"", r.say("bank.column.none")}}}
	for _, c := range crm.BankColumns() {
		p.Options = append(p.Options, option{c, named(r.words(), "bank_column", c)})
	}
	for i, head := range t.heads {
		var first []string
		for _, row := range t.rows[:min(3, len(t.rows))] {
			if i < len(row.cells) && row.cells[i] != "" {
				first = append(first, clean(row.cells[i], 60))
			}
		}
		p.Columns = append(p.Columns, bankColumn{fmt.Sprintf("column.%d", i), head, t.mapping.Places[i], strings.Join(first, " · "), f.Wrong(fmt.Sprintf("places.%d", i))})
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	found, err := t.read(e, previewedEntries)
	for _, s := range found.Statements {
		p.Preview = append(p.Preview, s.Entries...)
	}
	if wrong, is := asFields(err); is && !f.Failed() {
		for _, w := range wrong[:min(len(wrong), 5)] {
			p.Form.other = append(p.Form.other, strings.TrimPrefix(w.Pointer, "/rows/")+": "+r.errorText(w))
		}
	}
	if p.Form.values == nil {
		p.Form.values = map[string]string{}
	}
	p.Form.values["iban"], p.Form.values["month_first"] = t.mapping.IBAN, fmt.Sprint(t.mapping.MonthFirst)
	return r.show(f.Status(), "bank_columns", r.say("bank.columns"), p)
}

func asFields(err error) (crm.FieldErrors, bool) {
	wrong, is := err.(crm.FieldErrors)
	return wrong, is
}

// tableText is a table as text, whatever it came as.
func tableText(t bankTable) string {
	out := [][]string{t.heads}
	for _, row := range t.rows {
		out = append(out, row.cells)
	}
	return cellsText(out)
}

// formBankColumns looks at a table as its columns were chosen, or keeps that and takes the entries.
func formBankColumns(r *request) error {
	text, name := r.gin.PostForm("text"), clean(r.gin.PostForm("name"), maxName)
	f := values("iban", clean(r.gin.PostForm("iban"), 50))
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	t, err := readBankTable(r.ctx(), r.store, []byte(text), e)
	if err != nil {
		return r.refuseBank(values("file", ""), err)
	}
	t.mapping = crm.BankMapping{Heads: t.heads, Places: make([]string, len(t.heads)), IBAN: f.Value("iban"), MonthFirst: r.gin.PostForm("month_first") == "true"}
	for i := range t.heads {
		f.values[fmt.Sprintf("places.%d", i)] = ""
		t.mapping.Places[i] = known(r.gin.PostForm(fmt.Sprintf("column.%d", i)), crm.BankColumns())
	}
	if wrong, is := asFields(t.mapping.Check()); is {
		for k := range wrong { // of columns that no field is for
			if slices.Contains([]string{"/booked_on", "/amount"}, wrong[k].Pointer) {
				f.other = append(f.other, named(r.words(), "bank_column", wrong[k].Pointer[1:])+": "+r.errorText(wrong[k]))
			}
		}
		r.blameFields(&f, slices.DeleteFunc(wrong, func(e crm.FieldError) bool { return e.Pointer == "/booked_on" || e.Pointer == "/amount" }))
		return r.showBankColumns(t, name, f)
	}
	if r.gin.PostForm("action") != "take" {
		return r.showBankColumns(t, name, f)
	}
	if _, err := t.read(e, len(t.rows)); err != nil {
		f.status = 422
		return r.showBankColumns(t, name, f)
	}
	if t.mapping, err = r.store.SaveBankMapping(r.ctx(), r.user.ID, t.mapping); err != nil {
		return err
	}
	return r.takeBank(name, []byte(text), values("file", ""))
}
