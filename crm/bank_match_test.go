package crm

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S087: numbers of invoices are found however payers write them, and dates are none.
func TestNumbersIn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"FT 2026/0012": "2026/12", "inv. 2026-12": "2026/12", "fattura 2026 0012": "2026/12", "20260012": "2026/12", "Fatt.12/2026": "2026/12", "RF18 2026 0012": "2026/12",
		"saldo 2026/0012 e 2026/0013": "2026/12 2026/13", "INV20260012/A": "2026/12", "del 22.11.2026": "", "2026-11-22": "", "del 22/11/2026 n. 2026/0050": "2026/50",
		"": "", "1999/0001": "", "2026/0000": "", "IBAN": "",
	} {
		var got []string
		for _, n := range NumbersIn(text) {
			got = append(got, fmt.Sprintf("%d/%d", n.Year, n.Sequence))
		}
		for _, w := range strings.Fields(want) {
			if !slices.Contains(got, w) {
				t.Errorf("%q: %v lacks %s", text, got, w)
			}
		}
		if want == "" && len(got) > 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
	rapid.Check(t, func(rt *rapid.T) { // whatever stands there, and quickly
		NumbersIn(rapid.String().Draw(rt, "text"))
		year, n := rapid.IntRange(2000, 2099).Draw(rt, "year"), rapid.IntRange(1, 9_999).Draw(rt, "n")
		sep := rapid.SampledFrom([]string{"/", "-", " ", "", ".", " / "}).Draw(rt, "separator")
		if text := fmt.Sprintf("pagamento %d%s%04d grazie", year, sep, n); !slices.Contains(NumbersIn(text), InvoiceNumber{year, n}) {
			rt.Fatal(text, NumbersIn(text))
		}
	})
}

// S087: the best proposal, how sure it is, and why.
func TestPropose(t *testing.T) {
	t.Parallel()
	claim := func(n int, account, open string, known bool) OpenClaim {
		due, _ := ParseDate(fmt.Sprintf("2026-01-%02d", n))
		return OpenClaim{InvoiceID: ID(fmt.Sprint("i", n)), Number: fmt.Sprintf("2026/%04d", n), Year: 2026, Sequence: n, AccountID: ID(account), Account: account, Currency: "EUR", DueDate: due, Open: decimal.RequireFromString(open), ByIBAN: known}
	}
	three := []OpenClaim{claim(1, "a", "100", true), claim(2, "a", "50.50", true), claim(3, "a", "70", true)}
	unknown := []OpenClaim{claim(1, "a", "100", false)}
	for name, c := range map[string]struct {
		amount, text, reference string
		claims                  []OpenClaim
		want                    string
	}{
		"number and amount":       {"100", "fatt 2026/0001", "", unknown, "certain 2026/0001 number,amount rest 0"},
		"structured reference":    {"100", "", "2026 0001", unknown, "certain 2026/0001 reference,amount rest 0"},
		"two numbers":             {"150.50", "2026/1 2026/2", "", three, "certain 2026/0001,2026/0002 number,iban,amount rest 0"},
		"number, too much":        {"120", "2026/0001", "", three, "likely 2026/0001 number,iban rest 20"},
		"number, too little":      {"30", "2026/0001", "", three, "likely 2026/0001 number,iban rest 0"},
		"amount of one":           {"50.50", "grazie", "", three, "likely 2026/0002 amount,iban rest 0"},
		"sum of two":              {"170", "", "", three, "possible 2026/0001,2026/0003 sum,iban rest 0"},
		"sum of all":              {"220.50", "", "", three, "likely 2026/0001,2026/0002,2026/0003 sum,iban rest 0"},
		"only the customer":       {"10", "", "", three, "possible 2026/0001 account,iban rest 0"},
		"nobody":                  {"100", "", "", unknown, ""},
		"other number and amount": {"70", "ref 2026/0001 2026/0003", "", three, "certain 2026/0003 number,iban,amount rest 0"},
		"one pays for another":    {"100", "2026/0009", "", []OpenClaim{claim(1, "a", "5", true), claim(9, "b", "100", false)}, "likely 2026/0009 number,amount rest 0"},
	} {
		got := ""
		if all := Propose(BankEntry{Amount: decimal.RequireFromString(c.amount), Currency: "EUR", Remittance: c.text, Reference: c.reference}, c.claims); len(all) > 0 {
			p := all[0]
			got = fmt.Sprintf("%s %s %s rest %s", p.Confidence, strings.Join(p.Invoices, ","), strings.Join(p.Reasons, ","), p.OnAccount)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, ok := CreditorReference("RF18 5390 0754 7034"); !ok {
		t.Error("the example of ISO 11649 is refused")
	}
	if _, ok := CreditorReference("RF19 5390 0754 7034"); ok {
		t.Error("wrong check digits pass")
	}
}

// S087: a proposal never gives more than came in, nor more than is open.
func TestProposeKeepsToSums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var claims []OpenClaim
		open := map[ID]decimal.Decimal{}
		for i := range rapid.IntRange(1, 25).Draw(rt, "claims") {
			c := OpenClaim{InvoiceID: ID(fmt.Sprint(i)), Year: 2026, Sequence: i, AccountID: rapid.SampledFrom([]ID{"a", "b"}).Draw(rt, "account"), Currency: "EUR", Open: decimal.New(rapid.Int64Range(1, 999).Draw(rt, "open"), -2)}
			c.ByIBAN = c.AccountID == "a"
			claims, open[c.InvoiceID] = append(claims, c), c.Open
		}
		e := BankEntry{Amount: decimal.New(rapid.Int64Range(1, 5_000).Draw(rt, "amount"), -2), Currency: "EUR", Remittance: rapid.SampledFrom([]string{"", "2026/3", "2026/1 2026/2 2026/7"}).Draw(rt, "text")}
		for _, p := range Propose(e, claims) {
			sum := p.OnAccount
			for _, a := range p.Allocations {
				if sum = sum.Add(a.Amount); !a.Amount.IsPositive() || a.Amount.GreaterThan(open[a.InvoiceID]) {
					rt.Fatal(a)
				}
			}
			if !sum.Equal(e.Amount) || p.Confidence == Certain && !p.OnAccount.IsZero() {
				rt.Fatal(p, e.Amount)
			}
		}
	})
}
