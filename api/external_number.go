package api

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// numberColumns are the columns of a file of another system's numbers, and numberNames what people call them.
var numberColumns = []string{"contract", "tranche", "number", "date", "amount", "paid"}

var numberNames = map[string][]string{
	"contract": {"contract number", "contratto", "numero contratto", "contrato", "numero de contrato", "umowa", "numer umowy"},
	"tranche":  {"tranche id", "position", "rata", "tramo", "transza", "posizione", "posicion", "pozycja"},
	"number":   {"invoice", "invoice number", "fattura", "numero fattura", "numero", "factura", "numero de factura", "faktura", "numer faktury", "numer"},
	"date":     {"invoice date", "issue date", "data", "data fattura", "fecha", "fecha de factura", "data faktury", "data wystawienia"},
	"amount":   {"total", "importo", "totale", "importe", "kwota", "suma", "razem"},
	"paid":     {"pagata", "pagato", "pagada", "pagado", "zaplacona", "zaplacono", "saldata"},
}

// paidWords are what files write for yes; everything else but these and nothing is asked about.
var paidWords = map[string]bool{"yes": true, "y": true, "true": true, "1": true, "x": true, "si": true, "sì": true, "sí": true, "s": true, "tak": true, "t": true, "paid": true, "no": false, "n": false, "false": false, "0": false, "nie": false, "": false}

// numberView is a row of the file with what it would do or did.
type numberView struct {
	Line      int
	State     crm.NumberState
	Contract  string
	Position  int
	TrancheID crm.ID
	Number    string
	Date      crm.Date
	Amount    *decimal.Decimal
	Paid      bool
	InvoiceID crm.ID `doc:"text=That was noted."`
	Problems  []crm.FieldError
}

// numbersView is what became of a file.
type numbersView struct {
	Noted   int `json:"noted"`
	Paid    int `json:"paid"`
	Known   int `json:"known"`
	Refused int `json:"refused"`
	Rows    []numberView
}

var numberCalls = map[string]call{
	"POST /api/v1/external-numbers": call{
		tag: "Invoices", summary: "Note the numbers of another system from a file", media: []string{"text/csv", xlsxType}, body: file{}, refuses: []code{codeImport, codeValidation, codeMediaType, codeBusy, codeParameter},
		query: []parameter{{"dry_run", "true: tell what each row would do, and change nothing.", schema{"type": "boolean"}}}, answers: map[int]any{200: numbersView{}},
	}.
		says("S061, S062", "Columns contract and tranche (its place or id; left out where the amount says which), number, date, amount, paid. Rows that are refused change nothing and leave the others; the same file again changes nothing."),
}

// numberLists is the table of another system's numbers.
func numberLists() []route {
	return []route{
		{method: post, path: "/api/v1/external-numbers", need: crm.MayIssueInvoice, do: postNumbers, limit: ImportLimit},
		{method: get, path: "/billing/numbers", need: crm.MayIssueInvoice, do: pageNumbers, page: true},
		{method: post, path: "/billing/numbers", need: crm.MayIssueInvoice, do: formNumbers, page: true, limit: importUpload},
	}
}

// mostNumbers is how many rows a file has at most.
const mostNumbers = 2000

// readNumbers reads a file of numbers; what is wrong with a row stands on it. Errors: those of readTable, missing_column at /header, too_many at /file.
func readNumbers(body []byte) (out []crm.NumberRow, err error) {
	heads, rows, err := readTable(body)
	if err != nil {
		return nil, err
	}
	if len(rows) > mostNumbers {
		return nil, refusal(codeImport, invalid("/file", "too_many", params{"max": mostNumbers}))
	}
	places := map[string]int{}
	for i, h := range heads {
		for _, column := range numberColumns {
			if _, taken := places[column]; !taken && (strings.ReplaceAll(headName(h), " ", "_") == column || slices.Contains(numberNames[column], headName(h))) {
				places[column] = i
			}
		}
	}
	_, contract := places["contract"]
	_, tranche := places["tranche"]
	if _, number := places["number"]; !number || !contract && !tranche {
		return nil, refusal(codeImport, invalid("/header", "missing_column", params{"need": []string{"number", "contract"}}))
	}
	for _, row := range rows {
		out = append(out, readNumber(row, func(name string) string {
			if i, there := places[name]; there && i < len(row.cells) {
				return clean(strings.TrimSpace(strings.TrimPrefix(row.cells[i], "'")), maxName)
			}
			return ""
		}))
	}
	return out, nil
}

func readNumber(row sheetRow, cell func(string) string) crm.NumberRow {
	x := crm.NumberRow{Line: row.line, Contract: cell("contract"), Number: cell("number")}
	if tranche := cell("tranche"); tranche != "" {
		if n, err := strconv.Atoi(tranche); err == nil && n > 0 && n <= crm.MaxTranches {
			x.Position = n
		} else if id, err := parseID(tranche); err == nil {
			x.TrancheID = id
		} else {
			x.Problems.Add("/tranche", crm.Problem("unknown_record"))
		}
	}
	if len(x.Number) > maxExternal {
		x.Problems.Add("/number", crm.Problem("too_long", "max", strconv.Itoa(maxExternal)))
	}
	if text := cell("date"); text != "" {
		var err error
		x.Date, err = bankDate(text)
		x.Problems.Add("/date", err)
	}
	if text := cell("amount"); text != "" {
		amount, err := bankAmount(text)
		x.Problems.Add("/amount", err)
		x.Amount = &amount
	}
	paid, known := paidWords[strings.ToLower(cell("paid"))]
	if x.Paid = paid; !known {
		x.Problems.Add("/paid", crm.Problem("unknown_value"))
	}
	return x
}

// numbers finds what the rows of a file are of.
func (r *request) numbers(rows []crm.NumberRow) error {
	var ids []crm.ID
	var contracts, numbers []string
	for _, x := range rows {
		contracts, numbers = append(contracts, x.Contract), append(numbers, x.Number)
		if x.TrancheID != "" {
			ids = append(ids, x.TrancheID)
		}
	}
	tranches, taken, err := r.store.NumberedTranches(r.ctx(), r.Scope(), ids, contracts, numbers)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	crm.MatchNumbers(rows, tranches, taken, today)
	return nil
}

// noteNumbers carries the rows out, each by the command of its contract under an id of its own, so that the file may be sent again after whatever broke it off.
func (r *request) noteNumbers(rows []crm.NumberRow) (invoices map[int]crm.ID, err error) {
	invoices = map[int]crm.ID{}
	for i := range rows {
		x := &rows[i]
		if x.State != crm.NumberNew && x.State != crm.NumberPaid {
			continue
		}
		t, invoice, open := x.Tranche, x.Tranche.InvoiceID, x.Tranche.Open
		if x.State == crm.NumberNew {
			id := fmt.Sprintf("numbers:%s:%d:%s", t.ID, t.Version, strings.ToLower(x.Number))
			a, err := r.carryRow(id, crm.InvoiceIssue, t.ContractID, crm.IssueFields{TrancheID: t.ID, Number: x.Number, IssueDate: x.Date})
			if err != nil || !a.OK() {
				if err = r.refuseRow(x, a, err); err != nil {
					return invoices, err
				}
				continue
			}
			invoice, open = crm.ID(a.Params["invoice"]), decimal.Zero
			if owed, err := store.Invoices.Record(r.ctx(), r.store, r.Scope(), invoice); err == nil {
				open = owed.Open
			}
		}
		invoices[x.Line] = invoice
		if x.Paid && open.IsPositive() {
			paid := crm.PaymentFields{InvoiceID: invoice, Amount: open.StringFixed(2), Reference: fmt.Sprintf("EXT %s %s", x.Number, invoice)}
			a, err := r.carryRow(fmt.Sprintf("numbers-paid:%s:%s", invoice, open), crm.PaymentRecord, t.ContractID, paid)
			if err != nil || !a.OK() {
				if err = r.refuseRow(x, a, err); err != nil {
					return invoices, err
				}
			}
		}
	}
	return invoices, nil
}

func (r *request) carryRow(id, kind string, contract crm.ID, fields any) (crm.Answer, error) {
	raw, err := json.Marshal(fields)
	if err != nil {
		return crm.Answer{}, err
	}
	return r.commander.Do(context.WithoutCancel(r.ctx()), crm.Command{ID: id, Kind: kind, Process: crm.ProcessID(crm.KindContract, contract), Actor: string(r.user.ID), Fields: raw})
}

// refuseRow notes on a row why its command was refused; an error of the engine ends the file.
func (r *request) refuseRow(x *crm.NumberRow, a crm.Answer, err error) error {
	if err != nil {
		return err
	}
	x.State = crm.NumberRefused
	if a.Code != string(codeValidation) {
		x.Problems.Add("", crm.Problem(a.Code))
	}
	for pointer, code := range a.Params {
		if a.Code == string(codeValidation) {
			x.Problems.Add(pointer, crm.Problem(code))
		}
	}
	return nil
}

// postNumbers notes the numbers of a file, or tells what it would do.
func postNumbers(r *request) error {
	if err := mediaType(r.gin.Request, "text/csv", xlsxType); err != nil {
		return err
	}
	dry := r.gin.Query("dry_run")
	if dry != "" && dry != "true" && dry != "false" {
		return refusal(codeParameter, invalid("dry_run", "unknown_value", nil))
	}
	body, err := io.ReadAll(r.gin.Request.Body)
	if err != nil {
		return err
	}
	rows, err := readNumbers(body)
	if err != nil {
		return err
	}
	if err := r.invoicedElsewhere(); err != nil {
		return err
	}
	if err := r.numbers(rows); err != nil {
		return err
	}
	invoices := map[int]crm.ID{}
	if dry != "true" {
		if invoices, err = r.noteNumbers(rows); err != nil {
			return err
		}
	}
	return r.JSON(http.StatusOK, r.view(numbersOf(rows, invoices)))
}

// invoicedElsewhere refuses a file of numbers where invoices are issued here.
func (r *request) invoicedElsewhere() error {
	e, err := r.store.LegalEntity(r.ctx())
	if err == nil && e.Invoicing != crm.InvoicingElsewhere {
		return crm.FieldErrors{crm.Problem("invoiced_here").At("/file")}
	}
	return err
}

func numbersOf(rows []crm.NumberRow, invoices map[int]crm.ID) (out numbersView) {
	out.Rows = []numberView{}
	for _, x := range rows {
		switch x.State {
		case crm.NumberNew:
			out.Noted++
		case crm.NumberPaid:
			out.Paid++
		case crm.NumberKnown:
			out.Known++
		default:
			out.Refused++
		}
		v := numberView{x.Line, x.State, x.Contract, x.Position, x.TrancheID, x.Number, x.Date, x.Amount, x.Paid, invoices[x.Line], x.Problems}
		if t := x.Tranche; t != nil {
			v.Contract, v.Position = t.Contract, t.Position
			if v.InvoiceID == "" {
				v.InvoiceID = t.InvoiceID
			}
		}
		v.Problems = []crm.FieldError{}
		for _, e := range x.Problems {
			if e.Params == nil {
				e.Params = map[string]string{}
			}
			v.Problems = append(v.Problems, e)
		}
		out.Rows = append(out.Rows, v)
	}
	return out
}
