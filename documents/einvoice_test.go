package documents_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/documents"

	"github.com/shopspring/decimal"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

var reasons = map[string]string{"N2.1": "Art. 7-ter DPR 633/72", "N3.1": "Art. 8 c. 1 DPR 633/72", "N3.2": "Art. 41 DL 331/93", "N4": "Art. 10 DPR 633/72", "N6.3": "Art. 17 c. 6 DPR 633/72"}

// eInvoices are invoices and credit notes of every kind: buyers of the state, at home, in the Union and beyond, rates and reasons, split payment, stamp duty,
// withholding, instalments, fractions, and letters that no format likes.
func eInvoices(n int) []crm.EInvoice {
	r := rand.New(rand.NewPCG(7, 11))
	buyers := []crm.EParty{
		{Name: "Bianchi & Figli S.p.A.", VAT: "IT00743110157", Street: "Via dell'Università, 5", PostalCode: "40121", City: "Bologna", Province: "BO", Country: "IT", SDI: "M5UXCR1", Email: "a@demo.example"},
		{Name: "Comune di Forlì", TaxCode: "00743110157", Street: "Piazza A. Saffi 8", PostalCode: "47121", City: "Forlì", Province: "FC", Country: "IT", SDI: "UFY9MH"},
		{Name: "Łódzkie Zakłady “Żółw” sp. z o.o.", VAT: "PL5260250274", Street: "ul. Świętokrzyska 1", PostalCode: "00-001", City: "Łódź", Country: "PL"},
		{Name: "Peña <Hermanos> SL", VAT: "ESA28015865", Street: "Calle Núñez 3", PostalCode: "28001", City: "Madrid", Country: "ES"},
		{Name: "Zürich Maschinen AG", Street: "Bahnhofstrasse 1", PostalCode: "8001", City: "Zürich", Country: "CH"},
		{Name: "Rossi Mario", TaxCode: "RSSMRA85T10A562S", Street: "Via Po 1", PostalCode: "10121", City: "Torino", Province: "TO", Country: "IT", PEC: "rossi@pec.example"},
	}
	out := make([]crm.EInvoice, n)
	for i := range out {
		buyer := buyers[i%len(buyers)]
		e := crm.EInvoice{
			Kind: []crm.EInvoiceKind{crm.EInvoiceBill, crm.EInvoiceAdvance, crm.EInvoiceCredit}[(i+i/3)%3], Number: fmt.Sprintf("2026/%04d", i+1), Transmission: fmt.Sprintf("%05d", i+1),
			IssueDate: crm.NewDate(2026, time.November, 1+i%28), Currency: "EUR", Buyer: buyer, Note: "Contract C-2026-0001 – progress\n50 %", Contract: "C-2026-0001",
			Seller: crm.EParty{Name: "Demo Automation Srl", VAT: "IT00743110157", Regime: "RF01", Street: "Via Roma 1", PostalCode: "20121", City: "Milano", Province: "MI", Country: "IT", Email: "office@demo.example"},
		}
		codes := []string{"", "", "N4", "N2.1", "N4"} // two reasons that EN 16931 does not tell apart
		switch buyer.Country {
		case "PL", "ES":
			codes = []string{"N3.2"}
		case "CH":
			codes = []string{"N3.1"}
		}
		e.SplitPayment = len(buyer.SDI) == 6
		if e.SplitPayment {
			codes = []string{""}
		} else if i%9 == 0 {
			codes = []string{"N6.3", "", "N4", "N3.2"}[:2+i%3]
		}
		for k := range 1 + r.IntN(6) {
			l := crm.EInvoiceLine{Text: fmt.Sprintf("Gearbox ½″ %d – ąłàñ €", k), SKU: "GB-1", Unit: []string{"pcs", "h", "m²", ""}[r.IntN(4)], TaxCode: codes[r.IntN(len(codes))]}
			l.Quantity, l.UnitPrice = decimal.New(1+r.Int64N(9000), -int32(r.IntN(4))), decimal.New(r.Int64N(500_000), -int32(r.IntN(5)))
			if l.TaxCode == "" {
				l.TaxPercent = dec([]string{"22", "10", "4", "5.5"}[r.IntN(4)])
			}
			l.Net = crm.Round(l.Quantity.Mul(l.UnitPrice), "EUR", crm.HalfUp)
			e.Lines = append(e.Lines, l)
		}
		e.Taxes = crm.Taxed(e.Lines, "EUR", crm.HalfUp, reasons)
		for _, t := range e.Taxes {
			e.Net, e.Tax = e.Net.Add(t.Base), e.Tax.Add(t.Tax)
			if t.Code == "N4" && t.Base.GreaterThan(dec("77.47")) {
				e.StampDuty = dec("2")
			}
		}
		e.Total = e.Net.Add(e.Tax)
		if n := len(e.Lines); i%5 == 2 && n > 1 { // of two contracts
			e.Refs = []crm.EReferences{{Contract: "C-2026-0001", Order: "O-2026-0001", Lines: []int{1}}, {Contract: "C-2026-0002", Order: "O-2026-0002"}}
			for k := 2; k <= n; k++ {
				e.Refs[1].Lines = append(e.Refs[1].Lines, k)
			}
		}
		if e.Kind == crm.EInvoiceCredit {
			e.Corrects = crm.EReference{Number: "2026/0001", Date: e.IssueDate.AddDays(-3)}
		}
		if i%5 == 0 {
			e.Withholding = crm.Withholding{Kind: "RT02", Percent: dec("20"), Reason: "A", Amount: crm.Round(e.Net.Mul(dec("0.2")), "EUR", crm.HalfUp)}
		}
		if e.Kind != crm.EInvoiceCredit {
			if i%4 == 0 { // his deposit; of one invoice the whole
				e.PaidBefore = crm.Round(e.Payable().Div(dec("3")), "EUR", crm.HalfUp)
			}
			e.IBAN = "IT60X0542811101000000123456"
			half := crm.Round(e.Payable().Div(dec("2")), "EUR", crm.HalfUp)
			e.Instalments = []crm.EInstalment{{DueDate: e.IssueDate.AddDays(30), Amount: half}, {DueDate: e.IssueDate.AddDays(60), Amount: e.Payable().Sub(half)}}[i%2:]
			if i%2 == 1 {
				e.Instalments[0].Amount = e.Payable()
			}
		}
		out[i] = e
	}
	return out
}

// Invoices and credit notes of every kind, EINVOICES of them, are valid by the official schemas of FatturaPA and UBL and by the rules of EN 16931 (S091).
func TestElectronicInvoices(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var fatture, bills []string
	write := func(to *[]string, name string, text []byte, err error) {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		*to = append(*to, path)
	}
	n, _ := strconv.Atoi(os.Getenv("EINVOICES"))
	kinds := map[crm.EInvoiceKind]int{}
	for i, e := range append(eInvoices(max(n, 60)), expensesInvoice(t)) {
		text, err := documents.FatturaPA(e)
		write(&fatture, fmt.Sprintf("f%02d.xml", i), text, err)
		text, err = documents.UBLInvoice(e)
		write(&bills, fmt.Sprintf("u%02d.xml", i), text, err)
		kinds[e.Kind]++
		for what, so := range map[string]bool{
			"withholding": e.Withholding.Amount.IsPositive(), "stamp duty": e.StampDuty.IsPositive(), "split payment": e.SplitPayment, "several rates": distinct(e, rate) > 1,
			"several reasons": distinct(e, reason) > 1,
		} {
			if so {
				kinds[e.Kind+crm.EInvoiceKind(", "+what)]++
			}
		}
	}
	for _, kind := range []crm.EInvoiceKind{crm.EInvoiceBill, crm.EInvoiceCredit} {
		for _, what := range []crm.EInvoiceKind{"", ", withholding", ", stamp duty", ", split payment", ", several rates", ", several reasons"} {
			if kinds[kind+what] == 0 {
				t.Errorf("none is %s%s: %v", kind, what, kinds)
			}
		}
	}
	t.Log(kinds)
	valid(t, "fatturapa", "xmllint", fatture)
	valid(t, "ubl", "xmllint", bills)
	valid(t, "en16931", "java", bills)
}

// expensesInvoice bills expenses with a markup, each on a line with its receipt, as they are put up for billing (S060, S083).
func expensesInvoice(t *testing.T) crm.EInvoice {
	t.Helper()
	e := eInvoices(1)[0]
	e.Kind, e.Number, e.SplitPayment, e.StampDuty, e.Withholding, e.PaidBefore, e.Lines = crm.EInvoiceBill, "2026/9001", false, decimal.Zero, crm.Withholding{}, decimal.Zero, nil
	tranche, part, lines, err := crm.Pricing{Currency: crm.EUR, Rounding: crm.HalfUp}.BillExpenses([]crm.Expense{{Cost: dec("33.33")}, {Cost: dec("10.05")}, {Cost: dec("0.07")}}, dec("10"), crm.TranchePart{TaxPercent: dec("22")})
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lines {
		e.Lines = append(e.Lines, crm.EInvoiceLine{Text: fmt.Sprintf("Travel, 0%d Nov 2026: train to Turin & back (receipt: ticket №%d.pdf)", i+1, i), Quantity: dec("1"), UnitPrice: l.Net, Net: l.Net, TaxPercent: part.TaxPercent})
	}
	if e.Taxes = crm.Taxed(e.Lines, crm.EUR, crm.HalfUp, reasons); len(e.Taxes) != 1 || !e.Taxes[0].Tax.Equal(part.Tax) {
		t.Fatalf("%+v is not the tax of %+v", e.Taxes, part)
	}
	e.Net, e.Tax, e.Total = tranche.Net, tranche.Tax, tranche.Total
	e.Instalments = []crm.EInstalment{{DueDate: e.IssueDate.AddDays(30), Amount: e.Total}}
	return e
}

func rate(t crm.EInvoiceTax) string { return t.Percent.String() }

func reason(t crm.EInvoiceTax) string { return t.Code }

// distinct counts the values, but those of nothing, that the taxes have.
func distinct(e crm.EInvoice, of func(crm.EInvoiceTax) string) int {
	seen := map[string]bool{}
	for _, t := range e.Taxes {
		if v := of(t); v != "" {
			seen[v] = true
		}
	}
	return len(seen)
}

// valid asks the official validators, where they are.
func valid(t *testing.T, kind, program string, files []string) {
	t.Helper()
	if out := complaints(t, kind, program, files); out != "" {
		t.Errorf("%s: %.6000s", kind, out)
	}
}

// validators is the folder of the official rules, and whether it is here.
func validators() (dir string, here bool) {
	if dir = os.Getenv("LEADTOCASH_VALIDATORS"); dir == "" {
		dir = filepath.Join("..", "..", "shared", "validators")
	}
	_, err := os.Stat(filepath.Join(dir, "validate"))
	return dir, err == nil
}

// complaints are what the official validators have against files; nothing where they are not here.
func complaints(t *testing.T, kind, program string, files []string) string {
	t.Helper()
	dir, here := validators()
	if !here {
		t.Logf("the official %s rules are not here: structure and sums only", kind)
		return ""
	}
	if _, err := exec.LookPath(program); err != nil {
		t.Errorf("%s is missing, and with it the look at %s", program, kind)
		return ""
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(dir, "validate"), append([]string{kind}, files...)...).CombinedOutput()
	if err == nil && program != "xmllint" { // of that, the exit code is lost
		return ""
	}
	return strings.TrimSpace(string(out))
}

// A total that somebody changed is noticed: by our own sums before a document is written, and in the document by the rules of EN 16931 (S091).
func TestTamperedTotal(t *testing.T) {
	t.Parallel()
	var files []string
	for _, e := range eInvoices(3) {
		text, err := documents.UBLInvoice(e)
		if err != nil {
			t.Fatal(err)
		}
		was, is := ">"+e.Total.StringFixed(2)+"</cbc:TaxInclusiveAmount>", ">"+e.Total.Add(dec("0.01")).StringFixed(2)+"</cbc:TaxInclusiveAmount>"
		if !strings.Contains(string(text), was) {
			t.Fatalf("no %s in %s", was, text)
		}
		files = append(files, filepath.Join(t.TempDir(), "x.xml"))
		if err := os.WriteFile(files[len(files)-1], []byte(strings.Replace(string(text), was, is, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		e.Total = e.Total.Add(dec("0.01"))
		if err := e.Check(); err == nil || !strings.Contains(err.Error(), "/total: sum_mismatch") {
			t.Errorf("our own sums: %v", err)
		}
	}
	if _, here := validators(); !here {
		return
	}
	out := complaints(t, "en16931", "java", files)
	if n := strings.Count(out, "BR-CO-15"); n < len(files) {
		t.Errorf("%d of %d changed totals are noticed: %s", n, len(files), out)
	}
}

// A figure that does not follow from the others, a missing address, a rate of nothing without a reason: none of them leaves the house (S091).
func TestElectronicInvoiceRefused(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*crm.EInvoice){
		"/total: sum_mismatch":                   func(e *crm.EInvoice) { e.Total = e.Total.Add(dec("0.01")) },
		"/net: sum_mismatch":                     func(e *crm.EInvoice) { e.Lines[0].Net = e.Lines[0].Net.Sub(dec("0.01")) },
		"/taxes/0/tax: sum_mismatch":             func(e *crm.EInvoice) { e.Taxes[0].Tax = e.Taxes[0].Tax.Add(dec("9")) },
		"/taxes: required":                       func(e *crm.EInvoice) { e.Taxes = e.Taxes[1:] },
		"/instalments: sum_mismatch":             func(e *crm.EInvoice) { e.Instalments[0].Amount = dec("1") },
		"/buyer/vat: required":                   func(e *crm.EInvoice) { e.Buyer.VAT = "" },
		"/seller/street: required":               func(e *crm.EInvoice) { e.Seller.Street = "" },
		"/lines/0/tax_code: required":            func(e *crm.EInvoice) { e.Lines[0].TaxPercent, e.Lines[0].TaxCode = decimal.Zero, "" },
		"/lines/0/tax_code: exemption_with_rate": func(e *crm.EInvoice) { e.Lines[0].TaxPercent, e.Lines[0].TaxCode = dec("22"), "N4" },
		"/lines/0/quantity: out_of_range":        func(e *crm.EInvoice) { e.Lines[0].Quantity = decimal.Zero },
		"/corrects: required":                    func(e *crm.EInvoice) { e.Kind = crm.EInvoiceCredit },
	} {
		e := eInvoices(1)[0]
		spoil(&e)
		for name, write := range map[string]func(crm.EInvoice) ([]byte, error){"FatturaPA": documents.FatturaPA, "UBL": documents.UBLInvoice} {
			if text, err := write(e); err == nil || !strings.Contains(err.Error(), want) || text != nil {
				t.Errorf("%s, %s: %v", name, want, err)
			}
		}
	}
}
