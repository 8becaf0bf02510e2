package rules

import (
	"testing"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// bareFacts are the facts of the send gate as a plain user of expr would hold them: machine numbers, no bounds, no decimals.
type bareFacts struct {
	Deal     struct{ Amount float64 }
	Customer struct{ VAT string }
	Contact  struct{ Email string }
	Quote    struct {
		State      string
		Lines      int
		Discount   float64
		ValidUntil time.Time
	}
	Today time.Time
}

// bareGate says what the eight clauses of the shipped send gate say.
const bareGate = `Deal.Amount > 1000 and trim(Customer.VAT) != "" and trim(Contact.Email) != "" and Quote.State in ["draft", "sent"] and
Quote.Lines > 0 and Quote.Discount <= 25 and Quote.ValidUntil.Unix() > 0 and Quote.ValidUntil > Today`

func bareReady() *bareFacts {
	f := ready()
	b := &bareFacts{Today: f.Process.Today.Time()}
	b.Deal.Amount, b.Customer.VAT, b.Contact.Email = f.Deal.Amount.InexactFloat64(), f.Customer.VAT, f.Contact.Email
	b.Quote.State, b.Quote.Lines, b.Quote.Discount = f.Quote.State, int(f.Quote.Lines.IntPart()), f.Quote.DiscountPercent.InexactFloat64()
	b.Quote.ValidUntil = f.Quote.ValidUntil.Time()
	return b
}

func bareProgram(t testing.TB, src string) *vm.Program {
	t.Helper()
	p, err := expr.Compile(src, expr.Env(&bareFacts{}), expr.AsBool())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func bareTrue(t testing.TB, p *vm.Program, f *bareFacts) {
	if out, err := expr.Run(p, f); err != nil || out != true {
		t.Fatal(out, err)
	}
}
