package api

import (
	"encoding/xml"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// A spreadsheet holds a date as a number of days, and its format alone says that it is one.

// dateFormats are the formats of dates that have numbers of their own.
var dateFormats = []int{14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58}

// notOfDate is what a format says in words or of colours and places, where letters mean nothing.
var notOfDate = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.|\*.`)

// showsDate tells whether a format shows a day; hours and minutes alone are none.
func showsDate(format string) bool {
	format, _, _ = strings.Cut(strings.ToLower(notOfDate.ReplaceAllString(format, "")), ";")
	return strings.ContainsAny(format, "dy")
}

// readStyles finds which styles of cells show dates, and from which day the book counts. A book without styles has none.
func (b *book) readStyles() error {
	if b.files["xl/workbook.xml"] != nil {
		if err := b.each("xl/workbook.xml", func(_ *xml.Decoder, e xml.StartElement) error {
			if e.Name.Local == "workbookPr" {
				b.from1904 = slices.Contains([]string{"1", "true"}, attribute(e, "date1904"))
			}
			return nil
		}); err != nil {
			return err
		}
	}
	const name = "xl/styles.xml"
	if b.files[name] == nil {
		return nil
	}
	own, cells := map[string]bool{}, false
	return b.each(name, func(_ *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			own[attribute(e, "numFmtId")] = showsDate(attribute(e, "formatCode"))
		case "cellXfs":
			cells = true
		case "cellStyles", "dxfs":
			cells = false
		case "xf":
			if cells && len(b.dates) < sheetStyles {
				format := attribute(e, "numFmtId")
				n, _ := strconv.Atoi(format)
				b.dates = append(b.dates, own[format] || slices.Contains(dateFormats, n))
			}
		}
		return nil
	})
}

// sheetStyles is how many styles of cells are looked at.
const sheetStyles = 100_000

// date is a number of days as 2026-11-21, with the time of day where it has one; not there when the cell shows none.
func (b *book) date(c xmlCell) (text string, there bool) {
	style, err := strconv.Atoi(c.Style)
	if err != nil || style < 0 || style >= len(b.dates) || !b.dates[style] || len(c.Value) > 30 || exponentTooLarge(c.Value) {
		return "", false
	}
	serial, err := decimal.NewFromString(c.Value)
	if err != nil || serial.IsNegative() || serial.GreaterThan(decimal.NewFromInt(2_958_465)) { // the last day of the year 9999
		return "", false
	}
	days := serial.IntPart()
	day := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case b.from1904:
		day = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60: // before the 29 February 1900 that the format believes in
		day = day.AddDate(0, 0, 1)
	}
	seconds := serial.Sub(decimal.NewFromInt(days)).Mul(decimal.NewFromInt(86_400)).Round(0).IntPart()
	at := day.AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return at.Format(time.DateOnly), true
	}
	return at.Format("2006-01-02 15:04"), true
}
