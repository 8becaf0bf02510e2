package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"

	"github.com/shopspring/decimal"
)

// bankColumns are the columns that a statement as CSV may have. The first is needed, and the amount or what came in and went out apart.
var bankColumns = []string{
	"booked_on", "amount", "paid_in", "paid_out", "currency", "value_on", "name", "counter_iban", "remittance", "reference", "end_to_end", "bank_reference", "account", "balance",
}

// bankNames are what banks call them, as columnNames.
var bankNames = map[string][]string{
	"booked_on":      {"date", "booking date", "posting date", "transaction date", "data", "data contabile", "data operazione", "fecha", "fecha operacion", "fecha contable", "data ksiegowania", "data operacji"},
	"amount":         {"sum", "importo", "importe", "kwota", "betrag"},
	"paid_in":        {"credit", "money in", "avere", "entrate", "accrediti", "abono", "haber", "ingresos", "uznania", "wplywy"},
	"paid_out":       {"debit", "money out", "dare", "uscite", "addebiti", "cargo", "debe", "gastos", "obciazenia", "wydatki"},
	"currency":       {"ccy", "divisa", "valuta conto", "moneda", "waluta"},
	"value_on":       {"value date", "data valuta", "fecha valor", "data waluty"},
	"name":           {"counterparty", "debtor", "payer", "ordinante", "controparte", "nominativo", "beneficiario ordinante", "ordenante", "contraparte", "nadawca", "kontrahent", "nazwa kontrahenta"},
	"counter_iban":   {"iban", "counterparty iban", "counterparty account", "iban ordinante", "iban controparte", "cuenta ordenante", "rachunek nadawcy", "numer rachunku kontrahenta"},
	"remittance":     {"description", "details", "text", "remittance information", "purpose", "causale", "descrizione", "concepto", "descripcion", "tytul", "opis", "tytul operacji"},
	"reference":      {"creditor reference", "structured reference", "riferimento", "referencia"},
	"end_to_end":     {"end to end id", "endtoendid"},
	"bank_reference": {"transaction id", "id", "bank ref", "cro", "trn", "numero operazione", "id operacion", "numer transakcji"},
	"account":        {"our account", "account iban", "own account", "conto", "rapporto", "cuenta", "konto", "rachunek"},
	"balance":        {"saldo", "running balance", "saldo po operacji"},
}

// ReadBank reads a file of statements, camt.053 or a table; what it does not say is of the company's account. Errors, at /file, /header and /rows/<line>, are those of the readers.
func ReadBank(body []byte, e crm.LegalEntity) (crm.BankFile, error) {
	if documents.IsCamt(body) {
		return documents.ReadCamt(body)
	}
	f := crm.BankFile{Format: crm.BankCSV}
	heads, rows, err := readTable(body)
	if err != nil {
		return f, err
	}
	places, err := bankPlaces(heads)
	if err != nil {
		return f, err
	}
	var errs crm.FieldErrors
	at := map[string]int{} // of a statement by account and currency
	for _, row := range rows {
		cell := func(name string) string {
			if i, there := places[name]; there && i < len(row.cells) {
				return clean(strings.TrimSpace(row.cells[i]), 1000)
			}
			return ""
		}
		entry, account, wrong := readBankRow(cell, e)
		if len(wrong) > 0 {
			if errs.Add("/rows/"+strconv.Itoa(row.line), wrong); len(errs) >= shownRows {
				break
			}
			continue
		}
		key := account + entry.Currency
		n, known := at[key]
		if !known {
			n = len(f.Statements)
			at[key], f.Statements = n, append(f.Statements, crm.BankStatement{Reference: "CSV " + entry.BookedOn.String(), IBAN: account, Currency: entry.Currency, From: entry.BookedOn, To: entry.BookedOn})
		}
		s := &f.Statements[n]
		if entry.BookedOn.Before(s.From) {
			s.From = entry.BookedOn
		}
		if s.To.Before(entry.BookedOn) {
			s.To = entry.BookedOn
		}
		s.Entries = append(s.Entries, entry)
	}
	return f, errs.Err()
}

// bankPlaces finds the columns by our names and by those of banks; other columns are left out.
func bankPlaces(heads []string) (map[string]int, error) {
	out := map[string]int{}
	for _, ours := range []bool{true, false} {
		for i, h := range heads {
			for _, column := range bankColumns {
				_, taken := out[column]
				called := ours && strings.ReplaceAll(headName(h), " ", "_") == column || !ours && slices.Contains(bankNames[column], headName(h))
				if called && !taken && !slices.Contains(valuesOf(out), i) {
					out[column] = i
				}
			}
		}
	}
	_, date := out["booked_on"]
	_, amount := out["amount"]
	_, in := out["paid_in"]
	if !date || !amount && !in {
		return nil, refusal(codeImport, invalid("/header", "missing_column", params{"need": []string{"booked_on", "amount"}}))
	}
	return out, nil
}

func valuesOf(m map[string]int) (out []int) {
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

// readBankRow reads one row; the account that it is of is the company's unless it says another.
func readBankRow(cell func(string) string, e crm.LegalEntity) (x crm.BankEntry, account string, wrong crm.FieldErrors) {
	var err error
	x.BookedOn, err = bankDate(cell("booked_on"))
	wrong.Add("/booked_on", err)
	if text := cell("value_on"); text != "" {
		x.ValueOn, err = bankDate(text)
		wrong.Add("/value_on", err)
	}
	x.Amount, err = bankAmount(cell("amount"))
	wrong.Add("/amount", err)
	if cell("amount") == "" {
		in, wrongIn := bankAmount(cell("paid_in"))
		out, wrongOut := bankAmount(cell("paid_out"))
		wrong.Add("/paid_in", wrongIn)
		wrong.Add("/paid_out", wrongOut)
		x.Amount = in.Abs().Sub(out.Abs())
	}
	if x.Amount.IsZero() && len(wrong) == 0 {
		wrong.Add("/amount", crm.Problem("required"))
	}
	x.Currency = strings.ToUpper(cmp.Or(cell("currency"), e.Currency))
	if account = e.IBAN; cell("account") != "" {
		account, err = crm.CheckIBAN(cell("account"))
		wrong.Add("/account", err)
	} else if account == "" {
		wrong.Add("/account", crm.Problem("required"))
	}
	x.Name, x.Remittance, x.Reference, x.EndToEnd = clean(cell("name"), 140), cell("remittance"), clean(cell("reference"), 200), clean(cell("end_to_end"), 100)
	x.BankReference, x.CounterIBAN = clean(cell("bank_reference"), 100), clean(strings.ToUpper(strings.ReplaceAll(cell("counter_iban"), " ", "")), 40)
	return x, account, wrong
}

// bankDate reads a day as banks write it: 2026-11-22, 22/11/2026, 22.11.2026, 22-11-2026. A day that could be a month is taken as the day, as Europe does.
func bankDate(text string) (crm.Date, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '/' || r == '-' })
	if len(parts) == 3 && len(parts[2]) == 4 {
		for i := range parts[:2] {
			if len(parts[i]) == 1 {
				parts[i] = "0" + parts[i]
			}
		}
		text = parts[2] + "-" + parts[1] + "-" + parts[0]
	}
	d, err := crm.ParseDate(text)
	if err == nil && d.IsZero() {
		err = crm.Problem("required")
	}
	return d, err
}

// bankAmount reads an amount with a point or a comma before its decimals, whichever comes last; nothing is 0.
func bankAmount(text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Zero, nil
	}
	plain := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "'", "", "+", "", "\u2212", "-").Replace(text)
	if comma, point := strings.LastIndex(plain, ","), strings.LastIndex(plain, "."); comma > point {
		plain = strings.Replace(strings.ReplaceAll(plain, ".", ""), ",", ".", 1)
	} else {
		plain = strings.ReplaceAll(plain, ",", "")
	}
	d, err := decimal.NewFromString(plain)
	if err != nil || len(plain) > 24 || strings.ContainsAny(plain, "eE") {
		return decimal.Zero, crm.Problem("invalid_decimal", "example", "1234.50")
	}
	return d, nil
}
