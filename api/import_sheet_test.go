package api

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// zipped is a file of parts, names and contents in turn.
func zipped(t testing.TB, parts ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		must(t, err)
		_, err = w.Write([]byte(parts[i+1]))
		must(t, err)
	}
	must(t, z.Close())
	return out.String()
}

const sheetBook = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Fiera" sheetId="4" r:id="rId7"/></sheets></workbook>`

const sheetRels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId7" Target="worksheets/leads.xml"/></Relationships>`

const sheetStrings = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Ragione sociale</t></si><si><r><t>Posta </t></r><r><t>elettronica</t></r><rPh><t>silent</t></rPh></si><si><t>Numer telefonu</t></si><si><t>Scarpe</t></si></sst>`

const sheetLeads = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c><c r="D2" t="s"><v>3</v></c></row>
<row r="3"><c r="A3" t="inlineStr"><is><t>Sheet &amp; Co</t></is></c><c r="B3" t="str"><f>"a"&amp;"b"</f><v>sheet@example.com</v></c><c r="C3"><v>3.902123456E+10</v></c><c r="D3"><v>44</v></c></row>
<row r="4"/><row r="5"><c r="A5"><f>HYPERLINK("http://x","y")</f></c><c r="C5"><v>1e999999999</v></c></row>
<row r="6"><c r="A6" t="inlineStr"><is><t>No mail</t></is></c><c r="B6" t="inlineStr"><is><t>nonsense</t></is></c></row></sheetData></worksheet>`

// S063, B116: a spreadsheet is read as texts beside CSV, its columns guessed in four languages and chosen by a person, who is remembered; one
// that unpacks to too much, or is none, is refused.
func TestSpreadsheets(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	good := zipped(t, "xl/workbook.xml", sheetBook, "xl/_rels/workbook.xml.rels", sheetRels, "xl/sharedStrings.xml", sheetStrings, "xl/worksheets/leads.xml", sheetLeads)
	upload := func(once string) document {
		t.Helper()
		rec := b.sendFile("/imports", "fiera.xlsx", good, map[string]string{"once": once, "source": "fair", "campaign": "Milano"})
		status(t, rec, http.StatusSeeOther)
		d := b.open(rec.Header().Get("Location"), http.StatusOK)
		d.path = rec.Header().Get("Location")
		return d
	}
	chosen := func(d document) (out []string) {
		d.each("option", func(n *html.Node) {
			for _, a := range n.Attr {
				if a.Key == "selected" {
					out = append(out, attr(n, "value"))
				}
			}
		})
		return out
	}
	d := upload("a")
	if got := fmt.Sprint(chosen(d)); got != "[company email phone ]" {
		t.Errorf("guessed %s", got)
	}
	d.want("td", "sheet@example.com")
	d.want("td", "This is not an e-mail address")
	d.want("button", "Bring in 1 row")
	d.want("td", "6")
	b.read(b.send(http.MethodPost, d.path+"/columns", url.Values{"column.0": {"company"}, "column.1": {"company"}}), "twice", 422).want("li", "Two columns cannot both become: Company.")
	b.read(b.send(http.MethodPost, d.path+"/columns", url.Values{"column.1": {"email"}}), "no company", 422).want("li", "A column is missing: company")
	status(t, b.send(http.MethodPost, d.path+"/columns", url.Values{"column.0": {"company"}, "column.1": {"need"}, "column.3": {"external_id"}, "source": {"fair"}, "campaign": {"Roma"}}), http.StatusSeeOther)
	b.open(d.path, http.StatusOK).want("button", "Bring in 3 rows")
	if again := upload("b"); fmt.Sprint(chosen(again)) != "[company need  external_id]" {
		t.Errorf("remembered %v", chosen(again))
	}
	status(t, b.send(http.MethodPost, d.path+"/start", url.Values{}), http.StatusSeeOther)
	b.read(b.send(http.MethodPost, d.path+"/columns", url.Values{"column.0": {"company"}}), "begun", http.StatusConflict)

	rows, err := ReadLeads([]byte(zipped(t, "xl/worksheets/sheet1.xml", strings.NewReplacer(`t="s"><v>0</v>`, `t="str"><v>company</v>`, `t="s"><v>1</v>`, `t="str"><v>email</v>`, `t="s"><v>2</v>`, `t="str"><v>phone</v>`, `t="s"><v>3</v>`, `t="str"><v>external_id</v>`).Replace(sheetLeads))))
	if err != nil || len(rows) != 3 || rows[0].Lead.Company != "Sheet & Co" || rows[0].Lead.Phone != "39021234560" || rows[0].Lead.ExternalID != "44" || rows[0].Line != 3 || rows[1].Lead.Company != `=HYPERLINK("http://x","y")` || rows[1].State != "refused" {
		t.Errorf("%v %+v", err, rows)
	}
	bomb := zipped(t, "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>"+strings.Repeat(" ", sheetUnpacked+1))
	if len(bomb) > ImportLimit {
		t.Fatalf("the bomb has %d bytes", len(bomb))
	}
	for name, c := range map[string]struct{ file, code string }{
		"bomb":          {bomb, "too_large"},
		"no zip":        {"PK\x03\x04\x14\x00\x06\x00", "unreadable"},
		"no sheet":      {zipped(t, "word/document.xml", "<a/>"), "unreadable"},
		"entities":      {zipped(t, "xl/worksheets/sheet1.xml", `<!DOCTYPE a [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&lol2;</t></is></c></row></sheetData></worksheet>`), "unreadable"},
		"empty":         {zipped(t, "xl/worksheets/sheet1.xml", "<worksheet><sheetData/></worksheet>"), "empty"},
		"only a header": {zipped(t, "xl/worksheets/sheet1.xml", `<worksheet><sheetData><row><c t="str"><v>company</v></c></row></sheetData></worksheet>`), "no_rows"},
	} {
		rec := s.as(s.keys["sales_ops"], http.MethodPost, "/api/v1/imports", c.file, "Content-Type", xlsxType)
		if got := pointers(t, rec); rec.Code != http.StatusUnprocessableEntity || fields(t, rec)["code"] != "import_invalid" || got != "/file "+c.code {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
}

// Columns are known by what people call them in four languages.
func TestColumnsAreGuessed(t *testing.T) {
	t.Parallel()
	for heads, want := range map[string]string{
		"Company name,E-mail,Phone number,Notes":           "company email phone need",
		"RAGIONE SOCIALE;Nome e cognome;P.IVA;Città":       "company contact_name vat ",
		"Empresa,Correo electrónico,Teléfono,País":         "company email phone country",
		"Nazwa firmy,Imię i nazwisko,Telefon,Źródło,Zgoda": "company contact_name phone source consent",
		"company,Azienda,EXTERNAL ID":                      "company  external_id",
		"contact_name,company,Name":                        "contact_name company ",
	} {
		got := strings.Join(leadFile.guess(strings.FieldsFunc(heads, func(r rune) bool { return r == ',' || r == ';' })), " ")
		if got != want {
			t.Errorf("%s: %q, want %q", heads, got, want)
		}
	}
}
