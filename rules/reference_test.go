package rules

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"leadtocash/crm"
)

func reference(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("REFERENCE.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReferenceNamesEveryCode(t *testing.T) {
	t.Parallel()
	text := reference(t)
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
			path := group.Tag.Get("expr") + "." + f.Tag.Get("expr")
			field, ok := crm.FieldAt(path)
			if !ok || want[field.Type] != f.Type.String() || f.Tag.Get("json") != f.Tag.Get("expr") {
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
	_, example, _ := strings.Cut(reference(t), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	for _, line := range []string{"    - {key: won, name: W, kind: won}", "    - {key: lost, name: L, kind: lost}"} {
		example = strings.Replace(example, "  lost_reasons:", line+"\n  lost_reasons:", 1)
	}
	example = strings.Replace(example, "entry_stage: identify", "entry_stage: send", 1)
	if d, problems := ParseDocument([]byte(example)); len(problems) > 0 || len(d) != len(crm.RuleKinds()) {
		t.Errorf("%d kinds, %v", len(d), problems)
	}
}
