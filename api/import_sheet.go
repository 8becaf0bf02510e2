package api

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Bounds of a spreadsheet. A small file may unpack to any size, so what is unpacked is counted, whatever the file says of itself (B116).
const (
	sheetUnpacked = 200 << 20
	sheetEntries  = 500
	sheetColumns  = 200
	sheetTexts    = 2_000_000
	sheetCell     = 40_000 // bytes
)

// xlsxType is the media type of a spreadsheet.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sheetRow is a row of a file with its place there.
type sheetRow struct {
	line  int
	cells []string
}

var errSheetTooLarge = errors.New("the spreadsheet unpacks to too much")

// readXLSX reads the first sheet of a spreadsheet as texts. Nothing is computed: of a formula the result that the file holds is taken, and
// where there is none the formula's own text.
func readXLSX(body []byte) (rows []sheetRow, err error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil || len(z.File) > sheetEntries {
		return nil, refusal(codeImport, invalid("/file", "unreadable", nil))
	}
	b := &book{left: sheetUnpacked, files: map[string]*zip.File{}}
	for _, f := range z.File {
		b.files[strings.TrimPrefix(path.Clean("/"+f.Name), "/")] = f
	}
	if err = b.readTexts(); err == nil {
		err = b.readStyles()
	}
	if err == nil {
		rows, err = b.readRows(b.firstSheet())
	}
	switch {
	case errors.Is(err, errSheetTooLarge):
		return nil, refusal(codeImport, invalid("/file", "too_large", params{"max": sheetUnpacked}))
	case err != nil:
		if p, ok := errors.AsType[Problem](err); ok {
			return nil, p
		}
		return nil, refusal(codeImport, invalid("/file", "unreadable", nil))
	}
	return rows, nil
}

// book is a spreadsheet being read.
type book struct {
	files map[string]*zip.File
	left  int64 // bytes that may still be unpacked
	texts []string

	dates    []bool // by style: its cells show dates
	from1904 bool   // days are counted from 1904
}

// open unpacks a part of the file, as far as there is room left.
func (b *book) open(name string) (io.ReadCloser, error) {
	f := b.files[name]
	if f == nil {
		return nil, errors.New("no " + name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &counted{r, &b.left}, nil
}

// counted fails when more was unpacked than is allowed.
type counted struct {
	io.ReadCloser
	left *int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if *c.left -= int64(n); *c.left < 0 {
		return 0, errSheetTooLarge
	}
	return n, err
}

// each visits the start of every element of a part; of an element that do takes, it reads the rest itself.
func (b *book) each(name string, do func(*xml.Decoder, xml.StartElement) error) error {
	r, err := b.open(name)
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	d.Strict = true
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.Directive: // a document type, by which entities could be made
			return errors.New("a document type")
		case xml.StartElement:
			if err := do(d, t); err != nil {
				return err
			}
		}
	}
}

// firstSheet is the name of the part with the first sheet that the book lists.
func (b *book) firstSheet() string {
	first, targets := "", map[string]string{}
	_ = b.each("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "sheet" && first == "" {
			first = attribute(e, "id")
		}
		return nil
	})
	_ = b.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" {
			targets[attribute(e, "Id")] = attribute(e, "Target")
		}
		return nil
	})
	if t := targets[first]; strings.HasPrefix(t, "/") {
		return strings.TrimPrefix(t, "/")
	} else if t != "" {
		return path.Join("xl", t)
	}
	return "xl/worksheets/sheet1.xml"
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// readTexts reads the texts that cells share.
func (b *book) readTexts() error {
	const name = "xl/sharedStrings.xml"
	if b.files[name] == nil {
		return nil
	}
	return b.each(name, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		if len(b.texts) == sheetTexts {
			return errSheetTooLarge
		}
		s, err := plainText(d)
		b.texts = append(b.texts, s)
		return err
	})
}

// plainText is the text inside an element, without what says how it is spoken.
func plainText(d *xml.Decoder) (string, error) {
	var out strings.Builder
	for depth, in, silent := 1, false, 0; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			in = t.Name.Local == "t"
			if t.Name.Local == "rPh" {
				silent = depth
			}
		case xml.EndElement:
			if depth == silent {
				silent = 0
			}
			depth--
			in = false
		case xml.CharData:
			if in && silent == 0 && out.Len() < sheetCell {
				out.Write(t)
			}
		}
	}
	return out.String(), nil
}

// xmlCell is a cell as the sheet holds it.
type xmlCell struct {
	Place   string `xml:"r,attr"`
	Kind    string `xml:"t,attr"`
	Style   string `xml:"s,attr"`
	Value   string `xml:"v"`
	Formula string `xml:"f"`
	Inline  struct {
		Text []string `xml:"t"`
		Runs []string `xml:"r>t"`
	} `xml:"is"`
}

func (b *book) readRows(name string) (rows []sheetRow, err error) {
	err = b.each(name, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "row":
			if len(rows) > importRowLimit {
				return refusal(codeImport, invalid("/file", "too_many", params{"max": importRowLimit}))
			}
			line, err := strconv.Atoi(attribute(e, "r"))
			if err != nil {
				line = len(rows) + 1
			}
			rows = append(rows, sheetRow{line: line})
		case "c":
			if len(rows) == 0 {
				return nil
			}
			var c xmlCell
			if err := d.DecodeElement(&c, &e); err != nil {
				return err
			}
			row := &rows[len(rows)-1]
			at := columnOf(c.Place, len(row.cells))
			if at >= sheetColumns {
				return nil
			}
			for len(row.cells) <= at {
				row.cells = append(row.cells, "")
			}
			row.cells[at] = b.text(c)
		}
		return nil
	})
	return rows, err
}

// columnOf is the number of a column from a cell's place, "C7" is 2.
func columnOf(place string, next int) int {
	n := 0
	for i, r := range place {
		if r < 'A' || r > 'Z' {
			if i == 0 {
				return next
			}
			break
		}
		if n = n*26 + int(r-'A') + 1; n > sheetColumns {
			return sheetColumns
		}
	}
	if n == 0 {
		return next
	}
	return n - 1
}

// text is a cell as a person sees it; a date is one, and a number has no exponent, so that a telephone number stays one.
func (b *book) text(c xmlCell) string {
	switch {
	case c.Kind == "s":
		if i, err := strconv.Atoi(c.Value); err == nil && i >= 0 && i < len(b.texts) {
			return b.texts[i]
		}
		return ""
	case c.Kind == "inlineStr":
		return strings.Join(append(c.Inline.Text, c.Inline.Runs...), "")
	case c.Kind == "b":
		return map[string]string{"1": "true", "0": "false"}[c.Value]
	case c.Kind == "e":
		return ""
	case c.Value == "" && c.Formula != "":
		return "=" + c.Formula
	case c.Kind == "str":
		return c.Value
	}
	if text, is := b.date(c); is {
		return text
	}
	if len(c.Value) < 40 && !exponentTooLarge(c.Value) {
		if d, err := decimal.NewFromString(c.Value); err == nil {
			return d.String()
		}
	}
	return c.Value
}

// exponentTooLarge guards against a number of few signs that would be written with very many.
func exponentTooLarge(s string) bool {
	_, exponent, there := strings.Cut(strings.ToLower(s), "e")
	n, err := strconv.Atoi(exponent)
	return there && (err != nil || n > 30 || n < -30)
}
