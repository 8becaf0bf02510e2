package store

import (
	"context"
	"errors"
	"slices"

	"leadtocash/crm"
)

// DeadlineAmendment comes on the morning from which a signed amendment holds.
const DeadlineAmendment = "amendment"

const amendmentColumns = `id, contract_id, number, state, terms, changes, rebilled, from_day, reason, requested_by, requested_at, note, decided_by, decided_at, signed_at, in_force_at, erp_note, erp_by, erp_at, version`

const latestAmendment = `select ` + amendmentColumns + ` from contract_amendment where contract_id = $1 order by requested_at desc, id desc limit 1`

const amendmentStations = `select position, stage, key, role, team_lead, user_id, need, within_minutes, escalate, state, decided_by, decided_at, on_behalf_of, note, turn_at, voted, limited, worse from amendment_station where amendment_id = $1 order by position`

// Agreement reads what an amendment of a contract is computed from, and which version is in force.
func (tx *Tx) Agreement(ctx context.Context, c crm.Contract) (crm.Agreement, int, error) {
	return agreement(ctx, tx.q, c)
}

// Agreement reads what an amendment of a contract is computed from, and which version is in force.
func (s *Store) Agreement(ctx context.Context, c crm.Contract) (crm.Agreement, int, error) {
	return agreement(ctx, s.pool, c)
}

func agreement(ctx context.Context, q querier, c crm.Contract) (a crm.Agreement, number int, err error) {
	quote, err := one[crm.Quote](ctx, q, `select `+quoteColumns+` from quote where id = (select quote_id from sales_order where id = $1)`, c.OrderID)
	if err != nil {
		return a, 0, err
	}
	if a.Lines, err = quoteLines(ctx, q, quote.ID); err != nil {
		return a, 0, err
	}
	a.Contract, a.Pricing, a.DiscountPercent = c, quote.Pricing(), quote.DiscountPercent
	switch v, err := one[crm.ContractVersion](ctx, q, `select * from contract_version where contract_id = $1 order by number desc limit 1`, c.ID); {
	case err == nil:
		a.Now, number = v.Terms, v.Number
	case errors.Is(err, ErrNotFound):
		a.Now, number = crm.ContractTerms{List: quote.ListTotal, Cost: quote.Cost}, 1
		if err := q.QueryRow(ctx, `select delivery_date from sales_order where id = $1`, c.OrderID).Scan(&a.Now.DeliveryDate); err != nil {
			return a, 0, told(err)
		}
	default:
		return a, 0, err
	}
	n := &a.Now
	n.EndDate, n.Renewal, n.RenewalMonths, n.NoticeDays, n.PaymentDays, n.Text = c.EndDate, c.Renewal, c.RenewalMonths, c.NoticeDays, c.PaymentDays, c.Terms
	n.Net, n.Tax, n.Total = c.Net, c.Tax, c.Total
	if err := q.QueryRow(ctx, `select coalesce((select sign_off from project where contract_id = $1), 'none')`, c.ID).Scan(&n.SignOff); err != nil {
		return a, 0, told(err)
	}
	n.Tranches, err = plannedParts(ctx, q, c.ID)
	return a, number, err
}

// plannedParts are a contract's tranches with their parts by tax rate, without those of expenses, which are on top of it.
func plannedParts(ctx context.Context, q querier, contract crm.ID) ([]crm.PlannedPart, error) {
	all, err := tranches(ctx, q, contract)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(t crm.Tranche) bool { return t.Kind == crm.TrancheExpenses })
	parts, err := many[crm.TranchePart](ctx, q, `select * from tranche_part where tranche_id in (select id from tranche where contract_id = $1) order by tax_percent desc, tax_code`, contract)
	out := make([]crm.PlannedPart, len(all))
	for i, t := range all {
		out[i] = crm.PlannedPart{Tranche: t}
		for _, p := range parts {
			if p.TrancheID == t.ID {
				out[i].Parts = append(out[i].Parts, p)
			}
		}
	}
	return out, err
}

// Amendment locks a contract's latest amendment; ErrNotFound when there is none.
func (tx *Tx) Amendment(ctx context.Context, contract crm.ID) (crm.Amendment, error) {
	return one[crm.Amendment](ctx, tx.q, latestAmendment+` for update`, contract)
}

// AddAmendment writes a proposal with its frozen route.
func (tx *Tx) AddAmendment(ctx context.Context, a crm.Amendment, route []crm.AmendmentStation) error {
	if err := late(ctx, tx.q, `insert into contract_amendment (id, contract_id, number, state, terms, changes, rebilled, from_day, reason, requested_by, requested_at, decided_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, a.ContractID, a.Number, a.State, a.Terms, a.Changes, a.Rebilled, a.FromDay, a.Reason, a.RequestedBy, tx.Now, a.DecidedAt); err != nil {
		return err
	}
	for _, s := range route {
		if err := late(ctx, tx.q, `insert into amendment_station (amendment_id, position, stage, key, role, team_lead, user_id, need, within_minutes, escalate, limited, worse, turn_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			a.ID, s.Position, s.Stage, s.Key, s.Role, s.TeamLead, s.UserID, s.Need, s.WithinMinutes, s.Escalate, s.Limited, s.Worse, s.TurnAt); err != nil {
			return err
		}
	}
	return nil
}

// SaveAmendment writes what a step changed on an amendment.
func (tx *Tx) SaveAmendment(ctx context.Context, a crm.Amendment) error {
	return late(ctx, tx.q, `update contract_amendment set state = $2, note = $3, decided_by = $4, decided_at = $5, signed_at = $6, in_force_at = $7, version = version + 1 where id = $1`,
		a.ID, a.State, a.Note, a.DecidedBy, a.DecidedAt, a.SignedAt, a.InForceAt)
}

// AmendmentStations is the route of an amendment, station by station.
func (tx *Tx) AmendmentStations(ctx context.Context, amendment crm.ID) ([]crm.AmendmentStation, error) {
	return many[crm.AmendmentStation](ctx, tx.q, amendmentStations, amendment)
}

// SaveAmendmentStation writes what was decided at a station.
func (tx *Tx) SaveAmendmentStation(ctx context.Context, amendment crm.ID, s crm.AmendmentStation) error {
	if s.Voted == nil {
		s.Voted = []crm.ID{}
	}
	return late(ctx, tx.q, `update amendment_station set state = $3, decided_by = $4, decided_at = $5, on_behalf_of = $6, note = $7, turn_at = $8, voted = $9 where amendment_id = $1 and position = $2`,
		amendment, s.Position, s.State, s.DecidedBy, s.DecidedAt, s.OnBehalfOf, s.Note, s.TurnAt, s.Voted)
}

// TemplatePlan is the billing plan of a template; ErrNotFound when there is none.
func (tx *Tx) TemplatePlan(ctx context.Context, id crm.ID) (plan []crm.PlanPart, err error) {
	err = tx.q.QueryRow(ctx, `select plan from tranche_template where id = $1`, id).Scan(&plan)
	return plan, told(err)
}

// PaperOf is the hash and the language of an amendment's paper; ErrNotFound when nobody has asked for it.
func (tx *Tx) PaperOf(ctx context.Context, amendment crm.ID) (hash, language string, err error) {
	err = tx.q.QueryRow(ctx, `select sha256, language from contract_paper where id = $1`, amendment).Scan(&hash, &language)
	return hash, language, told(err)
}

// NoteSignature writes that somebody signed a version of a contract. Errors: unknown_record at /document_id for a copy that does not lie with the contract.
func (tx *Tx) NoteSignature(ctx context.Context, sig crm.Signature) error {
	return noteSignature(ctx, tx.q, sig)
}

// Amended puts an amendment in force: the contract's terms, its open tranches, what its project is worth, and the version that holds from now on. The
// first version is written with the second, so that contracts that nobody amends have none. It gives the contract as it holds now.
func (tx *Tx) Amended(ctx context.Context, before crm.Agreement, a crm.Amendment, p crm.Project) (crm.Contract, error) {
	c, t := before.Contract, a.Terms
	if a.Number == 2 {
		if err := tx.addVersion(ctx, crm.ContractVersion{ContractID: c.ID, Number: 1, Terms: before.Now, FromDay: c.StartDate, MadeAt: c.SignedAt}); err != nil {
			return c, err
		}
	}
	if a.Rebilled {
		if err := tx.rebill(ctx, before, t, p); err != nil {
			return c, err
		}
	}
	c.EndDate, c.Renewal, c.RenewalMonths, c.NoticeDays, c.PaymentDays, c.Terms, c.Net, c.Tax, c.Total = t.EndDate, t.Renewal, t.RenewalMonths, t.NoticeDays, t.PaymentDays, t.Text, t.Net, t.Tax, t.Total
	if _, err := tx.q.Exec(ctx, `update contract set end_date = $2, renewal = $3, renewal_months = $4, notice_days = $5, payment_days = $6, payment_terms = case payment_days when $6 then payment_terms else '' end, terms = $7, net = $8, tax = $9, total = $10, version = version + 1 where id = $1`,
		c.ID, c.EndDate, c.Renewal, c.RenewalMonths, c.NoticeDays, c.PaymentDays, c.Terms, c.Net, c.Tax, c.Total); err != nil {
		return c, told(err)
	}
	if !t.Net.Equal(before.Now.Net) || !t.Cost.Equal(before.Now.Cost) {
		if _, err := tx.q.Exec(ctx, `update project set revenue = $2, budget = $3, version = version + 1 where id = $1`, p.ID, t.Net, t.Cost); err != nil {
			return c, told(err)
		}
	}
	if t.SignOff != "" && t.SignOff != p.SignOff {
		if err := tx.signs(ctx, p, t.SignOff); err != nil {
			return c, err
		}
	}
	var err error
	if t.Tranches, err = plannedParts(ctx, tx.q, c.ID); err != nil {
		return c, err
	}
	from := a.FromDay
	if from.Before(tx.Today) {
		from = tx.Today
	}
	return c, tx.addVersion(ctx, crm.ContractVersion{ContractID: c.ID, Number: a.Number, Terms: t, FromDay: from, AmendmentID: a.ID, MadeAt: tx.Now})
}

func (tx *Tx) addVersion(ctx context.Context, v crm.ContractVersion) error {
	return late(ctx, tx.q, `insert into contract_version (contract_id, number, terms, from_day, amendment_id, made_at) values ($1, $2, $3, $4, $5, $6)`,
		v.ContractID, v.Number, v.Terms, v.FromDay, v.AmendmentID, v.MadeAt)
}

// rebill writes the tranches of a version: what is billed only has another share of the whole, open ones change or go, new ones come.
func (tx *Tx) rebill(ctx context.Context, before crm.Agreement, t crm.ContractTerms, p crm.Project) error {
	c := before.Contract
	for _, was := range before.Now.Tranches {
		if was.Tranche.Billed() {
			continue
		}
		tx.q.later(`delete from tranche_part where tranche_id = $1`, was.Tranche.ID)
		if !slices.ContainsFunc(t.Tranches, func(is crm.PlannedPart) bool { return is.Tranche.ID == was.Tranche.ID }) {
			tx.q.later(`delete from tranche where id = $1`, was.Tranche.ID)
		}
	}
	for _, is := range t.Tranches {
		tr := is.Tranche
		switch {
		case tr.Billed():
			tx.q.later(`update tranche set percent = $2 where id = $1`, tr.ID, tr.Percent)
			continue
		case tr.ID != "":
			tx.q.later(`update tranche set percent = $2, net = $3, tax = $4, total = $5, version = version + 1 where id = $1`, tr.ID, tr.Percent, tr.Net, tr.Tax, tr.Total)
		default:
			tr.ID = NewID()
			if err := tx.addTranche(ctx, c, p, tr); err != nil {
				return err
			}
		}
		for _, part := range is.Parts {
			tx.q.later(`insert into tranche_part (tranche_id, tax_percent, tax_code, tax_reason, net, tax) values ($1, $2, $3, $4, $5, $6)`, tr.ID, part.TaxPercent, part.TaxCode, part.TaxReason, part.Net, part.Tax)
		}
	}
	if p.State == "open" {
		_, err := tx.OpenTranches(ctx, c.ID, p.Billable())
		return err
	}
	_, err := tx.q.Exec(ctx, `update tranche set state = 'billable' where contract_id = $1 and state = 'planned' and kind <> 'period'`, c.ID) // nothing is left to be done that they could wait for
	return told(err)
}

// addTranche plans a new tranche of a living contract; a milestone of its name that is there already is the one that it waits for.
func (tx *Tx) addTranche(ctx context.Context, c crm.Contract, p crm.Project, t crm.Tranche) error {
	if t.Milestone != "" {
		switch m, err := one[crm.Milestone](ctx, tx.q, `select * from milestone where project_id = $1 and name = $2 order by id limit 1`, p.ID, t.Milestone); {
		case errors.Is(err, ErrNotFound):
			t.MilestoneID = tx.planMilestone(c, p.ID, t.Milestone)
		case err != nil:
			return err
		default:
			if t.MilestoneID = m.ID; m.Opens(p) {
				t.State = crm.TrancheBillable
			}
		}
	}
	tx.q.later(insertTranche, t.ID, c.ID, t.Position, t.Kind, t.Percent, t.OpensAtPercent, t.Net, t.Tax, t.Total, t.State, t.Milestone, t.MilestoneID, t.PeriodStart, t.PeriodEnd)
	return nil
}

// signs has the customer accept something else before it is billed; what need not be accepted any more may be billed.
func (tx *Tx) signs(ctx context.Context, p crm.Project, term crm.SignOffTerm) error {
	p.SignOff = term
	if _, err := tx.q.Exec(ctx, `update project set sign_off = $2, version = version + 1 where id = $1`, p.ID, p.SignOff); err != nil {
		return told(err)
	}
	if _, err := tx.OpenTranches(ctx, p.ContractID, p.Billable()); err != nil || term.Milestones() {
		return err
	}
	_, err := tx.q.Exec(ctx, `update tranche set state = 'billable', version = version + 1 where contract_id = $1 and state = 'planned' and milestone_id in (select id from milestone where project_id = $2 and done_on is not null)`, p.ContractID, p.ID)
	return told(err)
}
