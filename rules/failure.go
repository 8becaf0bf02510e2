package rules

// The reasons why a clause could not be evaluated, as crm.Clause.Problem gives them. Each refuses.
const (
	ProblemEmptyDate      = "empty_date"       // a date that is compared or counted from is not filled
	ProblemDivisionByZero = "division_by_zero" // ratio(a, 0)
	ProblemOutOfBounds    = "out_of_bounds"    // a field holds more than a rule may read (list, text, number), or a function's value is out of its range
	ProblemTooMuchWork    = "too_much_work"    // the evaluation took more memory than it may
	ProblemUnknownStage   = "unknown_stage"    // a gate was asked for a stage that the pipeline does not have
	ProblemOverLimit      = "over_limit"       // no approval level may approve the amount
	ProblemNoRules        = "no_rules"         // the set holds no rules of the kind that was asked for
	ProblemFailed         = "failed"           // anything else
)

// failure is a reason as an error, so that it survives expr's own wrapping.
type failure string

func (f failure) Error() string { return string(f) }
