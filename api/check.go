package api

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// Longest texts, in characters.
const (
	maxName = 200
	maxLine = 500
	maxText = 10_000
)

// check collects what is wrong with a body, all of it, and gives the values cleaned.
type check struct{ wrong []item }

// add notes an error below the pointer.
func (c *check) add(pointer string, err error) {
	if err == nil {
		return
	}
	var errs crm.FieldErrors
	errs.Add(pointer, err)
	c.wrong = append(c.wrong, fieldItems(errs)...)
}

func (c *check) fail(pointer, code string, ps params) {
	c.wrong = append(c.wrong, invalid(pointer, code, ps))
}

// err is everything that is wrong as one refusal, nil when nothing is.
func (c *check) err() error {
	if len(c.wrong) == 0 {
		return nil
	}
	return refusal(codeValidation, c.wrong...)
}

// with adds what another check found; an error of another kind comes first.
func (c *check) with(err error) error {
	if err == nil {
		return c.err()
	}
	p, ok := errors.AsType[Problem](err)
	if !ok || p.Code != string(codeValidation) {
		return err
	}
	c.wrong = append(c.wrong, p.Errors...)
	return c.err()
}

// line cleans a text of one line in place.
func (c *check) line(pointer string, s *string, max int) {
	text, err := crm.CleanText(*s, max)
	c.text(pointer, s, text, err)
}

// lines cleans a text of several lines in place.
func (c *check) lines(pointer string, s *string, max int) {
	text, err := crm.CleanLines(*s, max)
	c.text(pointer, s, text, err)
}

// text keeps the cleaned text, or notes the error; figures of lengths are numbers.
func (c *check) text(pointer string, s *string, cleaned string, err error) {
	if err == nil {
		*s = cleaned
		return
	}
	if e, ok := errors.AsType[crm.FieldError](err); ok && e.Code == "too_long" {
		most, _ := strconv.Atoi(e.Params["max"])
		got, _ := strconv.Atoi(e.Params["got"])
		c.fail(pointer, e.Code, params{"max": most, "got": got})
		return
	}
	c.add(pointer, err)
}

// required is line for a text that must be there.
func (c *check) required(pointer string, s *string, max int) {
	before := len(c.wrong)
	c.line(pointer, s, max)
	if len(c.wrong) == before && *s == "" {
		c.fail(pointer, "required", nil)
	}
}

func (c *check) email(pointer string, s *string) { c.optional(pointer, s, crm.CheckEmail) }
func (c *check) phone(pointer string, s *string) { c.optional(pointer, s, crm.CheckPhone) }
func (c *check) vat(pointer string, s *string)   { c.optional(pointer, s, crm.CheckVAT) }

func (c *check) optional(pointer string, s *string, read func(string) (string, error)) {
	if *s == "" {
		return
	}
	v, err := read(*s)
	c.text(pointer, s, v, err)
}

// each reads the entries of a list of at most ten, in place; every one must say something.
func (c *check) each(pointer string, list []string, read func(string) (string, error)) {
	if len(list) > 10 {
		c.fail(pointer, "too_many", params{"max": 10})
		return
	}
	for i := range list {
		v, err := read(list[i])
		c.text(fmt.Sprintf("%s/%d", pointer, i), &list[i], v, err)
	}
}

// oneOf asks for one of the known values; an empty text passes.
func (c *check) oneOf(pointer string, value string, known ...string) {
	if value != "" && !slices.Contains(known, value) {
		c.fail(pointer, "unknown_value", params{"allowed": known})
	}
}

func (c *check) language(pointer, value string) { c.oneOf(pointer, value, "en", "it", "es", "pl") }

func (c *check) country(pointer string, s *string) {
	c.line(pointer, s, maxName)
	if *s != "" && (len(*s) != 2 || (*s)[0] < 'A' || (*s)[0] > 'Z' || (*s)[1] < 'A' || (*s)[1] > 'Z') {
		c.fail(pointer, "invalid_country", params{"example": "IT"})
	}
}

func (c *check) between(pointer string, n, low, high int) {
	if n < low || n > high {
		c.fail(pointer, "out_of_range", params{"min": low, "max": high})
	}
}

func (c *check) amount(pointer string, text decimalText, currency string) decimal.Decimal {
	d, err := crm.ParseAmount(string(text), crm.Currency(currency))
	c.money(pointer, err)
	return d
}

// amountRequired is amount for a figure that must be there.
func (c *check) amountRequired(pointer string, text decimalText, currency string) decimal.Decimal {
	if text == "" {
		c.fail(pointer, "required", nil)
		return decimal.Zero
	}
	return c.amount(pointer, text, currency)
}

// money notes an error of an amount; its number of decimals is a number.
func (c *check) money(pointer string, err error) {
	if e, ok := errors.AsType[crm.FieldError](err); ok && e.Code == "too_many_decimals" {
		most, _ := strconv.Atoi(e.Params["max"])
		ps := params{"max": most}
		if e.Params["currency"] != "" {
			ps["currency"] = e.Params["currency"]
		}
		c.fail(pointer, e.Code, ps)
		return
	}
	c.add(pointer, err)
}

// percent reads a percentage with at most the two decimals that are kept of it.
func (c *check) percent(pointer string, text decimalText) decimal.Decimal {
	d, err := crm.ParsePercent(string(text))
	if err == nil && !d.Equal(d.Truncate(2)) {
		c.fail(pointer, "too_many_decimals", params{"max": 2})
		return d
	}
	c.money(pointer, err)
	return d
}

func (c *check) quantity(pointer string, text decimalText) decimal.Decimal {
	d, err := crm.ParseQuantity(string(text))
	c.money(pointer, err)
	return d
}

// id asks for a uuid; an empty text passes.
func (c *check) id(pointer string, id *crm.ID) {
	if *id == "" {
		return
	}
	v, err := parseID(string(*id))
	if err != nil {
		c.fail(pointer, "invalid_id", nil)
		return
	}
	*id = v
}

// names takes a list of at most so many names, each of which must say something.
func (c *check) names(pointer string, names *[]string, most int) {
	if len(*names) > most {
		c.fail(pointer, "too_many", params{"max": most})
		*names = (*names)[:most]
	}
	for i := range *names {
		c.required(fmt.Sprintf("%s/%d", pointer, i), &(*names)[i], maxName)
	}
}

// reason takes why somebody does something, which he has to say.
func (c *check) reason(text *string) {
	c.lines("/reason", text, maxText)
	if *text == "" {
		c.fail("/reason", "required", nil)
	}
}
