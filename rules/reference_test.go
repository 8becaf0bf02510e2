package rules

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"leadtocash/crm"
)

var update = flag.Bool("update", false, "write REFERENCE.md anew")

// The tables in REFERENCE.md are what the compiler knows.
func TestReferenceIsUpToDate(t *testing.T) {
	t.Parallel()
	want := Reference()
	if *update {
		if err := os.WriteFile("REFERENCE.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if reference != want {
		t.Error("REFERENCE.md is out of date; write it anew with: go test ./rules -run Reference -update")
	}
}

// Every field says what it means, with an example that is of its type.
func TestEveryFieldHasItsMeaning(t *testing.T) {
	t.Parallel()
	for _, f := range crm.Fields() {
		m, ok := meanings[f.Path]
		if !ok || m.text == "" || m.example == "" || strings.ContainsAny(m.text+m.example, "|\n") {
			t.Errorf("%s is not explained in the table of meanings", f.Path)
			continue
		}
		if got := result(t, "filled("+f.Path+")", given(t, []Given{{f.Path, m.example}})); got != "true" && m.example != "0" && m.example != "false" {
			t.Errorf("the example %s of %s counts as empty", m.example, f.Path)
		}
	}
	if len(meanings) != len(crm.Fields()) {
		t.Errorf("%d meanings for %d fields", len(meanings), len(crm.Fields()))
	}
}

// B089: costs and margins are for those who may see them, under the names that rules have for them.
func TestReadersOfFields(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{"deal.cost": true, "deal.margin_percent": true, "project.budget": true, "deal.amount": false, "customer.vat": false} {
		f, ok := crm.FieldAt(path)
		if hidden := len(f.Readers()) > 0; !ok || hidden != want || hidden && slices.Contains(f.Readers(), crm.RoleCare) {
			t.Errorf("%s may be read by %v", path, f.Readers())
		}
	}
}

func TestReferenceNamesEveryCode(t *testing.T) {
	t.Parallel()
	text := Reference()
	for _, code := range []string{
		CodeUnknownName, CodeTypeMismatch, CodeConstructNotAllowed, CodeOperatorNotAllowed, CodeNestedLoop, CodePatternMustBeFixed, CodeTooLong,
		CodeTooComplex, CodeEmpty, CodeSyntax, CodeInvalidText, CodeInvalidValue, CodeUnknownKey, CodeDuplicate, CodeMissing,
		ProblemEmptyDate, ProblemDivisionByZero, ProblemOutOfBounds, ProblemTooMuchWork, ProblemUnknownStage, ProblemOverLimit, ProblemNoRules, ProblemFailed,
	} {
		if !strings.Contains(text, "`"+code+"`") {
			t.Errorf("REFERENCE.md does not explain %s", code)
		}
	}
}

// Every fact can be read by a rule, and is typed as the field table says.
func TestEveryFactHasItsField(t *testing.T) {
	t.Parallel()
	want := map[crm.FieldType]string{
		crm.TypeText: "string", crm.TypeMoney: "decimal.Decimal", crm.TypeNumber: "decimal.Decimal", crm.TypePercent: "decimal.Decimal",
		crm.TypeDate: "crm.Date", crm.TypeBool: "bool", crm.TypeList: "[]string",
	}
	facts := reflect.TypeFor[crm.Facts]()
	for i := range facts.NumField() {
		group := facts.Field(i)
		for j := range group.Type.NumField() {
			f := group.Type.Field(j)
			if f.Name == "Holidays" || f.Name == "Custom" { // no fields: rules reach holidays through working_days_between, and in custom what the company defined
				continue
			}
			path := group.Tag.Get("expr") + "." + f.Tag.Get("expr")
			field, ok := crm.FieldAt(path)
			if !ok || want[field.Type] != f.Type.String() || strings.TrimSuffix(f.Tag.Get("json"), ",omitzero") != f.Tag.Get("expr") {
				t.Errorf("%s: %s in the table, %s in the facts", path, field.Type, f.Type)
			}
			if p := CheckExpression("filled(" + path + ")"); len(p) > 0 {
				t.Error(p)
			}
		}
	}
}

// The example in the reference is a rule file that works.
func TestReferenceExampleIsValid(t *testing.T) {
	t.Parallel()
	_, example, _ := strings.Cut(reference, "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	for _, line := range []string{"    - {key: won, name: W, kind: won}", "    - {key: lost, name: L, kind: lost}"} {
		example = strings.Replace(example, "  lost_reasons:", line+"\n  lost_reasons:", 1)
	}
	example = strings.Replace(example, "entry_stage: identify", "entry_stage: send", 1)
	if d, problems := ParseDocument([]byte(example)); len(problems) > 0 || len(d) != len(crm.RuleKinds()) {
		t.Errorf("%d kinds, %v", len(d), problems)
	}
}

// Every code of a finding and of a gap is explained: the list is read from the source, so that a new one cannot be forgotten.
func TestReferenceExplainsEveryFinding(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "lint.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := []string{string(NeverMet), string(NeverUnmet), string(Survivor)}
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if ok && v.Type == nil && len(v.Values) == 1 && strings.HasPrefix(v.Names[0].Name, "Lint") {
			code, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, code)
		}
		return true
	})
	if len(codes) < 15 {
		t.Fatalf("%v", codes)
	}
	for _, code := range codes {
		if !strings.Contains(Reference(), "\n| `"+code+"` | ") {
			t.Errorf("REFERENCE.md does not explain %s", code)
		}
	}
}

// The example of cases in the reference is answered as it says, without a gap.
func TestReferenceCasesPass(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(reference, "## Cases")
	_, text, _ = strings.Cut(text, "```yaml\n")
	text, _, _ = strings.Cut(text, "```")
	set, problems := Parse(crm.RuleOrder, []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	gaps, _ := Coverage(crm.RuleOrder, []byte(text))
	if results := set.Test(); len(results) != 2 || len(Failed(results)) > 0 {
		t.Errorf("%+v", results)
	}
	for _, g := range gaps { // 1000 and 1000.01 leave 1000's neighbours to their cases
		t.Errorf("%+v", g)
	}
}
