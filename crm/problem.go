package crm

import (
	"errors"
	"slices"
	"strings"
)

// FieldError says what is wrong with one value: a code for machines, with the figures that the sentence for people needs.
// It holds no sentence of its own; i18n has one for each code ("error.too_long").
type FieldError struct {
	Pointer string            // JSON pointer of the value, "/lines/0/price"; empty: the value itself, or the whole
	Code    string            // "too_many_decimals"; never changes once published
	Params  map[string]string // plain texts: decimals with a point, dates as 2026-11-21
}

// Problem makes an error of the code; params are names and values in turn.
func Problem(code string, params ...string) FieldError {
	e := FieldError{Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if e.Params == nil {
			e.Params = map[string]string{}
		}
		e.Params[params[i]] = params[i+1]
	}
	return e
}

// At gives the same error at the pointer; what it pointed to before lies below.
func (e FieldError) At(pointer string) FieldError {
	e.Pointer = pointer + e.Pointer
	return e
}

// Error is for logs: pointer, code and parameters in a stable order.
func (e FieldError) Error() string {
	var b strings.Builder
	if e.Pointer != "" {
		b.WriteString(e.Pointer + ": ")
	}
	b.WriteString(e.Code)
	names := make([]string, 0, len(e.Params))
	for n := range e.Params {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		b.WriteString(" " + n + "=" + e.Params[n])
	}
	return b.String()
}

// FieldErrors is everything that is wrong with a form or a document, never the first mistake only.
type FieldErrors []FieldError

// Error lists all of them, for logs.
func (e FieldErrors) Error() string {
	texts := make([]string, len(e))
	for i, f := range e {
		texts[i] = f.Error()
	}
	return strings.Join(texts, "; ")
}

// Add notes the error, if it is one, below the pointer. An error that is neither a FieldError nor FieldErrors gets the code "invalid".
func (e *FieldErrors) Add(pointer string, err error) {
	var one FieldError
	var many FieldErrors
	switch {
	case err == nil:
	case errors.As(err, &many):
		for _, f := range many {
			*e = append(*e, f.At(pointer))
		}
	case errors.As(err, &one):
		*e = append(*e, one.At(pointer))
	default:
		*e = append(*e, Problem("invalid").At(pointer))
	}
}

// Err is the list as an error, nil when it is empty.
func (e FieldErrors) Err() error {
	if len(e) == 0 {
		return nil
	}
	return e
}
