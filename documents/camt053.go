package documents

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
	"golang.org/x/text/encoding/charmap"
)

// camtSpace is the namespace of a bank statement of ISO 20022; the group is its version.
var camtSpace = regexp.MustCompile(`^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)$`)

// IsCamt tells whether a file looks like XML at all.
func IsCamt(body []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff"))), []byte("<"))
}

// camtDepth is how deep its elements may lie within each other.
const camtDepth = 40

// ReadCamt reads bank statements in the versions .02 to .08 of camt.053. A batch whose details add up to it is its details; entries that are not booked are counted and left
// out. A document type is refused, so that no entity can be made (B116). Errors, at /file: unreadable, syntax with line, document_type, too_deep, no_statement, unsupported_version with
// version; at /statements/<n>/entries/<m> those of an amount or date.
func ReadCamt(body []byte) (crm.BankFile, error) {
	f := crm.BankFile{Format: crm.BankCamt}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = camtCharset
	if err := camtSafe(body); err != nil {
		return f, err
	}
	var errs crm.FieldErrors
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return f, unreadable(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Stmt" {
			continue
		}
		if len(f.Statements) == crm.MaxBankStatements {
			return f, atFile(crm.Problem("too_many", "max", "1000"))
		}
		var s camtStatement
		if err := d.DecodeElement(&s, &e); err != nil {
			return f, unreadable(err)
		}
		read, err := s.read()
		errs.Add("/statements/"+strconv.Itoa(len(f.Statements)), err)
		f.Statements = append(f.Statements, read)
	}
	if len(f.Statements) == 0 {
		return f, atFile(crm.BankNoStatement)
	}
	return f, errs.Err()
}

func atFile(p crm.FieldError) error { return crm.FieldErrors{p.At("/file")} }

func unreadable(err error) error {
	if e, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return atFile(crm.Problem("syntax", "line", strconv.Itoa(e.Line), "column", "1"))
	}
	return atFile(crm.Problem("unreadable"))
}

// camtSafe goes over the file before anything is kept of it.
func camtSafe(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = camtCharset
	depth, root := 0, false
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		switch t := t.(type) {
		case xml.Directive:
			return atFile(crm.BankDocumentType)
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth > camtDepth {
				return atFile(crm.Problem("too_deep", "max", strconv.Itoa(camtDepth)))
			}
			if !root {
				root = true
				if err := camtVersion(t); err != nil {
					return err
				}
			}
		}
	}
}

// camtVersion refuses a document that is no bank statement, or of a version that is not known.
func camtVersion(root xml.StartElement) error {
	if root.Name.Local != "Document" {
		return atFile(crm.BankNoStatement)
	}
	for _, a := range root.Attr {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" {
			continue
		}
		if m := camtSpace.FindStringSubmatch(a.Value); m != nil {
			if m[1] < "02" || m[1] > "08" {
				return atFile(crm.BankVersion(m[1]))
			}
			return nil
		}
	}
	return atFile(crm.BankNoStatement)
}

func camtCharset(label string, in io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "us-ascii":
		return in, nil
	case "iso-8859-1", "iso-8859-15", "windows-1252":
		return charmap.Windows1252.NewDecoder().Reader(in), nil
	}
	return nil, errors.New("unknown encoding")
}

type camtStatement struct {
	ID       string `xml:"Id"`
	Number   string `xml:"ElctrncSeqNb"`
	From     string `xml:"FrToDt>FrDtTm"`
	To       string `xml:"FrToDt>ToDtTm"`
	Created  string `xml:"CreDtTm"`
	IBAN     string `xml:"Acct>Id>IBAN"`
	Other    string `xml:"Acct>Id>Othr>Id"`
	Currency string `xml:"Acct>Ccy"`
	Balances []struct {
		Code   string     `xml:"Tp>CdOrPrtry>Cd"`
		Amount camtAmount `xml:"Amt"`
		Side   string     `xml:"CdtDbtInd"`
	} `xml:"Bal"`
	Entries []camtEntry `xml:"Ntry"`
}

type camtAmount struct {
	Text     string `xml:",chardata"`
	Currency string `xml:"Ccy,attr"`
}

type camtDate struct {
	Date string `xml:"Dt"`
	Time string `xml:"DtTm"`
}

type camtCharges struct {
	Total  *camtAmount  `xml:"TtlChrgsAndTaxAmt"`
	Old    []camtAmount `xml:"Amt"` // to version .03
	Record []struct {
		Amount camtAmount `xml:"Amt"`
	} `xml:"Rcrd"`
}

type camtEntry struct {
	Amount   camtAmount `xml:"Amt"`
	Side     string     `xml:"CdtDbtInd"`
	Reversal string     `xml:"RvslInd"`
	Status   struct {
		Text string `xml:",chardata"` // to version .07
		Code string `xml:"Cd"`
	} `xml:"Sts"`
	Booked        camtDate      `xml:"BookgDt"`
	Value         camtDate      `xml:"ValDt"`
	BankReference string        `xml:"AcctSvcrRef"`
	Charges       []camtCharges `xml:"Chrgs"`
	Details       []camtDetail  `xml:"NtryDtls>TxDtls"`
	More          string        `xml:"AddtlNtryInf"`
}

type camtParty struct {
	Name  string `xml:"Nm"`
	Party string `xml:"Pty>Nm"` // from version .07 on
}

type camtAccount struct {
	IBAN  string `xml:"Id>IBAN"`
	Other string `xml:"Id>Othr>Id"`
}

type camtDetail struct {
	BankReference string        `xml:"Refs>AcctSvcrRef"`
	EndToEnd      string        `xml:"Refs>EndToEndId"`
	Transaction   string        `xml:"Refs>TxId"`
	Amount        *camtAmount   `xml:"Amt"`
	OldAmount     *camtAmount   `xml:"AmtDtls>TxAmt>Amt"`
	Side          string        `xml:"CdtDbtInd"`
	Charges       []camtCharges `xml:"Chrgs"`
	Debtor        camtParty     `xml:"RltdPties>Dbtr"`
	DebtorIBAN    camtAccount   `xml:"RltdPties>DbtrAcct"`
	Creditor      camtParty     `xml:"RltdPties>Cdtr"`
	CreditorIBAN  camtAccount   `xml:"RltdPties>CdtrAcct"`
	Text          []string      `xml:"RmtInf>Ustrd"`
	References    []string      `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	Documents     []string      `xml:"RmtInf>Strd>RfrdDocInf>Nb"`
	Returned      string        `xml:"RtrInf>Rsn>Cd"`
	More          string        `xml:"AddtlTxInf"`
}

func (s camtStatement) read() (crm.BankStatement, error) {
	var errs crm.FieldErrors
	iban := strings.ToUpper(strings.ReplaceAll(cmp.Or(strings.TrimSpace(s.IBAN), strings.TrimSpace(s.Other)), " ", ""))
	out := crm.BankStatement{Reference: cut(strings.Trim(s.ID+"/"+s.Number, "/ "), 80), IBAN: cut(iban, 40), Currency: strings.TrimSpace(s.Currency)}
	out.From, _ = crm.ParseDate(cut(s.From, 10))
	out.To, _ = crm.ParseDate(cut(cmp.Or(s.To, s.Created), 10))
	for _, b := range s.Balances {
		amount, err := b.Amount.read(b.Side)
		errs.Add("/balances", err)
		out.Currency = cmp.Or(out.Currency, b.Amount.Currency)
		switch b.Code {
		case "OPBD":
			out.Opening = &amount
		case "PRCD":
			if out.Opening == nil {
				out.Opening = &amount
			}
		case "CLBD":
			out.Closing = &amount
		}
	}
	for n, e := range s.Entries {
		out.Currency = cmp.Or(out.Currency, e.Amount.Currency)
		if status := strings.TrimSpace(cmp.Or(e.Status.Code, e.Status.Text)); status != "BOOK" && status != "" {
			out.Pending++
			continue
		}
		read, err := e.read()
		errs.Add("/entries/"+strconv.Itoa(n), err)
		out.Entries = append(out.Entries, read...)
	}
	return out, errs.Err()
}

// read gives the amount with its side: what leaves is negative.
func (a camtAmount) read(side string) (decimal.Decimal, error) {
	text := strings.TrimSpace(a.Text)
	d, err := decimal.NewFromString(text)
	if err != nil || len(text) > 24 || strings.ContainsAny(text, "eE+-") {
		return decimal.Zero, crm.Problem("invalid_decimal", "example", "1234.50").At("/amount")
	}
	switch strings.TrimSpace(side) {
	case "CRDT":
		return d, nil
	case "DBIT":
		return d.Neg(), nil
	}
	return d, crm.Problem("unknown_value", "allowed", "CRDT, DBIT").At("/side")
}

func (d camtDate) read() (crm.Date, error) {
	text := strings.TrimSpace(cmp.Or(d.Date, d.Time))
	if text == "" {
		return crm.Date{}, nil
	}
	return crm.ParseDate(cut(text, 10))
}

// read gives an entry as it is booked, or, of a batch whose details add up to it, one for each detail.
func (e camtEntry) read() ([]crm.BankEntry, error) {
	var errs crm.FieldErrors
	amount, err := e.Amount.read(e.Side)
	errs.Add("", err)
	booked, err := e.Booked.read()
	errs.Add("/booked_on", err)
	value, err := e.Value.read()
	errs.Add("/value_on", err)
	if booked.IsZero() {
		booked = value
	}
	whole := crm.BankEntry{
		Amount: amount, Currency: e.Amount.Currency, BookedOn: booked, ValueOn: value, Reversal: strings.TrimSpace(e.Reversal) == "true" || strings.TrimSpace(e.Reversal) == "1",
		BankReference: reference(e.BankReference), Charges: charges(e.Charges), Remittance: line(e.More, 500),
	}
	parts := e.parts(whole)
	if len(parts) > 0 {
		return parts, errs.Err()
	}
	for _, d := range e.Details {
		d.describe(&whole)
	}
	return []crm.BankEntry{whole}, errs.Err()
}

// parts are the details of a batch, if they add up to it.
func (e camtEntry) parts(whole crm.BankEntry) []crm.BankEntry {
	if len(e.Details) < 2 || len(e.Details) > crm.MaxBankEntries {
		return nil
	}
	out, sum := make([]crm.BankEntry, len(e.Details)), decimal.Zero
	for i, d := range e.Details {
		a := cmp.Or(d.Amount, d.OldAmount)
		if a == nil || a.Currency != whole.Currency {
			return nil
		}
		amount, err := a.read(cmp.Or(strings.TrimSpace(d.Side), strings.TrimSpace(e.Side)))
		if err != nil || amount.IsZero() {
			return nil
		}
		part := whole
		part.Amount, part.Charges, part.Remittance = amount, charges(d.Charges), ""
		d.describe(&part)
		if part.BankReference != "" { // some banks give all of a batch the same
			part.BankReference += "/" + strconv.Itoa(i+1)
		}
		out[i], sum = part, sum.Add(amount)
	}
	if !sum.Equal(whole.Amount) {
		return nil
	}
	return out
}

// describe adds what a detail says.
func (d camtDetail) describe(e *crm.BankEntry) {
	e.Reversal = e.Reversal || d.Returned != ""
	party, account := d.Debtor, d.DebtorIBAN
	if e.Amount.IsNegative() != e.Reversal { // what leaves goes to a creditor; what takes an incoming amount back, to who had paid it
		party, account = d.Creditor, d.CreditorIBAN
	}
	e.Name = cmp.Or(e.Name, line(cmp.Or(party.Name, party.Party), 140))
	e.CounterIBAN = cmp.Or(e.CounterIBAN, cut(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(cmp.Or(account.IBAN, account.Other)), " ", "")), 40))
	e.EndToEnd = cmp.Or(e.EndToEnd, reference(d.EndToEnd))
	e.BankReference = cmp.Or(reference(d.BankReference), e.BankReference, reference(d.Transaction))
	e.Reference = line(strings.TrimSpace(e.Reference+" "+strings.Join(append(d.References, d.Documents...), " ")), 200)
	if text := line(strings.Join(d.Text, " "), 1000); text != "" {
		e.Remittance = text
	} else if e.Remittance == "" {
		e.Remittance = line(d.More, 500)
	}
	if e.Charges.IsZero() {
		e.Charges = charges(d.Charges)
	}
}

// charges adds up what the bank kept.
func charges(all []camtCharges) (sum decimal.Decimal) {
	add := func(a camtAmount) {
		if d, err := a.read("CRDT"); err == nil {
			sum = sum.Add(d)
		}
	}
	for _, c := range all {
		switch {
		case c.Total != nil:
			add(*c.Total)
		case len(c.Record) > 0:
			for _, r := range c.Record {
				add(r.Amount)
			}
		default:
			for _, a := range c.Old {
				add(a)
			}
		}
	}
	if sum.Exponent() < -2 || sum.GreaterThan(decimal.NewFromInt(1_000_000_000)) {
		return decimal.Zero
	}
	return sum
}

// reference is a reference that says something: banks write NOTPROVIDED where there is none.
func reference(s string) string {
	if s = line(s, 100); strings.EqualFold(s, "NOTPROVIDED") || strings.EqualFold(s, "NONREF") {
		return ""
	}
	return s
}

// line is a text on one line without what is not seen, cut.
func line(s string, max int) string {
	return cut(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")), max)
}

func cut(s string, max int) string {
	s = strings.TrimSpace(s)
	if r := []rune(s); len(r) > max {
		return string(r[:max])
	}
	return s
}
