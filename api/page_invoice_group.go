package api

import (
	"net/http"
	"slices"
	"strconv"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// billingPage is what may be billed, by what may stand on one invoice, to be ticked and issued.
type billingPage struct {
	Groups  []billingGroup
	Command string
	Form    form
}

// billingGroup are tranches that may stand on one invoice.
type billingGroup struct {
	First crm.BillableTranche
	Terms string
	Rows  []billingRow
	Sum   decimal.Decimal
}

// billingRow is a tranche with its box.
type billingRow struct {
	crm.BillableTranche
	Ticked bool
	Error  string
}

func pageBilling(r *request) error {
	var ticked []crm.ID
	if r.gin.Query("all") == "true" { // of the customer that is named: what goes together
		if rows, err := r.billable(optionalID(r.gin.Query("account"))); err == nil && len(rows) > 0 {
			for _, t := range rows {
				if t.GroupKey() == rows[0].GroupKey() && len(ticked) < crm.MaxGrouped {
					ticked = append(ticked, t.ID)
				}
			}
		}
	}
	return showBilling(r, ticked, values())
}

func showBilling(r *request, ticked []crm.ID, f form) error {
	rows, err := r.billable(optionalID(r.gin.Query("account")))
	if err != nil {
		return err
	}
	p := billingPage{Form: f, Command: uuid.NewString()}
	for _, t := range rows {
		k := slices.IndexFunc(p.Groups, func(g billingGroup) bool { return g.First.GroupKey() == t.GroupKey() })
		if k < 0 {
			terms := string(t.PaymentTerms)
			if terms == "" {
				terms = r.say("billing.days", "Days", t.PaymentDays)
			}
			k, p.Groups = len(p.Groups), append(p.Groups, billingGroup{First: t, Terms: terms})
		}
		row := billingRow{BillableTranche: t}
		if at := slices.Index(ticked, t.ID); at >= 0 {
			row.Ticked, row.Error = true, f.Wrong("tranche_ids."+strconv.Itoa(at))
		}
		p.Groups[k].Rows, p.Groups[k].Sum = append(p.Groups[k].Rows, row), p.Groups[k].Sum.Add(t.Total)
	}
	return r.show(f.Status(), "billing", r.say("billing.title"), p)
}

// formBilling issues one invoice of what is ticked; what keeps the tranches apart stands at each of them.
func formBilling(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	var ids []crm.ID
	for _, text := range r.gin.Request.PostForm["tranche"] {
		if id := optionalID(text); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		f.refuse(r.say("billing.none_ticked"), http.StatusUnprocessableEntity)
		return showBilling(r, nil, f)
	}
	rows, err := r.store.BillablesBy(r.ctx(), r.Scope(), ids)
	if err != nil {
		return err
	}
	if len(rows) != len(ids) || len(ids) > crm.MaxGrouped {
		f.refuse(r.say("billing.gone"), http.StatusUnprocessableEntity)
		return showBilling(r, ids, f)
	}
	a, _, err := r.carry(f, crm.InvoiceGroup, crm.KindContract, crm.GroupOwner(rows), crm.GroupFields{TrancheIDs: ids})
	if err != nil {
		return err
	}
	if a.OK() {
		return r.said("invoice_issued", "/invoices/"+a.Params["invoice"])
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	if wrong := crm.CheckGroup(rows, today); a.Code == string(codeValidation) && len(wrong) > 0 {
		r.blameGroup(&f, wrong)
	} else {
		r.refuse(&f, a)
	}
	return showBilling(r, ids, f)
}

// blameGroup puts all that keeps a tranche apart beside its box.
func (r *request) blameGroup(f *form, wrong crm.FieldErrors) {
	said := map[string]string{}
	var order []string
	for _, e := range wrong {
		name := "tranche_ids." + e.Pointer[len("/tranche_ids/"):]
		if said[name] == "" {
			order = append(order, name)
			said[name] = r.errorText(e)
		} else {
			said[name] += " " + r.errorText(e)
		}
	}
	for _, name := range order {
		f.blame(name, said[name])
	}
}
