package api

import (
	"fmt"
	"net/http"
	"slices"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// groupBody says which tranches one invoice bills (S061).
type groupBody struct {
	TrancheIDs []crm.ID `json:"tranche_ids" doc:"required;most=50;text=Of one or of several contracts of one customer, with the same currency, payment terms and tax case."`
}

// billableView is a tranche that may be billed.
type billableView struct {
	TrancheID    crm.ID
	ContractID   crm.ID
	Contract     string
	AccountID    crm.ID
	Account      string
	Position     int
	Kind         crm.TrancheKind
	Currency     string
	Net          decimal.Decimal
	Tax          decimal.Decimal
	Total        decimal.Decimal
	PaymentDays  int
	PaymentTerms string
	SplitPayment bool
	Group        int `doc:"text=Those of the same number may stand on one invoice."`
}

var groupCalls = map[string]call{
	"GET /api/v1/billable": call{
		tag: "Invoices", summary: "List tranches that may be billed", answers: map[int]any{200: page[billableView]{}}, refuses: []code{codeParameter},
		query: []parameter{{"account_id", "Of one customer.", schema{"type": "string", "format": "uuid"}}},
	}.says("S060, S061", "What the plan, the work or the day has opened and no invoice bills, customer by customer."),
	"POST /api/v1/invoices": commanding("Invoices", "Bill several tranches on one invoice", groupBody{}, "invoice_date_falls").money().
		says("S061, S087", "One number; lines stand contract by contract with its reference. What keeps tranches apart is refused, all of it.").like(`{"tranche_ids":["{tranche}"]}`),
}

// groupRoutes is the table of invoices of several tranches, but for its list.
func groupRoutes() []route {
	return []route{{method: post, path: "/api/v1/invoices", need: crm.MayIssueInvoice, do: keyed(postGroup)}}
}

// groupLists are those that take a query, and the pages.
func groupLists() []route {
	return []route{
		{method: get, path: "/api/v1/billable", need: crm.MayIssueInvoice, do: listBillable},
		{method: get, path: "/billing", need: crm.MayIssueInvoice, do: pageBilling, page: true},
		{method: post, path: "/billing", need: crm.MayIssueInvoice, do: formBilling, page: true},
	}
}

// shownBillable is how many tranches are listed.
const shownBillable = 500

func listBillable(r *request) error {
	account := crm.ID(r.gin.Query("account_id"))
	if account != "" {
		if _, err := parseID(string(account)); err != nil {
			return refusal(codeParameter, invalid("account_id", "invalid_id", nil))
		}
	}
	rows, err := r.billable(account)
	if err != nil {
		return err
	}
	out, keys := make([]billableView, len(rows)), []string(nil)
	for i, t := range rows {
		k := slices.Index(keys, t.GroupKey())
		if k < 0 {
			k, keys = len(keys), append(keys, t.GroupKey())
		}
		out[i] = billableView{
			t.ID, t.ContractID, t.Contract, t.AccountID, t.Account, t.Position, t.Kind, t.Currency, t.Net, t.Tax, t.Total, t.PaymentDays, string(t.PaymentTerms), t.SplitPayment, k + 1,
		}
	}
	return r.JSON(http.StatusOK, r.view(page[billableView]{Data: out}))
}

func (r *request) billable(account crm.ID) ([]crm.BillableTranche, error) {
	today, err := r.today()
	if err != nil {
		return nil, err
	}
	return r.store.Billables(r.ctx(), r.Scope(), account, today, shownBillable)
}

// postGroup issues one invoice for several tranches. Whose command it is follows from them.
func postGroup(r *request) error {
	var b groupBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if len(b.TrancheIDs) == 0 {
		c.fail("/tranche_ids", "required", nil)
	}
	c.ids("/tranche_ids", b.TrancheIDs, crm.MaxGrouped)
	if err := c.err(); err != nil {
		return err
	}
	rows, err := r.store.BillablesBy(r.ctx(), r.Scope(), b.TrancheIDs)
	if err != nil {
		return err
	}
	for i, id := range b.TrancheIDs {
		if !slices.ContainsFunc(rows, func(t crm.BillableTranche) bool { return t.ID == id }) {
			c.fail(fmt.Sprintf("/tranche_ids/%d", i), "unknown_record", nil)
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	process := crm.ProcessID(crm.KindContract, crm.GroupOwner(rows))
	id, err := r.commandID()
	if err != nil {
		return err
	}
	a, err := r.send(id, crm.InvoiceGroup, process, crm.GroupFields{TrancheIDs: b.TrancheIDs})
	switch {
	case err != nil:
		return err
	case a.OK():
		return r.JSON(http.StatusOK, done{Code: a.Code, Command: id, Process: process, Params: a.Params})
	case a.Code == string(codeValidation): // the answer holds one reason each
		today, err := r.today()
		if err != nil {
			return err
		}
		if wrong := crm.CheckGroup(rows, today); len(wrong) > 0 {
			return wrong
		}
	}
	return r.refused(id, a)
}
