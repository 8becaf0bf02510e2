package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// quotePage is the editor of a quote.
type quotePage struct {
	store.QuotePage
	quoteAbout
	Edit        bool
	MaySend     bool
	MayRevise   bool
	Margin      decimal.Decimal
	Rows        []quoteRow
	SeesCost    bool
	Products    []option
	Taxes       []option
	Languages   []option
	ShareFields []input
	Form        form
	Refusal     *gateView
}

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
	if d, previewed := r.gin.Value(keyPreview).(store.QuoteDraft); previewed {
		q.Quote, q.QuoteLines, q.Shares = d.Quote, d.Lines, d.Shares
		for i, l := range d.Lines { // a price that was looked up is shown as it is now
			if at := lineField(i, "unit_price"); f.values[at] != "" && l.Price.Source != crm.PriceByHand {
				f.values[at] = plainNumber(r.words(), l.UnitPrice)
			}
		}
	}
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
	p.Rows, p.SeesCost = r.quoteRows(p, classes), r.user.Sees("product_line.unit_cost")
	if err := r.quoteAbout(&p); err != nil {
		return err
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
	stored["deposit_percent"], stored["deposit_days"] = plainNumber(w, p.DepositPercent), strconv.Itoa(p.DepositDays)
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
	id, f, err := r.postedTo()
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
	deposit, depositDays := r.readDeposit(f)
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		f.other, f.status = append(f.other, r.say("error.storage_unavailable")), http.StatusServiceUnavailable
	}
	shares := r.readShares(f)
	lines := r.readLines(f, classes)
	added := r.newLines(f, classes)
	return func(d *store.QuoteDraft) error {
		d.DiscountPercent, d.ValidUntil, d.DeliveryDate, d.PaymentDays, d.Shares = discount, valid, delivery, days, shares
		if f.Sent("deposit_percent") {
			d.DepositPercent, d.DepositDays = deposit, depositDays
		}
		if known(f.Value("language"), i18n.Languages()) != "" {
			d.Language = f.Value("language")
		}
		for i := range d.Lines {
			if change, ok := lines[i]; ok {
				change(&d.Lines[i])
			}
		}
		d.Lines = append(arranged(d.Lines, f.Value("action")), added...)
		d.Required = len(added) > 0
		return nil
	}
}

// keyPreview is where a draft that was computed and not saved waits for its page.
const keyPreview = "preview"

// formQuotePreview shows the editor with what the form would make of the draft, and saves nothing: prices are recomputed as one types (S072).
func formQuotePreview(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	delete(f.values, "action")
	change := r.readQuote(&f)
	if f.Failed() {
		return showQuote(r, id, f, nil)
	}
	d, err := r.store.PreviewQuote(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, change)
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if !f.Failed() {
		r.gin.Set(keyPreview, d)
	}
	return showQuote(r, id, f, nil)
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
