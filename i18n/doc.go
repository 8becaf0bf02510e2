// Package i18n says everything that people read, in their language: texts by key with plurals, amounts, numbers, dates.
//
// Texts lie in texts/<language>/<area>.yaml, one file for each area, so that a key is found by its first part. Codes and numbers
// are never translated. Amounts and numbers are formatted from exact decimals.
package i18n
