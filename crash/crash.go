//go:build !crashpoints

// Package crash names the moments at which the death of a program could lose or double something: before and after each commit, each call
// out of the house, each mark that something was delivered. The product is built without them: the calls are empty and cost nothing. A
// build with the tag crashpoints dies at a point that a test has armed; e2e/chaos arms every one and looks at what is left.
package crash

// At is a point; its name is unique.
func At(string) {}

// AtCaller is a point of whoever called the function in which it stands: "<method>.<name>".
func AtCaller(string) {}
