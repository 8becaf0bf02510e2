package rules

import (
	"testing"
	"time"

	"github.com/expr-lang/expr"

	"leadtocash/crm"
)

// pairs are rules of ours beside equivalent ones of bare expr.
var pairs = []struct{ name, ours, bare string }{
	{"number", `deal.amount > 1000`, `Deal.Amount > 1000`},
	{"text", `quote.state in ["draft", "sent"]`, `Quote.State in ["draft", "sent"]`},
	{"filled", `filled(customer.vat)`, `trim(Customer.VAT) != ""`},
	{"date", `quote.valid_until > process.today`, `Quote.ValidUntil > Today`},
	{"joined", `filled(customer.vat) and deal.amount > 1000 and (quote.state == "draft" or quote.lines > 3)`, `trim(Customer.VAT) != "" and Deal.Amount > 1000 and (Quote.State == "draft" or Quote.Lines > 3)`},
}

func compiled(t testing.TB, src string) *condition {
	t.Helper()
	c, problems := compileCondition("x", src)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return c
}

// turn times some runs of a thing.
func turn(do func()) time.Duration {
	const runs = 50
	start := time.Now()
	for range runs {
		do()
	}
	return time.Since(start) / runs
}

// compared takes turns, so that what else the machine does hits all, and reports the fastest turn of each and its ratio to the bare one.
func compared(b *testing.B, bare, plain, explained func()) {
	fastest := [3]time.Duration{time.Hour, time.Hour, time.Hour}
	for b.Loop() {
		for i, do := range []func(){bare, plain, explained} {
			fastest[i] = min(fastest[i], turn(do))
		}
	}
	of := func(i int) float64 { return float64(fastest[i]) / float64(fastest[0]) }
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(fastest[0]), "bare-ns")
	b.ReportMetric(of(1), "plain-ratio")
	b.ReportMetric(of(2), "explained-ratio")
	if of(1) > 1.5 || of(2) > 10 {
		b.Errorf("plain takes %.2f times what expr alone does, at most 1.5; explained %.2f, at most 10", of(1), of(2))
	}
}

// One condition beside an equivalent one of bare expr.
func BenchmarkCondition(b *testing.B) {
	for _, p := range pairs {
		b.Run(p.name, func(b *testing.B) {
			program, bare := bareProgram(b, p.bare), bareReady()
			c, f := compiled(b, p.ours), ready()
			compared(b, func() { bareTrue(b, program, bare) }, func() {
				if !c.holds(&f) {
					b.Fatal("refused")
				}
			}, func() {
				if _, ruling := judge([]*condition{c}, "x", &f); ruling != crm.Allowed {
					b.Fatal(ruling)
				}
			})
		})
	}
}

// The shipped gate of eight clauses beside one expression of bare expr; a refusal explains most.
func BenchmarkGate(b *testing.B) {
	set, f := shippedSet(b, crm.RulePipeline), ready()
	program, bare := bareProgram(b, bareGate), bareReady()
	plain := func() {
		if !set.Allows("send", &f) {
			b.Fatal("refused")
		}
	}
	b.Run("allowed", func(b *testing.B) {
		compared(b, func() { bareTrue(b, program, bare) }, plain, func() {
			if !set.Gate("send", f).Allowed() {
				b.Fatal("refused")
			}
		})
	})
	b.Run("refused", func(b *testing.B) {
		var empty crm.Facts
		compared(b, func() { bareTrue(b, program, bare) }, plain, func() {
			if set.Gate("send", empty).Allowed() {
				b.Fatal("allowed")
			}
		})
	})
}

// A hundred thousand deals through the shipped gate.
func BenchmarkHundredThousandDeals(b *testing.B) {
	set, deals := shippedSet(b, crm.RulePipeline), make([]crm.Facts, 100_000)
	for i := range deals {
		deals[i] = ready()
		deals[i].Deal.Amount = dec("1000.01").Add(dec("1").Mul(dec("7")))
	}
	b.ResetTimer()
	for b.Loop() {
		for i := range deals {
			if !set.Allows("send", &deals[i]) {
				b.Fatal("refused")
			}
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := expr.Compile(pairs[4].bare, expr.Env(&bareFacts{}), expr.AsBool()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rule", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, p := compileCondition("x", pairs[4].ours); len(p) > 0 {
				b.Fatal(p)
			}
		}
	})
	b.Run("shipped", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, p := ParseDocument(Default()); len(p) > 0 {
				b.Fatal(p)
			}
		}
	})
}
