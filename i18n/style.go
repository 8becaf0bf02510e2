package i18n

// nbsp keeps an amount and its symbol on one line; minus is the sign that is as wide as a plus.
const (
	nbsp  = "\u00a0"
	minus = "\u2212"
)

// style is how a language writes numbers and dates. Thousands are always grouped, in Spanish and Polish too where four digits
// could stand together, so that the figures of one column line up.
type style struct {
	group        string
	point        string
	percent      string // between number and sign
	symbolFirst  bool
	months       [12]string // after a day: Polish and the Romance languages have small letters
	monthsShort  [12]string
	monthsAlone  [12]string // without a day, where they are other words
	monthYear    string     // with month and year
	longDate     string     // with day, month and year
	dayFirstOnly bool       // whether 3/4/2026 can only be the third of April
}

var styles = map[string]style{
	"en": {
		group: ",", point: ".", symbolFirst: true, longDate: "%d %s %d", monthYear: "%s %d",
		months:      [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		monthsShort: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
	},
	"it": {
		group: ".", point: ",", longDate: "%d %s %d", monthYear: "%s %d", dayFirstOnly: true,
		months:      [12]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		monthsShort: [12]string{"gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic"},
	},
	"es": {
		group: ".", point: ",", percent: nbsp, longDate: "%d de %s de %d", monthYear: "%s de %d", dayFirstOnly: true,
		months:      [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		monthsShort: [12]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"},
	},
	"pl": {
		group: nbsp, point: ",", longDate: "%d %s %d", monthYear: "%s %d", dayFirstOnly: true,
		months:      [12]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"},
		monthsAlone: [12]string{"styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec", "lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień"},
		monthsShort: [12]string{"sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru"},
	},
}

// symbols of currencies that every reader of the product's languages knows; others show their code.
var symbols = map[string]string{"EUR": "€", "USD": "$", "GBP": "£", "PLN": "zł"}
