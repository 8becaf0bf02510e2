package documents_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"leadtocash/documents"
)

const (
	word  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

func packed(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// portable makes a PDF of one page with the text.
func portable(text string) []byte {
	var b bytes.Buffer
	var at []int
	object := func(body string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), body)
	}
	b.WriteString("%PDF-1.4\n")
	stream := "BT /F1 12 Tf 72 720 Td (" + text + ") Tj ET"
	object("<</Type/Catalog/Pages 2 0 R>>")
	object("<</Type/Pages/Kids[3 0 R]/Count 1>>")
	object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>")
	object(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(stream), stream))
	object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	xref := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, xref)
	return b.Bytes()
}

// The words of each kind of file are read, and nothing else of it (S105).
func TestText(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		media string
		file  []byte
		want  string
		wrong bool
	}{
		"text":      {"text/plain; charset=utf-8", []byte("Zażółć\x00  gęślą\u202e \ue000jaźń\r\n\r\n\r\nx"), "Zażółć gęślą jaźń\nx", false},
		"latin":     {"text/csv", []byte("Qualit\xe0;garant\xeda"), "Qualità;garantía", false},
		"page":      {"text/html", []byte("<title>T</title><style>p{}</style><p>Hello <b>you</b><script>alert(1)</script> &amp; me"), "T Hello you & me", false},
		"word":      {word, packed(t, map[string]string{"word/document.xml": `<w:p><w:t>One</w:t></w:p><w:p><w:t>two &amp; three</w:t></w:p>`, "word/media/x": "no"}), "One\ntwo & three", false},
		"sheet":     {sheet, packed(t, map[string]string{"xl/sharedStrings.xml": `<si><t>Pump</t></si><si><t>Valve</t></si>`}), "Pump\nValve", false},
		"pdf":       {"application/pdf", portable("Bianchi offer"), "Bianchi offer", false},
		"image":     {"image/png", []byte("\x89PNG"), "", true},
		"laughs":    {word, packed(t, map[string]string{"word/document.xml": `<!DOCTYPE x [<!ENTITY a "ha">]><p>&a;</p>`}), "", true},
		"bomb":      {word, packed(t, map[string]string{"word/document.xml": "<p>" + strings.Repeat(" ", 17<<20)}), "", true},
		"no pdf":    {"application/pdf", []byte("%PDF-1.7\nnothing"), "", true},
		"no zip":    {word, []byte("PK\x03\x04"), "", true},
		"very long": {"text/plain", []byte(strings.Repeat("word ", 300_000)), "", false},
	} {
		got, err := documents.Text(c.media, c.file)
		if name == "very long" {
			if len(got) > documents.MaxText+10 {
				t.Errorf("%d bytes of text", len(got))
			}
			continue
		}
		if got != c.want || (err != nil) != c.wrong {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}
