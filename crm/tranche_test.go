package crm

import (
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// M1: any total, 1 to 60 tranches, any percentages that make 100: the plan adds up and holds no tranche of nothing.
func TestPlanAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawCurrency(t)
		total := decimal.New(rapid.Int64Range(1, 9999999999999).Draw(t, "units"), -c.Digits())
		weights := make([]decimal.Decimal, rapid.IntRange(1, MaxTranches).Draw(t, "n"))
		for i := range weights {
			weights[i] = decimal.New(rapid.Int64Range(1, 1000).Draw(t, "weight"), 0)
		}
		percents, err := Split(dec("100"), weights, EUR)
		if err != nil {
			t.Fatal(err)
		}
		shares := make([]Share, len(percents))
		for i, p := range percents {
			shares[i] = Share{TrancheProgress, p}
			if p.IsZero() {
				return // a share of nothing is refused, see the table
			}
		}
		plan, err := Plan(total, shares, c)
		if err != nil {
			// Only a total too small for its shares may be refused.
			if total.GreaterThan(c.Unit().Mul(dec("10000"))) {
				t.Fatal(err)
			}
			return
		}
		sum := decimal.Zero
		for i, p := range plan {
			sum = sum.Add(p.Amount)
			if !p.Amount.IsPositive() || CheckAmount(p.Amount, c) != nil || p.Kind != shares[i].Kind {
				t.Fatalf("tranche %d: %+v", i, p)
			}
		}
		if !sum.Equal(total) {
			t.Fatalf("tranches make %s, the total is %s", sum, total)
		}
	})
}

// S060: deposit, progress and balance; the balance takes the cent.
func TestPlanOfThreeKinds(t *testing.T) {
	t.Parallel()
	plan, err := Plan(dec("1000.01"), []Share{{TrancheDeposit, dec("30")}, {TrancheProgress, dec("30")}, {TrancheBalance, dec("40")}}, EUR)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"300", "300", "400.01"} {
		if !plan[i].Amount.Equal(dec(want)) {
			t.Errorf("tranche %d: %s, want %s", i, plan[i].Amount, want)
		}
	}
}

func TestPlanRefusals(t *testing.T) {
	t.Parallel()
	whole := []Share{{TrancheBalance, dec("100")}}
	halves := []Share{{TrancheDeposit, dec("50")}, {TrancheBalance, dec("50")}}
	for name, c := range map[string]struct {
		total    string
		shares   []Share
		currency Currency
		pointer  string
		code     string
	}{
		"zero total":     {"0", whole, EUR, "/total", "out_of_range"},
		"negative total": {"-1", whole, EUR, "/total", "out_of_range"},
		"half a cent":    {"0.005", whole, EUR, "/total", "too_many_decimals"},
		"too small":      {"0.01", halves, EUR, "/tranches/0/amount", "out_of_range"},
		"one yen":        {"1", halves, "JPY", "/tranches/0/amount", "out_of_range"},
		"90 percent":     {"10", []Share{{TrancheDeposit, dec("50")}, {TrancheBalance, dec("40")}}, EUR, "/tranches", "sum_mismatch"},
		"no share":       {"10", nil, EUR, "/tranches", "required"},
		"61":             {"10", make([]Share, 61), EUR, "/tranches", "too_many"},
		"zero share":     {"10", []Share{{TrancheDeposit, dec("0")}, {TrancheBalance, dec("100")}}, EUR, "/tranches/0/percent", "out_of_range"},
		"negative share": {"10", []Share{{TrancheDeposit, dec("-10")}}, EUR, "/tranches/0/percent", "out_of_range"},
		"kind":           {"10", []Share{{"rest", dec("100")}}, EUR, "/tranches/0/kind", "unknown_value"},
		"currency":       {"10", whole, "EURO", "/total", "unknown_currency"},
	} {
		_, err := Plan(dec(c.total), c.shares, c.currency)
		if e := codeOf(t, err); e.Pointer != c.pointer || e.Code != c.code {
			t.Errorf("%s: %v", name, e)
		}
	}
}

func TestCheckTranches(t *testing.T) {
	t.Parallel()
	if err := CheckTranches(dec("100.00"), []decimal.Decimal{dec("30.00"), dec("70.00")}, EUR); err != nil {
		t.Error(err)
	}
	err := CheckTranches(dec("100.00"), []decimal.Decimal{dec("30.00"), dec("69.99")}, EUR) // B043
	e := codeOf(t, err)
	if e.Pointer != "/tranches" || e.Code != "sum_mismatch" || e.Params["want"] != "100.00" || e.Params["got"] != "99.99" || e.Params["difference"] != "0.01" {
		t.Errorf("B043: %v", e)
	}
	err = CheckTranches(dec("100.00"), []decimal.Decimal{dec("0.00")}, EUR) // B044
	if e := codeOf(t, err); e.Pointer != "/tranches/0/amount" || e.Code != "out_of_range" || e.Params["min"] != "0.01" {
		t.Errorf("B044: %v", e)
	}
	many, ok := CheckTranches(dec("1"), []decimal.Decimal{dec("-1"), dec("2.001")}, EUR).(FieldErrors)
	if !ok || len(many) != 2 {
		t.Errorf("all at once: %v", many)
	}
}
