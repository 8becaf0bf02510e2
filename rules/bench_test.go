package rules

import (
	"testing"

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

func BenchmarkCondition(b *testing.B) {
	for _, p := range pairs {
		b.Run(p.name+"/bare", func(b *testing.B) {
			program, f := bareProgram(b, p.bare), bareReady()
			b.ReportAllocs()
			for b.Loop() {
				bareTrue(b, program, f)
			}
		})
		b.Run(p.name+"/plain", func(b *testing.B) {
			c, f := compiled(b, p.ours), ready()
			b.ReportAllocs()
			for b.Loop() {
				if !c.holds(&f) {
					b.Fatal("refused")
				}
			}
		})
		b.Run(p.name+"/explained", func(b *testing.B) {
			c, f := []*condition{compiled(b, p.ours)}, ready()
			b.ReportAllocs()
			for b.Loop() {
				if _, ruling := judge(c, "x", &f); ruling != crm.Allowed {
					b.Fatal(ruling)
				}
			}
		})
	}
}

// The shipped gate of eight clauses beside one expression of bare expr.
func BenchmarkGate(b *testing.B) {
	set, f := shippedSet(b, crm.RulePipeline), ready()
	var empty crm.Facts
	b.Run("bare", func(b *testing.B) {
		program, f := bareProgram(b, bareGate), bareReady()
		b.ReportAllocs()
		for b.Loop() {
			bareTrue(b, program, f)
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !set.Allows("send", &f) {
				b.Fatal("refused")
			}
		}
	})
	b.Run("explained", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if !set.Gate("send", f).Allowed() {
				b.Fatal("refused")
			}
		}
	})
	b.Run("refused", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if set.Gate("send", empty).Allowed() {
				b.Fatal("allowed")
			}
		}
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
