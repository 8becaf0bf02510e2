package api

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// fileKind is what the rows of a file become, with the columns that it may have; the first is needed.
type fileKind struct {
	what    string
	columns []string
	own     ownFields // of the record; those that the person may fill have columns too
	read    func(k fileKind, cell func(string) string, m crm.Import) (crm.ImportRow, error)
}

// leadFile is a file of leads without fields of the company's own, as programs without a person read it.
var leadFile = fileKind{what: "lead", columns: leadColumns, read: readLead}

// accountColumns and contactColumns are the columns of files of companies and people. Street to region are the legal seat, with the country.
var (
	accountColumns = []string{
		"name", "vat", "tax_code", "sdi", "pec", "iban", "country", "address", "street", "postal_code", "city", "region", "email", "phone", "class", "language",
		"payment_days", "credit_limit", "parent", "owner",
	}
	contactColumns = []string{"name", "company", "vat", "email", "phone", "job", "role", "language", "consent", "owner"}
)

// companyFile and personFile are files of companies and of people, as leadFile is of leads.
var (
	companyFile = fileKind{what: "account", columns: accountColumns, read: readCompany}
	personFile  = fileKind{what: "contact", columns: contactColumns, read: readPerson}
)

// fileKind is a kind of file as the person may bring it in.
func (r *request) fileKind(what string) (k fileKind, err error) {
	k = leadFile
	switch what {
	case "account":
		k = companyFile
		if !r.writes("customer.credit_limit") {
			k.columns = slices.DeleteFunc(slices.Clone(accountColumns), func(c string) bool { return c == "credit_limit" })
		}
	case "contact":
		k = personFile
	}
	if k.own, err = r.own(what); err != nil {
		return k, err
	}
	k.columns = slices.Clone(k.columns)
	for _, f := range k.own.shown() {
		if f.WrittenBy(r.user) {
			k.columns = append(k.columns, ownPrefix+f.Name)
		}
	}
	return k, nil
}

// header finds where each column stands; every mistake is told at once.
func (k fileKind) header(head []string) (map[string]int, error) {
	places, wrong := map[string]int{}, []item{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		head[i] = name
		if !slices.Contains(k.columns, name) {
			ps := params{"name": clean(name, 60), "allowed": k.columns}
			if near := nearest(name, k.columns); near != "" {
				ps["did_you_mean"] = near
			}
			wrong = append(wrong, invalid("/header", "unknown_column", ps))
		} else if _, twice := places[name]; twice {
			wrong = append(wrong, invalid("/header", "duplicate", params{"name": name}))
		} else {
			places[name] = i
		}
	}
	if _, there := places[k.columns[0]]; !there {
		wrong = []item{invalid("/header", "missing_column", params{"need": k.columns[:1]})}
	}
	if len(wrong) > 0 {
		return nil, refusal(codeImport, wrong...)
	}
	return places, nil
}

// rows reads every row; the source and campaign of the file are those of leads that bring none.
func (k fileKind) rows(table []sheetRow, places map[string]int, columns int, m crm.Import) []crm.ImportRow {
	out := make([]crm.ImportRow, len(table))
	for i, r := range table {
		out[i] = k.row(r, places, columns, m)
	}
	return out
}

// row reads one row. What is wrong with it stands beside it, all of it.
func (k fileKind) row(r sheetRow, places map[string]int, columns int, m crm.Import) crm.ImportRow {
	cell := func(name string) string {
		if i, there := places[name]; there && i < len(r.cells) {
			return strings.TrimSpace(r.cells[i])
		}
		return ""
	}
	row, err := k.read(k, cell, m)
	row.Line, row.State = r.line, "waiting"
	if len(r.cells) > columns {
		row.Problems = append(row.Problems, crm.Problem("too_many", "max", strconv.Itoa(columns)))
	}
	if p, ok := errors.AsType[Problem](err); ok {
		for _, i := range p.Errors {
			row.Problems = append(row.Problems, withNearest(i, cell(columnAt(*i.Pointer))))
		}
	}
	if len(row.Problems) > 0 {
		row.State = "refused"
		row.Lead.Custom = nil
		for _, text := range []*string{
			&row.Lead.Company, &row.Lead.ContactName, &row.Lead.Email, &row.Lead.Phone, &row.Lead.VAT, &row.Lead.Country, &row.Lead.Need,
			&row.Lead.Language, &row.Lead.Source, &row.Lead.Campaign, &row.Lead.ExternalID,
		} {
			*text = storable(*text)
		}
		row.Cells = map[string]string{} // as the file had them, to be shown and corrected
		for name := range places {
			if text := cell(name); text != "" && (k.what != "lead" || strings.HasPrefix(name, ownPrefix)) {
				row.Cells[name] = storable(text)
			}
		}
	}
	return row
}

// storable is a text without the sign that no text of the database can hold.
func storable(text string) string { return clean(strings.ReplaceAll(text, "\x00", "\ufffd"), maxText) }

// columnAt is the column of a pointer: /custom/region is custom.region.
func columnAt(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", ".")
}

// fill checks the cells of fields of the company's own.
func (k fileKind) fill(c *check, cell func(string) string, take func(f crm.CustomField, v any)) {
	for _, f := range k.own.shown() {
		text := cell(ownPrefix + f.Name)
		if text == "" {
			continue
		}
		if day, _, timed := strings.Cut(text, " "); timed && f.Type == crm.CustomDate { // a spreadsheet's may have a time of day
			text = day
		}
		v, err := f.Parse(text, k.own.currency)
		if err != nil {
			c.add("/custom/"+f.Name, err)
		} else if v != nil {
			take(f, v)
		}
	}
}

// readCompany checks a row of a file of companies.
func readCompany(k fileKind, cell func(string) string, _ crm.Import) (crm.ImportRow, error) {
	var c check
	cells := k.cells(cell)
	c.cell(cells, "name", func(s *string) { c.required("/name", s, maxName) })
	c.cell(cells, "vat", func(s *string) { c.vat("/vat", s) })
	c.cell(cells, "tax_code", func(s *string) { c.optional("/tax_code", s, crm.CheckTaxCode) })
	c.cell(cells, "sdi", func(s *string) { c.optional("/sdi", s, crm.CheckSDI) })
	c.cell(cells, "pec", func(s *string) { c.email("/pec", s) })
	c.cell(cells, "iban", func(s *string) { c.optional("/iban", s, crm.CheckIBAN) })
	c.cell(cells, "address", func(s *string) { c.lines("/address", s, maxLine) })
	c.cell(cells, "street", func(s *string) { c.line("/street", s, maxName) })
	c.cell(cells, "postal_code", func(s *string) { c.line("/postal_code", s, 20) })
	c.cell(cells, "city", func(s *string) { c.line("/city", s, maxName) })
	c.cell(cells, "region", func(s *string) { c.line("/region", s, 100) })
	c.cell(cells, "class", func(s *string) { c.line("/class", s, maxName) })
	c.cell(cells, "parent", func(s *string) { c.line("/parent", s, maxName) })
	c.reached(cells)
	if cells["street"] == "" && cells["postal_code"]+cells["city"]+cells["region"] != "" {
		c.fail("/street", "required", nil)
	}
	if text := cells["payment_days"]; text != "" {
		if n, err := strconv.Atoi(text); err != nil || n < 0 || n > 365 {
			c.fail("/payment_days", "out_of_range", params{"min": 0, "max": 365})
		}
	}
	if text := cells["credit_limit"]; text != "" {
		cells["credit_limit"] = c.amount("/credit_limit", decimalText(text), string(k.own.currency)).String()
	}
	k.fill(&c, cell, func(f crm.CustomField, v any) { cells[ownPrefix+f.Name] = crm.Custom{f.Name: v}.Text(f.Name) })
	return crm.ImportRow{Cells: cells}, c.err()
}

// readPerson checks a row of a file of people. Where he works is needed: its VAT number or its name.
func readPerson(k fileKind, cell func(string) string, _ crm.Import) (crm.ImportRow, error) {
	var c check
	cells := k.cells(cell)
	c.cell(cells, "name", func(s *string) { c.required("/name", s, maxName) })
	c.cell(cells, "company", func(s *string) { c.line("/company", s, maxName) })
	c.cell(cells, "vat", func(s *string) { c.vat("/vat", s) })
	c.cell(cells, "job", func(s *string) { c.line("/job", s, maxName) })
	if cells["company"]+cells["vat"] == "" {
		c.fail("/company", "required", nil)
	}
	if role := strings.ToLower(cells["role"]); role != "" {
		cells["role"] = role
		c.oneOf("/role", role, crm.ContactRoles()...)
	}
	c.reached(cells)
	if !saysYes(cells["consent"]) {
		delete(cells, "consent")
	}
	k.fill(&c, cell, func(f crm.CustomField, v any) { cells[ownPrefix+f.Name] = crm.Custom{f.Name: v}.Text(f.Name) })
	return crm.ImportRow{Cells: cells}, c.err()
}

// cells are the cells of a row that are filled.
func (k fileKind) cells(cell func(string) string) map[string]string {
	out := map[string]string{}
	for _, name := range k.columns {
		if text := cell(name); text != "" {
			out[name] = text
		}
	}
	return out
}

// cell checks one cell in place.
func (c *check) cell(cells map[string]string, name string, read func(*string)) {
	text := cells[name]
	if read(&text); text != "" {
		cells[name] = text
	} else {
		delete(cells, name)
	}
}

// reached checks how a company or person is reached, and who has it.
func (c *check) reached(cells map[string]string) {
	c.cell(cells, "email", func(s *string) { c.email("/email", s) })
	c.cell(cells, "phone", func(s *string) { c.phone("/phone", s) })
	c.cell(cells, "owner", func(s *string) { c.email("/owner", s) })
	c.cell(cells, "country", func(s *string) { *s = strings.ToUpper(*s); c.country("/country", s) })
	c.cell(cells, "language", func(s *string) { *s = strings.ToLower(*s); c.language("/language", *s) })
}

// saysYes tells whether a cell says so in one of the languages.
func saysYes(text string) bool {
	return slices.Contains([]string{"1", "true", "yes", "si", "sì", "sí", "tak"}, strings.ToLower(text))
}

// titleOf is by what a row is known: its company or person.
func titleOf(r crm.ImportRow) string {
	if r.Cells["name"] != "" {
		return r.Cells["name"]
	}
	return r.Lead.Company
}

// importCells is a row as its file had it, by column.
func importCells(row crm.ImportRow) map[string]string {
	l, out := row.Lead, maps.Clone(row.Cells)
	if out == nil {
		out = map[string]string{}
	}
	for name, text := range map[string]string{
		"company": l.Company, "contact_name": l.ContactName, "email": l.Email, "phone": l.Phone, "vat": l.VAT, "country": l.Country, "need": l.Need,
		"language": l.Language, "source": l.Source, "campaign": l.Campaign, "external_id": l.ExternalID,
	} {
		if text != "" {
			out[name] = text
		}
	}
	for _, name := range l.Custom.Names() {
		out[ownPrefix+name] = l.Custom.Text(name)
	}
	if l.Consent || out["consent"] != "" {
		out["consent"] = "yes"
	}
	return out
}
