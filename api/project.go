package api

import (
	"cmp"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// onProject makes the handler of an edit on the project of a contract within the person's reach.
func onProject(do func(*request, crm.Contract, store.Target) error) func(*request) error {
	return func(r *request) error {
		c, err := r.contract()
		if err != nil {
			return err
		}
		t, err := r.target()
		if err != nil {
			return err
		}
		return do(r, c, t)
	}
}

// getProject shows a project's profit and loss against the quote (S083), and what it is made of. Whose hours cost what is shown to those
// who manage projects or money only.
func getProject(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	p, err := r.projectParts(c)
	if err != nil {
		return err
	}
	return r.record(projectRecord{p.Project, p.PNL, p.Spending, p.Hours, p.Times, p.Costs, p.Milestones, p.Actions}, p.Project.Version)
}

func (r *request) projectParts(c crm.Contract) (store.ProjectParts, error) {
	now, err := r.store.Now(r.ctx())
	if err != nil {
		return store.ProjectParts{}, err
	}
	p, err := r.store.ProjectParts(r.ctx(), c, crm.DateOf(now, r.srv.screens().zone()))
	if !r.seesRates() {
		p.Times = nil
	}
	return p, err
}

// seesRates tells whether the person may see whose hour costs what.
func (r *request) seesRates() bool { return r.Can(crm.MayWriteProject) || r.Can(crm.MayIssueInvoice) }

// progressWays are the ways of reckoning progress, as texts.
func progressWays() []string { return listOf(crm.ProgressWays()...) }

func patchProject(r *request, c crm.Contract, t store.Target) error {
	var b projectBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	p, err := r.store.EditProject(r.ctx(), t, func(p *crm.Project) error {
		var k check
		if b.Name.Set {
			k.required("/name", &b.Name.Value, maxName)
		}
		k.id("/manager_id", &b.ManagerID.Value)
		set(b.Name, &p.Name)
		set(b.ManagerID, &p.ManagerID)
		if b.ProgressWay.Set {
			k.oneOf("/progress_way", b.ProgressWay.Value, progressWays()...)
			p.ProgressWay = crm.ProgressWay(cmp.Or(b.ProgressWay.Value, string(crm.ProgressByHand)))
		}
		if b.SignOff.Set {
			k.oneOf("/sign_off", b.SignOff.Value, listOf(crm.SignOffTerms()...)...)
			p.SignOff = crm.SignOffTerm(cmp.Or(b.SignOff.Value, string(crm.SignNothing)))
		}
		if b.Billing.Set {
			k.oneOf("/billing", b.Billing.Value, listOf(crm.EarningWays()...)...)
			p.Billing = crm.EarningWay(cmp.Or(b.Billing.Value, string(crm.EarnPlan)))
		}
		if b.HourPrice.Set {
			p.HourPrice = k.amount("/hour_price", zeroIfCleared(b.HourPrice.Value), c.Currency)
		}
		if b.CostRate.Set {
			p.CostRate = k.amount("/cost_rate", zeroIfCleared(b.CostRate.Value), c.Currency)
		}
		return k.err()
	})
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}

// maxHours is how much time one entry may hold: a person's longest day.
var maxHours = decimal.NewFromInt(24)

// hours reads the time of one entry: over 0, at most a day, in hundredths.
func (c *check) hours(pointer string, text decimalText) decimal.Decimal {
	if text == "" {
		c.fail(pointer, "required", nil)
		return decimal.Zero
	}
	d := c.quantity(pointer, text)
	if d.GreaterThan(maxHours) {
		c.fail(pointer, "out_of_range", params{"min": "0.01", "max": maxHours.String()})
	} else if !d.Equal(d.Truncate(2)) {
		c.fail(pointer, "too_many_decimals", params{"max": 2})
	}
	return d
}

// postTime enters time on a project (S082). Without a rate it costs what the person's, else the project's hour costs.
func postTime(r *request, c crm.Contract, t store.Target) error {
	var b timeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	in := crm.TimeEntry{UserID: b.UserID, OnDate: b.OnDate, Hours: k.hours("/hours", b.Hours)}
	k.id("/user_id", &in.UserID)
	k.id("/phase_id", &b.PhaseID)
	k.maybe("/rate", b.Rate, &in.Rate, func(p string, d decimalText) decimal.Decimal { return k.amount(p, d, c.Currency) })
	k.lines("/note", &b.Note, maxText)
	if err := k.err(); err != nil {
		return err
	}
	if in.Note, in.PhaseID = b.Note, b.PhaseID; in.UserID == "" {
		in.UserID = r.user.ID
	}
	var err error
	if in.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if in, err = r.store.AddTime(r.ctx(), t, in); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(in))
}

// correct makes the handler that takes an entry back by a counter-entry.
func correct[T any](back func(*store.Store, *request, store.Target, crm.ID, crm.ID, string) (T, error)) func(*request, crm.Contract, store.Target) error {
	return func(r *request, _ crm.Contract, t store.Target) error {
		entry, err := r.id("entry")
		if err != nil {
			return err
		}
		var b correctionBody
		if err := r.decodeOptional(&b); err != nil {
			return err
		}
		var k check
		k.line("/note", &b.Note, maxLine)
		if err := k.err(); err != nil {
			return err
		}
		id, _, err := r.recordID()
		if err != nil {
			return err
		}
		v, err := back(r.store, r, t, entry, id, b.Note)
		if err != nil {
			return err
		}
		return r.JSON(http.StatusCreated, r.view(v))
	}
}

func correctTime(s *store.Store, r *request, t store.Target, entry, id crm.ID, note string) (crm.TimeEntry, error) {
	return s.CorrectTime(r.ctx(), t, entry, id, note)
}

func correctCost(s *store.Store, r *request, t store.Target, entry, id crm.ID, note string) (crm.CostEntry, error) {
	return s.CorrectCost(r.ctx(), t, entry, id, note)
}

// postCost enters a cost, asks for a purchase, or orders it, which needs who may approve one.
func postCost(r *request, c crm.Contract, t store.Target) error {
	var b costBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.required("/kind", &b.Kind, maxName)
	k.oneOf("/kind", b.Kind, crm.CostKinds()...)
	k.oneOf("/state", b.State, string(crm.CostActual), string(crm.CostRequested), string(crm.CostCommitted))
	k.line("/supplier", &b.Supplier, maxName)
	k.required("/text", &b.Text, maxLine)
	k.id("/phase_id", &b.PhaseID)
	in := crm.CostEntry{PhaseID: b.PhaseID, Kind: crm.CostKind(b.Kind), State: crm.CostState(b.State), Amount: k.amountRequired("/amount", b.Amount, c.Currency), Supplier: b.Supplier, Text: b.Text, OnDate: b.OnDate}
	if b.Amount != "" && len(k.wrong) == 0 && !in.Amount.IsPositive() {
		k.fail("/amount", "out_of_range", params{"min": crm.Currency(c.Currency).Unit().String()})
	}
	if err := k.err(); err != nil {
		return err
	}
	if in.State == crm.CostRequested || in.State == crm.CostCommitted {
		if err := r.on(crm.ModulePurchasing); err != nil {
			return err
		}
	}
	switch in.State {
	case "":
		in.State = crm.CostActual
	case crm.CostCommitted:
		if !r.Can(crm.MayApprovePurchase) {
			return r.missing("/state", crm.MayApprovePurchase)
		}
		in.ApprovedBy = r.user.ID
	}
	var err error
	if in.ID, _, err = r.recordID(); err != nil {
		return err
	}
	if in, err = r.store.AddCost(r.ctx(), t, in); err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(in))
}

// moveCost makes the handler of a decision on a purchase, or of its invoice.
func moveCost(to crm.CostState) func(*request, crm.Contract, store.Target) error {
	return func(r *request, c crm.Contract, t store.Target) error {
		entry, err := r.id("entry")
		if err != nil {
			return err
		}
		var b costMoveBody
		if err := r.decodeOptional(&b); err != nil {
			return err
		}
		var k check
		var amount decimal.NullDecimal
		switch {
		case b.Amount != "" && to != crm.CostActual:
			k.fail("/amount", "read_only", nil)
		case b.Amount != "":
			amount = decimal.NewNullDecimal(k.amount("/amount", b.Amount, c.Currency))
			if !amount.Decimal.IsPositive() {
				k.fail("/amount", "out_of_range", params{"min": crm.Currency(c.Currency).Unit().String()})
			}
		}
		if err := k.err(); err != nil {
			return err
		}
		e, err := r.store.MoveCost(r.ctx(), t, entry, to, amount)
		if err != nil {
			return err
		}
		return r.record(e, e.Version)
	}
}
