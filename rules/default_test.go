package rules

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leadtocash/crm"
)

func TestDefaultHasNoProblemsAndEveryKind(t *testing.T) {
	t.Parallel()
	d, problems := ParseDocument(Default())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, k := range crm.RuleKinds() {
		set, problems := Parse(k, d[k].Source)
		if len(problems) > 0 {
			t.Errorf("%s does not read its own part again: %v", k, problems)
			continue
		}
		if diff := cmp.Diff(d[k].Set.Fields(), set.Fields()); diff != "" || set.Kind() != k {
			t.Errorf("%s reads other fields alone than in the file:\n%s", k, diff)
		}
	}
	if part := string(d[crm.RuleOrder].Source); !strings.HasPrefix(part, "# What must be right") || strings.Contains(part, "# Who must approve") {
		t.Errorf("a part does not keep its own comment alone:\n%s", part)
	}
}

func TestDefaultSpeaksAllLanguages(t *testing.T) {
	t.Parallel()
	all := func(what string, texts map[string]string) {
		for _, l := range Languages {
			if strings.TrimSpace(texts[l]) == "" {
				t.Errorf("%s has no text in %s", what, l)
			}
		}
	}
	for _, p := range shippedSet(t, crm.RulePipeline).Pipelines() {
		all("pipeline", p.Name())
		for _, s := range p.Stages() {
			all(s.Key, s.Name)
			all(s.Key+" guidance", s.Guidance)
			for _, c := range s.enter {
				all(s.Key+"."+c.id, c.label)
			}
		}
		for _, l := range p.LostReasons() {
			all(l.Key, l.Name)
		}
	}
	for _, c := range shippedSet(t, crm.RuleOrder).checks {
		all(c.id, c.label)
	}
	for _, l := range shippedSet(t, crm.RuleApproval).approval {
		all(l.Key, l.Name)
	}
	delivery := shippedSet(t, crm.RuleProject).project
	for _, c := range append(delivery.alarm, delivery.close...) {
		all(c.id, c.label)
	}
	for _, k := range crm.RuleKinds() {
		for _, c := range shippedSet(t, k).momentsAt() {
			all(c.id, c.label)
		}
	}
	for _, l := range shippedSet(t, crm.RuleDunning).Dunning().Levels {
		all(l.Key, l.Name)
	}
	for _, p := range shippedSet(t, crm.RuleScoring).Points() {
		all(p.ID, p.Label)
	}
	for _, a := range shippedSet(t, crm.RuleAssignment).Assignments() {
		all(a.Key, a.Name)
	}
	for _, track := range shippedSet(t, crm.RuleNurture).Tracks() {
		all(track.Key, track.Name)
	}
}

// S075, S097, S098: what is missing stops the move, all of it is named at once, and filling it opens the gate.
func TestDefaultGates(t *testing.T) {
	t.Parallel()
	p := shippedSet(t, crm.RulePipeline)
	for _, stage := range []string{"identify", "timing", "configure", "send", "lost"} {
		if v := p.Gate(stage, ready()); v.Result != crm.Allowed {
			t.Errorf("%s: %s %v", stage, v.Result, failing(v))
		}
	}
	tests := []struct {
		stage  string
		change func(*crm.Facts)
		want   []string
	}{
		{"timing", func(f *crm.Facts) { f.Deal.Need = " " }, []string{"timing.need"}},
		{"timing", func(f *crm.Facts) { f.Contact.Email = "" }, []string{"timing.reach", "timing.reach#2"}},
		{"timing", func(f *crm.Facts) { f.Contact.Email, f.Contact.Phone = "", "+39 02 1" }, nil},
		{"configure", func(f *crm.Facts) { f.Deal.Budget, f.Customer.Country = false, "" }, []string{"configure.budget", "configure.country"}},
		{"configure", func(f *crm.Facts) { f.Deal.MadeToOrder = true }, []string{"configure.handed_off", "configure.handed_off#2"}},
		{"configure", func(f *crm.Facts) { f.Deal.MadeToOrder, f.Deal.HandedOff = true, true }, nil},
		{"send", func(f *crm.Facts) { f.Deal.Amount, f.Customer.VAT = dec("1000"), "" }, []string{"send.amount", "send.vat"}},
		{"send", func(f *crm.Facts) { f.Deal.Amount = dec("1000.01") }, nil},
		{"send", func(f *crm.Facts) { f.Quote = crm.QuoteFacts{} }, []string{"send.quote", "send.lines", "send.validity"}},
		{"send", func(f *crm.Facts) { f.Quote.DiscountPercent = dec("25.01") }, []string{"send.discount"}},
		{"send", func(f *crm.Facts) { f.Quote.ValidUntil = day("2026-11-21") }, []string{"send.valid"}},
		{"negotiate", func(f *crm.Facts) {}, []string{"negotiate.quote"}},
		{"negotiate", func(f *crm.Facts) { f.Quote.State = "accepted" }, nil},
		{"won", func(f *crm.Facts) { f.Quote.State = "sent" }, []string{"won.accepted"}},
		{"won", func(f *crm.Facts) { f.Quote.State = "accepted" }, nil},
	}
	for _, tt := range tests {
		f := ready()
		tt.change(&f)
		v := p.Gate(tt.stage, f)
		if diff := cmp.Diff(tt.want, failing(v)); diff != "" || v.Allowed() != (tt.want == nil) {
			t.Errorf("%s: %s\n%s", tt.stage, v.Result, diff)
		}
		if v.Result == crm.NotEvaluated {
			t.Errorf("%s: a missing value must refuse, not puzzle", tt.stage)
		}
	}
}

func TestDefaultRefusalSaysWhatIsAndWhatIsNeeded(t *testing.T) {
	t.Parallel()
	f := ready()
	f.Deal.Amount, f.Customer.VAT = dec("900"), ""
	v := shippedSet(t, crm.RulePipeline).WithVersion(7).Gate("send", f)
	if v.Version != 7 || v.Kind != crm.RulePipeline || v.Key != "send" || v.Result != crm.Refused || len(v.Clauses) != 8 {
		t.Fatalf("%+v", v)
	}
	amount, vat := v.Clauses[0], v.Clauses[1]
	if amount.Op != ">" || amount.Needs != "1000" || amount.Values[0] != (crm.Value{Field: "deal.amount", Now: "900"}) || amount.Text("it") != "L'importo è superiore a 1.000" {
		t.Errorf("%+v", amount)
	}
	if vat.Op != "filled" || vat.Values[0].Now != "" || len(vat.FixBy) != 5 {
		t.Errorf("%+v", vat)
	}
	if valid := v.Clauses[7]; valid.Op != ">" || valid.Needs != "2026-11-21" || valid.Outcome != crm.Met {
		t.Errorf("%+v", valid)
	}
}

// S078: the checklist of order validation.
func TestDefaultChecklist(t *testing.T) {
	t.Parallel()
	o := shippedSet(t, crm.RuleOrder)
	tests := []struct {
		change func(*crm.Facts)
		want   []string
	}{
		{func(f *crm.Facts) {}, nil},
		{func(f *crm.Facts) { f.Order.DeliveryDate = crm.Date{} }, []string{"checklist.delivery"}},
		{func(f *crm.Facts) { f.Order.DeliveryDate = day("2026-11-20") }, []string{"checklist.delivery_ahead"}},
		{func(f *crm.Facts) { f.Order.DeliveryDate = day("2026-11-21") }, nil},
		{func(f *crm.Facts) { f.Order.Tranches, f.Order.PaymentDays = dec("0"), dec("91") }, []string{"checklist.tranches", "checklist.payment"}},
		{func(f *crm.Facts) { f.Customer.VAT, f.Customer.Address = "", "" }, []string{"checklist.vat", "checklist.address"}},
		{func(f *crm.Facts) { f.Receivables.Overdue = dec("0.01") }, []string{"checklist.overdue"}},
		{func(f *crm.Facts) { f.Receivables.DaysLate = dec("60") }, nil},
		{func(f *crm.Facts) { f.Receivables.DaysLate = dec("61") }, []string{"checklist.hold"}},
		{func(f *crm.Facts) { f.Receivables.Legal = true }, []string{"checklist.legal"}},
		{func(f *crm.Facts) { f.Customer.CreditLimit, f.Receivables.Open = dec("2000"), dec("500.01") }, []string{"checklist.credit", "checklist.credit#2"}},
		{func(f *crm.Facts) { f.Customer.CreditLimit, f.Receivables.Open = dec("2000"), dec("500") }, nil},
	}
	for i, tt := range tests {
		f := ready()
		tt.change(&f)
		if diff := cmp.Diff(tt.want, failing(o.Checklist(f))); diff != "" {
			t.Errorf("%d:\n%s", i, diff)
		}
	}
	if v := shippedSet(t, crm.RuleDunning).Checklist(ready()); v.Allowed() {
		t.Error("a set without a checklist lets an order through")
	}
}

// N9: the shipped rules answer all their cases, which notice a change of every operator and constant, and the linter finds nothing.
func TestDefaultIsProvedByItsCases(t *testing.T) {
	t.Parallel()
	d, problems := ParseDocument(Default())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, kind := range crm.RuleKinds() {
		part := d[kind]
		if len(part.Set.Cases()) == 0 {
			t.Errorf("%s has no cases", kind)
		}
		for _, r := range Failed(part.Set.Test()) {
			t.Errorf("%s: %s: %s by %v, want %s by %v", kind, r.Name, r.Got, r.GotBy, r.Expect, r.By)
		}
		gaps, _ := Coverage(kind, part.Source)
		for _, g := range gaps {
			t.Errorf("%s: %s.%s: %s %s", kind, g.Ask, g.Condition, g.Kind, g.Mutant)
		}
	}
	findings, _ := LintDocument(Default())
	for _, f := range findings {
		t.Errorf("%s %s: %s", f.Where, f.Code, f.Text)
	}
}

// A hole that is planted in the cases of a gate is found: no case can be spared but those that say the same again.
func TestAPlantedHoleIsFound(t *testing.T) {
	t.Parallel()
	text := string(Default())
	for _, name := range []string{"made to order", "a draft at every limit", "sent once more", "just beyond every limit", "a sent quote", "no answer yet"} {
		doc, _ := ParseDocument([]byte(text))
		source := string(doc[crm.RulePipeline].Source)
		before, rest, found := strings.Cut(source, "    - {name: "+name+",")
		if !found {
			before, rest, found = strings.Cut(source, "    - name: "+name+"\n")
		}
		next := strings.Index(rest, "\n    - ")
		if !found || next < 0 {
			t.Fatalf("no case %s", name)
		}
		gaps, problems := Coverage(crm.RulePipeline, []byte(before+rest[next+1:]))
		if len(problems) > 0 || len(gaps) == 0 {
			t.Errorf("nobody misses the case %s: %v", name, problems)
		}
	}
}
