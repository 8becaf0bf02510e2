package rules

import (
	"math/rand"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

var soup = strings.Fields(`deal deal.name deal.amount deal.tags customer.vat deal.close_date process.today deal.budget order.total ( ) [ ] { } , . ?. ? : ?? ;
 and or not in matches contains startsWith endsWith == != < > <= >= + - * / % ** .. 1 0 -1 2.5 1e308 9223372036854775807 50000.10 0x7f "a" "" 'b' nil true
 false # #acc #index len( any( all( count( none( one( filter( map( sum( reduce( repeat( lower( upper( trim( abs( round( min( max( split( filled( ratio(
 days_since( days_until( in_quarter( working_days_between( same_text( quote.valid_until date( $env let x = x | if else toJSON( now( string( int( "2026-11-21"`)

var good = []string{
	`deal.amount > 1000`, `deal.name == "a"`, `any(deal.tags, # == "x")`, `customer.vat != ""`, `len(deal.tags) > 0`, `quote.state in ["draft", "sent"]`,
	`deal.name matches "^a"`, `ratio(deal.cost, deal.amount) >= 0.3`, `quote.valid_until > process.today`, `days_since(deal.close_date) < 30`,
	`filled(contact.email)`, `order.total + receivables.open <= customer.credit_limit`, `deal.amount*deal.amount*order.total != 5`, `deal.budget`,
	`in_quarter(deal.close_date)`, `in_quarter(quote.valid_until, 4)`, `working_days_between(process.today, order.delivery_date) >= 10`,
	`same_text(customer.name, lead.company)`, `ratio(deal.cost, deal.amount, 0) < 1`,
	`any([deal.name, "a"], # == deal.name)`, `count(deal.tags, # in ["a", deal.name]) > 1`,
}

// rule writes a random text: half are token soup, half are good rules, most of them damaged.
func rule(r *rand.Rand) string {
	var b strings.Builder
	if r.Intn(2) == 0 {
		for range 1 + r.Intn(14) {
			b.WriteString(soup[r.Intn(len(soup))] + " ")
		}
		return b.String()
	}
	for i := range 1 + r.Intn(4) {
		if i > 0 {
			b.WriteString([]string{" and ", " or ", " and not "}[r.Intn(3)])
		}
		b.WriteString(good[r.Intn(len(good))])
	}
	s := []byte(b.String())
	for range r.Intn(3) {
		s[r.Intn(len(s))] = byte(r.Intn(256))
	}
	return string(s)
}

func corners() []crm.Facts {
	full, odd := ready(), crm.Facts{}
	odd.Deal.Amount, odd.Order.Total, odd.Deal.Name = decimal.New(1, 999_999), dec("-99999999999999999999999999999999999999.99"), strings.Repeat("a", MaxTextLength)
	odd.Deal.Tags = make([]string, MaxListLength)
	return []crm.Facts{{}, full, odd}
}

// harmless compiles and tries one text, and fails on what must never be: an inconsistent verdict, or one that takes long.
func harmless(t *testing.T, src string, facts []crm.Facts) (accepted bool) {
	t.Helper()
	c, problems := compileCondition("x", src)
	if (c == nil) == (len(problems) == 0) {
		t.Fatalf("%q gives neither a rule nor a problem", src)
	}
	for _, p := range problems {
		if p.Code == "" || p.Text == "" || p.Line < 1 || p.Column < 1 || strings.Contains(p.Text, "runtime error") || strings.HasPrefix(p.Text, "cannot be compiled") {
			t.Fatalf("%q: %+v", src, p)
		}
	}
	if c == nil {
		return false
	}
	stepsAreCounted(t, c)
	for i := range facts {
		clauses, ruling := judge([]*condition{c}, "x", &facts[i])
		if len(clauses) == 0 || (ruling == crm.Allowed) != c.holds(&facts[i]) {
			t.Fatalf("%q on facts %d: %s, but the fast answer is %v", src, i, ruling, c.holds(&facts[i]))
		}
		for _, k := range clauses {
			if k.Problem == ProblemFailed {
				t.Fatalf("%q on facts %d fails for no known reason", src, i)
			}
		}
	}
	return true
}

// G1: no text stops the server, and none takes long. RULES tries another number of them, as make fuzz does.
func TestAHundredThousandRules(t *testing.T) {
	t.Parallel()
	many := 100_000
	if text := os.Getenv("RULES"); text != "" {
		var err error
		if many, err = strconv.Atoi(text); err != nil || many < 1 {
			t.Fatalf("RULES=%s is no number of rules", text)
		}
	}
	r, facts := rand.New(rand.NewSource(7)), corners()
	var accepted int
	var slowest time.Duration
	worst := ""
	for range many {
		src := rule(r)
		start := time.Now()
		if harmless(t, src, facts) {
			accepted++
		}
		if d := time.Since(start); d > slowest {
			slowest, worst = d, src
		}
	}
	t.Logf("%d rules: %d accepted, %d refused; slowest %s (%q); peak memory %s", many, accepted, many-accepted, slowest, worst, peakMemory())
	if accepted < many/10 || slowest > hang {
		t.Errorf("%d accepted, slowest %s: %q", accepted, slowest, worst)
	}
}

// peakMemory is the most memory that the process has held, where the system tells it; else what Go has taken from the system.
func peakMemory() string {
	status, _ := os.ReadFile("/proc/self/status")
	if _, peak, ok := strings.Cut(string(status), "VmHWM:"); ok {
		line, _, _ := strings.Cut(peak, "\n")
		return strings.TrimSpace(line)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return strconv.FormatUint(m.Sys>>10, 10) + " kB"
}

func FuzzExpression(f *testing.F) {
	for _, src := range append(good, soup...) {
		f.Add(src)
	}
	facts := corners()
	f.Fuzz(func(t *testing.T, src string) { harmless(t, src, facts) })
}

func FuzzDocument(f *testing.F) {
	f.Add(string(Default()))
	f.Add(minimal)
	f.Add("\r\r!\r!")
	f.Add("order:\n  checks:\n    - when: |\n        deal.amont > 3\n    - 'it''s'\n")
	f.Fuzz(func(t *testing.T, text string) {
		d, problems := ParseDocument([]byte(text))
		if (d == nil) == (len(problems) == 0) {
			t.Fatalf("neither a document nor a problem")
		}
		lines := strings.Count(lineEnds.Replace(text), "\n") + 2
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Column < 1 || p.Code == "" {
				t.Fatalf("%+v lies outside of the text", p)
			}
		}
		for k, part := range d {
			if _, problems := Parse(k, part.Source); len(problems) > 0 {
				t.Fatalf("the part of %s cannot be read alone: %v\n%s", k, problems, part.Source)
			}
		}
	})
}
