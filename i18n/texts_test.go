package i18n

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"leadtocash/crm"
)

func load4(t *testing.T) *Texts {
	t.Helper()
	texts, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// pluralForms are CLDR's for whole numbers up to a million.
var pluralForms = map[string][]string{
	"en": {"one", "other"}, "it": {"many", "one", "other"}, "es": {"many", "one", "other"}, "pl": {"few", "many", "one", "other"},
}

// Each key is there in all four languages, with the same placeholders and with the plural forms of its language.
func TestEveryTextInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	keys := map[string]bool{}
	for _, l := range Languages() {
		for _, k := range texts.Keys(l) {
			keys[k] = true
		}
	}
	if len(keys) < 300 {
		t.Fatalf("only %d keys", len(keys))
	}
	for k := range keys {
		first := texts.messages["en"][k]
		for _, l := range Languages() {
			x := texts.messages[l][k]
			if x == nil || first == nil {
				t.Errorf("%s is missing in %s or en", k, l)
				continue
			}
			if !slices.Equal(x.placeholders, first.placeholders) || !slices.Equal(x.required, first.required) {
				t.Errorf("%s: placeholders %v in %s, %v in en", k, x.placeholders, l, first.placeholders)
			}
			want := []string{"other"}
			if len(first.plurals) > 1 {
				want = pluralForms[l]
			}
			if !slices.Equal(x.plurals, want) {
				t.Errorf("%s in %s has the forms %v, wants %v", k, l, x.plurals, want)
			}
		}
	}
}

// Areas are the same files in each language, so that a missing file is named as such.
func TestSameFilesInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range Languages() {
		if got := Areas(l); !slices.Equal(got, Areas("en")) {
			t.Errorf("%s has %v, en has %v", l, got, Areas("en"))
		}
	}
}

// What the vocabulary names has a text: roles, fields, steps, comparisons.
func TestVocabularyHasTexts(t *testing.T) {
	t.Parallel()
	p := load4(t).For("en")
	var want []string
	for _, r := range crm.Roles() {
		want = append(want, "role."+string(r))
	}
	for _, f := range crm.Fields() {
		want = append(want, "field."+f.Path)
	}
	for _, s := range steps {
		want = append(want, "step."+string(s))
	}
	for _, key := range clauseKeys {
		want = append(want, "gate.clause."+key)
	}
	for _, k := range []crm.TrancheKind{crm.TrancheDeposit, crm.TrancheProgress, crm.TrancheBalance} {
		want = append(want, "tranche."+string(k))
	}
	for _, l := range Languages() {
		want = append(want, "language."+l)
	}
	for _, key := range want {
		if !p.Has(key) {
			t.Errorf("no text for %s", key)
		}
	}
}

var steps = []crm.Step{
	crm.StepCapture, crm.StepQualify, crm.StepNurture, crm.StepAssign, crm.StepConvert,
	crm.StepIdentify, crm.StepTiming, crm.StepSamples, crm.StepConfigure, crm.StepSend, crm.StepForecast,
	crm.StepNegotiate, crm.StepMonitor, crm.StepValidate, crm.StepApprove, crm.StepContract, crm.StepERP,
	crm.StepProject, crm.StepPNL, crm.StepCloseProject, crm.StepCare, crm.StepRevenue, crm.StepCloseContract,
}

// No field of rules that is gone keeps its text.
func TestNoTextOfUnknownFields(t *testing.T) {
	t.Parallel()
	for _, k := range load4(t).Keys("en") {
		if path, ok := strings.CutPrefix(k, "field."); ok {
			if _, known := crm.FieldAt(path); !known {
				t.Errorf("%s is no field of rules", path)
			}
		}
	}
}

func TestLoadRefusesBadFiles(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"twice in two files": {"en/a.yaml": {Data: []byte("x.y: one")}, "en/b.yaml": {Data: []byte("x.y: two")}},
		"twice in one file":  {"en/a.yaml": {Data: []byte("x.y: one\nx.y: two")}},
		"no YAML":            {"it/a.yaml": {Data: []byte("x: [")}},
		"bad template":       {"pl/a.yaml": {Data: []byte("x: 'a {{.Open'")}},
		"no text":            {"es/a.yaml": {Data: []byte("x:")}},
		"no other form":      {"en/a.yaml": {Data: []byte("x:\n  one: a")}},
	} {
		if _, err := load(files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestLanguageIsFound(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for want, asked := range map[string][]string{
		"it": {"it-CH"},
		"pl": {"", "pl"},
		"es": {"fr-FR,fr;q=0.9,es;q=0.5"},
		"en": {"ja", "zz-!!", "\x00"},
	} {
		if got := texts.For(asked...).Language(); got != want {
			t.Errorf("%v: %s, want %s", asked, got, want)
		}
	}
	if got := texts.For().Language(); got != "en" {
		t.Error(got)
	}
}

// UX 6: 1 faktura, 2 faktury, 5 faktur.
func TestPlurals(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	for lang, forms := range map[string]map[int]string{
		"pl": {0: "0 faktur", 1: "1 faktura", 2: "2 faktury", 5: "5 faktur", 12: "12 faktur", 22: "22 faktury", 1000: "1\u00a0000 faktur"},
		"it": {0: "0 fatture", 1: "1 fattura", 2: "2 fatture", 1000000: "1.000.000 fatture"},
		"es": {1: "1 factura", 7: "7 facturas", 2000000: "2.000.000 facturas"},
		"en": {0: "0 invoices", 1: "1 invoice", 2: "2 invoices", 1234: "1,234 invoices"},
	} {
		for n, want := range forms {
			if got := texts.For(lang).N("count.invoices", n); got != want {
				t.Errorf("%s %d: %q, want %q", lang, n, got, want)
			}
		}
	}
	if f := texts.Faults(); len(f) > 0 {
		t.Error(f)
	}
}

func TestMissingTextsAreNoticed(t *testing.T) {
	t.Parallel()
	texts := load4(t)
	p := texts.For("it")
	if got := p.T("no.such.key"); got != "[no.such.key]" {
		t.Error(got)
	}
	p.T("gate.clause.filled")
	want := []string{"no text no.such.key", "no value gate.clause.filled Field"}
	if got := texts.Faults(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
