package api

import (
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quoteRow is a line with what was typed into it.
type quoteRow struct {
	crm.QuoteLine
	I    int
	N    string
	form form
	w    *i18n.Printer

	Why    string          // its price is what it is
	Margin decimal.Decimal // in percent of its net
	First  bool
	Last   bool

	Taxes []option // from which the line's class is chosen
}

func (r *request) quoteRows(p quotePage, classes crm.TaxClasses) (out []quoteRow) {
	w := r.words()
	for i, l := range p.QuoteLines {
		row := quoteRow{QuoteLine: l, I: i, N: strconv.Itoa(i + 1), form: p.Form, w: w, First: i == 0, Last: i == len(p.QuoteLines)-1}
		row.Why, row.Taxes = r.priceWhy(l.Price, p.Currency), r.taxChoice(classes, l.TaxClassID, w.Percent(l.TaxPercent))
		row.Margin = crm.MarginPercent(l.Net, l.Quantity.Mul(l.UnitCost))
		out = append(out, row)
	}
	return out
}

// Section tells whether the row is a heading.
func (q quoteRow) Section() bool { return q.Kind == crm.SectionOfQuote }

// V is what the line's field shows.
func (q quoteRow) V(name string) string {
	if v, typed := q.form.values[lineField(q.I, name)]; typed {
		return v
	}
	switch name {
	case "name":
		return q.Name
	case "quantity":
		return plainNumber(q.w, q.Quantity)
	case "unit_price":
		return plainNumber(q.w, q.UnitPrice)
	case "tax_class_id":
		return string(q.TaxClassID)
	case "optional":
		return yes(q.Optional)
	case "chosen":
		return yes(q.Chosen)
	default:
		return discountText(q.w, q.Discounts, q.QuoteLine.DiscountPercent)
	}
}

// E is what is wrong with the line's field.
func (q quoteRow) E(name string) string { return q.form.wrong[lineField(q.I, name)] }

func lineField(i int, name string) string { return "lines." + strconv.Itoa(i) + "." + name }

// discountText is a discount as people write it in a language: "10,5+5".
func discountText(w *i18n.Printer, written string, whole decimal.Decimal) string {
	if written == "" {
		return plainNumber(w, whole)
	}
	parts := strings.Split(written, "+")
	for i, p := range parts {
		if d, err := decimal.NewFromString(p); err == nil {
			parts[i] = plainNumber(w, d)
		}
	}
	return strings.Join(parts, "+")
}

// discounts reads a discount, one percentage or a cascade, in the language of the page; nothing is none.
func (r *request) discounts(f *form, name string) (whole decimal.Decimal, written string) {
	text := f.Value(name)
	if text == "" {
		return decimal.Zero, ""
	}
	parts := strings.Split(text, "+")
	for i, p := range parts {
		if plain, err := r.words().PlainNumber(strings.TrimSpace(p)); err == nil {
			parts[i] = plain
		}
	}
	whole, written, err := crm.ParseDiscounts(strings.Join(parts, "+"))
	if err != nil {
		f.blame(name, r.errorText(err))
	}
	return whole, written
}

// priceWhy says in words why a price is what it is.
func (r *request) priceWhy(p crm.PriceReason, currency string) string {
	if p.Source == "" {
		return ""
	}
	w, c := r.words(), crm.Currency(currency)
	args := []any{"List", w.Money(p.List, c), "Offered", w.Money(p.Offered, c), "Book", p.Book, "Break", "", "Until", ""}
	if p.Break.IsPositive() {
		args[7] = plainNumber(w, p.Break)
	}
	if !p.Until.IsZero() {
		args[9] = w.Date(p.Until)
	}
	text := r.say("price.why."+p.Source, args...)
	if p.Exchange != nil {
		text += " · " + r.say("price.exchange", "Rate", plainNumber(w, p.Exchange.Rate), "From", p.Exchange.From, "Date", w.Date(p.Exchange.OnDate))
	}
	return text
}

// readLines reads the rows of the editor; what each asks for is done to the line at its place.
func (r *request) readLines(f *form, classes crm.TaxClasses) map[int]func(*crm.QuoteLine) {
	out := map[int]func(*crm.QuoteLine){}
	for i := range crm.MaxLines {
		if _, there := f.values[lineField(i, "quantity")]; !there {
			break
		}
		r.needed(f, lineField(i, "quantity"), lineField(i, "unit_price"))
		quantity, price := r.quantity(f, lineField(i, "quantity")), r.decimal(f, lineField(i, "unit_price"))
		discount, written := r.discounts(f, lineField(i, "discount_percent"))
		if price.IsNegative() {
			f.blame(lineField(i, "unit_price"), r.errorText(crm.Problem("out_of_range", "min", "0")))
		}
		name := clean(f.Value(lineField(i, "name")), 300)
		tax, chosen := r.chosenTax(f, lineField(i, "tax_class_id"), classes)
		optional, taken := f.Value(lineField(i, "optional")) == "true", f.Value(lineField(i, "chosen")) == "true"
		out[i] = func(l *crm.QuoteLine) {
			if l.ProductID == "" && name != "" {
				l.Name = name
			}
			if l.Kind == crm.SectionOfQuote {
				return
			}
			if chosen && tax.ID != l.TaxClassID { // a line that keeps its class keeps the rate with which it was written
				taxed(l, tax)
			}
			l.Quantity, l.UnitPrice, l.DiscountPercent, l.Discounts = quantity, price.Round(4), discount, written
			l.Optional, l.Chosen = optional, optional && taken
		}
	}
	return out
}

// taxed writes a class into a line, as it is now.
func taxed(l *crm.QuoteLine, c crm.TaxClass) {
	l.TaxClassID, l.TaxPercent, l.Exemption = c.ID, c.Percent, c.Exemption
}

// arranged takes a line out, or changes places with its neighbour, as the button says that was pressed.
func arranged(lines []crm.QuoteLine, action string) []crm.QuoteLine {
	what, place, _ := strings.Cut(action, "-")
	i, err := strconv.Atoi(place)
	if err != nil || i < 0 || i >= len(lines) {
		return lines
	}
	switch {
	case what == "remove":
		return slices.Delete(lines, i, i+1)
	case what == "up" && i > 0:
		lines[i-1], lines[i] = lines[i], lines[i-1]
	case what == "down" && i < len(lines)-1:
		lines[i+1], lines[i] = lines[i], lines[i+1]
	}
	return lines
}

// newLines are the lines to add: a catalogue product at its price, free text, which is allowed on quotes only (S043), a heading, or what was pasted.
func (r *request) newLines(f *form, classes crm.TaxClasses) []crm.QuoteLine {
	switch f.Value("action") {
	case "add":
		return r.newLine(f, classes)
	case "section":
		r.needed(f, "new.section")
		return []crm.QuoteLine{{Kind: crm.SectionOfQuote, Name: clean(f.Value("new.section"), maxName), Quantity: decimal.NewFromInt(1)}}
	case "paste":
		return r.pasted(f, classes)
	}
	return nil
}

func (r *request) newLine(f *form, classes crm.TaxClasses) []crm.QuoteLine {
	l := crm.QuoteLine{Kind: crm.LineOfQuote, Quantity: decimal.NewFromInt(1), Name: clean(f.Value("new.name"), 300), Unit: "pc"}
	if q := r.quantity(f, "new.quantity"); q.IsPositive() {
		l.Quantity = q
	}
	l.UnitPrice = r.decimal(f, "new.unit_price").Round(4)
	l.Optional = f.Value("new.optional") == "true"
	if id := optionalID(f.Value("new.product_id")); id != "" {
		p, err := r.store.ProductPage(r.ctx(), id)
		if err != nil {
			f.blame("new.product_id", r.say("form.required"))
			return nil
		}
		ofCatalogue(&l, p, f.Value("new.unit_price") != "")
		return []crm.QuoteLine{l}
	}
	class, chosen := r.chosenTax(f, "new.tax_class_id", classes)
	if !chosen {
		class = classes.Default()
	}
	taxed(&l, class)
	if l.Name == "" {
		f.blame("new.name", r.say("form.required"))
	}
	return []crm.QuoteLine{l}
}

// ofCatalogue makes a line of a product; its price and tax are looked up when it is written, unless the price was typed.
func ofCatalogue(l *crm.QuoteLine, p crm.Product, typed bool) {
	l.ProductID, l.Name, l.Unit, l.TaxClassID = p.ID, p.Name, p.Unit, store.AskTax
	if typed {
		l.UnitCost = p.Cost
	} else {
		l.Price.Source = store.AskPrice
	}
}

// pasted reads rows of a spreadsheet: number of the product or a text, then quantity, price and discount, as far as they are there. A row of one cell
// that is no product is a heading.
func (r *request) pasted(f *form, classes crm.TaxClasses) (out []crm.QuoteLine) {
	rows := pastedRows(f.Value("paste"))
	var skus []string
	for _, cells := range rows {
		skus = append(skus, cells[0])
	}
	r.needed(f, "paste")
	if len(rows) > crm.MaxLines {
		f.blame("paste", r.errorText(crm.Problem("too_many", "max", strconv.Itoa(crm.MaxLines))))
		return nil
	}
	found, err := r.store.ProductsNamed(r.ctx(), nil, skus)
	if err != nil {
		f.blame("paste", r.say("error.storage_unavailable"))
		return nil
	}
	for i, cells := range rows {
		cell := form{values: map[string]string{}}
		for n, name := range []string{"name", "quantity", "unit_price", "discount_percent"} {
			if n < len(cells) {
				cell.values[name] = cells[n]
			}
		}
		l := r.pastedLine(&cell, found, classes)
		for _, p := range cell.Problems() {
			f.blame("paste", r.say("quote.paste_row", "N", i+1, "What", p.Text))
		}
		out = append(out, l)
	}
	return out
}

func (r *request) pastedLine(cell *form, found []crm.Product, classes crm.TaxClasses) crm.QuoteLine {
	l := crm.QuoteLine{Kind: crm.LineOfQuote, Name: clean(cell.Value("name"), 300), Unit: "pc", Quantity: decimal.NewFromInt(1)}
	if q := r.quantity(cell, "quantity"); q.IsPositive() {
		l.Quantity = q
	}
	l.UnitPrice = r.decimal(cell, "unit_price").Round(4)
	l.DiscountPercent, l.Discounts = r.discounts(cell, "discount_percent")
	if l.UnitPrice.IsNegative() {
		cell.blame("unit_price", r.errorText(crm.Problem("out_of_range", "min", "0")))
	}
	i := slices.IndexFunc(found, func(p crm.Product) bool { return p.SKU == cell.Value("name") })
	switch {
	case i >= 0:
		ofCatalogue(&l, found[i], cell.Value("unit_price") != "")
	case cell.Value("name") == "":
		cell.blame("name", r.say("form.required"))
	case cell.Value("quantity") == "" && cell.Value("unit_price") == "":
		return crm.QuoteLine{Kind: crm.SectionOfQuote, Name: l.Name, Quantity: decimal.NewFromInt(1)}
	default:
		taxed(&l, classes.Default())
	}
	return l
}
