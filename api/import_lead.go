package api

import (
	"cmp"
	"strings"

	"leadtocash/crm"
)

// readLead checks a row of a file of leads.
func readLead(k fileKind, cell func(string) string, m crm.Import) (crm.ImportRow, error) {
	b := leadBody{
		Company: cell("company"), ContactName: cell("contact_name"), Email: cell("email"), Phone: cell("phone"), VAT: cell("vat"),
		Country: strings.ToUpper(cell("country")), Need: cell("need"), Language: strings.ToLower(cell("language")), Source: cell("source"),
		Campaign: cell("campaign"), ExternalID: cell("external_id"), Consent: saysYes(cell("consent")),
	}
	b.Source, b.Campaign = cmp.Or(b.Source, m.Source, "import"), cmp.Or(b.Campaign, m.Campaign)
	l, err := b.lead()
	var c check
	k.fill(&c, cell, func(f crm.CustomField, v any) { l.Custom = l.Custom.With(f.Name, v) })
	return crm.ImportRow{Lead: l}, c.with(err)
}
