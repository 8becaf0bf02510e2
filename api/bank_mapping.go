package api

import (
	"net/http"

	"leadtocash/crm"
)

// mappingBody says how tables with a header are read.
type mappingBody struct {
	Heads      []string `json:"heads" doc:"most=200;text=The header as it stands in the file."`
	Places     []string `json:"places" doc:"most=200;text=What each column becomes, in their order: booked_on, amount, paid_in, paid_out, currency, value_on, name, counter_iban, remittance, reference, end_to_end, bank_reference, account, balance; empty: it is left out."`
	IBAN       string   `json:"iban" doc:"max=50;text=Of the account; left out, where a column says it."`
	MonthFirst bool     `json:"month_first" doc:"text=03/04/2027 is the fourth of March."`
}

var mappingCalls = map[string]call{
	"GET /api/v1/bank/mappings": call{tag: "Payments", summary: "List how banks' tables are read", answers: map[int]any{200: page[crm.BankMapping]{}}}.says("S087", "By header and account, as people confirmed it."),
	"PUT /api/v1/bank/mappings": call{tag: "Payments", summary: "Say how a bank's table is read", body: mappingBody{}, once: true, answers: map[int]any{200: crm.BankMapping{}}}.may(codeValidation, codeBusy).
		says("S087", "Files with this header are read so from now on.").like(`{"heads":["Data","Dare","Avere","Causale"],"places":["booked_on","paid_out","paid_in","remittance"],"iban":"IT60X0542811101000000123456"}`),
}

// mappingRoutes is the table of how banks' tables are read.
func mappingRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/bank/mappings", need: crm.MayWritePayment, do: listMappings},
		{method: put, path: "/api/v1/bank/mappings", need: crm.MayWritePayment, do: putMapping},
	}
}

func listMappings(r *request) error {
	all, err := r.store.BankMappings(r.ctx(), "")
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.BankMapping]{Data: all}))
}

func putMapping(r *request) error {
	var b mappingBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	switch {
	case len(b.Heads) == 0:
		c.fail("/heads", "required", nil)
	case len(b.Heads) > sheetColumns:
		c.fail("/heads", "too_many", params{"max": sheetColumns})
	case len(b.Places) != len(b.Heads):
		c.fail("/places", "mismatch", nil)
	}
	for i := range b.Heads {
		b.Heads[i] = clean(b.Heads[i], maxName)
	}
	c.line("/iban", &b.IBAN, 50)
	m := crm.BankMapping{Heads: b.Heads, Places: b.Places, IBAN: b.IBAN, MonthFirst: b.MonthFirst}
	if err := c.err(); err != nil {
		return err
	}
	m, err := r.store.SaveBankMapping(r.ctx(), r.user.ID, m)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(m))
}
