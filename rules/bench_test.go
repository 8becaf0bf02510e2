package rules

import (
	"testing"

	"leadtocash/crm"
)

func BenchmarkAllowsPlain(b *testing.B) {
	set, f := shippedSet(b, crm.RulePipeline), ready()
	b.ReportAllocs()
	for b.Loop() {
		if !set.Allows("send", &f) {
			b.Fatal("refused")
		}
	}
}

func BenchmarkGateAllowed(b *testing.B) {
	set, f := shippedSet(b, crm.RulePipeline), ready()
	b.ReportAllocs()
	for b.Loop() {
		if !set.Gate("send", f).Allowed() {
			b.Fatal("refused")
		}
	}
}

func BenchmarkGateRefusedTraced(b *testing.B) {
	set := shippedSet(b, crm.RulePipeline)
	var f crm.Facts
	b.ReportAllocs()
	for b.Loop() {
		if set.Gate("send", f).Allowed() {
			b.Fatal("allowed")
		}
	}
}

func BenchmarkCompileCondition(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, p := compileCondition("x", `filled(customer.vat) and deal.amount > 1000 or quote.state in ["draft", "sent"]`); len(p) > 0 {
			b.Fatal(p)
		}
	}
}

func BenchmarkParseDefault(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, p := ParseDocument(Default()); len(p) > 0 {
			b.Fatal(p)
		}
	}
}
