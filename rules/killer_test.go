package rules

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/expr-lang/expr/vm"

	"leadtocash/crm"
)

// hang is how long nothing takes, on however busy a machine.
const hang = 30 * time.Second

// G1: what stops expr, or its host, is refused when it is written, before it goes off.
func TestKillersAreRefused(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	for name, src := range map[string]string{
		"a million brackets": r("(", 1_000_000), "a million nots": r("!", 1_000_000) + "true", "a million lists": r("[", 1_000_000),
		"a hundred thousand brackets": r("(", 100_000) + "true" + r(")", 100_000), "brackets": r("(", 900) + "true" + r(")", 900),
		"nots": r("!", 1900) + "true", "spelt nots": r("not ", 450) + "true", "lists": r("[", 1900), "minus": r("-", 1900) + "1 > 0", "nodes": "1 > 0" + r(" and 1>0", 150),
		"repeat of repeat": `len(repeat(repeat("a",900000),900000))>0`, "a gigabyte": `len(repeat("` + r("a", 1000) + `", 1000000)) > 0`,
		"replace": `len(replace(repeat("a",900000),"a","` + r("b", 1500) + `")) > 0`, "doubling": r("let a=a+a;", 30) + "true",
		"reduce": `reduce(deal.tags, #acc + #) == ""`, "accumulator": "#acc == 1",
		"three loops": `all(deal.tags, all(deal.tags, all(deal.tags, # == "a")))`, "two loops": `any(deal.tags, count(deal.tags, # == "a") > 1)`,
		"loop in a list of a loop": `any(deal.tags, # in [any(deal.tags, # == "a")])`,
		"groups":                   "len(groupBy(1..900000,#)) > 0", "range": "len(1..1000000000)>0", "sum of sums": "sum(1..1000, sum(1..1000, #)) > 0", "sum": "sum(deal.tags, 1) > 0",
		"json": `fromJSON(repeat("[",500000)) == nil`, "environment": "$env != nil", "environment as json": `toJSON($env) == ""`,
		"clock": "now() > process.today", "long pattern": `deal.name matches "` + r("a", 3000) + `"`, "pattern of a field": "deal.name matches deal.need",
		"growing pattern": `deal.name matches "` + r("(a?){30}", 20) + `"`, "many patterns": r(`deal.name matches "a" and `, 6) + "true",
		"ten megabytes": `deal.name == "` + r("a", 10_000_000) + `"`, "exponent": "deal.amount + 1e999999999 > 0", "power": "deal.amount ** 999999999 > 0",
		"sort": "len(sortBy(deal.tags, #)) > 0", "flatten": "len(flatten([[deal.tags]])) > 0", "nested min": "min([[1], [2]]) > 0", "filter": "len(filter(deal.tags, true)) > 0",
		"division": "deal.amount / 0 > 1", "nil": "deal?.name != nil", "bytes": `b"a" == b"a"`, "not UTF-8": "deal.name == \"\xff\"", "NUL": "deal.name == \"\x00\"",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			if problems := CheckExpression(src); len(problems) == 0 {
				t.Error("is accepted")
			}
			if took := time.Since(start); took > hang {
				t.Errorf("takes %s to refuse", took)
			}
		})
	}
}

// What only the count of steps finds: each part is allowed, and the whole would take seconds on long texts and lists.
func TestKillersBySteps(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"pattern on a text for each entry":  `all(deal.tags, deal.need matches "(?:a?){60}b")`,
		"pattern on a text for a count":     `count(deal.tags, deal.need matches "(a+)+$") > 1`,
		"capitals of a text for each entry": `any(deal.tags, upper(deal.need) == #)`,
		"holidays for each entry":           `any(deal.tags, working_days_between(process.today, deal.close_date) > 1)`,
		"great patterns on a text":          `deal.need matches "(?:a?){90}b" and deal.name matches "(?:a?){90}b" and lead.need matches "(?:a?){90}b"`,
	} {
		problems := CheckExpression(src)
		if len(problems) != 1 || problems[0].Code != CodeTooComplex || problems[0].Params["max"] != strconv.Itoa(MaxSteps) {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

// A list of conditions is judged as a whole, so it is bounded as a whole.
func TestKillersTogether(t *testing.T) {
	t.Parallel()
	list := func(n int) string {
		return "order:\n  checks:\n" + strings.Repeat("    - 'all(deal.tags, deal.need contains #)'\n", n)
	}
	if _, problems := Parse(crm.RuleOrder, []byte(list(5))); len(problems) > 0 {
		t.Error(problems)
	}
	if _, problems := Parse(crm.RuleOrder, []byte(list(100))); len(problems) != 1 || problems[0].Code != CodeTooComplex || problems[0].Path != "checks" {
		t.Errorf("%v", problems)
	}
}

// full are facts at the bounds of what rules may read, in texts that make patterns and comparisons work the most.
func full() crm.Facts {
	f := ready()
	a, long := strings.Repeat("a", MaxTextLength), strings.Repeat("ạ", MaxTextLength)
	f.Deal.Name, f.Deal.Need, f.Lead.Need, f.Lead.Company, f.Customer.Name = a, a, a, long, long
	f.Deal.Tags = make([]string, MaxListLength)
	for i := range f.Deal.Tags {
		f.Deal.Tags[i] = strings.Repeat("a", maxListBytes/MaxListLength-1) + "b"
	}
	f.Process.Holidays = make([]crm.Date, MaxListLength)
	for i := range f.Process.Holidays {
		f.Process.Holidays[i] = f.Process.Today.AddDays(7000 - 7*i)
	}
	f.Deal.Amount, f.Deal.Cost = dec("-99999999999999999999999999999999999999").Shift(maxExponent), dec("99999999999999999999999999999999999999").Shift(-maxExponent)
	return f
}

// G1: what expr's limits would let run on for long is accepted, but bounded when it runs.
func TestKillersAreBounded(t *testing.T) {
	t.Parallel()
	r := strings.Repeat
	for name, src := range map[string]string{
		"backtracking":              `deal.need matches "(a+)+$" or true`,
		"great pattern":             `deal.need matches "(?:a?){90}b" or true`,
		"pattern on entries":        `none(deal.tags, # matches "(?:a?){30}c")`,
		"search for each entry":     `any(deal.tags, deal.need contains #)`,
		"search of entries":         `none(deal.tags, # contains "aab")`,
		"list for each entry":       `all(deal.tags, # in deal.tags)`,
		"same text for each entry":  `none(deal.tags, same_text(#, customer.name))`,
		"long loop body":            `all(deal.tags, ` + r(`# != "x" and `, 40) + "true)",
		"list made for each entry":  `none(deal.tags, # in [` + r(`deal.stage, `, 8) + `deal.stage])`,
		"product":                   r("deal.amount*deal.cost*", 18) + "deal.amount != 5",
		"comparison far apart":      r("deal.amount*", 19) + "1 > " + r("deal.cost*", 19) + "1",
		"ratio of products":         "ratio(" + r("deal.amount*", 19) + "1, " + r("deal.cost*", 18) + "1) != 3",
		"capitals and back":         `upper(lower(upper(lower(upper(lower(lead.company)))))) != ""`,
		"products for each entry":   `all(deal.tags, ` + r("deal.amount*", 20) + `len(#) != 5)`,
		"twenty years of holidays":  `working_days_between(date("2020-01-01"), date("2039-12-31")) > 0`,
		"overflow":                  "9223372036854775807 + 1 > 0",
		"product of entries":        `all(deal.tags, len(#)*len(#)*len(#)*len(#) > 5)`,
		"every text that can be":    r(`lower(lead.company) != "x" and `, 24) + "true",
		"count of counts in a row":  r(`count(deal.tags, # != "x") > 1 and `, 14) + "true",
		"membership after capitals": `all(deal.tags, upper(lower(#)) in ["x", "y"] or true)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, facts := compiled(t, src), full()
			stepsAreCounted(t, c)
			start := time.Now()
			_, ruling := judge([]*condition{c}, "x", &facts)
			took := time.Since(start)
			if took > hang {
				t.Errorf("took %s for %.0f steps", took, c.steps)
			}
			t.Logf("%s: %s in %s, at most %.0f steps", name, ruling, took.Round(10*time.Microsecond), c.steps)
		})
	}
}

// instructions is how many of its instructions a program runs at most; ok tells that nothing but loops that are not nested jumps back.
func instructions(p *vm.Program) (n int, ok bool) {
	begin, depth, inside := 0, 0, 0
	for i, op := range p.Bytecode {
		if depth > 0 {
			inside++
		} else {
			n++
		}
		switch op {
		case vm.OpBegin:
			begin, inside = i, 0
			if depth++; depth > 1 {
				return n, false
			}
		case vm.OpEnd:
			n += inside * (MaxListLength + 1)
			depth--
		case vm.OpJumpBackward:
			if depth != 1 || i+1-p.Arguments[i] <= begin {
				return n, false
			}
		case vm.OpJump, vm.OpJumpIfTrue, vm.OpJumpIfFalse, vm.OpJumpIfNil, vm.OpJumpIfNotNil, vm.OpJumpIfEnd:
			if p.Arguments[i] < 0 {
				return n, false
			}
		case vm.OpRange, vm.OpMap, vm.OpSlice, vm.OpCall, vm.OpCreate, vm.OpGroupBy, vm.OpSortBy, vm.OpSort, vm.OpStore, vm.OpMatches, vm.OpLoadConst, vm.OpFetch:
			return n, false // rules have nothing that compiles to them
		}
	}
	return n, depth == 0
}

// stepsAreCounted fails when an accepted rule may run more instructions than were counted when it was written.
func stepsAreCounted(t *testing.T, c *condition) {
	t.Helper()
	programs := []*vm.Program{c.plain}
	for _, alternatives := range c.operands {
		for _, a := range alternatives {
			programs = append(programs, a.program)
		}
	}
	for _, p := range programs {
		if n, ok := instructions(p); !ok || float64(n) > c.steps || c.steps > MaxSteps {
			t.Fatalf("%q: %d instructions, %.0f steps counted\n%s", c.source, n, c.steps, p.Disassemble())
		}
	}
}

// Machines are used again. Each run has the whole budget, and none sees what the one before it left.
func TestMachinesBeginAnew(t *testing.T) {
	t.Parallel()
	f := ready()
	f.Deal.CloseDate = crm.Date{}
	budget, broken := compiled(t, `deal.name in [deal.stage, deal.need, deal.name]`), compiled(t, `any(deal.tags, deal.close_date > process.today)`)
	for range 3 * memoryBudget {
		if !budget.holds(&f) || broken.holds(&f) {
			t.Fatal("another answer than the first time")
		}
	}
}
