package i18n

import "leadtocash/crm"

// Duty is what something that waits for a person is called: its own title, else how many of its kind are decided together, or from which day a rate is missing.
func (p *Printer) Duty(kind, title string, day crm.Date, count int) string {
	switch {
	case count > 0:
		return p.N("day.handed."+kind, count)
	case kind == "rate":
		return p.T("interest.from_half", "Day", p.Date(day))
	}
	return title
}
