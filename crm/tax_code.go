package crm

import (
	"regexp"
	"strings"
)

// personCode is the form of a person's Codice Fiscale; where two people would have the same, letters stand for digits (omocodia).
var personCode = regexp.MustCompile(`^[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]$`)

// oddValues is what a letter or digit counts at the odd places of a Codice Fiscale, by its value (0-9 as A-J).
var oddValues = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

// CheckTaxCode reads an Italian Codice Fiscale: sixteen characters of a person with the check character, or eleven digits of a body, checked as a
// partita IVA is. It comes back in one piece and capitals. Errors: invalid_tax_code.
func CheckTaxCode(s string) (string, error) {
	invalid := Problem("invalid_tax_code", "example", "RSSMRA85T10A562S")
	if len(s) > 40 {
		return "", invalid
	}
	n := strings.NewReplacer(" ", "", "-", "", ".", "").Replace(strings.ToUpper(strings.TrimSpace(s)))
	switch {
	case len(n) == 11 && digitsOnly(n) && checkIT(n):
		return n, nil
	case personCode.MatchString(n) && n[15] == taxCodeLetter(n[:15]):
		return n, nil
	}
	return "", invalid
}

func taxCodeLetter(first string) byte {
	sum := 0
	for i, r := range first {
		v := int(r - 'A')
		if digit(r) {
			v = int(r - '0')
		}
		if i%2 == 0 { // the first place is odd
			v = oddValues[v]
		}
		sum += v
	}
	return 'A' + byte(sum%26)
}

var recipientCode = regexp.MustCompile(`^[A-Z0-9]{6,7}$`)

// CheckSDI reads the code under which the Italian exchange delivers electronic invoices: the six letters and digits of an office of the public
// administration (Codice Univoco Ufficio, format FPA12) or the seven of a private company (Codice Destinatario, format FPR12), of which 0000000 says that
// it has a certified mailbox (PEC) or its tax drawer instead and XXXXXXX that it is abroad. Errors: invalid_sdi.
func CheckSDI(s string) (string, error) {
	n := strings.ToUpper(strings.TrimSpace(s))
	if !recipientCode.MatchString(n) || n == "000000" {
		return "", Problem("invalid_sdi", "example", "M5UXCR1", "office", "UFY9MH")
	}
	return n, nil
}
