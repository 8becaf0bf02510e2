package crm

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// The formats of bank statements.
const (
	BankCamt = "camt053" // ISO 20022
	BankCSV  = "csv"
)

// BankFile is a file of statements as it was read.
type BankFile struct {
	ID         ID
	Name       string
	Format     string
	Statements []BankStatement
	Warnings   FieldErrors // what a person should know, though the file is taken
}

// BankStatement is what happened on one of our accounts in some days.
type BankStatement struct {
	Reference string // of the bank, with its number
	IBAN      string
	Currency  string
	From, To  Date
	Opening   *decimal.Decimal // booked balances; nil: the file does not say
	Closing   *decimal.Decimal
	Pending   int // entries that are not booked yet and left out
	Entries   []BankEntry
}

// The states of an entry of a statement.
const (
	EntryOpen     = "open"
	EntryBooked   = "booked"   // it is a payment
	EntryReturned = "returned" // it took a payment back
	EntryAside    = "aside"    // it is none of a customer's
)

// EntryStates lists them.
func EntryStates() []string { return []string{EntryOpen, EntryBooked, EntryReturned, EntryAside} }

// BankEntry is one movement of an account: of a batch with details, one of these.
type BankEntry struct {
	ID            ID
	FileID        ID
	Statement     string
	Position      int    // in its file
	IBAN          string // our account
	Identity      []byte
	Amount        decimal.Decimal // positive: it came in
	Currency      string
	BookedOn      Date
	ValueOn       Date
	Reversal      bool   // it takes an earlier one back
	Name          string // of the other side
	CounterIBAN   string
	Remittance    string // what the payer wrote
	Reference     string // structured: of a creditor (ISO 11649) or a document
	EndToEnd      string
	BankReference string
	Charges       decimal.Decimal // that the bank kept
	State         string
	AccountID     ID // of the customer, once it is known
	PaymentID     ID
	Note          string
	Version       int
	DecidedBy     ID
	DecidedAt     *time.Time
	At            time.Time
}

// Limits of a file of statements.
const (
	MaxBankStatements = 1_000
	MaxBankEntries    = 50_000
)

// What a file as a whole is refused for.
var (
	BankDocumentType = Problem("document_type") // by which entities could be made
	BankNoStatement  = Problem("no_statement")
)

// BankVersion refuses a version of a format that is not read.
func BankVersion(version string) FieldError {
	return Problem("unsupported_version", "version", version)
}

// Check refuses a file whose sums or currencies do not fit, warns of what is odd, and gives every entry what it is known again by. Errors, below /statements/<n>:
// invalid_iban, unknown_currency, other_currency with entry, currency; sums_differ with opening, entries, closing and want; too_many.
// Warnings: other_iban, no_balance, pending.
func (f *BankFile) Check(entity LegalEntity) error {
	var errs FieldErrors
	total := 0
	for i := range f.Statements {
		s := &f.Statements[i]
		at := "/statements/" + strconv.Itoa(i)
		total += len(s.Entries)
		errs.Add(at, s.check())
		if entity.IBAN == "" || s.IBAN != entity.IBAN {
			f.warn(at, Problem("other_iban", "iban", ShowIBAN(s.IBAN)))
		}
		if s.Opening == nil || s.Closing == nil {
			f.warn(at, Problem("no_balance", "statement", s.Reference))
		}
		if s.Pending > 0 {
			f.warn(at, Problem("pending", "n", strconv.Itoa(s.Pending)))
		}
	}
	if total > MaxBankEntries || len(f.Statements) > MaxBankStatements {
		errs.Add("/statements", Problem("too_many", "max", strconv.Itoa(MaxBankEntries)))
	}
	if total == 0 && len(errs) == 0 {
		f.warn("", Problem("no_entries"))
	}
	f.identify()
	return errs.Err()
}

func (f *BankFile) warn(at string, p FieldError) { f.Warnings = append(f.Warnings, p.At(at)) }

// check looks at one statement by itself.
func (s *BankStatement) check() error {
	var errs FieldErrors
	if len(s.IBAN) >= 15 && capital(rune(s.IBAN[0])) && capital(rune(s.IBAN[1])) {
		_, err := CheckIBAN(s.IBAN)
		errs.Add("/iban", err)
	} else if s.IBAN == "" {
		errs.Add("/iban", Problem("required"))
	}
	if err := Currency(s.Currency).check(); err != nil {
		errs.Add("/currency", err)
		return errs.Err()
	}
	sum := decimal.Zero
	for n, e := range s.Entries {
		at := "/entries/" + strconv.Itoa(n)
		switch {
		case e.Currency != s.Currency:
			errs.Add(at+"/currency", Problem("other_currency", "currency", e.Currency))
		case e.Amount.IsZero():
			errs.Add(at+"/amount", Problem("out_of_range", "min", Currency(s.Currency).Unit().String()))
		default:
			errs.Add(at+"/amount", CheckAmount(e.Amount, Currency(s.Currency)))
		}
		if e.BookedOn.IsZero() {
			errs.Add(at+"/booked_on", Problem("required"))
		}
		sum = sum.Add(e.Amount)
	}
	if s.Opening != nil && s.Closing != nil && !s.Opening.Add(sum).Equal(*s.Closing) {
		errs.Add("/closing", Problem("sums_differ", "opening", s.Opening.String(), "entries", sum.String(), "closing", s.Closing.String(), "want", s.Opening.Add(sum).String()))
	}
	return errs.Err()
}

// identify gives every entry what it is known again by, in whatever file it comes: account, date, amount and the bank's reference, or without one all that is
// written of it; and which of several that are equal it is.
func (f *BankFile) identify() {
	seen, position := map[string]int{}, 0
	for i := range f.Statements {
		s := &f.Statements[i]
		for n := range s.Entries {
			e := &s.Entries[n]
			position++
			e.Statement, e.IBAN, e.Position, e.State = s.Reference, s.IBAN, position, EntryOpen
			what := []string{e.IBAN, e.Currency, e.BookedOn.String(), e.Amount.String(), e.BankReference}
			if e.BankReference == "" {
				what = append(what, e.ValueOn.String(), e.Name, e.CounterIBAN, e.Remittance, e.Reference, e.EndToEnd)
			}
			key := strings.Join(what, "\x00")
			seen[key]++
			sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, seen[key]))
			e.Identity = sum[:]
		}
	}
}

// PaymentReference is the reference of the payment that an entry becomes: the bank's where it has one, so that a payment typed by hand under it is found.
func (e BankEntry) PaymentReference() string {
	if e.BankReference != "" {
		return e.BankReference
	}
	return fmt.Sprintf("bank-%x", e.Identity[:8])
}
