package api

import (
	"net/http"
	"strconv"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quotePage is the editor of a quote.
type quotePage struct {
	store.QuotePage
	Edit        bool
	MaySend     bool
	MayRevise   bool
	Margin      decimal.Decimal
	Rows        []quoteRow
	Products    []option
	Taxes       []option
	Languages   []option
	ShareFields []input
	Form        form
	Refusal     *gateView
}

// quoteRow is a line with what was typed into it.
type quoteRow struct {
	crm.QuoteLine
	I    int
	N    string
	form form
	w    *i18n.Printer

	Taxes []option // from which the line's class is chosen
}

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
	default:
		return plainNumber(q.w, q.QuoteLine.DiscountPercent)
	}
}

// E is what is wrong with the line's field.
func (q quoteRow) E(name string) string { return q.form.wrong[lineField(q.I, name)] }

func lineField(i int, name string) string { return "lines." + strconv.Itoa(i) + "." + name }

var shareKinds = []crm.TrancheKind{crm.TrancheDeposit, crm.TrancheProgress, crm.TrancheBalance}

func pageQuote(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showQuote(r, id, form{}, nil)
}

func showQuote(r *request, id crm.ID, f form, g *gateView) error {
	q, err := r.store.QuotePage(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), id)
	if err != nil {
		return err
	}
	w := r.words()
	may := r.Can(crm.MayWriteOpportunity) && q.DealState == crm.OpportunityOpen
	p := quotePage{QuotePage: q, Edit: may && q.State == crm.QuoteDraft, Form: f, Refusal: g}
	p.MaySend, p.MayRevise = p.Edit && len(q.QuoteLines) > 0, may && q.State != crm.QuoteDraft
	if q.Net.IsPositive() {
		p.Margin = q.Net.Sub(q.Cost).Mul(decimal.NewFromInt(100)).DivRound(q.Net, 1)
	}
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	for i, l := range q.QuoteLines {
		p.Rows = append(p.Rows, quoteRow{l, i, strconv.Itoa(i + 1), f, w, r.taxChoice(classes, l.TaxClassID, w.Percent(l.TaxPercent))})
	}
	if p.Edit {
		p.Taxes = r.taxOptions(classes, "")
		products, err := r.store.ProductChoices(r.ctx())
		if err != nil {
			return err
		}
		p.Products = chosen(r.say("form.none"), products)
		for _, l := range languageChoices {
			p.Languages = append(p.Languages, option{l.Code, l.Name})
		}
		r.quoteForm(&p)
	}
	return r.show(f.Status(), "quote", q.Label(), p)
}

// quoteForm fills the form with what is stored where nothing was typed.
func (r *request) quoteForm(p *quotePage) {
	w, stored := r.words(), map[string]string{}
	stored["discount_percent"], stored["valid_until"] = plainNumber(w, p.DiscountPercent), p.ValidUntil.String()
	stored["delivery_date"], stored["payment_days"], stored["language"] = p.DeliveryDate.String(), strconv.Itoa(p.PaymentDays), p.Language
	for _, k := range shareKinds {
		stored["share."+string(k)] = "0"
	}
	for _, s := range p.Shares {
		stored["share."+string(s.Kind)] = plainNumber(w, s.Percent)
	}
	if p.Form.values == nil {
		p.Form.values = map[string]string{}
	}
	for name, v := range stored {
		if _, typed := p.Form.values[name]; !typed {
			p.Form.values[name] = v
		}
	}
	for _, k := range shareKinds {
		in, err := newInput(w, p.Form, "share."+string(k), "tranche."+string(k), nil, []string{"mode=decimal", "class=n w-s"})
		if err == nil {
			p.ShareFields = append(p.ShareFields, in)
		}
	}
}

// formQuoteTerms saves the whole editor: lines, terms and billing plan; its buttons also add and remove lines.
func formQuoteTerms(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Value("version"))
	change := r.readQuote(&f)
	if f.Failed() {
		return showQuote(r, id, f, nil)
	}
	_, err = r.store.EditQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id, Version: version}, change)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showQuote(r, id, f, nil)
	}
	return r.said("saved", "/quotes/"+string(id))
}

// readQuote reads the editor's form into a change of the draft; what is wrong is blamed on its field.
func (r *request) readQuote(f *form) func(*store.QuoteDraft) error {
	discount, valid, delivery := r.percent(f, "discount_percent"), r.date(f, "valid_until"), r.date(f, "delivery_date")
	r.needed(f, "valid_until")
	days, err := strconv.Atoi(f.Value("payment_days"))
	if err != nil || days < 0 || days > 365 {
		f.blame("payment_days", r.errorText(crm.Problem("out_of_range", "min", "0", "max", "365")))
	}
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		f.other, f.status = append(f.other, r.say("error.storage_unavailable")), http.StatusServiceUnavailable
	}
	shares := r.readShares(f)
	lines := r.readLines(f, classes)
	added := r.newLine(f, classes)
	return func(d *store.QuoteDraft) error {
		d.DiscountPercent, d.ValidUntil, d.DeliveryDate, d.PaymentDays, d.Shares = discount, valid, delivery, days, shares
		if known(f.Value("language"), i18n.Languages()) != "" {
			d.Language = f.Value("language")
		}
		remove, err := strconv.Atoi(strings.TrimPrefix(f.Value("action"), "remove-"))
		if err != nil {
			remove = -1
		}
		kept := d.Lines[:0]
		for i, l := range d.Lines {
			if change, ok := lines[i]; ok {
				change(&l)
			}
			if i != remove {
				kept = append(kept, l)
			}
		}
		d.Lines = append(kept, added...)
		return nil
	}
}

func (r *request) readShares(f *form) []crm.Share {
	var shares []crm.Share
	sum := decimal.Zero
	for _, k := range shareKinds {
		s := r.percent(f, "share."+string(k))
		sum = sum.Add(s)
		if s.IsPositive() {
			shares = append(shares, crm.Share{Kind: k, Percent: s})
		}
	}
	if !sum.Equal(decimal.NewFromInt(100)) {
		f.blame("share."+string(shareKinds[0]), r.say("quote.shares_sum", "Sum", sum))
	}
	return shares
}

func (r *request) readLines(f *form, classes crm.TaxClasses) map[int]func(*crm.QuoteLine) {
	out := map[int]func(*crm.QuoteLine){}
	for i := range 200 {
		if _, there := f.values[lineField(i, "quantity")]; !there {
			break
		}
		r.needed(f, lineField(i, "quantity"), lineField(i, "unit_price"))
		quantity, price, discount := r.quantity(f, lineField(i, "quantity")), r.decimal(f, lineField(i, "unit_price")), r.percent(f, lineField(i, "discount_percent"))
		if price.IsNegative() {
			f.blame(lineField(i, "unit_price"), r.errorText(crm.Problem("out_of_range", "min", "0")))
		}
		name := clean(f.Value(lineField(i, "name")), 300)
		tax, chosen := r.chosenTax(f, lineField(i, "tax_class_id"), classes)
		out[i] = func(l *crm.QuoteLine) {
			if chosen && tax.ID != l.TaxClassID { // a line that keeps its class keeps the rate with which it was written
				taxed(l, tax)
			}
			l.Quantity, l.UnitPrice, l.DiscountPercent = quantity, price.Round(4), discount
			if l.ProductID == "" && name != "" {
				l.Name = name
			}
		}
	}
	return out
}

// taxed writes a class into a line, as it is now.
func taxed(l *crm.QuoteLine, c crm.TaxClass) {
	l.TaxClassID, l.TaxPercent, l.Exemption = c.ID, c.Percent, c.Exemption
}

// newLine is the line to add: a catalogue product at its price, or free text, which is allowed on quotes only (S043).
func (r *request) newLine(f *form, classes crm.TaxClasses) []crm.QuoteLine {
	if f.Value("action") != "add" {
		return nil
	}
	l := crm.QuoteLine{Quantity: decimal.NewFromInt(1), Name: clean(f.Value("new.name"), 300), Unit: "pc"}
	if q := r.quantity(f, "new.quantity"); q.IsPositive() {
		l.Quantity = q
	}
	price := r.decimal(f, "new.unit_price")
	if id := optionalID(f.Value("new.product_id")); id != "" {
		p, err := r.store.ProductPage(r.ctx(), id)
		if err != nil {
			f.blame("new.product_id", r.say("form.required"))
			return nil
		}
		l.ProductID, l.Name, l.Unit, l.UnitCost, l.UnitPrice = p.ID, p.Name, p.Unit, p.Cost, p.Price
		class, _ := classes.By(p.TaxClassID)
		l.TaxClassID, l.TaxPercent, l.Exemption = p.TaxClassID, p.TaxPercent, class.Exemption
	} else {
		class, chosen := r.chosenTax(f, "new.tax_class_id", classes)
		if !chosen {
			class = classes.Default()
		}
		taxed(&l, class)
		if l.Name == "" {
			f.blame("new.name", r.say("form.required"))
		}
	}
	if f.Value("new.unit_price") != "" {
		l.UnitPrice = price.Round(4)
	}
	return []crm.QuoteLine{l}
}
