package crm

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// CreditNote takes an issued invoice back, as a whole or in part (S087, S091). It never changes; its number has no gaps within series and year. Its figures are
// positive and take away. What it takes settles what is open on the invoice; what was paid already stands on the customer's account.
type CreditNote struct {
	ID           ID
	Series       string
	Year         int
	Sequence     int
	Number       string // "N2026/0001"
	InvoiceID    ID
	ContractID   ID
	Currency     string
	IssueDate    Date
	Net          decimal.Decimal
	Tax          decimal.Decimal
	Total        decimal.Decimal
	Settled      decimal.Decimal // taken from what was open on the invoice
	OnAccount    decimal.Decimal // owed to the customer, who had paid it
	Reason       string          // empty: the deal was undone
	Rebill       bool            // what it took may be invoiced again
	IssuedBy     string
	PreviousHash []byte
	Hash         []byte
	IssuedAt     time.Time
}

// CreditFields are the fields of invoice.credit.
type CreditFields struct {
	InvoiceID ID           `json:"invoice_id"`
	Lines     []CreditPart `json:"lines,omitempty"` // none: all that is not credited yet
	Reason    string       `json:"reason"`
	Rebill    bool         `json:"rebill,omitempty"` // the tranche may be invoiced again; of a whole credit only
	Tells     bool         `json:"tells,omitempty"`  // the customer is told by mail
}

// CreditPart is what is taken from an invoice without tax: from one of its lines or, where none is named, from those of a tax rate in their order.
type CreditPart struct {
	Position   int    `json:"position,omitempty"`
	TaxPercent string `json:"tax_percent,omitempty"`
	Net        string `json:"net"`
}

// Uncredited is what is left of an invoice's lines after what was credited of them, by position; lines of which nothing is left stay, with zeros.
func Uncredited(invoice, credited []InvoiceLine) []InvoiceLine {
	out := append([]InvoiceLine(nil), invoice...)
	for i := range out {
		for _, c := range credited {
			if c.Position == out[i].Position {
				out[i].Net, out[i].Tax = out[i].Net.Sub(c.Net), out[i].Tax.Sub(c.Tax)
			}
		}
	}
	return out
}

// CreditLines are the lines of a credit note that takes the parts from an invoice of which the given is credited; without parts it takes all that is left.
// Tax follows what is credited of a line all in all, so that notes which sum to the line in net sum to it in tax, to the cent, in whatever steps they come.
// Errors, each at its part: unknown_value (no such line or rate), not_a_number and the other errors of amounts, out_of_range (zero, or against the sign of
// its line), beyond_invoice (with what is left); without a pointer nothing_to_credit.
func CreditLines(invoice, credited []InvoiceLine, parts []CreditPart, c Currency) ([]InvoiceLine, error) {
	left := Uncredited(invoice, credited)
	if len(parts) == 0 {
		out := compact(left)
		if len(out) == 0 {
			return nil, Problem("nothing_to_credit")
		}
		return out, nil
	}
	var errs FieldErrors
	taken := make([]decimal.Decimal, len(left))
	for i, p := range parts {
		at := "/lines/" + strconv.Itoa(i)
		net, err := ParseSignedAmount(p.Net, c)
		if err != nil {
			errs.Add(at+"/net", err)
			continue
		}
		lines, name := p.of(left)
		if len(lines) == 0 {
			errs.Add(at+name, Problem("unknown_value"))
			continue
		}
		errs.Add(at+"/net", take(left, taken, lines, net))
	}
	if errs != nil {
		return nil, errs
	}
	for i, l := range left {
		left[i].Tax = creditTax(invoice[i], l, taken[i], c)
		left[i].Net = taken[i]
	}
	return compact(left), nil
}

// of are the lines that a part is about, by index, and the field that says so.
func (p CreditPart) of(lines []InvoiceLine) (out []int, name string) {
	rate, err := decimal.NewFromString(p.TaxPercent)
	for i, l := range lines {
		if p.Position > 0 && l.Position == p.Position || p.Position == 0 && err == nil && !outOfBounds(rate) && l.TaxPercent.Equal(rate) {
			out = append(out, i)
		}
	}
	if p.Position == 0 {
		return out, "/tax_percent"
	}
	return out, "/position"
}

// take spreads a sum over the lines, each as far as something is left of it.
func take(left []InvoiceLine, taken []decimal.Decimal, lines []int, net decimal.Decimal) error {
	room := decimal.Zero
	for _, i := range lines {
		room = room.Add(left[i].Net.Sub(taken[i]))
	}
	switch {
	case net.IsZero() || !room.IsZero() && net.Sign() != room.Sign():
		return Problem("out_of_range", "min", "0.01")
	case net.Abs().GreaterThan(room.Abs()):
		return Problem("beyond_invoice", "left", room.StringFixed(2))
	}
	all := net.Equal(room)
	for _, i := range lines {
		part := left[i].Net.Sub(taken[i])
		switch {
		case all: // deductions go with what they are deducted from
		case part.Sign() != net.Sign():
			continue
		case part.Abs().GreaterThan(net.Abs()):
			part = net
		}
		taken[i] = taken[i].Add(part)
		if !all {
			net = net.Sub(part)
		}
	}
	return nil
}

// creditTax is the tax that goes with so much of a line of which the given is left: the tax of all that is credited after it less that of what was before.
func creditTax(line, left InvoiceLine, net decimal.Decimal, c Currency) decimal.Decimal {
	after := line.Net.Sub(left.Net).Add(net)
	if after.Equal(line.Net) {
		return left.Tax
	}
	tax := Round(after.Mul(line.TaxPercent).Shift(-2), c, HalfUp)
	if tax.Abs().GreaterThan(line.Tax.Abs()) {
		tax = line.Tax
	}
	return tax.Sub(line.Tax.Sub(left.Tax))
}

// compact leaves lines out of which nothing is taken.
func compact(lines []InvoiceLine) (out []InvoiceLine) {
	for _, l := range lines {
		if !l.Net.IsZero() || !l.Tax.IsZero() {
			out = append(out, l)
		}
	}
	return out
}

// Sums adds lines up: net, tax, and both.
func Sums(lines []InvoiceLine) (net, tax, total decimal.Decimal) {
	for _, l := range lines {
		net, tax = net.Add(l.Net), tax.Add(l.Tax)
	}
	return net, tax, net.Add(tax)
}
