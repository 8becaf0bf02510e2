package api

import (
	"cmp"
	"maps"
	"slices"

	"leadtocash/crm"
	"leadtocash/store"
)

// dealHandOffs is the part of a deal's Products tab that asks other departments, and shows what they say (S103, S104).
type dealHandOffs struct {
	ID    crm.ID
	Form  form
	Rows  []handOffRow
	Kinds []option // the hand-offs that the reader may ask for
	Lines []option
	Waits []string // lines that are made to order and not answered for
}

// dealHandOffs reads them for the tab, whose lines are read already.
func (r *request) dealHandOffs(p *dealPage) error {
	rows, err := r.store.DealHandOffs(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	now, err := r.now()
	if err != nil {
		return err
	}
	d := dealHandOffs{ID: p.ID, Form: p.Form}
	if d.Rows, err = r.handOffRows(rows, now); err != nil {
		return err
	}
	waiting := "" // the first line that needs an answer: the form begins with it
	for _, l := range p.Lines {
		label := l.SKU + " " + l.Name + " · " + plainNumber(r.words(), l.Quantity)
		d.Lines = append(d.Lines, option{string(l.ID), label})
		answered := func(h store.HandOffRow) bool {
			return h.To == crm.DepartmentProduction && h.Answers(l.ProductID, l.Quantity)
		}
		if l.MadeToOrder && !slices.ContainsFunc(rows, answered) {
			d.Waits = append(d.Waits, label)
			waiting = cmp.Or(waiting, string(l.ID))
		}
	}
	d.Lines = append(d.Lines, option{"", r.say("handoff.whole_deal")})
	d.Form = d.Form.beginning("hand_off_line", waiting)
	if p.State == crm.OpportunityOpen && r.Can(crm.MayWriteHandOff) {
		set, err := r.dealRules(p.ID, crm.RuleHandOff)
		if err != nil {
			return err
		}
		for _, h := range set.HandOffs() {
			if h.From.Has(r.user) {
				d.Kinds = append(d.Kinds, option{h.Key, worded(h.Name, r.language, h.Key) + " → " + named(r.words(), "department", string(h.To))})
			}
		}
	}
	p.HandOffs = &d
	return nil
}

// formHandOffAsk asks another department, from the Products tab; what comes of it shows on the hand-off's page.
func formHandOffAsk(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.values["tab"] = "products"
	t, err := r.dealTarget(f)
	if err != nil {
		return err
	}
	if _, err := r.store.DealPage(r.ctx(), t.Scope, t.ID); err != nil {
		return err
	}
	r.needed(&f, "hand_off")
	fields := crm.HandOffAskFields{
		Key: clean(f.Value("hand_off"), 40), LineID: optionalID(f.Value("hand_off_line")), Specification: clean(f.Value("specification"), maxText), NeededBy: r.date(&f, "needed_by"),
		Draft: f.Value("do") == "draft",
	}
	if f.Failed() {
		return showDeal(r, t.ID, f, nil)
	}
	a, _, err := r.carry(f, crm.HandOffAsk, crm.KindOpportunity, t.ID, fields)
	if err != nil {
		return err
	}
	if !a.OK() {
		r.refuse(&f, a)
		return showDeal(r, t.ID, f, nil)
	}
	said := "handoff_send"
	if a.Params["state"] == string(crm.HandOffDraft) {
		said = "handoff_draft"
	}
	return r.said(said, "/handoffs/"+a.Params["hand_off"])
}

// beginning is the form with a value for a field that was not sent.
func (f form) beginning(name, value string) form {
	if !f.Sent(name) {
		f.values = maps.Clone(f.values)
		if f.values == nil {
			f.values = map[string]string{}
		}
		f.values[name] = value
	}
	return f
}
