package crm

import (
	"regexp"
	"strings"
)

// vatFormats is what stands after the country's letters, for the Union, Northern Ireland, the United Kingdom and Switzerland.
var vatFormats = compileFormats(map[string]string{
	"AT": `U\d{8}`, "BE": `[01]\d{9}`, "BG": `\d{9,10}`, "CY": `\d{8}[A-Z]`, "CZ": `\d{8,10}`, "DE": `[1-9]\d{8}`, "DK": `[1-9]\d{7}`,
	"EE": `10\d{7}`, "EL": `\d{9}`, "ES": `[A-Z0-9]\d{7}[A-Z0-9]`, "FI": `\d{8}`, "FR": `[A-HJ-NP-Z0-9]{2}\d{9}`, "HR": `\d{11}`, "HU": `\d{8}`,
	"IE": `\d[A-Z0-9+*]\d{5}[A-W][A-I]?`, "IT": `\d{11}`, "LT": `(\d{9}|\d{12})`, "LU": `\d{8}`, "LV": `\d{11}`, "MT": `\d{8}`,
	"NL": `\d{9}B\d{2}`, "PL": `\d{10}`, "PT": `\d{9}`, "RO": `[1-9]\d{1,9}`, "SE": `\d{10}01`, "SI": `[1-9]\d{7}`, "SK": `[1-9]\d{9}`,
	"GB": `(\d{9}|\d{12}|(GD|HA)\d{3})`, "XI": `(\d{9}|\d{12}|(GD|HA)\d{3})`, "CH": `E\d{9}(MWST|TVA|IVA)?`,
})

func compileFormats(formats map[string]string) map[string]*regexp.Regexp {
	out := make(map[string]*regexp.Regexp, len(formats))
	for country, format := range formats {
		out[country] = regexp.MustCompile(`^` + format + `$`)
	}
	return out
}

// vatChecks are the check digits, by country. Bulgaria, Czechia and Latvia have several kinds of numbers with rules that are not all published.
var vatChecks = map[string]func(string) bool{
	"AT": checkAT, "BE": checkBE, "CH": checkCH, "CY": checkCY, "DE": iso1110, "DK": checkDK, "EE": checkEE, "EL": checkEL, "ES": checkES, "FI": checkFI,
	"FR": checkFR, "GB": checkGB, "HR": iso1110, "HU": checkHU, "IE": checkIE, "IT": checkIT, "LT": checkLT, "LU": checkLU, "MT": checkMT, "NL": checkNL,
	"PL": checkPL, "PT": checkPT, "RO": checkRO, "SE": checkSE, "SI": checkSI, "SK": checkSK, "XI": checkGB,
}

// CheckVAT reads a VAT number with its country's letters, however it is spaced, and gives it in one piece and capitals: "IT01234567897".
// The format of its country is asked for, and its check digit where there is a rule for it. Greece's GR becomes EL. Errors: invalid_vat with the country.
func CheckVAT(s string) (string, error) {
	if len(s) > 40 {
		return "", Problem("invalid_vat", "country", "")
	}
	n := strings.NewReplacer(" ", "", ".", "", "-", "", "/", "").Replace(strings.ToUpper(s))
	if strings.HasPrefix(n, "GR") {
		n = "EL" + n[2:]
	}
	if len(n) < 4 {
		return "", Problem("invalid_vat", "country", "")
	}
	country, number := n[:2], n[2:]
	format, known := vatFormats[country]
	if !known {
		return "", Problem("invalid_vat", "country", "")
	}
	if check := vatChecks[country]; !format.MatchString(number) || check != nil && !check(number) {
		return "", Problem("invalid_vat", "country", country)
	}
	return n, nil
}

// checkIT is the partita IVA: Luhn over eleven digits; the first seven are never all zero.
func checkIT(n string) bool { return n[:7] != "0000000" && luhn(n) }

// checkPL is the NIP: weighted sum modulo eleven.
func checkPL(n string) bool {
	sum := 0
	for i, w := range []int{6, 5, 7, 2, 3, 4, 5, 6, 7} {
		sum += w * int(n[i]-'0')
	}
	return n != "0000000000" && sum%11 == int(n[9]-'0')
}

const (
	lettersNIF = "TRWAGMYFPDXBNJZSQVHLCKE" // persons, by the number modulo 23
	lettersCIF = "JABCDEFGHI"              // bodies whose check is a letter
)

// checkES is the NIF of persons (DNI, NIE: X, Y, Z) and of bodies (the former CIF).
func checkES(n string) bool {
	first, last := n[0], n[8]
	switch {
	case first >= '0' && first <= '9':
		return last == nifLetter(n[:8])
	case first == 'X' || first == 'Y' || first == 'Z':
		return last == nifLetter(string('0'+first-'X')+n[1:8])
	case strings.IndexByte("KLM", first) >= 0:
		return last == nifLetter(n[1:8]) || last == lettersCIF[cifDigit(n)]
	case strings.IndexByte("PQRSNW", first) >= 0:
		return last == lettersCIF[cifDigit(n)]
	case strings.IndexByte("ABEH", first) >= 0:
		return last == '0'+byte(cifDigit(n))
	case strings.IndexByte("CDFGJUV", first) >= 0:
		return last == '0'+byte(cifDigit(n)) || last == lettersCIF[cifDigit(n)]
	}
	return false
}

func nifLetter(digits string) byte {
	v := 0
	for _, c := range digits {
		v = v*10 + int(c-'0')
	}
	return lettersNIF[v%23]
}

// cifDigit is Luhn's check digit of the seven digits after the letter.
func cifDigit(n string) int {
	sum := 0
	for i := 1; i <= 7; i++ {
		d := int(n[i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10 - sum%10) % 10
}
