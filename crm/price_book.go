package crm

import (
	"cmp"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// PriceBook is a list of agreed prices in one currency, for everybody, a class of customers or one customer, in a period.
type PriceBook struct {
	ID         ID
	Name       string
	Currency   string
	AccountID  ID     // for one customer
	Class      string // for the customers of a class; both empty: for everybody
	ValidFrom  Date   // of the legal entity's zone; empty: since ever
	ValidUntil Date   // the last day; empty: without end
	Active     bool
	Version    int
}

// PriceEntry is one price of a book: of a product, or a percentage below the list of every product, from a quantity on.
type PriceEntry struct {
	ID          ID
	BookID      ID
	ProductID   ID // empty: every product
	SKU         string
	Name        string
	MinQuantity decimal.Decimal
	Price       *decimal.Decimal // of one unit, up to 4 decimals
	Percent     *decimal.Decimal // below the list price; either this or Price
}

// MaxEntries is how many prices a book may hold.
const MaxEntries = 20_000

// Check tells what is wrong with a book: unknown_currency, both_audiences at /class, ends_before_it_begins at /valid_until.
func (b PriceBook) Check() error {
	var errs FieldErrors
	errs.Add("/currency", Currency(b.Currency).check())
	if b.AccountID != "" && b.Class != "" {
		errs.Add("/class", Problem("both_audiences"))
	}
	if !b.ValidFrom.IsZero() && !b.ValidUntil.IsZero() && b.ValidUntil.Before(b.ValidFrom) {
		errs.Add("/valid_until", Problem("ends_before_it_begins", "from", b.ValidFrom.String()))
	}
	return errs.Err()
}

// Audience says for whom the book is: customer, class or everybody.
func (b PriceBook) Audience() string {
	switch {
	case b.AccountID != "":
		return AudienceCustomer
	case b.Class != "":
		return AudienceClass
	default:
		return AudienceEverybody
	}
}

// For whom a price book is, the nearest first.
const (
	AudienceCustomer  = "customer"
	AudienceClass     = "class"
	AudienceEverybody = "everybody"
)

var audiences = []string{AudienceCustomer, AudienceClass, AudienceEverybody}

// Offer is an entry of a book that holds for a customer on a day.
type Offer struct {
	BookID      ID               `json:"book_id"`
	Book        string           `json:"book"`
	Audience    string           `json:"audience"`
	From        Date             `json:"from,omitzero"`
	Until       Date             `json:"until,omitzero"`
	Everything  bool             `json:"everything"` // of every product
	MinQuantity decimal.Decimal  `json:"min_quantity"`
	Price       *decimal.Decimal `json:"price,omitempty"`
	Percent     *decimal.Decimal `json:"percent,omitempty"`
}

// Where a line's price comes from.
const (
	PriceOfList = "list"
	PriceOfBook = "book"
	PriceByHand = "hand"
)

// PriceReason is why a line's unit price is what it is; documents keep it.
type PriceReason struct {
	Source   string           `json:"source,omitempty"` // list, book, hand; empty: not known
	List     decimal.Decimal  `json:"list"`             // the catalogue's price in the document's currency
	Offered  decimal.Decimal  `json:"offered"`          // what catalogue and books give, typed over or not
	Quantity decimal.Decimal  `json:"quantity"`         // for which it was looked up
	BookID   ID               `json:"book_id,omitempty"`
	Book     string           `json:"book,omitempty"`
	Audience string           `json:"audience,omitempty"`
	Break    decimal.Decimal  `json:"break"` // the quantity from which it holds
	Percent  *decimal.Decimal `json:"percent,omitempty"`
	Until    Date             `json:"until,omitzero"` // of the book
	On       Date             `json:"on,omitzero"`    // the day for which it was looked up
	Exchange *Exchange        `json:"exchange,omitempty"`
}

// PickPrice looks a unit price up, with up to 4 decimals. Precedence: a book of the customer before one of his class before one of everybody; among these the
// one that began last, then the one that ends first, then by name; within a book an entry of the product before one of every product, and of these the highest
// break that the quantity reaches. Without a fitting entry it is the list price.
func PickPrice(list decimal.Decimal, offers []Offer, quantity decimal.Decimal, on Date, r Rounding) (decimal.Decimal, PriceReason) {
	why := PriceReason{Source: PriceOfList, List: list, Offered: list, Quantity: quantity, On: on}
	fit := slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool {
		return o.MinQuantity.GreaterThan(quantity) || !o.From.IsZero() && on.Before(o.From) || !o.Until.IsZero() && on.After(o.Until)
	})
	if len(fit) == 0 {
		return list, why
	}
	o := slices.MinFunc(fit, nearer)
	price := list
	if o.Price != nil {
		price = *o.Price
	} else if o.Percent != nil {
		price = NetUnitPrice(list, *o.Percent, r)
	}
	why.Source, why.BookID, why.Book, why.Audience = PriceOfBook, o.BookID, o.Book, o.Audience
	why.Break, why.Percent, why.Until, why.Offered = o.MinQuantity, o.Percent, o.Until, price
	return price, why
}

// nearer puts the entry that wins first.
func nearer(a, b Offer) int {
	return cmp.Or(
		cmp.Compare(slices.Index(audiences, a.Audience), slices.Index(audiences, b.Audience)),
		compareDates(b.From, a.From),
		compareEnds(a.Until, b.Until),
		strings.Compare(a.Book, b.Book),
		strings.Compare(string(a.BookID), string(b.BookID)),
		cmp.Compare(yesLast(a.Everything), yesLast(b.Everything)),
		b.MinQuantity.Cmp(a.MinQuantity),
	)
}

func yesLast(b bool) int {
	if b {
		return 1
	}
	return 0
}

func compareDates(a, b Date) int { return a.Time().Compare(b.Time()) }

// compareEnds has no end after every end.
func compareEnds(a, b Date) int {
	if a.IsZero() || b.IsZero() {
		return cmp.Compare(yesLast(a.IsZero()), yesLast(b.IsZero()))
	}
	return compareDates(a, b)
}

// PeriodFinding is an overlap of two books' periods, or a gap between them.
type PeriodFinding struct {
	Kind  string // overlap, gap
	Book  string // the other one
	From  Date   // the first day; empty: since ever
	Until Date   // the last day; empty: without end
}

// Periods compares a book with the others of its currency and audience: with which it overlaps, where precedence decides, and what gap is left before
// and after it.
func (b PriceBook) Periods(others []PriceBook) (out []PeriodFinding) {
	var before, after *PriceBook
	for i, o := range others {
		switch {
		case !o.Active || o.ID == b.ID || o.Currency != b.Currency || o.AccountID != b.AccountID || o.Class != b.Class:
		case !o.ValidUntil.IsZero() && !b.ValidFrom.IsZero() && o.ValidUntil.Before(b.ValidFrom):
			if before == nil || o.ValidUntil.After(before.ValidUntil) {
				before = &others[i]
			}
		case !b.ValidUntil.IsZero() && !o.ValidFrom.IsZero() && b.ValidUntil.Before(o.ValidFrom):
			if after == nil || o.ValidFrom.Before(after.ValidFrom) {
				after = &others[i]
			}
		default:
			from, until := b.ValidFrom, b.ValidUntil
			if o.ValidFrom.After(from) {
				from = o.ValidFrom
			}
			if compareEnds(o.ValidUntil, until) < 0 {
				until = o.ValidUntil
			}
			out = append(out, PeriodFinding{"overlap", o.Name, from, until})
		}
	}
	if before != nil && len(out) == 0 && before.ValidUntil.AddDays(1).Before(b.ValidFrom) {
		out = append(out, PeriodFinding{"gap", before.Name, before.ValidUntil.AddDays(1), b.ValidFrom.AddDays(-1)})
	}
	if after != nil && b.ValidUntil.AddDays(1).Before(after.ValidFrom) {
		out = append(out, PeriodFinding{"gap", after.Name, b.ValidUntil.AddDays(1), after.ValidFrom.AddDays(-1)})
	}
	return out
}
