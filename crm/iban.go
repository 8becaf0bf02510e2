package crm

import (
	"strconv"
	"strings"
)

// ibanLengths is how long an IBAN of each country is, by the register of ISO 13616.
var ibanLengths = map[string]int{
	"AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28,
	"CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23,
	"GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
	"LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28,
	"NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24,
	"SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}

// CheckIBAN reads a bank account number, however it is spaced, and gives it in one piece and capitals. It asks for a country of the register, the
// country's length and a remainder of 1 by 97 (ISO 7064). Errors: invalid_iban; invalid_iban_length with country, max and got.
func CheckIBAN(s string) (string, error) {
	if len(s) > 60 {
		return "", Problem("invalid_iban")
	}
	n := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", ".", "").Replace(strings.ToUpper(strings.TrimSpace(s)))
	if len(n) < 4 || strings.ContainsFunc(n, func(r rune) bool { return !digit(r) && !capital(r) }) || !digitsOnly(n[2:4]) {
		return "", Problem("invalid_iban")
	}
	length, known := ibanLengths[n[:2]]
	switch {
	case !known:
		return "", Problem("invalid_iban")
	case len(n) != length:
		return "", Problem("invalid_iban_length", "country", n[:2], "max", strconv.Itoa(length), "got", strconv.Itoa(len(n)))
	case remainder97(n[4:]+n[:4]) != 1:
		return "", Problem("invalid_iban")
	}
	return n, nil
}

// ShowIBAN writes an IBAN in groups of four, as people read it.
func ShowIBAN(n string) string {
	var b strings.Builder
	for i, r := range n {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// remainder97 is what is left of a number by 97; a letter counts as two digits, A as 10.
func remainder97(s string) int {
	rest := 0
	for _, r := range s {
		if digit(r) {
			rest = (rest*10 + int(r-'0')) % 97
		} else {
			rest = (rest*100 + int(r-'A') + 10) % 97
		}
	}
	return rest
}

func digit(r rune) bool   { return r >= '0' && r <= '9' }
func capital(r rune) bool { return r >= 'A' && r <= 'Z' }
