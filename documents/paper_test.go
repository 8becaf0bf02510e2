package documents

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func quotePaper() Paper {
	p := Paper{
		Language: "pl", Title: "Oferta Q-2026-0001 v1", Subject: "Zażółć gęślą jaźń", Seller: []string{"Società Nº 1", "Via Perù, Cefalù"}, Buyer: []string{"Dla", "Łódź Sp. z o.o.", "España"},
		Facts: []Fact{{"Ważna do", "31.12.2026"}}, Columns: []string{"Produkt", "Ilość", "Cena", "Rabat", "Netto"}, Totals: []Fact{{"Netto", "10"}, {"Razem", "12"}},
		Notes: []string{"Płatność: 30 dni"}, Page: "Strona", At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC),
	}
	for range 60 {
		p.Rows = append(p.Rows, Row{Cells: []string{"Línea de perforación àèìòù", "1 szt.", "1 000,00 zł", "–", "1 000,00 zł"}})
	}
	return p
}

// S073: a paper can be read again in every language that it is written in, goes over several pages, and is always the same bytes.
func TestPaperIsRead(t *testing.T) {
	t.Parallel()
	one, err := Draw(quotePaper())
	if err != nil {
		t.Fatal(err)
	}
	two, _ := Draw(quotePaper())
	if !bytes.Equal(one, two) {
		t.Error("the same paper is other bytes")
	}
	text, err := Text("application/pdf", one)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Zażółć gęślą jaźń", "Łódź", "perforación àèìòù", "Società", "zł", "Strona 3 / 3"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in %.300q", want, text)
		}
	}
}

// What a stranger may have typed neither stops nor changes a paper: signs that no font has, controls, very long words.
func TestPaperOfHostileTexts(t *testing.T) {
	t.Parallel()
	p := quotePaper()
	p.Rows = p.Rows[:0]
	for _, s := range []string{"", "\x00\x1b[31m", "😀漢字\u202e\u200b", strings.Repeat("W", 4000), "(\\) Tj ET <</JS (app.alert)>>", "{nb}"} {
		p.Rows = append(p.Rows, Row{Cells: []string{s, s[:min(len(s), 40)], "1", "1", "1"}, Note: s})
		p.Notes, p.Subject = append(p.Notes, s), s
	}
	out, err := Draw(p)
	if err != nil || bytes.Contains(out, []byte("/JS (")) {
		t.Fatalf("%v", err)
	}
	if _, err := Text("application/pdf", out); err != nil {
		t.Error(err)
	}
}
