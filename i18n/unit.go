package i18n

import "strings"

// unitNames are other ways in which products' units are written, by the key of their text.
var unitNames = map[string]string{
	"piece": "pc", "pieces": "pc", "pcs": "pc", "sets": "set", "hour": "h", "hours": "h", "days": "day", "weeks": "week", "months": "month", "years": "year",
	"licences": "licence", "license": "licence", "licenses": "licence", "users": "user",
}

// Unit is a unit of a product in the language; one that is not known is as it was written.
func (p *Printer) Unit(unit string) string {
	key := strings.ToLower(strings.TrimSpace(unit))
	if known := unitNames[key]; known != "" {
		key = known
	}
	if key == "" || strings.ContainsAny(key, ". ") || !p.Has("unit."+key) {
		return unit
	}
	return p.T("unit." + key)
}
