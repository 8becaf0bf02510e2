package activities

import (
	"context"
	"strconv"
	"strings"
	"sync"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"
)

// progress says how much of the work is done (S084) and opens the tranches that this makes billable (S060). It never falls.
func (s *Steps) progress(ctx context.Context, tx *store.Tx, f crm.ProgressFields) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	percent, err := crm.ParsePercent(f.Percent)
	if err != nil {
		return invalid("/percent", codeOf(err)), nil
	}
	switch {
	case c.State != crm.ContractActive:
		return refuse("contract_closed"), nil
	case p.State != "open":
		return refuse("project_closed"), nil
	case percent.LessThan(p.ProgressPercent):
		return refuse("progress_falls", "now", p.ProgressPercent.String()), nil
	}
	before := p.ProgressPercent
	p.ProgressPercent = percent
	opened, err := tx.OpenTranches(ctx, c.ID, p.Billable())
	if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "project.progress", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"from": before, "to": percent, "opened": opened}})
	if err := s.watch(ctx, tx, c, &p); err != nil {
		return crm.Answer{}, err
	}
	return done(), tx.SaveProject(ctx, p)
}

// closeProject ends the delivery (S085). The rules say what has to be done before, and name all of it that is not; whatever they say, a
// project is not closed while a tranche is not invoiced, a purchase is open or a case of its customer is; the refusal names all of them.
func (s *Steps) closeProject(ctx context.Context, tx *store.Tx, _ struct{}) (crm.Answer, error) {
	c, err := tx.Contract(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	p, err := tx.Project(ctx, c.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if p.State != "open" {
		return refuse("project_closed"), nil
	}
	set, err := s.projectRules(ctx, tx)
	if err != nil {
		return crm.Answer{}, err
	}
	facts, pnl, _, err := tx.ProjectFacts(ctx, c, p)
	if err != nil {
		return crm.Answer{}, err
	}
	v := set.Closing(facts)
	tx.Rule(v, facts)
	if !v.Allowed() {
		return gated(v), nil
	}
	if f := facts.Project; !f.UnbilledTranches.IsZero() || !f.OpenCases.IsZero() || !f.Unapproved.IsZero() || !f.CommittedCosts.IsZero() {
		open, err := openNames(ctx, tx, c.ID)
		return refuse("project_not_finished", "progress", p.ProgressPercent.String(), "unbilled", f.UnbilledTranches.String(), "cases", f.OpenCases.String(),
			"purchases", f.Unapproved.Add(f.CommittedCosts).String(), "open", open), err
	}
	now := tx.Now
	p.State, p.ClosedAt, tx.Process.Step = "closed", &now, crm.StepRevenue
	tx.Tell(store.Entry{
		Code: "project.closed", AccountID: c.AccountID, OpportunityID: c.OpportunityID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"cost": pnl.Actual, "margin": pnl.MarginAtEnd, "percent": pnl.MarginEndPercent},
	})
	return done(), tx.SaveProject(ctx, p)
}

// openNames are what keeps a project open but milestones, which only the rules may ask for.
func openNames(ctx context.Context, tx *store.Tx, contract crm.ID) (string, error) {
	items, err := tx.ProjectOpen(ctx, contract)
	var names []string
	for _, i := range items {
		if i.Kind != "milestone" {
			names = append(names, i.Name)
		}
	}
	return strings.Join(names, ", "), err
}

// shippedProject are the rules for contracts that were signed before there were any of this kind.
var shippedProject = sync.OnceValue(func() *rules.Set {
	doc, problems := rules.ParseDocument(rules.Default())
	if err := problems.Err(); err != nil {
		panic(err) // they are part of the binary; tests read them
	}
	return doc[crm.RuleProject].Set
})

// projectRules are the rules that hold for a contract's delivery.
func (s *Steps) projectRules(ctx context.Context, tx *store.Tx) (*rules.Set, error) {
	if tx.Pinned(crm.RuleProject) == 0 {
		return shippedProject(), nil
	}
	return s.set(ctx, tx, crm.RuleProject)
}

// openProject is the contract's project, and whether its delivery is still under way.
func openProject(ctx context.Context, tx *store.Tx) (c crm.Contract, p crm.Project, open bool, err error) {
	if c, err = tx.Contract(ctx); err != nil {
		return c, p, false, err
	}
	p, err = tx.Project(ctx, c.ID)
	return c, p, p.State == "open", err
}

// watchProject looks at the margin after something was entered (S083).
func (s *Steps) watchProject(ctx context.Context, tx *store.Tx) error {
	c, p, open, err := openProject(ctx, tx)
	if err != nil || !open {
		return err
	}
	return s.watch(ctx, tx, c, &p)
}

// watch tells when a project becomes alarming by the rules, and when it no longer is: once each time the line is crossed (S083).
// What could not be judged changes nothing.
func (s *Steps) watch(ctx context.Context, tx *store.Tx, c crm.Contract, p *crm.Project) error {
	set, err := s.projectRules(ctx, tx)
	if err != nil {
		return err
	}
	facts, pnl, worst, err := tx.ProjectFacts(ctx, c, *p)
	if err != nil {
		return err
	}
	v := set.Alarm(facts)
	rings := v.Result == crm.Refused
	if v.Result == crm.NotEvaluated || rings == (p.AlarmedAt != nil) {
		return nil
	}
	code, now := "project.alarm_over", tx.Now
	p.AlarmedAt = nil
	if rings {
		code, p.AlarmedAt = "project.alarm", &now
	}
	tx.Rule(v, facts)
	tx.Tell(store.Entry{
		Code: code, AccountID: c.AccountID, OpportunityID: c.OpportunityID, RuleKind: v.Kind, RuleVersion: v.Version,
		Data: map[string]any{"margin": pnl.MarginAtEnd, "percent": pnl.MarginEndPercent, "estimate": pnl.Estimate, "deviation": pnl.Deviation, "phase": worst},
	})
	return tx.SetAlarm(ctx, *p)
}

// lateMilestone reminds of a milestone that was missed, once: the project's manager, else all who manage projects (S084).
func (s *Steps) lateMilestone(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	c, p, open, err := openProject(ctx, tx)
	if err != nil || !open {
		return err
	}
	m, err := tx.Milestone(ctx, p.ID, crm.ID(d.Key))
	if err != nil || !m.Late(tx.Today) || m.RemindedAt != nil {
		return err
	}
	people, err := s.inCharge(ctx, tx, p.ManagerID, crm.RoleProjectManager)
	if err != nil {
		return err
	}
	for _, u := range people {
		leaveMail(tx, mailKey("milestone", m.ID)+"/"+m.DueDate.String()+"/"+string(u.ID), "", crm.Letter{
			Template: "milestone", To: u.Email, Name: u.Name, Language: u.Language,
			Texts: map[string]string{"milestone": m.Name, "project": p.Name, "contract": c.Number, "due_date": m.DueDate.String(), "days": strconv.Itoa(tx.Today.DaysSince(m.DueDate))},
		})
	}
	tx.Tell(store.Entry{Code: "milestone.late", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"milestone": m.Name, "due": m.DueDate, "milestone_id": m.ID}})
	return tx.Reminded(ctx, m.ID)
}

// inCharge is the person, if he is still active, else everybody who holds the role.
func (s *Steps) inCharge(ctx context.Context, tx *store.Tx, person crm.ID, role crm.Role) ([]crm.User, error) {
	if person != "" {
		u, err := tx.Person(ctx, person)
		if err != nil {
			return nil, err
		}
		if u.Active {
			return []crm.User{u}, nil
		}
	}
	return tx.Holders(ctx, role)
}

// texts are the words for what a step writes down for one person to read.
var texts = sync.OnceValue(func() *i18n.Texts {
	t, err := i18n.New()
	if err != nil {
		panic(err) // they are part of the binary; tests read them all
	}
	return t
})
