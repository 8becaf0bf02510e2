package api

import (
	"net/http"
	"net/url"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// findKinds are the kinds of record that are looked for, with what one needs to see them and where their pages are.
var findKinds = []struct {
	kind string
	need crm.Permission
	page string
}{
	{"account", crm.MayReadAccount, "/accounts/"},
	{"opportunity", crm.MayReadOpportunity, "/opportunities/"},
	{"lead", crm.MayReadLead, "/leads/"},
	{"contact", crm.MayReadAccount, "/contacts/"},
	{"quote", crm.MayReadOpportunity, "/quotes/"},
	{"order", crm.MayReadOrder, "/orders/"},
	{"contract", crm.MayReadContract, "/contracts/"},
	{"invoice", crm.MayReadInvoice, "/invoices/"},
	{"case", crm.MayReadCase, "/cases/"},
	{"product", crm.MayReadProduct, "/products/"},
	{"document", crm.MayReadDocument, "/documents/"},
}

// findLimit is how many records of a kind are shown; who wants more types more.
const findLimit = 6

// foundView is a record that fits what was looked for.
type foundView struct {
	Kind     string           `json:"kind"`
	ID       crm.ID           `json:"id"`
	Title    string           `json:"title"`
	Detail   string           `json:"detail"`
	Amount   *decimal.Decimal `json:"amount"`
	Currency string           `json:"currency"`
	URL      string           `json:"url"`
}

// foundList answers a search.
type foundList struct {
	Data []foundView `json:"data"`
}

// getSearch looks for the records of all kinds that the caller may see.
func getSearch(r *request) error {
	found, err := r.find(clean(r.gin.Query("q"), 100), func(text string) (decimal.Decimal, error) { return crm.ParseAmount(text, crm.Currency(r.currency())) })
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, foundList{found})
}

// find looks for the text; read tells whether it is an amount.
func (r *request) find(text string, read func(string) (decimal.Decimal, error)) ([]foundView, error) {
	f := store.Find{Text: text, Scopes: map[string]store.Scope{}, Limit: findLimit, Viewer: r.viewer()}
	if d, err := read(text); err == nil && d.IsPositive() {
		f.Amount = &d
	}
	pages := map[string]string{}
	for _, k := range findKinds {
		f.Scopes[k.kind] = store.ScopeOf(r.user, k.need)
		pages[k.kind] = k.page
	}
	found, err := r.store.Find(r.ctx(), f)
	out := make([]foundView, 0, len(found))
	for _, v := range found {
		out = append(out, foundView{v.Kind, v.ID, v.Title, v.Detail, v.Amount, string(v.Money), pages[v.Kind] + url.PathEscape(string(v.ID))})
	}
	return out, err
}
