package i18n

import (
	"strings"

	"github.com/shopspring/decimal"

	"leadtocash/crm"
)

// AsGiven stands for the decimals that a number has, without zeros at its end.
const AsGiven = -1

// Number writes a number with so many decimals, rounded half up, or with those it has (AsGiven).
func (p *Printer) Number(d decimal.Decimal, digits int) string {
	if digits < 0 {
		return p.group(d.String())
	}
	return p.group(d.StringFixed(int32(digits)))
}

// Money writes an amount with all decimals of its currency: €12,400.00 in English, 12.400,00 € in Italian and Spanish.
func (p *Printer) Money(d decimal.Decimal, c crm.Currency) string {
	number := p.group(d.Abs().StringFixed(c.Digits()))
	sign := ""
	if d.Round(c.Digits()).IsNegative() {
		sign = minus
	}
	symbol, known := symbols[string(c)]
	if !known {
		symbol = string(c)
	}
	if !p.style.symbolFirst {
		return sign + number + nbsp + symbol
	}
	if !known || c == crm.PLN {
		return sign + string(c) + nbsp + number
	}
	return sign + symbol + number
}

// Percent writes a percentage of which 12.5 is twelve and a half: "12.5%", in Spanish with a space.
func (p *Printer) Percent(d decimal.Decimal) string {
	return p.group(d.Round(2).String()) + p.style.percent + "%"
}

// Input writes an amount for a form's field: the currency's decimals, the language's decimal mark, no grouping. ParseAmount reads it.
func (p *Printer) Input(d decimal.Decimal, c crm.Currency) string {
	return strings.Replace(d.StringFixed(c.Digits()), ".", p.style.point, 1)
}

// group puts the language's marks into a plain number.
func (p *Printer) group(plain string) string {
	sign := ""
	if strings.HasPrefix(plain, "-") {
		sign, plain = minus, plain[1:]
		if strings.Trim(plain, "0.") == "" {
			sign = ""
		}
	}
	whole, decimals, point := strings.Cut(plain, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(p.style.group)
		}
		b.WriteRune(r)
	}
	if point {
		b.WriteString(p.style.point + decimals)
	}
	return b.String()
}

// ParseAmount reads an amount as the language writes it: "1.234,56" in Italian, "1,234.56" in English; grouping by spaces, the
// currency's symbol or code and U+2212 are fine. Groups have three digits, so that "1,50" is never read as 150. Errors as crm.ParseAmount.
func (p *Printer) ParseAmount(text string, c crm.Currency) (decimal.Decimal, error) {
	text = strings.TrimFunc(text, isSpace)
	for _, unit := range []string{symbols[string(c)], string(c)} {
		if unit != "" {
			text = strings.TrimSuffix(strings.TrimPrefix(text, unit), unit)
		}
	}
	plain, err := p.PlainNumber(text)
	if err != nil {
		return decimal.Zero, err
	}
	return crm.ParseAmount(plain, c)
}

// PlainNumber turns a number as the language writes it into the form of the API ("1234.56"), for crm.ParseQuantity and the like.
// Errors: invalid_decimal, with an example in the language.
func (p *Printer) PlainNumber(text string) (string, error) {
	invalid := crm.Problem("invalid_decimal", "example", "1"+p.style.group+"234"+p.style.point+"50")
	text = strings.TrimFunc(text, isSpace)
	if len(text) > 60 {
		return "", invalid
	}
	text, negative := strings.CutPrefix(strings.Replace(text, minus, "-", 1), "-")
	whole, decimals, point := strings.Cut(text, p.style.point)
	whole, ok := ungroup(whole, p.style.group)
	if !ok || point && !onlyDigits(decimals) {
		return "", invalid
	}
	if point {
		whole += "." + decimals
	}
	if negative {
		whole = "-" + whole
	}
	return whole, nil
}

// ungroup removes the marks between groups of three digits; one kind of mark in one number.
func ungroup(s, mark string) (string, bool) {
	for _, m := range []string{mark, " ", nbsp, "\u202f"} {
		if m == "" || !strings.Contains(s, m) {
			continue
		}
		groups := strings.Split(s, m)
		for i, g := range groups {
			if !onlyDigits(g) || i > 0 && len(g) != 3 || i == 0 && len(g) > 3 {
				return "", false
			}
		}
		return strings.Join(groups, ""), true
	}
	return s, onlyDigits(s)
}

func onlyDigits(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

func isSpace(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\t' }
