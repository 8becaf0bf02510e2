package crm

import (
	"errors"
	"testing"
)

// A rate alone means a class only when it can mean no other.
func TestTaxClassOfRate(t *testing.T) {
	t.Parallel()
	classes := TaxClasses{
		{ID: "standard", Percent: dec("22"), IsDefault: true, Active: true},
		{ID: "old", Percent: dec("22"), Active: true},
		{ID: "export", Exemption: "N3.1", Active: true},
		{ID: "reverse", Exemption: "N6", Active: true},
		{ID: "reduced", Percent: dec("10.00"), Active: true},
		{ID: "gone", Percent: dec("10"), Active: false},
	}
	for rate, want := range map[string]ID{"22.00": "standard", "0": "", "10": "reduced", "5": ""} {
		if got := classes.OfRate(dec(rate)).ID; got != want {
			t.Errorf("%s: %q, want %q", rate, got, want)
		}
	}
	if classes.Default().ID != "standard" || (TaxClasses{}).Default().ID != "" {
		t.Error("not the default")
	}
	if _, ok := classes.By(""); ok {
		t.Error("no class was found")
	}
}

// A class says why nothing is charged, and nothing else may.
func TestTaxClassCheck(t *testing.T) {
	t.Parallel()
	good := TaxClass{Name: "x", Percent: dec("22"), Active: true, IsDefault: true, Country: "IT"}
	if err := good.Check(); err != nil {
		t.Fatal(err)
	}
	for want, spoil := range map[string]func(*TaxClass){
		"/exemption required":            func(c *TaxClass) { c.Percent = dec("0") },
		"/exemption exemption_with_rate": func(c *TaxClass) { c.Exemption = "N4" },
		"/country invalid_country":       func(c *TaxClass) { c.Country = "ITA" },
		"/active default_needed":         func(c *TaxClass) { c.Active = false },
	} {
		c := good
		spoil(&c)
		errs, ok := errors.AsType[FieldErrors](c.Check())
		if !ok || len(errs) != 1 || errs[0].Pointer+" "+errs[0].Code != want {
			t.Errorf("%v, want %s", errs, want)
		}
	}
}
