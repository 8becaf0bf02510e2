package api

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

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

// bankTable is a bank's table as it came, and how its columns are read.
type bankTable struct {
	heads   []string
	rows    []sheetRow
	mapping crm.BankMapping
	known   bool // a person confirmed it
}

// ReadBank reads a file of statements, camt.053 or a table; what it does not say is of the company's account. A table whose header a person has mapped is read so, any other by
// what banks call columns. Errors, at /file, /header and /rows/<line>, are those of the readers.
func ReadBank(ctx context.Context, s *store.Store, body []byte, e crm.LegalEntity) (crm.BankFile, error) {
	if documents.IsCamt(body) {
		return documents.ReadCamt(body)
	}
	t, err := readBankTable(ctx, s, body, e)
	if err != nil {
		return crm.BankFile{Format: crm.BankCSV}, err
	}
	if t.mapping.Place("booked_on") < 0 || t.mapping.Place("amount") < 0 && t.mapping.Place("paid_in") < 0 {
		return crm.BankFile{Format: crm.BankCSV}, refusal(codeImport, invalid("/header", "missing_column", params{"need": []string{"booked_on", "amount"}}))
	}
	return t.read(e, len(t.rows))
}

// readBankTable reads a table and finds how its columns are read: as it is remembered for the company's account or the only one that has such tables, else as proposed.
func readBankTable(ctx context.Context, s *store.Store, body []byte, e crm.LegalEntity) (t bankTable, err error) {
	if t.heads, t.rows, err = readTable(body); err != nil {
		return t, err
	}
	kept, err := s.BankMappings(ctx, crm.BankFingerprint(t.heads))
	if err != nil {
		return t, err
	}
	for _, m := range kept {
		if m.IBAN == e.IBAN || len(kept) == 1 {
			t.mapping, t.known = m, true
			return t, nil
		}
	}
	t.mapping = crm.BankMapping{Heads: t.heads, Places: guessBank(t.heads), IBAN: e.IBAN, MonthFirst: monthFirst(t)}
	return t, nil
}

// read makes entries of the first rows, so many at most.
func (t bankTable) read(e crm.LegalEntity, most int) (crm.BankFile, error) {
	f := crm.BankFile{Format: crm.BankCSV}
	e.IBAN = cmp.Or(t.mapping.IBAN, e.IBAN)
	var errs crm.FieldErrors
	at := map[string]int{} // of a statement by account and currency
	for _, row := range t.rows[:min(most, len(t.rows))] {
		entry, account, wrong := readBankRow(t.cell(row), t.mapping.MonthFirst, e)
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

// cell reads the cells of a row by what they become.
func (t bankTable) cell(row sheetRow) func(string) string {
	return func(name string) string {
		if i := t.mapping.Place(name); i >= 0 && i < len(row.cells) {
			return clean(strings.TrimSpace(row.cells[i]), 1000)
		}
		return ""
	}
}

// guessBank proposes what the columns become, by our names and by those of banks; others are left out. Where there is one amount, what came in and went out is not read apart.
func guessBank(heads []string) []string {
	out := make([]string, len(heads))
	for _, ours := range []bool{true, false} {
		for i, h := range heads {
			for _, column := range crm.BankColumns() {
				called := ours && strings.ReplaceAll(headName(h), " ", "_") == column || !ours && slices.Contains(bankNames[column], headName(h))
				if called && out[i] == "" && !slices.Contains(out, column) {
					out[i] = column
				}
			}
		}
	}
	if slices.Contains(out, "amount") {
		for i, p := range out {
			if p == "paid_in" || p == "paid_out" {
				out[i] = ""
			}
		}
	}
	return out
}

// monthFirst tells whether the days of a table are written as in America: one of them could be none else, and none could only be ours.
func monthFirst(t bankTable) bool {
	first, second := false, false
	for _, row := range t.rows {
		parts := strings.FieldsFunc(t.cell(row)("booked_on"), func(r rune) bool { return r == '.' || r == '/' || r == '-' })
		if len(parts) != 3 || len(parts[0]) > 2 {
			continue
		}
		a, _ := strconv.Atoi(parts[0])
		b, _ := strconv.Atoi(parts[1])
		first, second = first || a > 12, second || b > 12
	}
	return second && !first
}

// readBankRow reads one row; the account that it is of is the company's unless it says another.
func readBankRow(cell func(string) string, month bool, e crm.LegalEntity) (x crm.BankEntry, account string, wrong crm.FieldErrors) {
	var err error
	x.BookedOn, err = bankDay(cell("booked_on"), month)
	wrong.Add("/booked_on", err)
	if text := cell("value_on"); text != "" {
		x.ValueOn, err = bankDay(text, month)
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
func bankDate(text string) (crm.Date, error) { return bankDay(text, false) }

// bankDay is bankDate for a table whose days are written with the month first, where it says so.
func bankDay(text string, month bool) (crm.Date, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '/' || r == '-' })
	if len(parts) == 3 && len(parts[2]) == 4 {
		for i := range parts[:2] {
			if len(parts[i]) == 1 {
				parts[i] = "0" + parts[i]
			}
		}
		if month {
			parts[0], parts[1] = parts[1], parts[0]
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
