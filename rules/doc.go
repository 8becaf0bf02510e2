// Package rules compiles, checks, evaluates and explains what a business may change without a release: the stages of a
// pipeline and the gates between them, the checklist of order validation, the approval route and the dunning levels
// (S075, S078, S079, S091, S097, S098, N1).
//
// A rule set is YAML text with conditions in expr. Everything in it is checked when it is written: fields, types and
// functions are known, and each problem has its place in the file. A condition reads crm.Facts and nothing else, so the
// same facts always give the same verdict. A rule that cannot be evaluated refuses. REFERENCE.md describes the form.
package rules
