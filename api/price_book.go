package api

import (
	"errors"
	"fmt"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// priceBookBody is a price book as it is made or patched.
type priceBookBody struct {
	Name       opt[string]   `json:"name" doc:"max=200"`
	Currency   opt[string]   `json:"currency" doc:"text=Without it, the company's. It stays once there are prices."`
	AccountID  opt[crm.ID]   `json:"account_id" doc:"text=For one customer."`
	Class      opt[string]   `json:"class" doc:"max=200;text=For the customers of a class, instead of account_id; with neither, for everybody."`
	ValidFrom  opt[crm.Date] `json:"valid_from"`
	ValidUntil opt[crm.Date] `json:"valid_until" doc:"text=The last day."`
	Active     opt[bool]     `json:"active"`
}

func (b priceBookBody) apply(v *crm.PriceBook) error {
	var c check
	set(b.Name, &v.Name)
	set(b.Currency, &v.Currency)
	set(b.Class, &v.Class)
	set(b.ValidFrom, &v.ValidFrom)
	set(b.ValidUntil, &v.ValidUntil)
	set(b.Active, &v.Active)
	c.required("/name", &v.Name, maxName)
	c.line("/class", &v.Class, maxName)
	if b.AccountID.Set {
		c.id("/account_id", &b.AccountID.Value)
		v.AccountID = b.AccountID.Value
	}
	return c.with(asValidation(v.Check()))
}

// asValidation makes a refusal of what the vocabulary finds wrong.
func asValidation(err error) error {
	if errs, ok := errors.AsType[crm.FieldErrors](err); ok {
		return refusal(codeValidation, fieldItems(errs)...)
	}
	return err
}

// priceBookRecord is a book with how its period lies beside those of others.
type priceBookRecord struct {
	crm.PriceBook
	Findings []crm.PeriodFinding
}

// entriesBody are prices of a book.
type entriesBody struct {
	Entries []entryBody `json:"entries" doc:"required;most=5000"`
	All     bool        `json:"all" doc:"text=What is not given goes. Without it, what is given replaces the price of the same product from the same quantity on."`
}

type entryBody struct {
	ProductID   crm.ID      `json:"product_id" doc:"text=Without it, every product."`
	MinQuantity decimalText `json:"min_quantity" doc:"text=From this quantity on; without it, from any."`
	Price       decimalText `json:"price" doc:"text=Of one unit. With neither price nor percent the entry goes."`
	Percent     decimalText `json:"percent" doc:"text=Below the list price, instead of price."`
}

func (r *request) bookShown(status int, b crm.PriceBook) error {
	found, err := r.store.BookFindings(r.ctx(), b)
	if err != nil {
		return err
	}
	r.etag(b.Version)
	return r.JSON(status, r.view(priceBookRecord{b, found}))
}

func postPriceBook(r *request) error {
	var b priceBookBody
	if err := r.decode(&b); err != nil {
		return err
	}
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	v := crm.PriceBook{Currency: company.Currency, Active: true}
	if err := b.apply(&v); err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.PriceBook, error) {
		return store.PriceBooks.Record(r.ctx(), r.store, r.Scope(), id)
	},
		func(id crm.ID) (crm.PriceBook, error) {
			v.ID = id
			return r.store.CreatePriceBook(r.ctx(), v)
		}, func(v crm.PriceBook) error {
			r.gin.Header("Location", "/api/v1/price-books/"+string(v.ID))
			return r.bookShown(http.StatusCreated, v)
		})
}

func getPriceBook(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	b, err := store.PriceBooks.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	return r.bookShown(http.StatusOK, b)
}

func patchPriceBook(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b priceBookBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	v, err := r.store.EditPriceBook(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.bookShown(http.StatusOK, v)
}

// entryList are all prices of a book.
type entryList struct {
	Data []crm.PriceEntry
}

func getEntries(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	b, err := store.PriceBooks.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	rows, err := r.store.PriceEntries(r.ctx(), b.ID, 0, crm.MaxEntries)
	if err != nil {
		return err
	}
	return r.record(entryList{rows}, b.Version)
}

func putEntries(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b entriesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	book, err := store.PriceBooks.Record(r.ctx(), r.store, r.Scope(), t.ID)
	if err != nil {
		return err
	}
	entries := make([]crm.PriceEntry, len(b.Entries))
	for i, e := range b.Entries {
		entries[i] = c.entry(fmt.Sprintf("/entries/%d", i), e, book.Currency)
	}
	if err := c.err(); err != nil {
		return err
	}
	v, err := r.store.SetPrices(r.ctx(), t, entries, b.All)
	if err != nil {
		return err
	}
	return r.bookShown(http.StatusOK, v)
}

func (c *check) entry(at string, e entryBody, currency string) crm.PriceEntry {
	out := crm.PriceEntry{ProductID: e.ProductID}
	c.id(at+"/product_id", &out.ProductID)
	c.maybe(at+"/min_quantity", e.MinQuantity, &out.MinQuantity, c.count)
	if e.Price != "" {
		d := c.amount(at+"/price", e.Price, currency)
		out.Price = &d
	}
	if e.Percent != "" {
		d := c.percent(at+"/percent", e.Percent)
		out.Percent = &d
	}
	return out
}

// count reads a quantity that may be nothing.
func (c *check) count(pointer string, text decimalText) decimal.Decimal {
	if d, err := decimal.NewFromString(string(text)); err == nil && d.IsZero() && len(text) < 10 {
		return decimal.Zero
	}
	return c.quantity(pointer, text)
}

// ratesBody are exchange rates by day.
type ratesBody struct {
	Rates []rateBody `json:"rates" doc:"required;most=5000"`
}

type rateBody struct {
	Currency string      `json:"currency" doc:"required"`
	OnDate   crm.Date    `json:"on_date" doc:"required;text=Today or earlier."`
	Rate     decimalText `json:"rate" doc:"required;text=Units of it for one unit of the company's currency; at most 8 decimals."`
	Source   string      `json:"source" doc:"max=200"`
}

type rateList struct {
	Data []crm.ExchangeRate
}

func getRates(r *request) error {
	rows, err := r.store.ExchangeRates(r.ctx(), "", 1000)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(rateList{rows}))
}

func putRates(r *request) error {
	var b ratesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	rates := make([]crm.ExchangeRate, len(b.Rates))
	for i, x := range b.Rates {
		at := fmt.Sprintf("/rates/%d", i)
		c.line(at+"/source", &x.Source, maxName)
		rate, err := crm.ParseRate(string(x.Rate))
		c.add(at+"/rate", err)
		rates[i] = crm.ExchangeRate{Currency: x.Currency, OnDate: x.OnDate, Rate: rate, Source: x.Source}
	}
	if err := c.err(); err != nil {
		return err
	}
	if err := r.store.SetExchangeRates(r.ctx(), r.user.ID, rates); err != nil {
		return err
	}
	return getRates(r)
}

// accountTaxBody is how a customer is charged.
type accountTaxBody struct {
	TaxClassID   crm.ID `json:"tax_class_id" doc:"text=Of all his lines; without it, each product's own."`
	SplitPayment bool   `json:"split_payment" doc:"text=He pays the tax to the state himself."`
	PaymentTerms string `json:"payment_terms" doc:"max=100;text=Until when he pays, in parts: 30/60/90, 30% 0, 70% 60 eom+10. Of contracts made from now on whose orders say nothing else."`
}

func getAccountTax(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	v, err := r.store.AccountTax(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}

func putAccountTax(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b accountTaxBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.id("/tax_class_id", &b.TaxClassID)
	terms, err := crm.ParsePaymentTerms(b.PaymentTerms)
	c.add("/payment_terms", err)
	if err := c.err(); err != nil {
		return err
	}
	v, err := r.store.SetAccountTax(r.ctx(), t, b.TaxClassID, b.SplitPayment, terms)
	if err != nil {
		return err
	}
	return r.record(v, v.Version)
}

// roundingBody is how documents are rounded from now on.
type roundingBody struct {
	Rounding string `json:"rounding" doc:"required;enum=rounding"`
	Tax      string `json:"tax" doc:"required;enum=tax_rounding;text=Whether tax is rounded for each line, or once for each rate of the document."`
}

type roundingRecord struct {
	Rounding string
	Tax      string
}

func getRounding(r *request) error {
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	return r.record(roundingRecord{e.Rounding, e.TaxRounding}, 0)
}

func putRounding(r *request) error {
	var b roundingBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.needed("/rounding", b.Rounding, roundings())
	c.needed("/tax", b.Tax, taxRoundings())
	if err := c.err(); err != nil {
		return err
	}
	e, err := r.store.SetRounding(r.ctx(), r.user.ID, crm.Rounding(b.Rounding), b.Tax == "line")
	if err != nil {
		return err
	}
	return r.record(roundingRecord{e.Rounding, e.TaxRounding}, 0)
}

func roundings() []string    { return listOf(crm.HalfUp, crm.HalfEven) }
func taxRoundings() []string { return []string{"document", "line"} }
