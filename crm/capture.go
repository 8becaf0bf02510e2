package crm

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CaptureForm is a public form through which leads come in (S063). Other sites send to it or show it in a frame when it lists them.
type CaptureForm struct {
	ID             ID
	Key            string // in its address; never changes, since other sites hold it
	Name           string
	Source         string // of the leads
	Campaign       string
	Fields         []string // that the page asks for, in their order
	Required       []string // of those
	Language       string   // of the page; empty: the visitor's
	Thanks         string   // shown after sending; empty: the product's own words
	Redirect       string   // where the visitor goes after sending: a path of ours, or an address of one of the origins
	Origins        []string // sites that may show or send it: "https://shop.example"; "*" is every one, none is nobody
	ConsentText    string   // what the visitor agrees to by a box; empty: no box
	ConsentVersion int      // of the text: each change makes a new one
	MinSeconds     int      // who fills it in faster is taken for a machine
	Active         bool
	Version        int
}

// AnySite in the origins of a form lets every site show and send it.
const AnySite = "*"

// FormFields are the fields that a form may ask for.
func FormFields() []string {
	return []string{"company", "contact_name", "email", "phone", "vat", "country", "need"}
}

var formKey = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Check cleans the form and tells everything that is wrong with it.
func (f *CaptureForm) Check() error {
	var wrong FieldErrors
	line := func(at string, text *string, max int, needed bool) {
		clean, err := CleanText(*text, max)
		if wrong.Add(at, err); err == nil {
			*text = clean
			if needed && clean == "" {
				wrong.Add(at, Problem("required"))
			}
		}
	}
	line("/key", &f.Key, 60, true)
	line("/name", &f.Name, 200, true)
	line("/source", &f.Source, 200, true)
	line("/campaign", &f.Campaign, 200, false)
	line("/redirect", &f.Redirect, 500, false)
	for at, text := range map[string]*string{"/thanks": &f.Thanks, "/consent_text": &f.ConsentText} {
		clean, err := CleanLines(*text, 2000)
		if wrong.Add(at, err); err == nil {
			*text = clean
		}
	}
	if f.Key != "" && !formKey.MatchString(f.Key) {
		wrong.Add("/key", Problem("invalid_key", "example", "fair-2027"))
	}
	if f.Language != "" && !slices.Contains([]string{"en", "it", "es", "pl"}, f.Language) {
		wrong.Add("/language", Problem("unknown_value", "allowed", "en, it, es, pl"))
	}
	if f.MinSeconds < 0 || f.MinSeconds > 60 {
		wrong.Add("/min_seconds", Problem("out_of_range", "min", "0", "max", "60"))
	}
	wrong = append(wrong, f.checkFields()...)
	wrong = append(wrong, f.checkPlaces()...)
	return wrong.Err()
}

// checkFields asks for known fields, each once, among them one by which the person can be reached.
func (f *CaptureForm) checkFields() (wrong FieldErrors) {
	for i, name := range f.Fields {
		if !slices.Contains(FormFields(), name) {
			wrong.Add("/fields/"+strconv.Itoa(i), Problem("unknown_value", "allowed", strings.Join(FormFields(), ", ")))
		} else if slices.Index(f.Fields, name) < i {
			wrong.Add("/fields/"+strconv.Itoa(i), Problem("given_twice"))
		}
	}
	for i, name := range f.Required {
		if !slices.Contains(f.Fields, name) {
			wrong.Add("/required/"+strconv.Itoa(i), Problem("not_shown", "name", name))
		}
	}
	if !slices.Contains(f.Fields, "email") && !slices.Contains(f.Fields, "phone") {
		wrong.Add("/fields", Problem("no_way_to_reach"))
	}
	return wrong
}

// checkPlaces cleans the origins, and lets the visitor be sent to a page of ours or of theirs only.
func (f *CaptureForm) checkPlaces() (wrong FieldErrors) {
	for i, o := range f.Origins {
		clean, ok := origin(o)
		if !ok {
			wrong.Add("/origins/"+strconv.Itoa(i), Problem("invalid_origin", "example", "https://shop.example"))
			continue
		}
		f.Origins[i] = clean
	}
	slices.Sort(f.Origins)
	f.Origins = slices.Compact(f.Origins)
	if f.Redirect != "" && !f.leadsTo(f.Redirect) {
		wrong.Add("/redirect", Problem("not_an_allowed_place"))
	}
	return wrong
}

// origin reads a site as browsers name it: scheme, host and a port that is not the scheme's own. Only on this machine it may lack TLS.
func origin(text string) (string, bool) {
	text = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(text)), "/")
	if text == AnySite {
		return text, true
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || strings.ContainsAny(text, "; ,'\"*\\") {
		return "", false
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1"
	if u.Scheme != "https" && (u.Scheme != "http" || !local) || !local && !domainName(u.Hostname()) {
		return "", false
	}
	if u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80" {
		u.Host = u.Hostname()
	}
	return u.Scheme + "://" + u.Host, true
}

// leadsTo tells whether a visitor may be sent there.
func (f *CaptureForm) leadsTo(place string) bool {
	u, err := url.Parse(place)
	if err != nil || strings.ContainsAny(place, "\\\r\n\t") {
		return false
	}
	if !u.IsAbs() {
		return strings.HasPrefix(place, "/") && !strings.HasPrefix(place, "//") && u.Host == ""
	}
	site, ok := origin(u.Scheme + "://" + u.Host)
	return ok && u.User == nil && slices.Contains(f.Origins, site)
}

// Takes tells whether a page of the site may send the form. A sender that names no site is no browser.
func (f *CaptureForm) Takes(site string) bool {
	return site == "" || slices.Contains(f.Origins, AnySite) || slices.Contains(f.Origins, strings.ToLower(site))
}

// Shows tells whether the page asks for the field, Needs whether it may not stay empty.
func (f *CaptureForm) Shows(name string) bool { return slices.Contains(f.Fields, name) }

// Needs tells whether the field may not stay empty.
func (f *CaptureForm) Needs(name string) bool { return slices.Contains(f.Required, name) }

// HeldLead is something that came in and looks like spam; a person makes it a lead or drops it.
type HeldLead struct {
	ID        ID
	Channel   string
	Source    string
	Lead      Lead
	Touch     Touch
	Reasons   []string // trap, too_fast, no_stamp, links, repeated
	At        time.Time
	State     string // held, released, dropped
	DecidedBy ID
	DecidedAt *time.Time
	LeadID    ID
}
