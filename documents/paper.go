package documents

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// Paper is a commercial document to be drawn as a PDF. It holds words that are ready to be read, in one language; nothing of it is markup.
type Paper struct {
	Language string // of its words: en, it, es, pl
	Title    string
	Subject  string    // below the title
	Seller   []string  // who writes, the name first
	Buyer    []string  // who is written to, after a label
	Facts    []Fact    // dates and terms
	Columns  []string  // of the lines: the first is wide and wraps, the others are figures
	Rows     []Row     // the lines
	Totals   []Fact    // below the lines; the last one is what counts
	Notes    []string  // below the totals, a paragraph each
	Page     string    // what a page calls itself
	At       time.Time // that the file says it was made at: the same paper is always the same bytes
}

// Fact is a figure with its name.
type Fact struct{ Name, Value string }

// Row is one line of a paper.
type Row struct {
	Heading bool // Cells[0] alone, above those that follow
	Cells   []string
	Note    string // below the first cell, smaller
}

// What a page measures, in mm.
const (
	paperWidth, paperHeight = 210.0, 297.0
	paperMargin             = 18.0
	paperText               = paperWidth - 2*paperMargin
	figureWidth             = 27.0
	paperLine               = 5.0
)

// Draw gives the PDF of a paper: A4, with fonts inside, so that ą, ł, à and ñ look the same everywhere. What the fonts do not have is a question mark.
func Draw(p Paper) ([]byte, error) {
	d := &drawing{Fpdf: fpdf.New("P", "mm", "A4", ""), Paper: p}
	d.AddUTF8FontFromBytes("go", "", goregular.TTF)
	d.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	d.SetMargins(paperMargin, paperMargin, paperMargin)
	d.SetAutoPageBreak(false, 0)
	d.SetCatalogSort(true)
	d.SetCreationDate(p.At.UTC())
	d.SetModificationDate(p.At.UTC())
	d.SetLang(p.Language)
	d.SetTitle(p.Title, true)
	d.AliasNbPages("")
	d.SetFooterFunc(d.foot)
	d.AddPage()
	d.head()
	d.lines()
	d.totals()
	d.notes()
	var out bytes.Buffer
	if err := d.Output(&out); err != nil {
		return nil, err
	}
	return mended(out.Bytes()), nil
}

type drawing struct {
	*fpdf.Fpdf
	Paper
}

func (d *drawing) font(style string, size float64) { d.SetFont("go", style, size) }

func (d *drawing) ink(grey int) { d.SetTextColor(grey, grey, grey) }

// room goes to a new page when the next lines would not fit on this one; it tells whether it did.
func (d *drawing) room(height float64) bool {
	if d.GetY()+height <= paperHeight-paperMargin-8 {
		return false
	}
	d.AddPage()
	return true
}

// put writes a text at a place, wrapped to a width, and gives the height that it took.
func (d *drawing) put(x, y, width float64, text, align string) float64 {
	n := 0
	for _, part := range d.SplitText(written(text), width-1) {
		d.SetXY(x, y+float64(n)*paperLine)
		d.CellFormat(width, paperLine, part, "", 0, align, false, 0, "")
		n++
	}
	return float64(n) * paperLine
}

func (d *drawing) head() {
	y := paperMargin
	d.font("B", 17)
	left := d.put(paperMargin, y+1, 108, d.Title, "L") + 3
	d.font("", 10)
	d.ink(90)
	if d.Subject != "" {
		left += d.put(paperMargin, y+left, 108, d.Subject, "L")
	}
	right := 0.0
	for i, line := range d.Seller {
		d.font(map[bool]string{true: "B"}[i == 0], 9)
		d.ink(map[bool]int{true: 20, false: 90}[i == 0])
		right += d.put(paperMargin+112, y+right, paperText-112, line, "R")
	}
	y += max(left, right) + 5
	d.SetDrawColor(200, 205, 210)
	d.Line(paperMargin, y, paperMargin+paperText, y)
	y += 5
	left = 0
	for i, line := range d.Buyer {
		d.font(map[bool]string{true: "B"}[i == 1], 10)
		d.ink(map[bool]int{true: 110, false: 20}[i == 0])
		left += d.put(paperMargin, y+left, 88, line, "L")
	}
	right = d.facts(paperMargin+92, y, paperText-92, d.Facts, false)
	d.SetXY(paperMargin, y+max(left, right)+7)
}

// facts writes names and figures below each other and gives the height that they took.
func (d *drawing) facts(x, y, width float64, facts []Fact, last bool) (height float64) {
	for i, f := range facts {
		bold := last && i == len(facts)-1
		d.font(map[bool]string{true: "B"}[bold], 10)
		d.ink(map[bool]int{true: 20, false: 110}[bold])
		name := d.put(x, y+height, width*0.55, f.Name, "L")
		d.ink(20)
		height += max(name, d.put(x+width*0.55, y+height, width*0.45, f.Value, "R"))
	}
	return height
}

func (d *drawing) columns() {
	d.font("B", 9)
	d.ink(90)
	y := d.GetY()
	d.row(y, d.Columns)
	y += paperLine + 1.5
	d.SetDrawColor(120, 128, 136)
	d.Line(paperMargin, y, paperMargin+paperText, y)
	d.SetXY(paperMargin, y+1.5)
}

// row writes the cells of a line and gives its height.
func (d *drawing) row(y float64, cells []string) float64 {
	wide := paperText - figureWidth*float64(len(d.Columns)-1)
	height := d.put(paperMargin, y, wide, cells[0], "L")
	for i, cell := range cells[1:] {
		height = max(height, d.put(paperMargin+wide+float64(i)*figureWidth, y, figureWidth, cell, "R"))
	}
	return height
}

func (d *drawing) lines() {
	if len(d.Columns) == 0 {
		return
	}
	d.columns()
	wide := paperText - figureWidth*float64(len(d.Columns)-1)
	for _, r := range d.Rows {
		d.font("", 10)
		if d.room(paperLine * float64(1+len(d.SplitText(written(r.Cells[0]), wide-1))+len(r.Note)/40)) {
			d.columns()
		}
		y := d.GetY()
		d.ink(20)
		d.font(map[bool]string{true: "B"}[r.Heading], 10)
		height := d.row(y, r.Cells)
		if r.Note != "" {
			d.font("", 8.5)
			d.ink(110)
			height += d.put(paperMargin, y+height, wide, r.Note, "L")
		}
		y += height + 1.2
		d.SetDrawColor(228, 231, 234)
		d.Line(paperMargin, y, paperMargin+paperText, y)
		d.SetXY(paperMargin, y+1.2)
	}
}

func (d *drawing) totals() {
	d.room(paperLine*float64(len(d.Totals)) + 6)
	y := d.GetY() + 4
	height := d.facts(paperMargin+92, y, paperText-92, d.Totals, true)
	d.SetXY(paperMargin, y+height+6)
}

func (d *drawing) notes() {
	for _, note := range d.Notes {
		d.font("", 9.5)
		d.ink(60)
		for _, line := range d.SplitText(written(note), paperText-1) {
			d.room(paperLine)
			y := d.GetY()
			d.put(paperMargin, y, paperText, line, "L")
			d.SetXY(paperMargin, y+paperLine)
		}
		d.SetXY(paperMargin, d.GetY()+2)
	}
}

func (d *drawing) foot() {
	d.font("", 8)
	d.ink(120)
	d.SetXY(paperMargin, paperHeight-paperMargin+2)
	d.CellFormat(paperText/2, 4, written(d.Title), "", 0, "L", false, 0, "")
	d.CellFormat(paperText/2, 4, fmt.Sprintf("%s %d / {nb}", written(d.Page), d.PageNo()), "", 0, "R", false, 0, "")
}

// written leaves of a text what the fonts have: spaces of all kinds are spaces, what cannot be seen goes, the rest is a question mark.
func written(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case !unicode.IsPrint(r):
		case drawn(r):
			b.WriteRune(r)
		default:
			b.WriteByte('?')
		}
	}
	return strings.TrimSpace(b.String())
}

// glyphs is the font, read once to know what it has.
var glyphs = sync.OnceValue(func() *sfnt.Font {
	f, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		panic(err) // it is part of the program
	}
	return f
})

func drawn(r rune) bool {
	i, err := glyphs().GlyphIndex(nil, r)
	return err == nil && i != 0 && r <= lastDrawn
}
