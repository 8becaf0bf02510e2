package crm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Confidence says in a word how likely a proposal is right.
type Confidence string

// The confidences, the surest first. What is certain may be taken without being looked at.
const (
	Certain  Confidence = "certain"
	Likely   Confidence = "likely"
	Possible Confidence = "possible"
)

// Confidences lists them.
func Confidences() []string { return []string{string(Certain), string(Likely), string(Possible)} }

// The reasons of a proposal.
const (
	ReasonNumber    = "number"    // the payer names the invoice
	ReasonReference = "reference" // the structured reference names it
	ReasonAmount    = "amount"    // exactly this is open
	ReasonIBAN      = "iban"      // the account is known to be the customer's
	ReasonName      = "name"      // the name is the customer's
	ReasonSum       = "sum"       // several open invoices add up to it
	ReasonAccount   = "account"   // of the customer, but nothing says for which invoice
	ReasonReversal  = "reversal"  // it takes a payment back
)

// MatchReasons lists them.
func MatchReasons() []string {
	return []string{ReasonNumber, ReasonReference, ReasonAmount, ReasonIBAN, ReasonName, ReasonSum, ReasonAccount, ReasonReversal}
}

// OpenClaim is an open invoice as a proposal looks at it.
type OpenClaim struct {
	InvoiceID ID
	Number    string
	Year      int
	Sequence  int
	AccountID ID
	Account   string
	Currency  string
	DueDate   Date
	Open      decimal.Decimal
	ByIBAN    bool // its customer is known by the account that paid
	ByName    bool
}

// Proposal is what an entry may be, with the reasons.
type Proposal struct {
	AccountID   ID
	Account     string
	Allocations []Allocation
	Invoices    []string // their numbers, in the same order
	OnAccount   decimal.Decimal
	Confidence  Confidence
	Reasons     []string
	PaymentID   ID // that it takes back
}

// InvoiceNumber is a number that a text may name.
type InvoiceNumber struct{ Year, Sequence int }

// maxNumbers is how many numbers a text is taken to name.
const maxNumbers = 40

// NumbersIn finds what may be numbers of invoices in a text, however they are written: 2026/0012, 2026-12, 2026 0012, 20260012, FT 12/2026. It finds too many rather than
// too few; whether there is such an invoice the caller asks.
func NumbersIn(text string) (out []InvoiceNumber) {
	runs := digitRuns(text)
	add := func(year, sequence string) {
		y, _ := strconv.Atoi(year)
		n, err := strconv.Atoi(sequence)
		one := InvoiceNumber{y, n}
		if err == nil && y >= 2000 && y < 2100 && n > 0 && len(out) < maxNumbers && !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	for i, r := range runs {
		if i+1 < len(runs) && !dateAt(runs, i) && !dateAt(runs, i-1) {
			next := runs[i+1]
			if len(r.digits) == 4 && next.gap <= 3 && len(next.digits) <= 7 {
				add(r.digits, next.digits)
			}
			if len(next.digits) == 4 && next.gap == 1 && len(r.digits) <= 7 {
				add(next.digits, r.digits)
			}
		}
		for at := 0; at+8 <= len(r.digits) && at < 24; at++ { // in one piece; the house writes four digits at least
			for n := 4; n <= 7 && at+4+n <= len(r.digits); n++ {
				if n == 4 || r.digits[at+4] != '0' {
					add(r.digits[at:at+4], r.digits[at+4:at+4+n])
				}
			}
		}
	}
	return out
}

// dateAt tells whether three pieces are a date: 22.11.2026, 2026-11-22.
func dateAt(runs []run, i int) bool {
	if i < 0 || i+2 >= len(runs) || runs[i+1].gap != 1 || runs[i+2].gap != 1 || len(runs[i+1].digits) > 2 {
		return false
	}
	first, last := len(runs[i].digits), len(runs[i+2].digits)
	return first == 4 && last <= 2 || first <= 2 && last == 4
}

// run is a piece of digits, with how many other signs stand before it.
type run struct {
	digits string
	gap    int
}

func digitRuns(text string) (out []run) {
	gap, at := 0, -1
	for i, r := range text + " " {
		switch {
		case digit(r):
			if at < 0 {
				at = i
			}
		case at >= 0:
			out = append(out, run{text[at:i], gap})
			gap, at = 1, -1
		default:
			gap++
		}
		if len(out) == 200 {
			break
		}
	}
	return out
}

// CreditorReference tells whether a text is a creditor's reference with the right check digits (ISO 11649), and gives what it says without these.
func CreditorReference(text string) (string, bool) {
	s := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if len(s) < 5 || len(s) > 25 || !strings.HasPrefix(s, "RF") || strings.ContainsFunc(s, func(r rune) bool { return !digit(r) && !capital(r) }) {
		return "", false
	}
	return s[4:], remainder97(s[4:]+s[:4]) == 1
}

// Propose says what an incoming entry may be, the best first, from the open invoices that its texts name and those of the customers that it may be from.
func Propose(e BankEntry, claims []OpenClaim) (out []Proposal) {
	structured := e.Reference
	if rest, valid := CreditorReference(e.Reference); valid {
		structured = rest
	}
	byReference, byNumber := NumbersIn(structured), append(NumbersIn(e.Remittance), NumbersIn(e.EndToEnd)...)
	for _, account := range accountsOf(claims) {
		var own, named []OpenClaim
		reason := ReasonNumber
		for _, c := range claims {
			if c.AccountID != account || c.Currency != e.Currency || !c.Open.IsPositive() {
				continue
			}
			own = append(own, c)
			n := InvoiceNumber{c.Year, c.Sequence}
			if slices.Contains(byReference, n) {
				reason = ReasonReference
				named = append(named, c)
			} else if slices.Contains(byNumber, n) {
				named = append(named, c)
			}
		}
		out = append(out, proposeFor(e, own, named, reason)...)
	}
	if payer := slices.IndexFunc(claims, func(c OpenClaim) bool { return c.ByIBAN }); payer >= 0 {
		for i := range out { // one customer pays for another
			if out[i].AccountID != claims[payer].AccountID {
				out[i].doubt()
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Proposal) int {
		if c := slices.Index(Confidences(), string(a.Confidence)) - slices.Index(Confidences(), string(b.Confidence)); c != 0 {
			return c
		}
		return len(b.Reasons) - len(a.Reasons)
	})
	return alone(out)
}

// alone lets nothing be certain that stands beside something else that is.
func alone(out []Proposal) []Proposal {
	if len(out) > 1 && out[0].Confidence == Certain && out[1].Confidence == Certain {
		for i := range out {
			out[i].doubt()
		}
	}
	return out[:min(len(out), 6)]
}

func (p *Proposal) doubt() {
	if p.Confidence == Certain {
		p.Confidence = Likely
	}
}

func accountsOf(claims []OpenClaim) (out []ID) {
	for _, c := range claims {
		if !slices.Contains(out, c.AccountID) {
			out = append(out, c.AccountID)
		}
	}
	return out
}

// proposeFor makes the proposals for one customer: invoices that are named, one that is as large, several that add up, and money on account.
func proposeFor(e BankEntry, own, named []OpenClaim, naming string) (out []Proposal) {
	if len(own) == 0 {
		return nil
	}
	var known []string
	if own[0].ByIBAN {
		known = append(known, ReasonIBAN)
	}
	if own[0].ByName {
		known = append(known, ReasonName)
	}
	if len(named) > 0 {
		if one := slices.IndexFunc(named, func(c OpenClaim) bool { return c.Open.Equal(e.Amount) }); one >= 0 && len(named) > 1 { // the other is a date, or a number of his
			named = named[one : one+1]
		}
		p := fill(e, named)
		p.Reasons, p.Confidence = append([]string{naming}, known...), Likely
		if sum := openOf(named); sum.Equal(e.Amount) {
			p.Confidence = Certain
			p.Reasons = append(p.Reasons, ReasonAmount)
		} else if len(known) == 0 && e.Amount.GreaterThan(sum) {
			p.Confidence = Possible
		}
		return append(out, p)
	}
	if len(known) == 0 {
		return nil
	}
	equal := slices.DeleteFunc(slices.Clone(own), func(c OpenClaim) bool { return !c.Open.Equal(e.Amount) })
	for _, c := range equal[:min(len(equal), 3)] {
		p := fill(e, []OpenClaim{c})
		p.Reasons, p.Confidence = append([]string{ReasonAmount}, known...), Likely
		if len(equal) > 1 {
			p.Confidence = Possible
		}
		out = append(out, p)
	}
	if several := addUp(own, e.Amount); len(equal) == 0 && several != nil {
		p := fill(e, several)
		p.Reasons, p.Confidence = append([]string{ReasonSum}, known...), Possible
		if len(several) == len(own) {
			p.Confidence = Likely
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		p := fill(e, own)
		p.Reasons, p.Confidence = append([]string{ReasonAccount}, known...), Possible
		out = append(out, p)
	}
	return out
}

func openOf(claims []OpenClaim) (sum decimal.Decimal) {
	for _, c := range claims {
		sum = sum.Add(c.Open)
	}
	return sum
}

// fill gives the amount to the invoices, the oldest first; what is left stays on account.
func fill(e BankEntry, claims []OpenClaim) Proposal {
	claims = slices.Clone(claims)
	slices.SortStableFunc(claims, func(a, b OpenClaim) int {
		return cmp.Or(a.DueDate.DaysSince(b.DueDate), strings.Compare(a.Number, b.Number))
	})
	p := Proposal{AccountID: claims[0].AccountID, Account: claims[0].Account, OnAccount: e.Amount}
	for _, c := range claims {
		part := decimal.Min(c.Open, p.OnAccount)
		if !part.IsPositive() {
			break
		}
		p.Allocations, p.Invoices = append(p.Allocations, Allocation{c.InvoiceID, part}), append(p.Invoices, c.Number)
		p.OnAccount = p.OnAccount.Sub(part)
	}
	return p
}

// Bounds of the search for invoices that add up.
const (
	addUpInvoices = 20
	addUpSteps    = 20_000
)

// addUp finds invoices, two or more, that add up to an amount: all of them, the oldest ones, or any. The search is bounded; nil: none was found.
func addUp(claims []OpenClaim, amount decimal.Decimal) []OpenClaim {
	claims = slices.Clone(claims)
	slices.SortStableFunc(claims, func(a, b OpenClaim) int { return a.DueDate.DaysSince(b.DueDate) })
	claims = claims[:min(len(claims), addUpInvoices)]
	steps := 0
	var search func(from int, left decimal.Decimal, taken []OpenClaim) []OpenClaim
	search = func(from int, left decimal.Decimal, taken []OpenClaim) []OpenClaim {
		if left.IsZero() && len(taken) > 1 {
			return slices.Clone(taken)
		}
		for i := from; i < len(claims) && steps < addUpSteps; i++ {
			steps++
			if claims[i].Open.GreaterThan(left) {
				continue
			}
			if found := search(i+1, left.Sub(claims[i].Open), append(taken, claims[i])); found != nil {
				return found
			}
		}
		return nil
	}
	return search(0, amount, nil)
}
