package api

import (
	"errors"
	"net/http"

	"leadtocash/crm"
)

// numbersPage is a file of another system's numbers: what each row would do, or did.
type numbersPage struct {
	numbersView
	Says    []string // of each row, why it is refused
	Text    string   // the file, to be sent again
	Done    bool
	Looked  bool
	Here    bool // invoices are issued here, so that there is nothing to note
	Columns []string
	Form    form
}

func pageNumbers(r *request) error { return r.showNumbers(values("file", ""), numbersPage{}) }

func (r *request) showNumbers(f form, p numbersPage) error {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p.Form, p.Columns, p.Here = f, numberColumns, e.Invoicing != crm.InvoicingElsewhere
	return r.show(f.Status(), "external_numbers", r.say("numbers.title"), p)
}

// formNumbers looks at a file, tells of each row what it would do, and does it when asked to.
func formNumbers(r *request) error {
	text, f := r.gin.PostForm("text"), values("file", "")
	if text == "" {
		_, body, read, err := r.leadFile()
		if err != nil {
			return err
		}
		if f = read; f.Failed() {
			return r.showNumbers(f, numbersPage{})
		}
		text = string(body)
	}
	rows, err := readNumbers([]byte(text))
	if err == nil {
		err = r.invoicedElsewhere()
	}
	if wrong, is := errors.AsType[Problem](err); is {
		f.status = wrong.Status
		for _, e := range wrong.Errors {
			f.blame("file", r.say("error."+e.Code, e.Figures()))
		}
		return r.showNumbers(f, numbersPage{})
	} else if wrong, is := errors.AsType[crm.FieldErrors](err); is {
		f.status = http.StatusUnprocessableEntity
		r.blameFields(&f, wrong)
		return r.showNumbers(f, numbersPage{})
	} else if err != nil {
		return err
	}
	if err := r.numbers(rows); err != nil {
		return err
	}
	p := numbersPage{Looked: true, Done: r.gin.PostForm("go") == "true"}
	invoices := map[int]crm.ID{}
	if p.Done {
		if invoices, err = r.noteNumbers(rows); err != nil {
			return err
		}
	}
	if p.numbersView = numbersOf(rows, invoices); len(text) > 2 && text[:2] != "PK" {
		p.Text = text
	} else {
		p.Text = numbersText(rows)
	}
	for _, x := range p.Rows {
		why := ""
		for _, e := range x.Problems {
			why += r.errorText(e) + " "
		}
		p.Says = append(p.Says, why)
	}
	return r.showNumbers(f, p)
}

// numbersText is a spreadsheet's rows as CSV, to be sent along.
func numbersText(rows []crm.NumberRow) string {
	out := [][]string{numberColumns}
	for _, x := range rows {
		tranche, date, amount, paid := string(x.TrancheID), "", "", "no"
		if !x.Date.IsZero() {
			date = x.Date.String()
		}
		if x.Amount != nil {
			amount = x.Amount.String()
		}
		if x.Paid {
			paid = "yes"
		}
		out = append(out, []string{x.Contract, tranche, x.Number, date, amount, paid})
	}
	return cellsText(out)
}
