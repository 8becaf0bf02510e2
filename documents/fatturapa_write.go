package documents

import (
	"encoding/xml"
	"strings"
	"unicode"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
	"golang.org/x/text/unicode/norm"
)

// FatturaPA writes an invoice or credit note as the Italian exchange takes it (FatturaPA 1.2.3, S091): FPA12 to an office of the state, which has a code of
// six characters, else FPR12. The format knows no letters beyond Latin-1: ł becomes l, ą a, and what has no likeness a question mark. Amounts have two decimals,
// unit prices and quantities as many as they need, up to eight. Errors: those of EInvoice.Check, amount_too_large from a hundred thousand million on, and required
// at /seller/vat for a seller outside of Italy.
func FatturaPA(e crm.EInvoice) ([]byte, error) {
	if err := e.Check(); err != nil {
		return nil, err
	}
	if e.Total.Abs().GreaterThanOrEqual(mostFattura) {
		return nil, crm.FieldErrors{crm.Problem("amount_too_large", "max", mostFattura.String()).At("/total")}
	}
	if e.Seller.Country != "IT" {
		return nil, crm.FieldErrors{crm.Problem("required").At("/seller/vat")}
	}
	seller := fatturaVAT(e.Seller)
	f := fattura{
		NS: "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2", Version: "FPR12",
		Sending: fatturaSending{By: seller, Number: basic(e.Transmission, 10), To: fatturaTo(e.Buyer)},
		Seller:  fatturaSeller{VAT: seller, TaxCode: e.Seller.TaxCode, Name: latin(e.Seller.Name, 80), Regime: e.Seller.Regime, Seat: fatturaSeat(e.Seller)},
		Buyer:   fatturaBuyer{TaxCode: e.Buyer.TaxCode, Name: latin(e.Buyer.Name, 80), Seat: fatturaSeat(e.Buyer)},
		General: fatturaHead(e),
		Goods:   fatturaGoods{Lines: fatturaLines(e), Taxes: fatturaTaxes(e)},
		Payment: fatturaTerms(e),
	}
	if f.Seller.Regime == "" {
		f.Seller.Regime = "RF01"
	}
	if e.Buyer.VAT != "" || e.Buyer.Country != "IT" {
		id := fatturaVAT(e.Buyer)
		f.Buyer.VAT = &id
	}
	if len(f.Sending.To) == 6 {
		f.Version = "FPA12"
	} else if f.Sending.To == "0000000" {
		f.Sending.PEC = e.Buyer.PEC
	}
	f.Sending.Format = f.Version
	return asXML(f)
}

// FatturaName is the name that the exchange asks of the file: whose it is and a number of up to five letters and digits that he gives once.
func FatturaName(e crm.EInvoice) string {
	id := fatturaVAT(e.Seller)
	number := e.Transmission
	return id.Country + id.Code + "_" + number[max(0, len(number)-5):] + ".xml"
}

// mostFattura is more than the format has digits for.
var mostFattura = decimal.New(1, 11)

func fatturaHead(e crm.EInvoice) fatturaGeneral {
	d := fatturaDocument{
		Type:     map[crm.EInvoiceKind]string{crm.EInvoiceBill: "TD01", crm.EInvoiceAdvance: "TD02", crm.EInvoiceCredit: "TD04"}[e.Kind],
		Currency: string(e.Currency), Date: e.IssueDate.String(), Number: basic(e.Number, 20), Total: cents(e.Total),
	}
	if w := e.Withholding; w.Amount.IsPositive() {
		d.Withholding = &fatturaWithholding{w.Kind, cents(w.Amount), cents(w.Percent), w.Reason}
	}
	if e.StampDuty.IsPositive() {
		d.Stamp = &fatturaStamp{"SI", cents(e.StampDuty)}
	}
	if e.Note != "" {
		d.Note = []string{latin(e.Note, 200)}
	}
	g := fatturaGeneral{Document: d}
	for _, r := range e.Referring() {
		if r.Order != "" {
			g.Order = append(g.Order, fatturaOther{Lines: r.Lines, Number: basic(r.Order, 20)})
		}
		if r.Contract != "" {
			g.Contract = append(g.Contract, fatturaOther{Lines: r.Lines, Number: basic(r.Contract, 20)})
		}
	}
	if e.Corrects.Number != "" {
		g.Corrects = &fatturaOther{Number: basic(e.Corrects.Number, 20), Date: e.Corrects.Date.String()}
	}
	return g
}

func fatturaLines(e crm.EInvoice) []fatturaLine {
	lines := make([]fatturaLine, len(e.Lines))
	for i, l := range e.Lines {
		lines[i] = fatturaLine{
			Number: i + 1, Text: latin(l.Text, 1000), Quantity: decimals(l.Quantity), Unit: basic(l.Unit, 10), Price: decimals(l.UnitPrice),
			Net: cents(l.Net), Percent: cents(l.TaxPercent), Code: l.TaxCode,
		}
		if l.SKU != "" {
			lines[i].SKU = &fatturaCode{"SKU", latin(l.SKU, 35)}
		}
		if e.Withholding.Amount.IsPositive() {
			lines[i].Withheld = "SI"
		}
	}
	return lines
}

func fatturaTaxes(e crm.EInvoice) []fatturaTax {
	due := "I"
	if e.SplitPayment {
		due = "S"
	}
	taxes := make([]fatturaTax, len(e.Taxes))
	for i, t := range e.Taxes {
		taxes[i] = fatturaTax{Percent: cents(t.Percent), Code: t.Code, Base: cents(t.Base), Tax: cents(t.Tax), Due: due, Reason: latin(t.Reason, 100)}
		if t.Code != "" { // nothing is charged that could be split or put off
			taxes[i].Due = ""
		}
	}
	return taxes
}

func fatturaTerms(e crm.EInvoice) *fatturaPayment {
	if len(e.Instalments) == 0 {
		return nil
	}
	p := &fatturaPayment{Terms: "TP02"}
	if len(e.Instalments) > 1 {
		p.Terms = "TP01"
	}
	for _, i := range e.Instalments {
		p.Parts = append(p.Parts, fatturaInstalment{"MP05", i.DueDate.String(), cents(i.Amount), e.IBAN})
	}
	return p
}

// fatturaVAT splits a number from its country. Who is abroad and has none is seven zeros.
func fatturaVAT(p crm.EParty) fatturaID {
	country, code := p.Country, p.VAT
	if len(code) > 2 && unicode.IsLetter(rune(code[0])) && unicode.IsLetter(rune(code[1])) {
		country, code = code[:2], code[2:]
	}
	if country == "EL" { // as Greek numbers begin; the country is GR
		country = "GR"
	}
	if code == "" {
		code = "0000000"
	}
	return fatturaID{country, code}
}

// fatturaTo is under which code the exchange delivers: 0000000 where it does so by certified mail or into the tax drawer, XXXXXXX abroad.
func fatturaTo(p crm.EParty) string {
	switch {
	case p.Country != "IT":
		return "XXXXXXX"
	case p.SDI != "":
		return p.SDI
	}
	return "0000000"
}

// fatturaSeat is an address; a postal code of another country has no place of its own.
func fatturaSeat(p crm.EParty) fatturaPlace {
	at := fatturaPlace{Street: latin(p.Street, 60), PostalCode: p.PostalCode, City: latin(p.City, 60), Province: p.Province, Country: p.Country}
	if p.Country != "IT" {
		at.PostalCode, at.Province, at.City = "00000", "", latin(strings.TrimSpace(p.PostalCode+" "+p.City), 60)
	}
	return at
}

// cents writes an amount or a rate with two decimals.
func cents(d decimal.Decimal) string { return d.StringFixed(2) }

// decimals writes a figure with as many decimals as it has, two to eight.
func decimals(d decimal.Decimal) string {
	return d.StringFixed(min(8, max(2, -d.Exponent())))
}

// alike are letters and signs that fall into no base letter and mark.
var alike = strings.NewReplacer("ł", "l", "Ł", "L", "đ", "d", "Đ", "D", "€", "EUR", "–", "-", "—", "-", "’", "'", "‘", "'", "“", `"`, "”", `"`, "…", "...", "œ", "oe", "Œ", "OE", "ı", "i")

// latin is a text in the signs of Latin-1 on one line, at most n of them.
func latin(s string, n int) string {
	var out []rune
	for _, r := range alike.Replace(norm.NFC.String(s)) {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			r = ' '
		case r > 0xFF:
			base := []rune(norm.NFD.String(string(r)))[0]
			if r = base; r > 0xFF {
				r = '?'
			}
		}
		if len(out) == n {
			break
		}
		out = append(out, r)
	}
	return strings.TrimSpace(string(out))
}

// basic is a text in the signs of ASCII.
func basic(s string, n int) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII {
			return r
		}
		if base := []rune(norm.NFKD.String(string(r)))[0]; base <= unicode.MaxASCII { // é, ²
			return base
		}
		return '?'
	}, latin(s, n))
}

// asXML is a document with its heading.
func asXML(v any) ([]byte, error) {
	text, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}
