package crm

import (
	"net/mail"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CleanText trims a text of one line and refuses what cannot be seen: control characters, NUL, overrides of direction, zero-width
// characters (B014). max counts characters. Errors: invalid_utf8, control_character, too_long.
func CleanText(s string, max int) (string, error) {
	if strings.ContainsAny(strings.TrimSpace(s), "\n\r\t") {
		return "", Problem("control_character")
	}
	return CleanLines(s, max)
}

// CleanLines does the same for a text of several lines; line ends become \n, tabs may stay. Errors as CleanText.
func CleanLines(s string, max int) (string, error) {
	if !utf8.ValidString(s) {
		return "", Problem("invalid_utf8")
	}
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if n := utf8.RuneCountInString(s); n > max {
		return "", Problem("too_long", "max", strconv.Itoa(max), "got", strconv.Itoa(n))
	}
	if strings.ContainsFunc(s, hidden) {
		return "", Problem("control_character")
	}
	return s, nil
}

// hidden tells whether a character changes how others are read without being seen itself.
func hidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case unicode.IsControl(r),
		r >= 0x200B && r <= 0x200F, // zero width, marks of direction
		r >= 0x2028 && r <= 0x202E, // separators of lines, overrides of direction
		r >= 0x2060 && r <= 0x2069, // invisible operators, isolates
		r == 0xFEFF,                // byte order mark
		r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// maxEmail is the longest address that SMTP carries.
const maxEmail = 254

// CheckEmail reads one plain address, without a display name, whose domain has a dot; the domain comes back in small letters.
// Errors: invalid_email.
func CheckEmail(s string) (string, error) {
	invalid := Problem("invalid_email", "example", "name@company.it")
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail {
		return "", invalid
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if len(local) > 64 || strings.ContainsFunc(s, func(r rune) bool { return r > 126 || r <= ' ' || r == '"' }) || !domainName(domain) {
		return "", invalid
	}
	return local + "@" + domain, nil
}

func domainName(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(l, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') }) {
			return false
		}
	}
	return len(labels) > 1 && !digitsOnly(labels[len(labels)-1])
}

// CheckPhone keeps the digits of a telephone number and its leading plus ("00" is one too): "+39 02 1234-567" becomes "+39021234567".
// It asks for 6 to 15 digits. Errors: invalid_phone.
func CheckPhone(s string) (string, error) {
	invalid := Problem("invalid_phone", "example", "+39 02 1234567")
	n := strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "", "/", "", "(", "", ")", "").Replace(strings.TrimSpace(s))
	if strings.HasPrefix(n, "00") {
		n = "+" + n[2:]
	}
	digits := strings.TrimPrefix(n, "+")
	if !digitsOnly(digits) || len(digits) < 6 || len(digits) > 15 {
		return "", invalid
	}
	return n, nil
}

// Shortened is a text without bytes that no text has, cut at so many of them: for what is looked for, never for what is kept.
func Shortened(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "")
	if len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}
