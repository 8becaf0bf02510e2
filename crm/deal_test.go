package crm

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// S069: value, or the target where there is none, times probability, times how soon it closes.
func TestPotential(t *testing.T) {
	t.Parallel()
	today := NewDate(2026, 3, 1)
	for _, c := range []struct {
		amount, target, probability int64
		closing                     Date
		timing, score               string
	}{
		{1000, 5000, 40, today, "1", "400"},
		{1000, 0, 40, today.AddDays(30), "1", "400"},
		{1000, 0, 40, today.AddDays(31), "0.8", "320"},
		{1000, 0, 40, today.AddDays(90), "0.8", "320"},
		{1000, 0, 40, today.AddDays(180), "0.6", "240"},
		{1000, 0, 40, today.AddDays(181), "0.4", "160"},
		{1000, 0, 40, today.AddDays(-1), "0.5", "200"},
		{1000, 0, 40, Date{}, "0.5", "200"},
		{0, 5000, 10, today, "1", "500"},
		{0, 0, 10, today, "1", "0"},
	} {
		p := PotentialOf(Opportunity{Amount: decimal.NewFromInt(c.amount), Target: decimal.NewFromInt(c.target), CloseDate: c.closing}, decimal.NewFromInt(c.probability), today)
		if p.Timing.String() != c.timing || p.Score.String() != c.score {
			t.Errorf("%+v: timing %s, potential %s", c, p.Timing, p.Score)
		}
	}
}

// S070, table B: only dates put off count as slips; a stage entered again has a second stay, and both stay as they were.
func TestTiming(t *testing.T) {
	t.Parallel()
	d := NewDate(2026, 3, 1)
	times, days := Slipped([]Slip{{To: d}, {From: d, To: d.AddDays(10)}, {From: d.AddDays(10), To: d.AddDays(5)}, {From: d.AddDays(5), To: d.AddDays(6)}, {From: d}})
	if times != 2 || days != 11 {
		t.Errorf("put off %d times by %d days, want 2 by 11", times, days)
	}
	at := func(hours int) time.Time { return time.Date(2026, 3, 1, hours, 0, 0, 0, time.UTC) }
	left := func(hours int) *time.Time { v := at(hours); return &v }
	stays := []Stay{{"a", at(0), left(2)}, {"b", at(2), left(3)}, {"a", at(3), nil}}
	if got := fmt.Sprint(StageTimes(stays, at(7))); got != "[{a 2 6h0m0s} {b 1 1h0m0s}]" {
		t.Error(got)
	}
}

// S075: each thing that a quote needs is named when it is missing, and nothing else is.
func TestReadiness(t *testing.T) {
	t.Parallel()
	today := NewDate(2026, 3, 1)
	whole := Facts{
		Deal:    DealFacts{Need: "a line", Budget: true, DecisionMaker: true, CloseDate: today, Products: decimal.NewFromInt(1)},
		Contact: ContactFacts{Email: "a@b.example"}, Process: ProcessFacts{Today: today},
	}
	for missing, take := range map[string]func(*Facts){
		"":               func(*Facts) {},
		"need":           func(f *Facts) { f.Deal.Need = "" },
		"budget":         func(f *Facts) { f.Deal.Budget = false },
		"decision_maker": func(f *Facts) { f.Deal.DecisionMaker = false },
		"close_date":     func(f *Facts) { f.Deal.CloseDate = today.AddDays(-1) },
		"recipient":      func(f *Facts) { f.Contact.Email = "" },
		"products":       func(f *Facts) { f.Deal.Products = decimal.Zero },
		"samples":        func(f *Facts) { f.Deal.SamplesOpen = decimal.NewFromInt(1) },
		"handed_off":     func(f *Facts) { f.Deal.MadeToOrder = true },
	} {
		f := whole
		take(&f)
		items, got := Readiness(f, false), ""
		for _, i := range items {
			if !i.Met {
				got += i.Code
			}
		}
		if got != missing || Ready(items) != (missing == "") {
			t.Errorf("missing %q, want %q", got, missing)
		}
	}
	f := whole
	f.Deal.DecisionMaker = false
	if !Ready(Readiness(f, true)) {
		t.Error("a contact who decides does not count")
	}
}

// S022-S024: each kind of relation has fields of its own.
func TestRelationFields(t *testing.T) {
	t.Parallel()
	one := decimal.NewFromInt(1)
	for name, c := range map[string]struct {
		r  Relation
		ok bool
	}{
		"competitor with price": {Relation{Kind: "competitor", Price: one, Strengths: "cheap"}, true},
		"partner with price":    {Relation{Kind: "partner", Price: one}, false},
		"partner with share":    {Relation{Kind: "partner", Share: decimal.NewFromInt(100)}, true},
		"too large a share":     {Relation{Kind: "partner", Share: decimal.NewFromInt(101)}, false},
		"contact with share":    {Relation{Kind: "contact", Share: one}, false},
		"contact who decides":   {Relation{Kind: "contact", Role: RoleDecisionMaker}, true},
		"contact with any role": {Relation{Kind: "contact", Role: "boss"}, false},
		"partner with any role": {Relation{Kind: "partner", Role: "boss"}, true},
		"half a cent":           {Relation{Kind: "competitor", Price: decimal.RequireFromString("0.005")}, false},
		"contact of a partner":  {Relation{Kind: "partner", ContactID: "x"}, false},
	} {
		if err := c.r.Check("EUR"); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}
