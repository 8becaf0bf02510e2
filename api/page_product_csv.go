package api

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// productColumns are the columns of the catalogue as a file; what is exported can be imported again and changes nothing.
var productColumns = []string{
	"sku", "name", "kind", "category", "unit", "unit_decimals", "price", "cost", "tax_class", "made_to_order", "priced_as", "active", "replaced_by", "description",
	"name_en", "name_it", "name_es", "name_pl",
}

// mostProducts is how many products go through one file.
const mostProducts = 5000

// catalogueFile is what rows of a file refer to by name.
type catalogueFile struct {
	bySKU      map[string]crm.Product
	sku        map[crm.ID]string
	categories map[string]crm.ID
	paths      map[crm.ID]string
	classes    crm.TaxClasses
	currency   string
	cost       bool // may be seen and set
}

func (r *request) catalogueFile() (c catalogueFile, err error) {
	c = catalogueFile{bySKU: map[string]crm.Product{}, sku: map[crm.ID]string{}, categories: map[string]crm.ID{}, paths: map[crm.ID]string{}, cost: r.user.Sees("product.cost")}
	all, err := r.store.AllProducts(r.ctx())
	if err != nil {
		return c, err
	}
	for _, p := range all {
		c.bySKU[p.SKU], c.sku[p.ID] = p, p.SKU
	}
	tree, err := r.store.CategoryTree(r.ctx())
	if err != nil {
		return c, err
	}
	for _, t := range tree {
		c.categories[t.Path], c.paths[t.ID] = t.ID, t.Path
	}
	if c.classes, err = r.store.TaxClasses(r.ctx()); err != nil {
		return c, err
	}
	e, err := r.store.LegalEntity(r.ctx())
	c.currency = e.Currency
	return c, err
}

// row is a product as a row of the file.
func (c catalogueFile) row(p crm.Product) []string {
	class, _ := c.classes.By(p.TaxClassID)
	cost := ""
	if c.cost {
		cost = p.Cost.String()
	}
	return []string{
		p.SKU, p.Name, string(p.Kind), c.paths[p.CategoryID], p.Unit, strconv.Itoa(p.UnitDecimals), p.Price.String(), cost, class.Name, yes(p.MadeToOrder), p.PricedAs, yes(p.Active),
		c.sku[p.ReplacedBy], p.Description, p.Names["en"], p.Names["it"], p.Names["es"], p.Names["pl"],
	}
}

// pageProductsCSV saves the catalogue as a file.
func pageProductsCSV(r *request) error {
	c, err := r.catalogueFile()
	if err != nil {
		return err
	}
	rows := [][]string{slices.Clone(productColumns)}
	for _, sku := range sortedNames(c.bySKU) {
		rows = append(rows, c.row(c.bySKU[sku]))
	}
	return r.sendCSV("products.csv", rows)
}

func sortedNames[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// productRow is a row of an uploaded file: what it would do, or why it cannot.
type productRow struct {
	Line    int
	SKU     string
	State   string // new, changed, same, refused
	Why     string
	product crm.Product
}

type productImportPage struct {
	Tabs                        []settingTab
	Form                        form
	Rows                        []productRow
	Text                        string // the file, to be sent again
	New, Changed, Same, Refused int
	Done                        bool
	Columns                     string
}

func pageProductImport(r *request) error { return r.showProductImport(form{}, productImportPage{}) }

func (r *request) showProductImport(f form, p productImportPage) error {
	p.Tabs, p.Form, p.Columns = r.catalogueTabs(), f, strings.Join(productColumns, ", ")
	for _, row := range p.Rows {
		switch row.State {
		case "new":
			p.New++
		case "changed":
			p.Changed++
		case "same":
			p.Same++
		default:
			p.Refused++
		}
	}
	return r.show(f.Status(), "product_import", r.say("catalogue.import"), p)
}

// formProductImport looks at a file of products, tells of each row what it would do, and does it when asked to. Rows that are refused change nothing.
func formProductImport(r *request) error {
	f := form{values: map[string]string{}}
	text, err := r.productFile(&f)
	if err != nil {
		return err
	}
	c, err := r.catalogueFile()
	if err != nil {
		return err
	}
	cells, err := productCells(text)
	if err != nil || len(cells) == 0 {
		f.blame("file", r.say("catalogue.unreadable"))
		return r.showProductImport(f, productImportPage{})
	}
	if len(cells) > mostProducts {
		f.blame("file", r.errorText(crm.Problem("too_many", "max", strconv.Itoa(mostProducts))))
		return r.showProductImport(f, productImportPage{})
	}
	p := productImportPage{Rows: r.productRows(c, cells)}
	p.Text = cellsText(cells)
	if r.gin.PostForm("go") == "true" {
		for i := range p.Rows {
			r.importProduct(&p.Rows[i])
		}
		p.Done = true
	}
	return r.showProductImport(f, p)
}

// productFile is the uploaded file, or what an earlier look at it sent along.
func (r *request) productFile(f *form) ([]byte, error) {
	if text := r.gin.PostForm("text"); text != "" {
		return []byte(text), nil
	}
	part, err := r.gin.FormFile("file")
	if err != nil {
		if big, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, big
		}
		f.blame("file", r.say("form.required"))
		return nil, nil
	}
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}

// productCells reads a CSV, with comma or semicolon, or a spreadsheet; the first row names the columns.
func productCells(body []byte) (rows [][]string, err error) {
	if bytes.HasPrefix(body, []byte("PK")) {
		sheet, err := readXLSX(body)
		for _, s := range sheet {
			rows = append(rows, s.cells)
		}
		return rows, err
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	read := csv.NewReader(bytes.NewReader(body))
	if head, _, _ := bytes.Cut(body, []byte("\n")); bytes.Count(head, []byte(";")) > bytes.Count(head, []byte(",")) {
		read.Comma = ';'
	}
	read.FieldsPerRecord = -1
	return read.ReadAll()
}

func cellsText(cells [][]string) string {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	_ = w.WriteAll(cells)
	return out.String()
}

// productRows tells what each row would do.
func (r *request) productRows(c catalogueFile, cells [][]string) (out []productRow) {
	head := map[string]int{}
	for i, name := range cells[0] {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(productColumns, name) {
			out = append(out, productRow{Line: 1, State: "refused", Why: r.say("catalogue.unknown_column", "Name", clean(name, 60))})
		}
		head[name] = i
	}
	seen := map[string]bool{}
	for n, line := range cells[1:] {
		get := func(name string) (string, bool) {
			i, there := head[name]
			if !there || i >= len(line) {
				return "", false
			}
			return strings.TrimSpace(strings.TrimPrefix(line[i], "'")), true
		}
		row := productRow{Line: n + 2}
		row.SKU, _ = get("sku")
		row.SKU = clean(row.SKU, 60)
		was, known := c.bySKU[row.SKU]
		p, wrong := r.productOf(c, was, known, get)
		switch {
		case row.SKU == "":
			row.State, row.Why = "refused", r.say("form.required")
		case seen[row.SKU]:
			row.State, row.Why = "refused", r.say("error.given_twice")
		case len(wrong) > 0:
			row.State, row.Why = "refused", strings.Join(wrong, " ")
		case !known:
			row.State = "new"
		case slices.Equal(c.row(was), c.row(p)):
			row.State = "same"
		default:
			row.State = "changed"
		}
		seen[row.SKU], row.product = true, p
		out = append(out, row)
	}
	return out
}

// productOf is the product as a row has it; columns that are missing leave what is there.
func (r *request) productOf(c catalogueFile, p crm.Product, known bool, get func(string) (string, bool)) (crm.Product, []string) {
	var f form
	f.values = map[string]string{}
	if !known {
		class := c.classes.Default()
		p = crm.Product{Unit: "pc", UnitDecimals: 4, Currency: c.currency, Active: true, Kind: crm.ProductGoods, PricedAs: crm.PricedFixed, TaxClassID: class.ID, TaxPercent: class.Percent}
		p.SKU, _ = get("sku")
	}
	names := map[string]string{}
	for l, text := range p.Names {
		names[l] = text
	}
	take := func(name string, into *string, most int) {
		if v, there := get(name); there {
			*into = clean(v, most)
		}
	}
	take("name", &p.Name, maxName)
	take("unit", &p.Unit, 20)
	take("description", &p.Description, maxText)
	take("priced_as", &p.PricedAs, 10)
	take("kind", (*string)(&p.Kind), 20)
	for _, l := range []string{"en", "it", "es", "pl"} {
		if v, there := get("name_" + l); there {
			if names[l] = clean(v, maxName); v == "" {
				delete(names, l)
			}
		}
	}
	p.Names = names
	for name, into := range map[string]*bool{"made_to_order": &p.MadeToOrder, "active": &p.Active} {
		if v, there := get(name); there {
			*into = strings.EqualFold(v, "true")
		}
	}
	for name, into := range map[string]*decimal.Decimal{"price": &p.Price, "cost": &p.Cost} {
		if v, there := get(name); there && (v != "" || name == "price") && (name != "cost" || c.cost) {
			d, err := crm.ParseAmount(v, crm.Currency(p.Currency))
			if err != nil {
				f.blame(name, name+": "+r.errorText(err))
			}
			*into = d
		}
	}
	c.referred(r, &f, &p, get)
	if p.Name == "" {
		f.blame("name", "name: "+r.say("form.required"))
	}
	var errs crm.FieldErrors
	if errors.As(p.Check(), &errs) {
		for _, e := range errs {
			f.blame(e.Pointer, strings.TrimPrefix(e.Pointer, "/")+": "+r.errorText(e))
		}
	}
	var wrong []string
	for _, t := range f.Problems() {
		wrong = append(wrong, t.Text)
	}
	return p, wrong
}

// referred reads the cells that name something else.
func (c catalogueFile) referred(r *request, f *form, p *crm.Product, get func(string) (string, bool)) {
	missing := func(name, v string) { f.blame(name, name+": "+r.say("catalogue.unknown_name", "Name", clean(v, 60))) }
	if v, there := get("unit_decimals"); there && v != "" {
		n, err := strconv.Atoi(v)
		if p.UnitDecimals = n; err != nil {
			missing("unit_decimals", v)
		}
	}
	if v, there := get("category"); there {
		id, known := c.categories[v]
		if p.CategoryID = id; v != "" && !known {
			missing("category", v)
		}
	}
	if v, there := get("replaced_by"); there {
		other, known := c.bySKU[v]
		if p.ReplacedBy = other.ID; v != "" && !known {
			missing("replaced_by", v)
		}
	}
	if v, there := get("tax_class"); there && v != "" {
		i := slices.IndexFunc(c.classes, func(t crm.TaxClass) bool { return t.Name == v })
		if i < 0 {
			missing("tax_class", v)
			return
		}
		p.TaxClassID, p.TaxPercent = c.classes[i].ID, c.classes[i].Percent
	}
}

// importProduct does what a row asks for; what the database refuses is told at the row.
func (r *request) importProduct(row *productRow) {
	var err error
	switch row.State {
	case "new":
		row.product.ID = store.NewID()
		_, err = r.store.CreateProduct(r.ctx(), row.product)
	case "changed":
		_, err = r.store.EditProduct(r.ctx(), row.product.ID, row.product.Version, func(p *crm.Product) error {
			next := row.product
			next.Version = p.Version
			*p = next
			return nil
		})
	}
	var f form
	if err = r.judge(&f, err); err != nil {
		row.State, row.Why = "refused", r.say("error.storage_unavailable")
	}
	for _, p := range f.Problems() {
		row.State, row.Why = "refused", p.Text
	}
}
