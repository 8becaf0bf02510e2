package crm

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// PaymentTerms is until when an invoice is paid in parts, as people write it: "30/60/90 eom" is three equal parts 30, 60 and 90 days after the invoice, each moved
// to the end of its month; "30% 0, 70% 60 eom+10" is 30 % at once and the rest on the tenth after the end of the month of the 60th day; "1m/2m" counts in months.
// Words of other languages for the month's end (fm, dffm, fdm, km) are read as eom. Empty is one part, so many days after the invoice as its contract says.
type PaymentTerms string

// The bounds of payment terms.
const (
	MaxPaymentParts = 12
	MaxPaymentTerms = 100 // characters
)

type paymentPart struct {
	weight decimal.Decimal // all weigh what they are of the whole
	moves  []Delta
}

var (
	paymentGroup = regexp.MustCompile(`^(?:(\d{1,3}(?:[.,]\d{1,4})?)\s*%\s*)?(\d{1,3}m?(?:\s*/\s*\d{1,3}m?)*)(?:\s*(eom|fm|dffm|fdm|km)(?:\s*\+\s*(\d{1,2}))?)?$`)
	commaBetween = regexp.MustCompile(`[,;]\s+|;`)
)

// ParsePaymentTerms reads what somebody wrote and gives it as it is kept. Errors: invalid_payment_terms, sum_mismatch (the percentages do not make 100), too_many, out_of_range.
func ParsePaymentTerms(text string) (PaymentTerms, error) {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	if text == "" {
		return "", nil
	}
	if len(text) > MaxPaymentTerms {
		return "", Problem("too_long", "max", strconv.Itoa(MaxPaymentTerms))
	}
	parts, kept, err := readPaymentTerms(text)
	if err != nil {
		return "", err
	}
	if len(parts) > MaxPaymentParts {
		return "", Problem("too_many", "max", strconv.Itoa(MaxPaymentParts))
	}
	return PaymentTerms(strings.Join(kept, ", ")), nil
}

// eachPart has whole parts for any number of parts that terms may have.
const eachPart = 27720

func readPaymentTerms(text string) (parts []paymentPart, kept []string, err error) {
	sum, shares, groups := decimal.Zero, 0, commaBetween.Split(text, -1)
	for _, group := range groups {
		m := paymentGroup.FindStringSubmatch(strings.TrimSpace(group))
		if m == nil {
			return nil, nil, Problem("invalid_payment_terms", "got", shorten(group, 40))
		}
		percent, said := hundred.Div(decimal.NewFromInt(int64(len(groups)))), ""
		if m[1] != "" {
			percent = decimal.RequireFromString(strings.ReplaceAll(m[1], ",", "."))
			shares, sum, said = shares+1, sum.Add(percent), percent.String()+"% "
			if !percent.IsPositive() {
				return nil, nil, Problem("out_of_range", "min", "0", "max", "100")
			}
		}
		var end []Delta
		suffix := ""
		if m[3] != "" {
			end, suffix = []Delta{{Day: 31}}, " eom"
		}
		if plus, _ := strconv.Atoi(m[4]); plus > 0 {
			end, suffix = append(end, Delta{Days: plus}), suffix+"+"+strconv.Itoa(plus)
		}
		var after []string
		times := strings.Split(m[2], "/")
		for _, t := range times {
			t = strings.TrimSpace(t)
			n, _ := strconv.Atoi(strings.TrimSuffix(t, "m"))
			move := Delta{Days: n}
			if strings.HasSuffix(t, "m") {
				move = Delta{Months: n}
			}
			after = append(after, strconv.Itoa(n)+t[len(strings.TrimSuffix(t, "m")):])
			if move.Days > MaxPaymentDays*2 || move.Months > 24 {
				return nil, nil, Problem("out_of_range", "min", "0", "max", strconv.Itoa(MaxPaymentDays*2))
			}
			parts = append(parts, paymentPart{percent.Mul(decimal.NewFromInt(eachPart)).DivRound(decimal.NewFromInt(int64(len(times))), 9), append([]Delta{move}, end...)})
		}
		kept = append(kept, said+strings.Join(after, "/")+suffix)
	}
	switch {
	case shares > 0 && shares < len(groups):
		return nil, nil, Problem("invalid_payment_terms", "got", shorten(text, 40))
	case shares == 0: // all alike
		for i := range parts {
			parts[i].weight = hundred
		}
	case !sum.Equal(hundred):
		return nil, nil, mismatch(hundred.String(), sum.String(), hundred.Sub(sum).Abs().String())
	}
	return parts, kept, nil
}

// Due divides what is to be paid of an invoice into what is due when, the earliest first, by the largest remainder; without terms all of it is due so many days
// after the invoice. Parts of one day are one, and parts that come to nothing are left out. Errors: those of ParsePaymentTerms and Split.
func (p PaymentTerms) Due(date Date, toPay decimal.Decimal, days int, c Currency) ([]DueAmount, error) {
	whole := []DueAmount{{date.AddDays(days), toPay}}
	if p == "" {
		return whole, nil
	}
	parts, _, err := readPaymentTerms(string(p))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(parts, func(a, b paymentPart) int { return a.on(date).DaysSince(b.on(date)) })
	weights := make([]decimal.Decimal, len(parts))
	for i, part := range parts {
		weights[i] = part.weight
	}
	amounts, err := Split(toPay, weights, c)
	if err != nil {
		return nil, err
	}
	var out []DueAmount
	for i, part := range parts {
		switch on := part.on(date); {
		case amounts[i].IsZero():
		case len(out) > 0 && out[len(out)-1].Date == on:
			out[len(out)-1].Amount = out[len(out)-1].Amount.Add(amounts[i])
		default:
			out = append(out, DueAmount{on, amounts[i]})
		}
	}
	if len(out) == 0 { // nothing is to be paid
		return []DueAmount{{parts[len(parts)-1].on(date), toPay}}, nil
	}
	return out, nil
}

func (p paymentPart) on(date Date) Date {
	for _, d := range p.moves {
		date = d.From(date)
	}
	return date
}

// OpenParts is what is open of each part of an invoice of which so much is open all in all: what came in, or was credited, goes to the earliest.
func OpenParts(due []DueAmount, open decimal.Decimal) []DueAmount {
	out := slices.Clone(due)
	for i := len(out) - 1; i >= 0; i-- {
		out[i].Amount = decimal.Max(decimal.Zero, decimal.Min(out[i].Amount, open))
		open = open.Sub(out[i].Amount)
	}
	return out
}
