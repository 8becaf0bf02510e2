package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// pnlPage is a project's profit and loss, as a whole and by phase, with how far it drifts from the quote (S083).
type pnlPage struct {
	projectHead
	store.ProjectPNL
	Bars  []driftBar
	Costs []costLine
}

// driftBar sets what a phase was quoted at beside what it cost, what is ordered, and what it will have cost, all on one scale.
type driftBar struct {
	crm.PhasePNL
	Quoted, Spent, Ordered, End int // widths
	Over                        bool
	Says                        string
}

// costLine is a kind of cost with what it came to.
type costLine struct {
	Key    string
	Amount decimal.Decimal
}

// driftWidth is how wide the widest bar is drawn.
const driftWidth = 520

// getPNL reads it for machines (S083).
func getPNL(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	p, err := r.store.ProjectPNL(r.ctx(), c)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(pnlRecord{p.Whole, p.Spending, p.Phases, p.Exposure}))
}

// pnlRecord is a project's profit and loss by phase.
type pnlRecord struct {
	Whole    crm.PNL
	Spending crm.Spending
	Phases   []crm.PhasePNL
	Exposure decimal.Decimal
}

// Left is the margin at completion after the loss to be expected of open risks.
func (p pnlPage) Left() decimal.Decimal { return p.Whole.MarginAtEnd.Sub(p.Exposure) }

func pagePNL(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	p := pnlPage{}
	if p.ProjectPNL, err = r.store.ProjectPNL(r.ctx(), c); err != nil {
		return err
	}
	p.projectHead = r.projectHead(c, p.Project, "pnl")
	p.Phases[len(p.Phases)-1].Name = r.say("plan.no_phase")
	if last := p.Phases[len(p.Phases)-1].PNL; len(p.Phases) > 1 && last.Budget.IsZero() && last.Actual.IsZero() && last.Committed.IsZero() {
		p.Phases = p.Phases[:len(p.Phases)-1]
	}
	p.Bars = r.drift(p.Phases, p.Currency)
	p.Costs = []costLine{{"pnl.time", p.Spending.Time}, {"enum.cost_kind.material", p.Spending.Material}, {"enum.cost_kind.travel", p.Spending.Travel}, {"enum.cost_kind.subcontract", p.Spending.Subs}}
	return r.show(http.StatusOK, "project_pnl", r.say("pnl.of", "Name", p.Project.Name), p)
}

// drift draws the phases on one scale.
func (r *request) drift(phases []crm.PhasePNL, currency string) (out []driftBar) {
	most := decimal.NewFromInt(1)
	for _, p := range phases {
		most = decimal.Max(most, p.PNL.Budget, p.PNL.Estimate, p.PNL.Actual.Add(p.PNL.Committed))
	}
	wide := func(d decimal.Decimal) int {
		return int(decimal.Max(d, decimal.Zero).Mul(decimal.NewFromInt(driftWidth)).DivRound(most, 0).IntPart())
	}
	money := func(d decimal.Decimal) string { return r.words().Money(d, crm.Currency(currency)) }
	for _, p := range phases {
		b := driftBar{PhasePNL: p, Quoted: wide(p.PNL.Budget), Spent: wide(p.PNL.Actual), End: wide(p.PNL.Estimate), Over: p.PNL.Deviation.IsPositive()}
		b.Ordered = wide(p.PNL.Actual.Add(p.PNL.Committed)) - b.Spent
		b.Says = r.say("pnl.bar", "Name", p.Name, "Quoted", money(p.PNL.Budget), "Spent", money(p.PNL.Actual), "Ordered", money(p.PNL.Committed), "End", money(p.PNL.Estimate))
		out = append(out, b)
	}
	return out
}
