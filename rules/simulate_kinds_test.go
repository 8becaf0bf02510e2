package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"leadtocash/crm"
)

// figuresOf are conditions on prices, orders and projects that are met by some, not by others, and that some cannot be judged by.
var figuresOf = map[string][]string{
	MomentLine:     {`line.discount_percent <= 30`, `line.margin_percent >= 10 or "sales_manager" in user.roles`, `ratio(line.unit_cost, line.net_price) < 0.9`, `filled(line.sku)`},
	MomentQuote:    {`quote.margin_percent >= 10`, `quote.valid_until >= process.today`, `quote.net < 1000 and quote.lines > 0`, `customer.country == "IT" or quote.discount_percent < 5`},
	MomentApproval: {`order.margin_percent >= 20`, `order.total < 1000`, `ratio(order.total, order.tranches) < 500`, `order.delivery_date > process.today`},
	"alarm":        {`project.margin_percent < 15 and project.progress_percent > 20`, `project.late_milestones > 0`, `ratio(project.actual, project.budget) > 1 or project.open_cases > 1`},
	"close":        {`project.progress_percent >= 100`, `project.open_cases == 0`, `ratio(project.actual, project.budget) <= 2`},
	"checklist":    {`order.total > 10`, `filled(order.delivery_date)`, `ratio(order.total, order.tranches) < 500`, `quote.net < 1000 or order.payment_days <= 30`},
}

func drawn(t *rapid.T, name, list string) string {
	var b strings.Builder
	for i, g := range rapid.SliceOfNDistinct(rapid.SampledFrom(figuresOf[list]), 0, 3, rapid.ID[string]).Draw(t, name+list) {
		fmt.Fprintf(&b, "    - {id: c%d, when: '%s'}\n", i, g)
	}
	if b.Len() == 0 {
		return " []\n"
	}
	return "\n" + b.String()
}

func anySet(t *rapid.T, kind crm.RuleKind, name string) *Set {
	src := string(kind) + ":\n"
	switch kind {
	case crm.RulePricing:
		src += "  approve_by: " + rapid.SampledFrom([]string{"sales_manager", "finance"}).Draw(t, name) + "\n"
		for _, m := range Moments(kind) {
			src += "  " + m + ":" + drawn(t, name, m)
		}
	case crm.RuleProject:
		src += "  alarm:" + drawn(t, name, "alarm") + "  close:" + drawn(t, name, "close")
	case crm.RuleOrder:
		src += "  checks:" + drawn(t, name, "checklist")
	case crm.RuleApproval:
		src += "  levels:\n"
		for i := range rapid.IntRange(1, 3).Draw(t, name) {
			src += fmt.Sprintf("    - {key: l%d, name: L, role: sales_manager", i)
			if limit := rapid.SampledFrom([]string{"", "100", "2000"}).Draw(t, name+"limit"); limit != "" {
				src += ", limit: " + limit
			}
			if when := rapid.SampledFrom(append([]string{""}, figuresOf[MomentApproval]...)).Draw(t, name+"when"); when != "" {
				src += ", when: '" + when + "'"
			}
			src += "}\n"
		}
	}
	s, problems := Parse(kind, []byte(src))
	if len(problems) > 0 {
		t.Fatal(problems, src)
	}
	return s
}

func anyFigures(t *rapid.T) (f crm.Facts) {
	n := func(name string, values ...int64) decimal.Decimal {
		return decimal.NewFromInt(rapid.SampledFrom(values).Draw(t, name))
	}
	f.Process.Today = day("2026-11-21")
	f.Customer.Country = rapid.SampledFrom([]string{"", "IT"}).Draw(t, "country")
	f.User.Roles = rapid.SampledFrom([][]string{nil, {"salesperson"}, {"sales_manager"}}).Draw(t, "roles")
	f.Line.SKU = rapid.SampledFrom([]string{"", "A"}).Draw(t, "sku")
	f.Line.UnitPrice, f.Line.DiscountPercent, f.Line.UnitCost = n("price", 0, 10, 100), n("discount", 0, 30, 31), n("cost", 0, 9, 95)
	f.Line = f.Line.Priced()
	f.Quote.Net, f.Quote.Lines, f.Quote.MarginPercent, f.Quote.DiscountPercent = n("net", 0, 999, 1000), n("lines", 0, 2), n("margin", -5, 10, 50), n("off", 0, 5)
	f.Order.Total, f.Order.Tranches, f.Order.MarginPercent, f.Order.PaymentDays = n("total", 10, 99, 1001, 5000), n("tranches", 0, 2), n("order margin", 0, 20), n("days", 30, 60)
	if rapid.Bool().Draw(t, "dated") {
		f.Quote.ValidUntil, f.Order.DeliveryDate = day("2026-11-21"), day("2026-11-22")
	}
	p := &f.Project
	p.MarginPercent, p.Progress, p.LateMilestones, p.OpenCases = n("at end", 10, 15), n("progress", 0, 50, 100), n("late", 0, 1), n("cases", 0, 2)
	p.Actual, p.Budget = n("actual", 0, 100), n("budget", 0, 90)
	return f
}

func anyQuestions(t *rapid.T, kind crm.RuleKind) (out []Trial) {
	for i := range rapid.IntRange(0, 10).Draw(t, "deals") {
		x := Trial{Deal: crm.ID(fmt.Sprint(i)), State: rapid.SampledFrom([]crm.OpportunityState{crm.OpportunityOpen, crm.OpportunityWon, crm.OpportunityLost}).Draw(t, "state"), Stage: "one", Pipeline: "standard"}
		x.Owner, x.Amount = crm.ID(rapid.SampledFrom([]string{"anna", "piotr"}).Draw(t, "owner")), decimal.NewFromInt(int64(i))
		switch kind {
		case crm.RulePricing:
			var asks []Question
			for range rapid.IntRange(1, 3).Draw(t, "lines") {
				asks = append(asks, Question{MomentLine, anyFigures(t)})
			}
			if rapid.Bool().Draw(t, "quoted") {
				asks = append(asks, Question{MomentQuote, anyFigures(t)})
			}
			if rapid.Bool().Draw(t, "ordered") {
				asks = append(asks, Question{MomentApproval, anyFigures(t)})
			}
			x.Ask, x.Facts, x.Also = asks[0].Ask, asks[0].Facts, asks[1:]
		case crm.RuleProject:
			x.Ask, x.Facts = "alarm", anyFigures(t)
			if x.State != crm.OpportunityOpen {
				x.Ask = "close"
			}
		default:
			x.Ask, x.Facts = map[crm.RuleKind]string{crm.RuleOrder: "checklist", crm.RuleApproval: "route"}[kind], anyFigures(t)
		}
		out = append(out, x)
	}
	return out
}

// plainly asks one question alone, as the process does: the conditions in the way, and who is to approve.
func plainly(s *Set, q Question) (against []string, route string) {
	if s == nil {
		return nil, ""
	}
	var v crm.Verdict
	switch {
	case s.Kind() == crm.RuleApproval:
		stations, r := s.Route(q.Facts)
		for _, a := range stations {
			route += a.Key + " "
		}
		if !r.Allowed() {
			return []string{"no route"}, ""
		}
		return nil, route
	case s.Kind() == crm.RuleOrder:
		v = s.Checklist(q.Facts)
	case q.Ask == "alarm":
		for _, c := range s.project.alarm {
			if one := (&Set{kind: s.kind, project: project{alarm: []*condition{c}}}).Alarm(q.Facts); one.Result == crm.Refused {
				against = append(against, "alarm."+c.id)
			}
		}
		return against, ""
	case q.Ask == "close":
		v = s.Closing(q.Facts)
	default:
		v = s.At(q.Ask, q.Facts)
	}
	if s.Kind() == crm.RulePricing && q.Ask == MomentApproval {
		if !v.Allowed() {
			route = string(s.ApproveBy())
		}
		return nil, route
	}
	for _, c := range v.Failing() {
		id, _, _ := strings.Cut(c.ID, "#")
		if !slices.Contains(against, id) {
			against = append(against, id)
		}
	}
	return against, route
}

// N2: of every kind that is tried, each number is what asking each question alone gives, deal by deal, and has its deals behind it.
func TestEveryTrialEqualsBruteForce(t *testing.T) {
	t.Parallel()
	for _, kind := range Triable() {
		if kind == crm.RulePipeline { // TestSimulationEqualsBruteForce
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) { trialOf(t, kind) })
		})
	}
}

func trialOf(t *rapid.T, kind crm.RuleKind) {
	candidate, trials := anySet(t, kind, "candidate"), anyQuestions(t, kind)
	var present *Set
	if rapid.Bool().Draw(t, "present") {
		present = anySet(t, kind, "now")
	}
	want, lists := Report{}, map[string]int{}
	clause, owner := map[string]int{}, map[string]int{}
	add := func(to *Tally, x Trial) { to.Deals, to.Amount = to.Deals+1, to.Amount.Add(x.Amount) }
	for _, x := range trials {
		var against, against0 []string
		var route, route0 string
		for _, q := range append([]Question{{x.Ask, x.Facts}}, x.Also...) {
			a, r := plainly(candidate, q)
			a0, r0 := plainly(present, q)
			against, against0, route, route0 = append(against, a...), append(against0, a0...), route+r, route0+r0
		}
		slices.Sort(against)
		against = slices.Compact(against)
		open := x.State == crm.OpportunityOpen
		add(map[crm.OpportunityState]*Tally{crm.OpportunityOpen: &want.Open, crm.OpportunityWon: &want.Won, crm.OpportunityLost: &want.Lost}[x.State], x)
		switch {
		case len(against) > 0 && open:
			add(&want.Blocked, x)
			owner[string(x.Owner)]++
			for _, c := range against {
				clause[c]++
			}
			if len(against0) == 0 {
				add(&want.Newly, x)
			}
		case len(against) > 0 && x.State == crm.OpportunityWon:
			add(&want.Stopped, x)
		case len(against) > 0:
			add(&want.Spared, x)
		case open && len(against0) > 0:
			add(&want.Freed, x)
		}
		if route != route0 && (kind != crm.RuleApproval || len(against) == 0) {
			lists["route"]++
			if open {
				add(&want.Rerouted, x)
			} else {
				add(&want.PastRerouted, x)
			}
		}
	}
	got := Simulate(candidate, present, func(yield func(*Trial) bool) {
		for i := range trials {
			if !yield(&trials[i]) {
				return
			}
		}
	})
	figures := func(r Report) (out []string) {
		for _, f := range []Tally{r.Open, r.Blocked, r.Newly, r.Freed, r.Won, r.Stopped, r.Lost, r.Spared, r.Rerouted, r.PastRerouted} {
			out = append(out, fmt.Sprint(f.Deals, " ", f.Amount))
		}
		return out
	}
	if diff := cmp.Diff(figures(want), figures(got)); diff != "" {
		t.Fatal(diff)
	}
	if kind != crm.RuleApproval { // its clauses are the reasons why there is no route
		if diff := cmp.Diff(clause, dealsBy(got.ByClause)); diff != "" {
			t.Fatal(diff)
		}
	}
	if diff := cmp.Diff(owner, dealsBy(got.ByOwner)); diff != "" {
		t.Fatal(diff)
	}
	routes := 0
	for _, n := range dealsBy(got.ByRoute) {
		routes += n
	}
	if routes != lists["route"] || len(got.Hits) != got.Blocked.Deals+got.Freed.Deals+got.Stopped.Deals+got.Spared.Deals+routes {
		t.Fatalf("%d hits, %d routes behind %+v", len(got.Hits), routes, got)
	}
}

func dealsBy(lines []Line) map[string]int {
	out := map[string]int{}
	for _, l := range lines {
		out[l.Key] = l.Deals
	}
	return out
}
