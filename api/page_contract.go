package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

type contractsPage struct {
	Rows        []store.ContractRow
	State       string
	Text        string // looked for
	First, Next string
}

func pageContracts(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	state := known(r.gin.Query("state"), []string{"active", "closed", "undoing", "undone"})
	text := clean(r.gin.Query("q"), 100)
	rows, err := r.store.ContractRows(r.ctx(), r.Scope(), state, text, optionalID(r.gin.Query("after")), today, rowsPerPage+1)
	if err != nil {
		return err
	}
	p := contractsPage{State: state, Text: text}
	p.Rows, p.First, p.Next = paged(r, rows, func(c store.ContractRow) crm.ID { return c.ID })
	return r.show(http.StatusOK, "contracts", r.say("nav.contracts"), p)
}

// contractPage is a contract with its bill, project and ERP order.
type contractPage struct {
	store.ContractPage
	Bars      []trancheBar
	Parts     []trancheView
	Events    []event
	Process   string
	ERPPanel  erpPanel
	Form      form
	CommandID string
	Signed    []store.SignatureRow
	Parties   []option
	Today     crm.Date
	SeesCost  bool
	Elsewhere bool // its invoices are issued in another system
	MayWork   bool // report progress, close the project
	MayIssue  bool
	MayClose  bool
	Delivery  *projectPart
	Refused   *gateView       // why it cannot be closed
	Cases     []store.CaseRow // that customers opened on it (S086)
	MayAsk    bool            // open a case
	MayPay    bool            // record a payment
	SeesBill  bool            // the invoices themselves
	SeesOrder bool
	SeesDeal  bool
	Accepted  crm.Quote // with who accepted it
	InForce   int       // the version that holds
	Amending  bool      // an amendment is on its way
	Outdated  bool      // the ERP has the order as it was before the version in force
}

// trancheBar is a part of the bar that sums to 100 %.
type trancheBar struct {
	X, Width string // in per cent
	State    crm.TrancheState
}

type trancheView struct {
	store.TrancheRow
	Late int // days past due with something open
	May  bool
	When string // it may be billed
}

func pageContract(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showContract(r, id, form{values: map[string]string{}})
}

func showContract(r *request, id crm.ID, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	c, err := r.store.ContractPage(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), id, today)
	if err != nil {
		return err
	}
	p := contractPage{ContractPage: c, Form: f, SeesCost: r.user.Sees("project.budget"), Process: "/process/" + crm.ProcessID(crm.KindContract, id), CommandID: uuid.NewString(), Events: r.events(c.Timeline, c.Currency)}
	if p.Accepted, err = r.store.AcceptedQuote(r.ctx(), c.OrderID); err != nil {
		return err
	}
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p.Elsewhere = seller.Invoicing == crm.InvoicingElsewhere
	open := c.State == "active"
	p.MayWork = r.Can(crm.MayWriteProject) && open && c.Project.State == "open"
	p.MayIssue, p.MayClose = r.Can(crm.MayIssueInvoice) && open, r.Can(crm.MayWriteContract) && open
	x := decimal.Zero
	for _, t := range c.Tranches {
		v := trancheView{TrancheRow: t, May: p.MayIssue && (t.State == crm.TrancheBillable || t.Begun(today)), When: trancheOpens(r.words(), t.Tranche, c.Project.Billing)}
		if t.Open.IsPositive() && t.DueDate.Before(today) {
			v.Late = today.DaysSince(t.DueDate)
		}
		p.Parts = append(p.Parts, v)
		p.Bars = append(p.Bars, trancheBar{x.String() + "%", t.Percent.String() + "%", t.State})
		x = x.Add(t.Percent)
	}
	if p.ERPPanel, err = r.erpPanel(c, f); err != nil {
		return err
	}
	if p.Cases, err = r.store.CasesOf(r.ctx(), store.ScopeOf(r.user, crm.MayReadCase), id); err != nil {
		return err
	}
	if p.Signed, err = r.store.Signatures(r.ctx(), id); err != nil {
		return err
	}
	h, err := r.store.AmendmentHistory(r.ctx(), id)
	if err != nil {
		return err
	}
	_, p.Amending = h.Open()
	p.InForce, p.Outdated = h.InForce(), h.Outdated() && p.ERPPanel.State == "done"
	p.Parties, p.Today = enumOptions(r, "", "party", crm.SignatureParties()), today
	p.MayAsk, p.MayPay = r.Can(crm.MayOpenCase), r.Can(crm.MayWritePayment)
	p.SeesBill, p.SeesOrder, p.SeesDeal = r.Can(crm.MayReadInvoice), r.Can(crm.MayReadOrder), r.Can(crm.MayReadOpportunity)
	if err := r.projectPart(&p); err != nil {
		return err
	}
	p.Refused = f.gate
	return r.show(f.Status(), "contract", c.Number, p)
}

// erpState says in one sentence how far the ERP order is (S081).
func (r *request) erpState(c store.ContractPage) (text, tone string) {
	if c.ERPReference != "" {
		return r.say("contract.erp_done", "Reference", c.ERPReference), "ok"
	}
	if len(c.ERP) == 0 {
		return r.say("contract.erp_none"), ""
	}
	e := c.ERP[0]
	switch e.State {
	case "parked":
		return r.say("contract.erp_parked", "N", e.Attempts), "bad"
	case "done":
		return r.say("contract.erp_sent"), "ok"
	case "cancelled":
		return r.say("contract.erp_cancelled"), "warn"
	}
	if e.Attempts == 0 {
		return r.say("contract.erp_waiting"), "wait"
	}
	return r.say("contract.erp_retry", "N", e.Attempts, "At", r.words().Time(e.NextAt, r.srv.screens().zone())), "warn"
}

// contractForm carries out a form of a contract's page.
func contractForm(r *request, kind, done string, fields func(*form) any) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	c, err := store.Contracts.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	what := fields(&f)
	if f.Failed() {
		return showContract(r, id, f)
	}
	a, cause, err := r.carry(f, kind, crm.KindContract, id, what)
	if err != nil {
		return err
	}
	if !a.OK() {
		switch a.Code {
		case string(codeGate):
			if err := r.closeRefused(&f, cause, id); err != nil {
				return err
			}
		case "contract_not_finished":
			r.unfinished(&f, a, c)
		default:
			r.refuse(&f, a)
		}
		return showContract(r, id, f)
	}
	return r.said(done, "/contracts/"+string(id))
}

func formProgress(r *request) error {
	return contractForm(r, crm.ProjectProgress, "progress_saved", func(f *form) any {
		r.needed(f, "percent")
		return crm.ProgressFields{Percent: r.percent(f, "percent").String()}
	})
}

func formProjectClose(r *request) error {
	return contractForm(r, crm.ProjectClose, "project_closed", func(*form) any { return struct{}{} })
}

func formInvoiceIssue(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return contractForm(r, crm.InvoiceIssue, "invoice_issued", func(f *form) any {
		return crm.IssueFields{TrancheID: item, Number: clean(f.Value("number"), maxExternal), IssueDate: r.date(f, "issue_date")}
	})
}

func formContractClose(r *request) error {
	return contractForm(r, crm.ContractClose, "contract_closed", func(f *form) any { return crm.CloseFields{NextName: clean(f.Value("next_name"), 200)} })
}

// Legend names the states that the bar shows.
func (contractPage) Legend() []crm.TrancheState {
	return []crm.TrancheState{crm.TranchePlanned, crm.TrancheBillable, crm.TrancheInvoiced, crm.TranchePaid}
}

// Percents is what the tranches sum to: always 100.
func (p contractPage) Percents() decimal.Decimal {
	sum := decimal.Zero
	for _, t := range p.Tranches {
		sum = sum.Add(t.Percent)
	}
	return sum
}
