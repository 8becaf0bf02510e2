package api

import (
	"fmt"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// amendmentsPage shows the versions of a contract, what is to change it, and the form that proposes it (S059, N8).
type amendmentsPage struct {
	store.ContractRow
	InForce   int
	Open      *amendmentView
	Rows      []amendmentView // that are over, the newest first
	Versions  []versionView
	Form      form
	CommandID string
	OtherID   string
	MayAsk    bool
	MayDecide bool
	MayTake   bool // back: the reader proposed it
	MaySign   bool
	WhyNot    string
	Now       crm.ContractTerms
	Lines     []amendLine
	Added     []addedRow // for lines that come new
	Products  []option
	Taxes     []option
	Templates []option
	Renewals  []option
	SignOffs  []option
	Today     crm.Date
	ERP       amendmentERP
}

// amendmentView is an amendment in words.
type amendmentView struct {
	store.AmendmentRow
	Changed []termRow
	Route   []amendmentStep
	Plan    []planRow
	Tone    string
}

// termRow is a term before and after.
type termRow struct {
	Name, Before, After string
	Worse               bool
}

// amendmentStep is a station with who is asked.
type amendmentStep struct {
	store.AmendmentStationRow
	Who   string
	Asked []seatRecord
	Why   []termRow
}

// versionView is a version with what changed in it.
type versionView struct {
	crm.ContractVersion
	Amendment *amendmentView // that made it
}

// amendLine is a line of the contract in the form that proposes an amendment.
type amendLine struct {
	crm.QuoteLine
	N int
}

// Field is the name of a field of the line.
func (l amendLine) Field(name string) string { return amendField(l.N, name) }

func amendField(n int, name string) string { return fmt.Sprintf("line.%d.%s", n, name) }

// amendmentERP is what the ERP knows of the version in force.
type amendmentERP struct {
	Sent  bool // it has the order, as the contract was made
	Noted bool // somebody entered the change there
	May   bool
	Last  store.AmendmentRow
}

// amendmentSeats is who decides on an open amendment now.
type amendmentSeats struct {
	asked map[int][]seatRecord // by position
	sits  bool                 // the reader does
}

var amendmentTones = map[crm.AmendmentState]string{
	crm.AmendmentProposed: "wait", crm.AmendmentApproved: "act", crm.AmendmentSigned: "wait", crm.AmendmentInForce: "ok", crm.AmendmentRejected: "bad", crm.AmendmentLapsed: "warn",
}

// amendmentSide is the page's place beside the contract.
var amendmentSide = contractSide{"/amendments", (*request).amendable, showAmendments, blameAmendment}

func pageAmendments(r *request) error {
	c, err := r.amendable()
	if err != nil {
		return err
	}
	return showAmendments(r, c.ID, form{})
}

func showAmendments(r *request, id crm.ID, f form) error {
	sc, err := r.amendmentScope(id)
	if err != nil {
		return err
	}
	p := amendmentsPage{Form: f, CommandID: uuid.NewString(), OtherID: uuid.NewString()}
	if p.ContractRow, err = r.store.ContractHead(r.ctx(), sc, id); err != nil {
		return err
	}
	h, err := r.store.AmendmentHistory(r.ctx(), id)
	if err != nil {
		return err
	}
	if p.Today, err = r.today(); err != nil {
		return err
	}
	p.InForce = h.InForce()
	for _, v := range h.Versions {
		p.Versions = append(p.Versions, versionView{ContractVersion: v})
	}
	for i, a := range h.Amendments {
		view, err := r.amendmentView(a, p.Currency, p.Billing)
		if err != nil {
			return err
		}
		made := slices.IndexFunc(p.Versions, func(v versionView) bool { return v.AmendmentID == a.ID })
		switch {
		case i == 0 && a.State.Open():
			p.Open = &view
		case made >= 0:
			p.Versions[made].Amendment = &view
		default:
			p.Rows = append(p.Rows, view)
		}
	}
	if err := r.amendmentMay(&p, h); err != nil {
		return err
	}
	return r.show(f.Status(), "amendments", r.say("amendment.title", "Number", p.Number), p)
}

// amendmentView puts an amendment into words.
func (r *request) amendmentView(a store.AmendmentRow, currency string, way crm.EarningWay) (v amendmentView, err error) {
	v = amendmentView{AmendmentRow: a, Changed: r.termRows(a.Changes, currency), Tone: amendmentTones[a.State]}
	var seats amendmentSeats
	if a.State == crm.AmendmentProposed {
		if seats, err = r.amendmentSeats(a); err != nil {
			return v, err
		}
	}
	for _, s := range a.Stations {
		v.Route = append(v.Route, amendmentStep{s, r.whoDecides(s.Approval), seats.asked[s.Position], r.termRows(s.Worse, currency)})
	}
	if a.Rebilled {
		for _, t := range a.Terms.Tranches {
			v.Plan = append(v.Plan, planRow{t.Tranche, trancheOpens(r.words(), t.Tranche, way)})
		}
	}
	return v, nil
}

// amendmentSeats finds who is asked at the stations whose turn it is, as the step that decides does.
func (r *request) amendmentSeats(a store.AmendmentRow) (out amendmentSeats, err error) {
	now, work, house, err := r.houseNow()
	if err != nil {
		return out, err
	}
	out.asked = map[int][]seatRecord{}
	for _, s := range crm.AmendmentTurn(stationsOf(a)) {
		late := s.Late(work, now)
		panel := house.Panel(late.Approval, late.Limited, crm.ApprovalAsk{Requester: a.RequestedBy, Net: a.Terms.Net})
		for _, id := range panel.Asked() {
			out.asked[s.Position] = append(out.asked[s.Position], seatOf(house, panel, id))
		}
		_, sits := panel.Seat(r.user.ID)
		out.sits = out.sits || sits && a.State == crm.AmendmentProposed && !slices.Contains(s.Voted, r.user.ID)
	}
	return out, nil
}

func stationsOf(a store.AmendmentRow) (out []crm.AmendmentStation) {
	for _, s := range a.Stations {
		out = append(out, s.AmendmentStation)
	}
	return out
}

// termRows puts changes into words, as far as the reader may see their figures.
func (r *request) termRows(changes []crm.TermChange, currency string) (out []termRow) {
	w := r.words()
	for _, c := range r.toldChanges(changes) {
		row := termRow{Name: w.FieldName(c.Field), Worse: c.Worse, Before: w.Value(c.Field, c.Before, crm.Currency(currency)), After: w.Value(c.Field, c.After, crm.Currency(currency))}
		if name, ok := strings.CutPrefix(c.Field, "line:"); ok {
			row.Name, row.Before, row.After = name, lineText(w, c.Before, currency), lineText(w, c.After, currency)
		} else if term, ok := strings.CutPrefix(c.Field, "contract."); ok {
			row.Name, row.Before, row.After = r.say("amendment.term."+term), r.termText(term, c.Before), r.termText(term, c.After)
		}
		if row.Before == "" {
			row.Before = "–"
		}
		if row.After == "" {
			row.After = "–"
		}
		out = append(out, row)
	}
	return out
}

// lineText is a line's quantity and price, "2 × 100".
func lineText(w *i18n.Printer, plain, currency string) string {
	quantity, price, there := strings.Cut(plain, " × ")
	if !there { // an amendment adds it
		return ""
	}
	n, _ := decimal.NewFromString(quantity)
	p, _ := decimal.NewFromString(price)
	return w.Number(n, i18n.AsGiven) + " × " + w.Money(p, crm.Currency(currency))
}

func (r *request) termText(term, plain string) string {
	switch term {
	case "end_date":
		if d, err := crm.ParseDate(plain); err == nil {
			return r.words().Date(d)
		}
	case "renewal":
		return r.say("renewal." + plain)
	case "sign_off":
		return named(r.words(), "sign_off_term", plain)
	case "billed_at":
		if d, err := decimal.NewFromString(plain); err == nil {
			return r.words().Percent(d)
		}
	}
	return plain
}

// amendmentMay says what the person may do about it now, and fills the form that proposes.
func (r *request) amendmentMay(p *amendmentsPage, h store.AmendmentHistory) error {
	active := p.State == crm.ContractActive
	if p.Open != nil {
		p.MayTake = active && p.Open.RequestedBy == r.user.ID && p.Open.State != crm.AmendmentSigned
		p.MaySign = active && p.Open.State == crm.AmendmentApproved && r.Can(crm.MayWriteContract)
		if active && p.Open.State == crm.AmendmentProposed {
			seats, err := r.amendmentSeats(p.Open.AmendmentRow)
			if err != nil {
				return err
			}
			switch p.MayDecide = seats.sits && p.Open.RequestedBy != r.user.ID; {
			case p.Open.RequestedBy == r.user.ID:
				p.WhyNot = r.say("amendment.own")
			case !p.MayDecide:
				p.WhyNot = r.say("amendment.waits")
			}
		}
	}
	if len(h.Versions) > 0 {
		erp, err := r.store.ERPOf(r.ctx(), p.ID)
		if err != nil && err != store.ErrNotFound {
			return err
		}
		made := slices.IndexFunc(h.Amendments, func(a store.AmendmentRow) bool { return a.State == crm.AmendmentInForce })
		p.ERP = amendmentERP{Sent: erp.State == "done", Noted: h.Amendments[made].ERPAt != nil, May: active && r.Can(crm.MayWriteContract), Last: h.Amendments[made]}
	}
	if p.MayAsk = active && p.Open == nil && r.Can(crm.MayWriteOpportunity); !p.MayAsk {
		return nil
	}
	deal, _, err := r.store.Agreement(r.ctx(), p.Contract)
	if err != nil {
		return err
	}
	p.SignOffs = enumOptions(r, "", "sign_off_term", crm.SignOffTerms())
	p.Now, p.Renewals, p.Templates = deal.Now, enumOptions(r, "", "renewal", crm.RenewalKinds()), []option{{"", r.say("amendment.keep_plan")}}
	for _, l := range r.amendLines(deal) {
		p.Lines = append(p.Lines, amendLine{l, len(p.Lines)})
	}
	if err := r.fillAdded(p); err != nil {
		return err
	}
	templates, err := r.store.TrancheTemplates(r.ctx())
	for _, t := range templates.Templates {
		p.Templates = append(p.Templates, option{string(t.ID), t.Name})
	}
	return err
}

// Agreed is the net that was agreed beside the lines, as the form shows it; empty: there is none.
func (p amendmentsPage) Agreed() string {
	if p.Now.Adjustment.IsZero() {
		return ""
	}
	return p.Now.Net.StringFixed(crm.Currency(p.Currency).Digits())
}

// amendLines are the lines that an amendment may change, as they are now; one that was taken out may come back.
func (r *request) amendLines(deal crm.Agreement) []crm.QuoteLine {
	return slices.DeleteFunc(deal.Now.Every(deal.Lines), func(l crm.QuoteLine) bool { return !l.Counts() })
}
