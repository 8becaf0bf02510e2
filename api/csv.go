package api

import (
	"bytes"
	"encoding/csv"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// negative is a number, which begins no formula.
var negative = regexp.MustCompile(`^-[0-9]+(\.[0-9]+)?$`)

// harmless keeps a spreadsheet from reading a cell as a formula: what could begin one gets an apostrophe before it (B115).
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) && !negative.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// sendCSV sends rows as a file to be saved: UTF-8 with the mark by which spreadsheets know it, every cell harmless.
func (r *request) sendCSV(name string, rows [][]string) error {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, row := range rows {
		for i, cell := range row {
			row[i] = harmless(cell)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	h := r.gin.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "sandbox")
	r.gin.Data(http.StatusOK, "text/csv; charset=utf-8", out.Bytes())
	return nil
}

// refusedFile is the refused rows with the columns of their file, and before these the line and the reasons.
func (r *request) refusedFile(k fileKind, columns []string, rows []crm.ImportRow) [][]string {
	if len(columns) == 0 {
		columns = k.columns
	}
	out := [][]string{append([]string{r.say("import.line"), r.say("import.why")}, columns...)}
	for _, row := range rows {
		var why []string
		for _, e := range r.refusedRows(k, []crm.ImportRow{row}) {
			text := e.What
			if e.Field != "" {
				text = e.Field + ": " + text
			}
			if e.Near != "" {
				text += " " + r.say("import.near", "Name", e.Near)
			}
			why = append(why, text)
		}
		line, cells := []string{strconv.Itoa(row.Line), strings.Join(why, " ")}, importCells(row)
		for _, c := range columns {
			line = append(line, cells[c])
		}
		out = append(out, line)
	}
	return out
}
