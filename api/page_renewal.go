package api

import (
	"net/http"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// renewalsPage lists contracts by the month in which something has to be decided.
type renewalsPage struct {
	Form   form
	Months []renewalMonth
	Kinds  []option
	Query  string
}

// renewalMonth is a month with what its contracts are worth, by currency.
type renewalMonth struct {
	Key, Name string
	Rows      []store.RenewalRow
	Sums      []string
}

func pageRenewals(r *request) error {
	rows, s, err := r.renewals()
	if err != nil {
		return err
	}
	p := renewalsPage{Form: values("from", s.from.String(), "to", s.to.String(), "kind", s.kind), Kinds: enumOptions(r, r.say("filter.all"), "renewal", crm.RenewalKinds()), Query: r.gin.Request.URL.RawQuery}
	for _, row := range rows {
		key := row.DecideBy.String()[:7]
		if n := len(p.Months); n == 0 || p.Months[n-1].Key != key {
			p.Months = append(p.Months, renewalMonth{Key: key, Name: r.words().Month(row.DecideBy)})
		}
		m := &p.Months[len(p.Months)-1]
		m.Rows = append(m.Rows, row)
	}
	for i := range p.Months {
		p.Months[i].Sums = r.renewalSums(p.Months[i].Rows)
	}
	return r.show(http.StatusOK, "renewals", r.say("renewal.list"), p)
}

// renewalSums adds the contracts up by currency.
func (r *request) renewalSums(rows []store.RenewalRow) (out []string) {
	sums, order := map[string]decimal.Decimal{}, []string{}
	for _, row := range rows {
		if !slices.Contains(order, row.Currency) {
			order = append(order, row.Currency)
		}
		sums[row.Currency] = sums[row.Currency].Add(row.Net)
	}
	slices.Sort(order)
	for _, c := range order {
		out = append(out, r.words().Money(sums[c], crm.Currency(c)))
	}
	return out
}

func pageRenewalsCSV(r *request) error {
	rows, _, err := r.renewals()
	if err != nil {
		return err
	}
	out := [][]string{{"decide_by", "contract", "account", "renewal", "end_date", "net", "currency", "percent", "state", "owner"}}
	for _, x := range rows {
		out = append(out, []string{x.DecideBy.String(), x.Number, x.Account, string(x.Renewal), x.EndDate.String(), x.Net.StringFixed(2), x.Currency, x.Percent.String(), x.State, x.Owner})
	}
	return r.sendCSV("renewals.csv", out)
}

// renewalPage is how one contract ends or goes on.
type renewalPage struct {
	store.ContractRow
	History store.RenewalHistory
	Form    form
	Today   crm.Date
	May     bool
}

func pageRenewal(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showRenewal(r, id, form{values: map[string]string{}})
}

func showRenewal(r *request, id crm.ID, f form) error {
	c, err := r.store.ContractHead(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), id)
	if err != nil {
		return err
	}
	p := renewalPage{ContractRow: c, Form: f, May: r.Can(crm.MayWriteContract) && c.State == crm.ContractActive}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	if p.History, err = r.store.RenewalsOf(r.ctx(), c.Contract); err != nil {
		return err
	}
	return r.show(f.Status(), "renewal", r.say("renewal.of", "Number", c.Number), p)
}

// renewalForm carries a form of the page to the contract's process.
func (r *request) renewalForm(kind string, read func(*form) any) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := store.Contracts.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	fields := read(&f)
	if !f.Failed() {
		a, _, err := r.carry(f, kind, crm.KindContract, id, fields)
		if err != nil {
			return err
		}
		if !a.OK() {
			r.refuse(&f, a)
		}
	}
	if f.Failed() {
		return showRenewal(r, id, f)
	}
	return r.said("saved", "/contracts/"+string(id)+"/renewal")
}

func formNotice(r *request) error {
	return r.renewalForm(crm.RenewalNotice, func(f *form) any {
		if f.Value("withdraw") == "true" {
			return crm.NoticeFields{Withdraw: true}
		}
		r.needed(f, "given_on")
		return crm.NoticeFields{GivenOn: r.date(f, "given_on"), Reason: clean(f.Value("reason"), maxLine), AcceptLate: f.Value("accept_late") == "true"}
	})
}

func formAdjust(r *request) error {
	return r.renewalForm(crm.RenewalAdjust, func(f *form) any {
		r.needed(f, "percent", "source")
		return crm.AdjustFields{Percent: r.percent(f, "percent").String(), Source: clean(f.Value("source"), maxName)}
	})
}
