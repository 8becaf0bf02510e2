package crm

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCleanText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"  Acme S.p.A. ": "Acme S.p.A.",
		"Żółć Łódź":      "Żółć Łódź",
		"<img src=x>":    "<img src=x>", // B131: kept as it is, escaped where it is shown
		"":               "",
		"0123456789abcd": "too_long",
		"Acme\u202egpj":  "control_character", // B014
		"Ac\u200bme":     "control_character",
		"\ufeffAcme":     "control_character",
		"Ac\x00me":       "control_character",
		"Ac\nme":         "control_character",
		"Ac\tme":         "control_character",
		"Ac\u2066me":     "control_character",
		"Ac\u0085me":     "control_character",
		"Ac\u2028me":     "control_character",
		"\xff\xfe":       "invalid_utf8", // B011
	} {
		got, err := CleanText(in, 13)
		if err != nil {
			got = codeOf(t, err).Code
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	_, err := CleanText("ąćę", 2) // B013: characters are counted, not bytes
	if e := codeOf(t, err); e.Code != "too_long" || e.Params["max"] != "2" || e.Params["got"] != "3" {
		t.Errorf("B013: %v", e)
	}
	if got, err := CleanLines(" a\r\n\tb\n", 10); err != nil || got != "a\n\tb" {
		t.Errorf("%q %v", got, err)
	}
}

// Cleaning twice is cleaning once, and nothing that Postgres refuses comes through.
func TestCleanTextIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		got, err := CleanText(in, 50)
		if err != nil {
			return
		}
		again, err := CleanText(got, 50)
		if err != nil || again != got || strings.ContainsRune(got, 0) {
			t.Fatalf("%q became %q, then %q %v", in, got, again, err)
		}
	})
}

func TestCheckEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"anna@acme.it":                          "anna@acme.it",
		" Anna.Bianchi+crm@ACME.co.uk ":         "Anna.Bianchi+crm@acme.co.uk",
		"o'neill@acme.ie":                       "o'neill@acme.ie",
		"not an email":                          "", // B020
		"anna":                                  "",
		"anna@":                                 "",
		"@acme.it":                              "",
		"anna@localhost":                        "",
		"anna@acme..it":                         "",
		"anna@-acme.it":                         "",
		"anna@[127.0.0.1]":                      "",
		"anna@127.0.0.1":                        "",
		"Anna <anna@acme.it>":                   "",
		"anna@acme.it, bob@acme.it":             "",
		"anna@acme.it\r\nBcc: x@y.it":           "",
		"\"anna b\"@acme.it":                    "",
		"anna@àcme.it":                          "",
		strings.Repeat("a", 65) + "@acme.it":    "",
		"a@" + strings.Repeat("b.", 130) + "it": "",
	} {
		got, err := CheckEmail(in)
		if err != nil && codeOf(t, err).Code != "invalid_email" || got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

func TestCheckPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"+39 02 1234-567":   "+39021234567",
		"0048 22 123 45 67": "+48221234567",
		"(02) 1234567":      "021234567",
		"12345":             "",
		"+1234567890123456": "",
		"02+123456":         "",
		"call me":           "",
		"":                  "",
	} {
		got, err := CheckPhone(in)
		if err != nil && codeOf(t, err).Code != "invalid_phone" || got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

func TestFieldErrors(t *testing.T) {
	t.Parallel()
	var errs FieldErrors
	errs.Add("/name", nil)
	if errs.Err() != nil {
		t.Error("an empty list is an error")
	}
	errs.Add("/price", Problem("too_many_decimals", "max", "2", "currency", "EUR"))
	errs.Add("/lines/0", FieldErrors{Problem("required").At("/sku")})
	want := "/price: too_many_decimals currency=EUR max=2; /lines/0/sku: required"
	if got := errs.Err(); got == nil || got.Error() != want {
		t.Errorf("%v", got)
	}
}
