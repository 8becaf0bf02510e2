package crm

import (
	"slices"
	"strconv"
	"time"
)

// SDIKind is what the Italian exchange (SdI) says of a document that was sent by it.
type SDIKind string

// Its notices.
const (
	SDISent        SDIKind = "AT" // that it was sent to somebody whom the exchange could not reach
	SDIDelivered   SDIKind = "RC"
	SDIUndelivered SDIKind = "MC" // it counts as sent; the customer finds it in his tax drawer, and is to be told
	SDIRejected    SDIKind = "NS" // it counts as not issued
	SDIExpired     SDIKind = "DT" // an office of the state said nothing for fifteen days
	SDIOutcome     SDIKind = "NE" // what an office of the state said
)

// SDIState is where a document is with the exchange.
type SDIState string

// The states.
const (
	SDINone          SDIState = ""     // nothing was heard of it
	SDIMade          SDIState = "made" // it was corrected, and is to be sent again
	SDIIsRejected    SDIState = "rejected"
	SDIIsDelivered   SDIState = "delivered"
	SDIIsUndelivered SDIState = "undelivered"
	SDIIsAttested    SDIState = "attested"
	SDIIsExpired     SDIState = "expired"
	SDIIsAccepted    SDIState = "accepted" // by an office of the state
	SDIIsRefused     SDIState = "refused"  // by an office of the state: it has to be credited
)

// SDIStates lists what may be said of a sending.
func SDIStates() []SDIState {
	return []SDIState{SDIMade, SDIIsRejected, SDIIsDelivered, SDIIsUndelivered, SDIIsAttested, SDIIsExpired, SDIIsAccepted, SDIIsRefused}
}

// SDINotice is a notice of the exchange about a document.
type SDINotice struct {
	Kind     SDIKind
	Exchange string     // IdentificativoSdI, the exchange's number for the sending
	File     string     // as the document's file was called
	Name     string     // as the notice's own file is called
	Said     time.Time  // when the exchange got or delivered it; zero where the notice does not say so
	Problems []SDIError // why it was rejected
	Accepted bool       // of an outcome
	Note     string
	Number   string // of the document, where the notice says it
	Year     int
}

// SDIError is a reason of the exchange.
type SDIError struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// State is where the document is after the notice.
func (n SDINotice) State() SDIState {
	if n.Kind == SDIOutcome && n.Accepted {
		return SDIIsAccepted
	}
	return map[SDIKind]SDIState{
		SDISent: SDIIsAttested, SDIDelivered: SDIIsDelivered, SDIUndelivered: SDIIsUndelivered, SDIRejected: SDIIsRejected, SDIExpired: SDIIsExpired, SDIOutcome: SDIIsRefused,
	}[n.Kind]
}

// Follows tells whether a state may follow another of the same sending: notices come in any order, and one from before changes nothing any more.
func (s SDIState) Follows(before SDIState) bool {
	order := []SDIState{SDINone, SDIMade, SDIIsUndelivered, SDIIsAttested, SDIIsDelivered, SDIIsExpired, SDIIsRefused, SDIIsAccepted, SDIIsRejected}
	return slices.Index(order, s) > slices.Index(order, before)
}

// SDINoNotice refuses a file that is no notice of the exchange.
var SDINoNotice = Problem("no_notice")

// ResendDays is within how many days a rejected document is sent again under its number and date.
const ResendDays = 5

// LineWording is how a line of a rejected document is worded anew. What it comes to stays: other figures are a credit note and another invoice.
type LineWording struct {
	Position  int    `json:"position"`
	Text      string `json:"text"`
	TaxCode   string `json:"tax_code"`
	TaxReason string `json:"tax_reason"`
}

// Reword gives lines with what is said anew of them. Errors, below /lines: unknown_value and duplicate at position, required at text, unknown_value and exemption_with_rate at tax_code.
func Reword(lines []InvoiceLine, anew []LineWording) ([]InvoiceLine, error) {
	out := slices.Clone(lines)
	var errs FieldErrors
	for k, w := range anew {
		at := "/lines/" + strconv.Itoa(k)
		i := slices.IndexFunc(out, func(l InvoiceLine) bool { return l.Position == w.Position })
		if i < 0 {
			errs.Add(at+"/position", Problem("unknown_value"))
			continue
		}
		if slices.ContainsFunc(anew[:k], func(o LineWording) bool { return o.Position == w.Position }) {
			errs.Add(at+"/position", Problem("duplicate"))
		}
		if w.Text == "" {
			errs.Add(at+"/text", Problem("required"))
		}
		switch zero := out[i].TaxPercent.IsZero(); {
		case !zero && w.TaxCode != "":
			errs.Add(at+"/tax_code", Problem("exemption_with_rate"))
		case zero && !slices.Contains(Naturas(), w.TaxCode):
			errs.Add(at+"/tax_code", Problem("unknown_value"))
		}
		out[i].Text, out[i].TaxCode, out[i].TaxReason = w.Text, w.TaxCode, w.TaxReason
	}
	return out, errs.Err()
}
