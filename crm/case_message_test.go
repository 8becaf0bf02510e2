package crm

import "testing"

// S086: the number and the words of a mail are found in whatever a mail program wraps around them.
func TestCaseMailText(t *testing.T) {
	for subject, want := range map[string][2]string{
		"Re: AW: The pump [CASE-12]": {"CASE-12", "The pump"}, "case-7 again": {"CASE-7", "again"}, "SHOWCASE-12": {"", "SHOWCASE-12"}, "CASE-0": {"", "CASE-0"}, "R: I: x": {"", "x"},
	} {
		if n, s := CaseNumberIn(subject), CaseSubject(subject); n != want[0] || s != want[1] {
			t.Errorf("%q: %q %q", subject, n, s)
		}
	}
	for text, want := range map[string]string{
		"New\n\nIl giorno 4 maggio Anna ha scritto:\n> old": "New", "New\n> old\n> older\n": "New", "> only old": "> only old", "On a Monday we go\nand more": "On a Monday we go\nand more",
	} {
		if got := NewInMail(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
	c := CareSetting{Addresses: []string{" Care@x.example", "care", "sup port"}}
	if c.Check() == nil {
		t.Error("a space in an address")
	}
	if c := (CareSetting{Addresses: []string{"care"}}); !c.Takes([]string{"Care+x@y.example"}) || c.Takes([]string{"daycare@y.example"}) {
		t.Error("whom care takes")
	}
}
