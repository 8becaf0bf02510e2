package rules

import (
	"fmt"
	"strings"
)

// lintMeanings explain the codes of findings in the order in which REFERENCE.md lists them.
var lintMeanings = []struct{ code, meaning, wayOut string }{
	{LintUnfillable, "nobody who can act there may write the field, so a deal that does not meet it waits for ever", "ask for another field, or add an alternative with `or`"},
	{LintContradiction, "the condition can never hold, alone or together with those before it or of another gate", "change one of the two"},
	{LintAlwaysTrue, "no value fails it", "correct it, or take it out"},
	{LintRedundant, "it holds whenever another one does", "take it out"},
	{LintDuplicate, "another condition asks the same", "take one of them out"},
	{LintDeadEnd, "no deal can begin, come to a stage, go on from it, or be won", "correct the gates that `reason` and `stage` name"},
	{LintNullable, "an empty field passes a `!=`", "write `filled(…)` before it, or list what is allowed"},
	{LintUnguardedDate, "an empty date is compared, which cannot be evaluated and refuses", "write `filled(…)` before it"},
	{LintUnknownValue, "the field never has the value that it is compared with", "take one of `allowed`"},
	{LintUnreachable, "a rule, track or level never applies: its own condition, one before it or a limit is in the way", "change the order, the condition or the limit"},
	{LintEmptyHere, "the field is always empty where rules of the kind are asked", "use another field"},
	{LintRetired, "the company has retired its own field: what it held stays, nobody fills it any more", "use another field"},
	{LintWithinGrace, "a letter would be due within the days of grace", "give it more days, or less grace"},
}

func lintTable() string {
	var b strings.Builder
	b.WriteString("| code | meaning | way out |\n|---|---|---|\n")
	for _, l := range lintMeanings {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", l.code, l.meaning, l.wayOut)
	}
	return b.String()
}
