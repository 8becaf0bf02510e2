// Package crm is the vocabulary of lead-to-cash: its terms, their invariants and their arithmetic.
//
// It knows no database, no HTTP and no engine; it imports the standard library and the decimal type only.
// Amounts are exact decimals in major units of their currency, dates are civil dates of the legal entity's zone,
// instants are UTC.
package crm
