package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

type booksPage struct {
	Tabs       []settingTab
	Rows       []store.BookRow
	Text       string
	May        bool
	Form       form
	Currencies []option
	Accounts   []option
}

func (r *request) bookChoices() (currencies, accounts []option, err error) {
	for _, c := range crm.Currencies() {
		currencies = append(currencies, option{string(c), string(c)})
	}
	rows, err := r.store.AccountChoices(r.ctx(), r.Scope())
	return currencies, chosen(r.say("form.none"), rows), err
}

func pageBooks(r *request) error {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	return showBooks(r, values("currency", e.Currency, "active", "true"))
}

func showBooks(r *request, f form) error {
	p := booksPage{Tabs: r.catalogueTabs(), Text: clean(r.gin.Query("q"), 100), May: r.Can(crm.MayWriteProduct), Form: f}
	var err error
	if p.Rows, err = r.store.BookRows(r.ctx(), p.Text); err != nil {
		return err
	}
	if p.Currencies, p.Accounts, err = r.bookChoices(); err != nil {
		return err
	}
	return r.show(f.Status(), "books", r.say("book.title"), p)
}

type bookPage struct {
	store.BookRow
	Tabs       []settingTab
	May        bool
	Form       form
	Prices     form
	Currencies []option
	Accounts   []option
	Entries    []crm.PriceEntry
	Findings   []crm.PeriodFinding
}

func pageBook(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showBook(r, id, form{})
}

// bookRowsShown is how many prices of a book its page shows.
const bookRowsShown = 500

func showBook(r *request, id crm.ID, f form) error {
	b, err := r.store.BookPage(r.ctx(), id)
	if err != nil {
		return err
	}
	p := bookPage{BookRow: b, Tabs: r.catalogueTabs(), May: r.Can(crm.MayWriteProduct), Form: f}
	p.Prices, _ = r.gin.Value(keyOwnForm).(form)
	if !f.Failed() {
		p.Form = values("name", b.Name, "currency", b.Currency, "account_id", string(b.AccountID), "class", b.Class, "valid_from", b.ValidFrom.String(),
			"valid_until", b.ValidUntil.String(), "active", yes(b.Active))
	}
	if p.Entries, err = r.store.PriceEntries(r.ctx(), id, 0, bookRowsShown); err != nil {
		return err
	}
	if p.Findings, err = r.store.BookFindings(r.ctx(), b.PriceBook); err != nil {
		return err
	}
	if p.Currencies, p.Accounts, err = r.bookChoices(); err != nil {
		return err
	}
	return r.show(max(f.Status(), p.Prices.Status()), "book", b.Name, p)
}

// readBook checks the form of a price book and gives the change that it asks for.
func (r *request) readBook(f *form) func(*crm.PriceBook) {
	r.needed(f, "name", "currency")
	f.known("account_id", "class", "valid_from", "valid_until", "active")
	from, until := r.date(f, "valid_from"), r.date(f, "valid_until")
	return func(b *crm.PriceBook) {
		b.Name, b.Currency, b.AccountID, b.Class = clean(f.Value("name"), maxName), f.Value("currency"), optionalID(f.Value("account_id")), clean(f.Value("class"), maxName)
		b.ValidFrom, b.ValidUntil, b.Active = from, until, f.Value("active") == "true"
	}
}

func formBook(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	b := crm.PriceBook{ID: store.NewID()}
	r.readBook(&f)(&b)
	if !f.Failed() {
		_, err = r.store.CreatePriceBook(r.ctx(), b)
		if err = r.judge(&f, taken(r, &f, err, "name")); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showBooks(r, f)
	}
	return r.said("saved", "/price-books/"+string(b.ID))
}

func formBookEdit(r *request) error {
	return editForm[crm.PriceBook]{
		path: "/price-books/", unique: "name", read: (*request).readBook, show: showBook,
		write: func(r *request, t store.Target, change func(*crm.PriceBook) error) error {
			_, err := r.store.EditPriceBook(r.ctx(), t, change)
			return err
		},
	}.save(r)
}

// formBookPrices writes prices as they are pasted or typed: product, quantity from which, price, or a percentage below the list; * is every product. Nothing in
// the third place takes a price out.
func formBookPrices(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	r.needed(&f, "entries")
	entries, err := r.readPrices(&f)
	if err != nil {
		return err
	}
	if !f.Failed() {
		_, err = r.store.SetPrices(r.ctx(), store.Target{Actor: r.user.ID, ID: id, Version: seenVersion(f)}, entries, false)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		r.gin.Set(keyOwnForm, f)
		return showBook(r, id, form{})
	}
	return r.said("saved", "/price-books/"+string(id))
}

func (r *request) readPrices(f *form) (out []crm.PriceEntry, err error) {
	rows := pastedRows(f.Value("entries"))
	var skus []string
	for _, row := range rows {
		skus = append(skus, row[0])
	}
	found, err := r.store.ProductsNamed(r.ctx(), nil, skus)
	if err != nil {
		return nil, err
	}
	bySKU := map[string]crm.Product{}
	for _, p := range found {
		bySKU[p.SKU] = p
	}
	for i, row := range rows {
		e, wrong := r.priceRow(row, bySKU)
		if wrong != "" {
			f.blame("entries", r.say("quote.paste_row", "N", i+1, "What", wrong))
		}
		out = append(out, e)
	}
	return out, nil
}

// priceRow reads one row of prices; wrong is what is wrong with it.
func (r *request) priceRow(row []string, bySKU map[string]crm.Product) (e crm.PriceEntry, wrong string) {
	cell := form{values: map[string]string{}}
	for n, name := range []string{"sku", "from", "price"} {
		if n < len(row) {
			cell.values[name] = row[n]
		}
	}
	if sku := cell.Value("sku"); sku != "*" {
		p, known := bySKU[sku]
		if !known {
			return e, r.say("catalogue.unknown_sku", "SKU", sku)
		}
		e.ProductID = p.ID
	}
	if cell.Value("from") != "0" {
		e.MinQuantity = r.quantity(&cell, "from")
	}
	if text, percent := strings.CutSuffix(cell.Value("price"), "%"); percent {
		cell.values["price"] = strings.TrimSpace(text)
		d := r.percent(&cell, "price")
		e.Percent = &d
	} else if text != "" {
		d := r.decimal(&cell, "price").Round(4)
		if d.IsNegative() || d.GreaterThan(decimal.New(1, 10)) {
			cell.blame("price", r.errorText(crm.Problem("out_of_range", "min", "0", "max", "10000000000")))
		}
		e.Price = &d
	}
	for _, p := range cell.Problems() {
		wrong = p.Text
	}
	return e, wrong
}

// pastedRows takes a block apart as spreadsheets copy it, or with semicolons.
func pastedRows(text string) (rows [][]string) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(cells) == 1 {
			cells = strings.Split(cells[0], ";")
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if strings.Join(cells, "") != "" {
			rows = append(rows, cells)
		}
	}
	return rows
}

type ratesPage struct {
	Tabs []settingTab
	Rows []crm.ExchangeRate
	Home string
	May  bool
	Form form
}

func pageRates(r *request) error { return showRates(r, form{}) }

func showRates(r *request, f form) error {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	rows, err := r.store.ExchangeRates(r.ctx(), "", bookRowsShown)
	if err != nil {
		return err
	}
	return r.show(f.Status(), "rates", r.say("exchange.title"), ratesPage{r.catalogueTabs(), rows, e.Currency, r.Can(crm.MayWriteProduct), f})
}

// formRates writes rates: currency, day, rate, and who says so.
func formRates(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "rates")
	var rates []crm.ExchangeRate
	for i, row := range pastedRows(f.Value("rates")) {
		rate, wrong := r.rateRow(row)
		if wrong != "" {
			f.blame("rates", r.say("quote.paste_row", "N", i+1, "What", wrong))
		}
		rates = append(rates, rate)
	}
	if !f.Failed() {
		if err = r.judge(&f, r.store.SetExchangeRates(r.ctx(), r.user.ID, rates)); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showRates(r, f)
	}
	return r.said("saved", "/exchange-rates")
}

func (r *request) rateRow(row []string) (x crm.ExchangeRate, wrong string) {
	cell := form{values: map[string]string{}}
	for n, name := range []string{"currency", "date", "rate", "source"} {
		if n < len(row) {
			cell.values[name] = row[n]
		}
	}
	day, err := r.words().ParseDate(cell.Value("date"))
	if err != nil {
		return x, r.errorText(err)
	}
	x = crm.ExchangeRate{Currency: strings.ToUpper(cell.Value("currency")), OnDate: day, Rate: r.parsed(&cell, "rate", crm.ParseRate), Source: clean(cell.Value("source"), maxName)}
	for _, p := range cell.Problems() {
		wrong = p.Text
	}
	return x, wrong
}
