package crm

// PipelineSpan is a column of the pipeline by stage and month: the expected closings that it holds.
type PipelineSpan struct {
	Kind  SpanKind
	First Date // zero: open to the past
	Last  Date // zero: open to the future
}

// SpanKind says what a column of the pipeline by stage and month holds.
type SpanKind string

// The kinds of columns, in their order.
const (
	SpanSlipped SpanKind = "slipped" // the closing has passed: never hidden in a month
	SpanMonth   SpanKind = "month"   // the rest of the month of today, or a whole one
	SpanLater   SpanKind = "later"   // behind the last month
	SpanUndated SpanKind = "undated" // no closing is expected yet
)

// PipelineSpans are the columns on a day: what has slipped, so many months with that of the day, what is later, and what has no date. Each closing falls
// into one of them.
func PipelineSpans(today Date, months int) []PipelineSpan {
	out := []PipelineSpan{{Kind: SpanSlipped, Last: today.AddDays(-1)}}
	first := today
	for range months {
		next := first.OnDay(1).AddMonths(1)
		out = append(out, PipelineSpan{SpanMonth, first, next.AddDays(-1)})
		first = next
	}
	return append(out, PipelineSpan{Kind: SpanLater, First: first}, PipelineSpan{Kind: SpanUndated})
}

// Holds tells whether a closing, zero where none is expected, falls into the column.
func (s PipelineSpan) Holds(closing Date) bool {
	if s.Kind == SpanUndated || closing.IsZero() {
		return s.Kind == SpanUndated && closing.IsZero()
	}
	return (s.First.IsZero() || !closing.Before(s.First)) && (s.Last.IsZero() || !closing.After(s.Last))
}
