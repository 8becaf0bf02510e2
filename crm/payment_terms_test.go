package crm

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S087: terms as people write them, and when what is due by them.
func TestPaymentTerms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          " = 2027-03-02 100.00", // 30 days, as the contract says
		"30/60/90":                  "30/60/90 = 2027-03-02 33.33, 2027-04-01 33.33, 2027-05-01 33.34",
		"30 / 60 / 90  FM":          "30/60/90 eom = 2027-03-31 33.33, 2027-04-30 33.33, 2027-05-31 33.34",
		"1m/2m eom+10":              "1m/2m eom+10 = 2027-03-10 50.00, 2027-04-10 50.00",
		"30% 0, 70% 60 eom":         "30% 0, 70% 60 eom = 2027-01-31 30.00, 2027-04-30 70.00",
		"70% 60; 30% 0":             "70% 60, 30% 0 = 2027-01-31 30.00, 2027-04-01 70.00",
		"12,5% 0, 87.5% 030":        "12.5% 0, 87.5% 30 = 2027-01-31 12.50, 2027-03-02 87.50",
		"30, 60, 90":                "30, 60, 90 = 2027-03-02 33.33, 2027-04-01 33.33, 2027-05-01 33.34",
		"1m/28":                     "1m/28 = 2027-02-28 100.00", // one day is one part
		"0":                         "0 = 2027-01-31 100.00",
		"50% 30, 40% 60":            "sum_mismatch",
		"50% 30, 60":                "invalid_payment_terms",
		"soon":                      "invalid_payment_terms",
		"30/60 eom+":                "invalid_payment_terms",
		"-30":                       "invalid_payment_terms",
		"0% 30, 100% 60":            "out_of_range",
		"999":                       "out_of_range",
		"1/2/3/4/5/6/7/8/9/1/2/3/4": "too_many",
		strings.Repeat("1/", 60):    "too_long",
	} {
		terms, err := ParsePaymentTerms(text)
		if err != nil {
			if e := codeOf(t, err); e.Code != want {
				t.Errorf("%q: %v, want %s", text, err, want)
			}
			continue
		}
		due, err := terms.Due(mustDate(t, "2027-01-31"), dec("100"), 30, EUR)
		if err != nil {
			t.Fatal(text, err)
		}
		var says []string
		for _, d := range due {
			says = append(says, d.Date.String()+" "+d.Amount.StringFixed(2))
		}
		if got := string(terms) + " = " + strings.Join(says, ", "); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// S087, S091: whatever the terms and the sum, parts add up to it to the cent, the earliest first; whatever is open of it, and however it moves by payments, credits
// and returns, what is open of the parts adds up to that, oldest first.
func TestInstalmentsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCurrency(t)
		total := decimal.New(rapid.Int64Range(0, 1e10).Draw(t, "units"), -c.Digits())
		var groups []string
		left := int64(10_000)
		for n := rapid.IntRange(1, 4).Draw(t, "groups"); n > 0; n-- {
			share := left
			if n > 1 {
				share = rapid.Int64Range(1, left-int64(n)+1).Draw(t, "share")
			}
			left -= share
			group := fmt.Sprintf("%s%% %d", decimal.New(share, -2), rapid.IntRange(0, 120).Draw(t, "days"))
			for range rapid.IntRange(0, 2).Draw(t, "more") {
				group += fmt.Sprintf("/%d%s", rapid.IntRange(0, 24).Draw(t, "after"), rapid.SampledFrom([]string{"", "m"}).Draw(t, "unit"))
			}
			groups = append(groups, group+rapid.SampledFrom([]string{"", " eom", " fm+10"}).Draw(t, "end"))
		}
		terms, err := ParsePaymentTerms(strings.Join(groups, ", "))
		if err != nil {
			t.Fatal(groups, err)
		}
		if again, err := ParsePaymentTerms(string(terms)); err != nil || again != terms {
			t.Fatal(terms, again, err)
		}
		due, err := terms.Due(NewDate(2026, 11, 22).AddDays(rapid.IntRange(0, 1000).Draw(t, "on")), total, 30, c)
		if err != nil {
			t.Fatal(err)
		}
		if sum := sumDue(t, due, c); !sum.Equal(total) {
			t.Fatalf("%s is due of %s", sum, total)
		}
		open := total
		for range rapid.IntRange(1, 6).Draw(t, "moves") {
			open = decimal.New(rapid.Int64Range(0, total.Shift(c.Digits()).IntPart()).Draw(t, "open"), -c.Digits())
			parts := OpenParts(due, open)
			if sum := sumDue(t, parts, c); !sum.Equal(open) {
				t.Fatalf("%s is open of the parts, %s of the invoice", sum, open)
			}
			touched := false
			for i := len(parts) - 1; i >= 0; i-- {
				if touched && !parts[i].Amount.IsZero() || parts[i].Amount.GreaterThan(due[i].Amount) {
					t.Fatalf("not the oldest first: %v of %v", parts, due)
				}
				touched = touched || parts[i].Amount.LessThan(due[i].Amount)
			}
		}
	})
}

func sumDue(t *rapid.T, due []DueAmount, c Currency) (sum decimal.Decimal) {
	for i, d := range due {
		if d.Amount.IsNegative() || CheckAmount(d.Amount, c) != nil || i > 0 && !due[i-1].Date.Before(d.Date) {
			t.Fatal(due)
		}
		sum = sum.Add(d.Amount)
	}
	return sum
}

// Vectors 07 and 08: 240 in two parts of 120. What comes in pays the earlier part first; with the last cent the invoice is paid. What the peer writes off is credited.
func TestPartsArePaidInTurn(t *testing.T) {
	t.Parallel()
	var v struct {
		Inputs struct {
			Total       decimal.Decimal
			Instalments []decimal.Decimal
		}
		Steps []struct {
			Suggested *decimal.Decimal
			Pay       decimal.Decimal
			WriteOff  decimal.Decimal
			State     string           `json:"invoice_state"`
			Offered   *decimal.Decimal `json:"writeoff_offered"`
		}
	}
	readVector(t, "08_invoice_partial_payments_writeoff", &v)
	due, err := PaymentTerms("20/40").Due(NewDate(2026, 11, 22), v.Inputs.Total, 30, EUR)
	if err != nil || len(due) != len(v.Inputs.Instalments) || len(v.Steps) != 3 {
		t.Fatal(due, err)
	}
	for i, want := range v.Inputs.Instalments {
		if !due[i].Amount.Equal(want) {
			t.Errorf("part %d: %s, want %s", i, due[i].Amount, want)
		}
	}
	open := v.Inputs.Total
	for i, s := range v.Steps {
		if s.Suggested != nil && !open.Equal(*s.Suggested) {
			t.Errorf("step %d: %s is open, want %s", i, open, s.Suggested)
		}
		open = open.Sub(s.Pay).Sub(s.WriteOff)
		parts := OpenParts(due, open)
		if s.Offered != nil && !parts[1].Amount.Equal(*s.Offered) || !parts[0].Amount.IsZero() || open.IsZero() != (s.State == "paid") {
			t.Errorf("step %d: %v are open, %s", i, parts, s.State)
		}
	}
}
