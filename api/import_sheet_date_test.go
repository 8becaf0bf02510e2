package api

import (
	"strings"
	"testing"

	"leadtocash/crm"
)

const sheetStylesPart = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-410]d\ mmmm\ yyyy;@"/><numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/><xf numFmtId="22"/></cellXfs><dxfs><xf numFmtId="14"/></dxfs></styleSheet>`

// S054, S063: a cell that shows a date is read as one, by the book's own formats and count of days; what only looks like a number of days stays a number, and a
// field of dates takes the day of a cell with a time of day.
func TestDatesOfSpreadsheets(t *testing.T) {
	t.Parallel()
	read := func(book, row string) []string {
		t.Helper()
		_, rows, err := readTable([]byte(zipped(t, "xl/workbook.xml", book, "xl/styles.xml", sheetStylesPart, "xl/worksheets/sheet1.xml",
			`<worksheet><sheetData><row><c t="str"><v>company</v></c></row><row>`+row+`</row></sheetData></worksheet>`)))
		must(t, err)
		return rows[0].cells
	}
	got := strings.Join(read(`<workbook><workbookPr/></workbook>`, `<c s="1"><v>46347</v></c><c s="2"><v>46347</v></c><c s="3"><v>46347</v></c><c s="4"><v>0.5</v></c><c s="5"><v>46347.4375</v></c>`+
		`<c><v>46347</v></c><c s="1"><v>1</v></c><c s="1"><v>59</v></c><c s="1"><v>61</v></c><c s="1"><v>-4</v></c><c s="1"><v>9e99</v></c><c s="99"><v>7</v></c><c s="1" t="str"><v>soon</v></c><c s="1"/>`), "|")
	if want := "2026-11-21|2026-11-21|46347|0.5|2026-11-21 10:30|46347|1900-01-01|1900-02-28|1900-03-01|-4|9e99|7|soon|"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := read(`<workbook><workbookPr date1904="1"/></workbook>`, `<c s="1"><v>44885</v></c>`); got[0] != "2026-11-21" {
		t.Errorf("counted from 1904: %v", got)
	}
	admin := crm.User{Roles: []crm.Role{crm.RoleAdmin}, Active: true}
	k := fileKind{columns: []string{"custom.renewal"}, own: ownFields{all: []crm.CustomField{{Record: "lead", Name: "renewal", Type: crm.CustomDate}}, user: admin}}
	var c check
	taken := map[string]any{}
	k.fill(&c, func(string) string { return "2026-11-21 10:30" }, func(f crm.CustomField, v any) { taken[f.Name] = v })
	if err := c.err(); err != nil || taken["renewal"] != "2026-11-21" {
		t.Errorf("%v %v", err, taken)
	}
}
