package crm

import (
	"cmp"
	"strconv"

	"github.com/shopspring/decimal"
)

// DunningLetter is the letter of a level, counted from 1, as it is written on a day; to holds its reader. What is disputed is not asked for. A level that asks
// for interest says what has run up to the day, and the total with it.
func DunningLetter(p DunningPolicy, d Debt, n int, today Date, to Letter) Letter {
	l := p.Levels[n-1]
	fees, interest := d.Fees.Add(l.Fee), decimal.Zero
	if l.Interest {
		interest = decimal.Max(d.Interest, decimal.Zero)
	}
	to.Money = map[string]Amount{"open": {Value: d.Chased(), Currency: d.Currency}, "total": {Value: d.Chased().Add(fees).Add(interest), Currency: d.Currency}}
	if fees.IsPositive() { // a letter without one does not speak of it
		to.Money["fee"] = Amount{Value: fees, Currency: d.Currency}
	}
	if interest.IsPositive() {
		to.Money["interest"] = Amount{Value: interest, Currency: d.Currency}
	}
	to.Template = tone(n, len(p.Levels))
	if l.Days < 0 {
		to.Template = "dunning_before"
	}
	to.Texts = map[string]string{
		"invoice": d.Number, "due_date": d.DueDate.String(), "days": strconv.Itoa(max(today.DaysSince(d.DueDate), 0)), "level": cmp.Or(l.Name[to.Language], l.Name["en"]),
	}
	return to
}

// tone is the letter of a level: friendly the first time, the last one says what follows, those between are firm.
func tone(level, of int) string {
	switch {
	case level == 1:
		return "dunning_friendly"
	case level >= of:
		return "dunning_last"
	default:
		return "dunning_firm"
	}
}
