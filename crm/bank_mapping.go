package crm

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// BankColumns are what the columns of a bank's table may become. The first is needed, and the amount or what came in and went out apart.
func BankColumns() []string {
	return []string{
		"booked_on", "amount", "paid_in", "paid_out", "currency", "value_on", "name", "counter_iban", "remittance", "reference", "end_to_end", "bank_reference", "account", "balance",
	}
}

// BankMapping says how the columns of a bank's table are read (S087). It is kept by header and account, once a person has confirmed it.
type BankMapping struct {
	Fingerprint string
	IBAN        string // of the account; empty: each row says its own
	Heads       []string
	Places      []string // by column of the file, one of BankColumns; empty: it is left out
	MonthFirst  bool     // of dates as 03/04/2027: the fourth of March
	Version     int
	SavedBy     ID
	At          time.Time
}

// BankFingerprint is by what a header is known again: its names in their order, without regard to capitals and blanks at their ends.
func BankFingerprint(heads []string) string {
	names := make([]string, len(heads))
	for i, h := range heads {
		names[i] = strings.ToLower(strings.TrimSpace(h))
	}
	sum := sha256.Sum256([]byte(strings.Join(names, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// Place is the column of the file that becomes the named one; -1: none does.
func (m BankMapping) Place(name string) int { return slices.Index(m.Places, name) }

// Check refuses a mapping by which no entry can be read. Errors: at /places/<n> unknown_value and given_twice; at /booked_on and /amount required; at /amount
// not_together, where there are one amount and two; at /iban those of an account, and required where the rows do not say it.
func (m *BankMapping) Check() error {
	var errs FieldErrors
	for i, p := range m.Places {
		at := "/places/" + strconv.Itoa(i)
		switch {
		case p == "":
		case !slices.Contains(BankColumns(), p):
			errs.Add(at, Problem("unknown_value"))
		case slices.Index(m.Places, p) < i:
			errs.Add(at, Problem("given_twice"))
		}
	}
	if m.Place("booked_on") < 0 {
		errs.Add("/booked_on", Problem("required"))
	}
	switch one, in, out := m.Place("amount") >= 0, m.Place("paid_in") >= 0, m.Place("paid_out") >= 0; {
	case !one && !in && !out:
		errs.Add("/amount", Problem("required"))
	case one && (in || out):
		errs.Add("/amount", Problem("not_together"))
	}
	if m.IBAN != "" {
		iban, err := CheckIBAN(m.IBAN)
		errs.Add("/iban", err)
		m.IBAN = iban
	} else if m.Place("account") < 0 {
		errs.Add("/iban", Problem("required"))
	}
	return errs.Err()
}
