package crm

import (
	"testing"

	"pgregory.net/rapid"
)

// S005: whatever the day and the number of months, each closing stands in one column of the pipeline, and that of a past day among what has slipped.
func TestEachClosingStandsInOneColumn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		today := NewDate(2024, 1, 1).AddDays(rapid.IntRange(0, 1500).Draw(t, "today"))
		spans := PipelineSpans(today, rapid.IntRange(1, 24).Draw(t, "months"))
		closing := today.AddDays(rapid.IntRange(-800, 800).Draw(t, "closing"))
		if rapid.IntRange(0, 5).Draw(t, "undated") == 0 {
			closing = Date{}
		}
		var in []SpanKind
		for _, s := range spans {
			if s.Holds(closing) {
				in = append(in, s.Kind)
			}
		}
		if len(in) != 1 || (in[0] == SpanUndated) != closing.IsZero() || !closing.IsZero() && (in[0] == SpanSlipped) != closing.Before(today) {
			t.Fatalf("%s of %s stands in %v", closing, today, in)
		}
	})
}
