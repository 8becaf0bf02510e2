package bench

import (
	"errors"
	"time"

	"github.com/expr-lang/expr"
	"github.com/shopspring/decimal"

	"leadtocash/crm"
	"leadtocash/rules"
)

// bareFacts are the facts of the shipped send gate as a plain user of expr would hold them: machine numbers, no bounds, no decimals.
type bareFacts struct {
	Amount, Discount  float64
	VAT, Email, State string
	Lines             int
	ValidUntil, Today time.Time
}

// bareGate says what the eight clauses of the gate say.
const bareGate = `Amount > 1000 and trim(VAT) != "" and trim(Email) != "" and State in ["draft", "sent"] and Lines > 0 and Discount <= 25 and
ValidUntil.Unix() > 0 and ValidUntil > Today`

var errGate = errors.New("the shipped gate does not let a deal pass that has all it needs")

// Rules measures the shipped gate of eight clauses: how long the plain and the explained answer take as a multiple of one bare call of
// expr with the same conditions, in turns, each by its fastest turn; and how long a hundred thousand deals take one after the other, the
// fastest of five times. It needs no server.
func Rules(o Options, say func(Result)) error {
	if !o.wants("rules/plain-ratio", "rules/explained-ratio", "rules/deals=100000") {
		return nil
	}
	document, problems := rules.ParseDocument(rules.Default())
	if err := problems.Err(); err != nil {
		return err
	}
	set, facts := document[crm.RulePipeline].Set, gateFacts()
	program, err := expr.Compile(bareGate, expr.Env(&bareFacts{}), expr.AsBool())
	if err != nil {
		return err
	}
	bare := &bareFacts{1500, 10, facts.Customer.VAT, facts.Contact.Email, facts.Quote.State, 2, facts.Quote.ValidUntil.Time(), facts.Process.Today.Time()}
	passed := true
	fastest := turns(o.during()/5, func() {
		out, err := expr.Run(program, bare)
		passed = passed && err == nil && out == true
	}, func() { passed = set.Allows("send", &facts) && passed }, func() { passed = set.Gate("send", facts).Allowed() && passed })
	say(Result{"rules/plain-ratio", fastest[1] / fastest[0], "1"})
	say(Result{"rules/explained-ratio", fastest[2] / fastest[0], "1"})
	deals := make([]crm.Facts, 100_000)
	for i := range deals {
		deals[i] = facts
		deals[i].Deal.Amount = decimal.New(int64(100_001+i), -2)
	}
	took := time.Hour
	for range 5 {
		begin := time.Now()
		for i := range deals {
			passed = set.Allows("send", &deals[i]) && passed
		}
		took = min(took, time.Since(begin))
	}
	say(Result{"rules/deals=100000", ms(took), "ms"})
	if !passed {
		return errGate
	}
	return nil
}

// turns runs the things in turns for the time given, so that what else the machine does hits all, and gives the seconds of each one's
// fastest turn.
func turns(during time.Duration, things ...func()) []float64 {
	const runs = 50
	fastest := make([]float64, len(things))
	for begin := time.Now(); time.Since(begin) < during; {
		for i, do := range things {
			start := time.Now()
			for range runs {
				do()
			}
			if took := time.Since(start).Seconds(); fastest[i] == 0 || took < fastest[i] {
				fastest[i] = took
			}
		}
	}
	return fastest
}

// gateFacts are those of a deal that may enter the stage send.
func gateFacts() (f crm.Facts) {
	today := crm.NewDate(2026, time.November, 21)
	f.Process.Today, f.Quote.ValidUntil = today, today.AddDays(30)
	f.Deal.Amount, f.Customer.VAT, f.Contact.Email = decimal.New(150_000, -2), "IT00743110157", "buyer@example.com"
	f.Quote.State, f.Quote.Lines, f.Quote.DiscountPercent = "draft", decimal.NewFromInt(2), decimal.NewFromInt(10)
	return f
}
