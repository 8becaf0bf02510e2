package rules

import (
	"slices"
	"strconv"
)

// Function is one of the functions that a rule may call, as its author meets it in the reference and the editor.
type Function struct {
	Name     string
	Forms    []string  // how it is written: "ratio(a, b)"
	Result   string    // the type that it gives: bool, number, text, date
	Meaning  string    // what it gives, in English
	Examples []Example // one to three; each is tested
}

// Example is a condition with what it comes to.
type Example struct {
	Expression string
	Given      []Given // the facts it needs; the others are empty
	Result     string  // "true", "false" or the reason why it cannot be evaluated: "empty_date"
}

// Given is a fact of an example by its path. Entries of a list are parted by commas.
type Given struct{ Path, Value string }

// function is a Function with what the type checker knows of it.
type function struct {
	Function
	least, most int   // values
	takes       []typ // of each value; the last one goes for all that follow. Functions of several types are checked by name
	gives       typ
}

// number tells how many values the function takes: "2", "1 to 2".
func (f function) number() string {
	if f.least == f.most {
		return strconv.Itoa(f.least)
	}
	return strconv.Itoa(f.least) + " to " + strconv.Itoa(f.most)
}

// Functions lists all that a rule may call, in the order of the reference.
func Functions() []Function {
	out := make([]Function, len(functions))
	for i, f := range functions {
		out[i] = f.Function
		out[i].Forms, out[i].Examples, out[i].Result = slices.Clone(f.Forms), slices.Clone(f.Examples), string(f.gives)
	}
	return out
}

// functionAt finds a function by its name; functionNames lists them in the order of the alphabet.
var functionAt, functionNames = func() (map[string]function, []string) {
	at, names := map[string]function{}, make([]string, 0, len(functions))
	for _, f := range functions {
		at[f.Name] = f
		names = append(names, f.Name)
	}
	slices.Sort(names)
	return at, names
}()

func about(name, meaning string, forms ...string) Function {
	return Function{Name: name, Forms: forms, Meaning: meaning}
}

func (f Function) such(expression, result string, given ...Given) Function {
	f.Examples = append(f.Examples, Example{expression, given, result})
	return f
}

// functions is the one table of what a rule may call.
var functions = []function{
	{
		about("filled", "whether a text is not blank, a number not 0, a date set, a list not empty, a truth value true", "filled(x)").
			such(`filled(customer.vat)`, "true", Given{"customer.vat", "IT00743110157"}).
			such(`filled(customer.vat)`, "false", Given{"customer.vat", " "}).
			such(`filled(deal.amount) or filled(deal.tags)`, "false"),
		1, 1, nil, tBool,
	},
	{
		about("days_since", "days from the date to today; negative when it lies ahead", "days_since(date)").
			such(`days_since(lead.last_touch) > 30`, "true", Given{"lead.last_touch", "2026-10-01"}, Given{"process.today", "2026-11-21"}).
			such(`days_since(lead.last_touch) > 30`, ProblemEmptyDate, Given{"process.today", "2026-11-21"}),
		1, 1,
		[]typ{tDate},
		tNumber,
	},
	{
		about("days_until", "days from today to the date; negative when it is past", "days_until(date)").
			such(`days_until(quote.valid_until) >= 14`, "false", Given{"quote.valid_until", "2026-12-01"}, Given{"process.today", "2026-11-21"}),
		1, 1,
		[]typ{tDate},
		tNumber,
	},
	{
		about("working_days_between", "working days after a up to and including b, Monday to Friday without the company's holidays; negative when b lies before a",
			"working_days_between(a, b)").
			such(`working_days_between(process.today, order.delivery_date) >= 10`, "true", Given{"process.today", "2026-11-20"}, Given{"order.delivery_date", "2026-12-04"}).
			such(`working_days_between(order.delivery_date, process.today) == -1`, "true", Given{"process.today", "2026-11-20"}, Given{"order.delivery_date", "2026-11-23"}).
			such(`working_days_between(date("1999-12-31"), process.today) > 0`, ProblemOutOfBounds, Given{"process.today", "2026-11-21"}),
		2, 2,
		[]typ{tDate},
		tNumber,
	},
	{
		about("in_quarter", "whether the date lies in today's quarter of the year; with n from 1 to 4, in that quarter of any year",
			"in_quarter(date)", "in_quarter(date, n)").
			such(`in_quarter(deal.close_date)`, "true", Given{"deal.close_date", "2026-12-31"}, Given{"process.today", "2026-11-21"}).
			such(`in_quarter(deal.close_date)`, "false", Given{"deal.close_date", "2027-12-31"}, Given{"process.today", "2026-11-21"}).
			such(`in_quarter(deal.close_date, 1)`, "true", Given{"deal.close_date", "2027-03-31"}),
		1, 2,
		[]typ{tDate, tNumber},
		tBool,
	},
	{
		about("date", "a fixed date", `date("2026-11-21")`).
			such(`process.today < date("2027-01-01")`, "true", Given{"process.today", "2026-11-21"}),
		1, 1,
		[]typ{tText},
		tDate,
	},
	{
		about("ratio", "a divided by b, 16 decimals, half up; otherwise when b is 0. There is no `/`", "ratio(a, b)", "ratio(a, b, otherwise)").
			such(`ratio(deal.cost, deal.amount) < 0.8`, "true", Given{"deal.cost", "700"}, Given{"deal.amount", "1000"}).
			such(`ratio(deal.cost, deal.amount) < 0.8`, ProblemDivisionByZero, Given{"deal.cost", "700"}).
			such(`ratio(deal.cost, deal.amount, 1) < 0.8`, "false", Given{"deal.cost", "700"}),
		2, 3,
		[]typ{tNumber},
		tNumber,
	},
	{
		about("same_text", "whether two texts are the same, whatever their case and the blanks around them; accents count", "same_text(a, b)").
			such(`same_text(customer.name, lead.company)`, "true", Given{"customer.name", "Forlì Legno S.p.A."}, Given{"lead.company", " FORLÌ LEGNO S.P.A."}).
			such(`same_text(customer.name, "forli legno")`, "false", Given{"customer.name", "Forlì Legno"}),
		2, 2,
		[]typ{tText},
		tBool,
	},
	{
		about("len", "characters of a text, entries of a list", "len(x)").
			such(`len(deal.need) >= 10`, "true", Given{"deal.need", "è una linea"}).
			such(`len(deal.tags) == 2`, "true", Given{"deal.tags", "fair, public"}),
		1, 1, nil, tNumber,
	},
	{
		about("lower", "the text in small letters", "lower(x)").such(`lower(customer.country) == "it"`, "true", Given{"customer.country", "IT"}),
		1, 1,
		[]typ{tText},
		tText,
	},
	{
		about("upper", "the text in capitals", "upper(x)").such(`upper(customer.class) in ["A", "B"]`, "true", Given{"customer.class", "a"}),
		1, 1,
		[]typ{tText},
		tText,
	},
	{
		about("trim", "the text without blanks around it", "trim(x)").such(`trim(lead.campaign) == "fair"`, "true", Given{"lead.campaign", " fair "}),
		1, 1,
		[]typ{tText},
		tText,
	},
	{
		about("abs", "the number without its sign", "abs(x)").such(`abs(project.deviation) <= 500`, "true", Given{"project.deviation", "-499.99"}),
		1, 1,
		[]typ{tNumber},
		tNumber,
	},
	{
		about("min", "the smallest of 2 to 20 numbers", "min(a, b)").such(`min(deal.amount, deal.target) > 1000`, "false", Given{"deal.amount", "5000"}, Given{"deal.target", "900"}),
		2, 20,
		[]typ{tNumber},
		tNumber,
	},
	{
		about("max", "the greatest of 2 to 20 numbers", "max(a, b)").such(`max(deal.amount, deal.target) > 1000`, "true", Given{"deal.amount", "5000"}, Given{"deal.target", "900"}),
		2, 20,
		[]typ{tNumber},
		tNumber,
	},
	{
		about("any", "whether … is true for an entry, which is called `#`", "any(list, …)").
			such(`any(deal.tags, # startsWith "eu")`, "true", Given{"deal.tags", "fair, eu-grant"}),
		2, 2,
		[]typ{tList, tBool},
		tBool,
	},
	{
		about("all", "whether … is true for every entry; so it is for an empty list", "all(list, …)").
			such(`all(deal.tags, # in ["fair", "public"])`, "false", Given{"deal.tags", "fair, web"}).
			such(`all(deal.tags, # == "fair")`, "true"),
		2, 2,
		[]typ{tList, tBool},
		tBool,
	},
	{
		about("none", "whether … is true for no entry", "none(list, …)").
			such(`none(deal.tags, # == "blocked")`, "true", Given{"deal.tags", "fair"}),
		2, 2,
		[]typ{tList, tBool},
		tBool,
	},
	{
		about("one", "whether … is true for exactly one entry", "one(list, …)").
			such(`one(deal.tags, # matches "^fa")`, "false", Given{"deal.tags", "fair, fast"}),
		2, 2,
		[]typ{tList, tBool},
		tBool,
	},
	{
		about("count", "the number of entries for which … is true", "count(list, …)").
			such(`count(deal.tags, # != "web") >= 2`, "true", Given{"deal.tags", "fair, web, public"}),
		2, 2,
		[]typ{tList, tBool},
		tNumber,
	},
}
