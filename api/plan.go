package api

import (
	"fmt"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// planBody begins a revenue plan.
type planBody struct {
	Name     string   `json:"name" doc:"required;max=200"`
	FirstDay crm.Date `json:"first_day" doc:"required"`
	LastDay  crm.Date `json:"last_day" doc:"required;text=At most 100 periods."`
	Unit     string   `json:"unit" doc:"required;enum=plan_unit;text=Weeks begin on Monday; at the ends of the plan they are shorter."`
	Deadline crm.Date `json:"deadline" doc:"text=Until when figures are taken; those who lack some are reminded three days before."`
	Confirm  bool     `json:"confirm" doc:"text=The head of sales looks at each position."`
}

// planPatch changes a plan.
type planPatch struct {
	Name     opt[string]   `json:"name" doc:"max=200"`
	Deadline opt[crm.Date] `json:"deadline"`
	Confirm  opt[bool]     `json:"confirm"`
}

// planPositionsBody are figures of one's own customers.
type planPositionsBody struct {
	Positions []planPositionBody `json:"positions" doc:"required;most=5000"`
}

type planPositionBody struct {
	AccountID crm.ID      `json:"account_id" doc:"required"`
	FirstDay  crm.Date    `json:"first_day" doc:"required;text=Of the period."`
	Amount    decimalText `json:"amount" doc:"required;text=Net, in the company's currency."`
	Version   opt[int]    `json:"version" doc:"text=Of the position as you saw it, 0 when there was none; left out, it is not checked."`
}

// planDecisionsBody is what the head of sales thinks of positions.
type planDecisionsBody struct {
	Positions []planDecisionBody `json:"positions" doc:"required;most=5000"`
}

type planDecisionBody struct {
	AccountID crm.ID   `json:"account_id" doc:"required"`
	FirstDay  crm.Date `json:"first_day" doc:"required"`
	State     string   `json:"state" doc:"required;enum=plan_decision"`
	Reason    string   `json:"reason" doc:"max=500;text=Of a doubt, which needs one."`
	Version   opt[int] `json:"version"`
}

// planVersionBody keeps a plan under a name.
type planVersionBody struct {
	Name string `json:"name" doc:"required;max=200"`
}

// planCommentBody is written beside a plan.
type planCommentBody struct {
	AccountID crm.ID `json:"account_id" doc:"text=The customer that it is about; none: the plan as a whole."`
	Text      string `json:"text" doc:"required;max=10000"`
}

// planPositionRecord is a position.
type planPositionRecord struct {
	AccountID crm.ID
	FirstDay  crm.Date
	Amount    decimal.Decimal
	State     crm.PlanState
	Reason    string
	Changed   bool
	Version   int
}

// planSavedRecord says how many positions were changed.
type planSavedRecord struct{ Changed int }

func getPlans(r *request) error {
	list, err := r.store.Plans(r.ctx())
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.RevenuePlan]{Data: orNone(list)}))
}

func getRevenuePlan(r *request) error {
	p, err := r.plan()
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}

// plan is the plan of the path.
func (r *request) plan() (crm.RevenuePlan, error) {
	id, err := r.id("id")
	if err != nil {
		return crm.RevenuePlan{}, err
	}
	return r.store.Plan(r.ctx(), id)
}

func postPlan(r *request) error {
	var b planBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/name", &b.Name, maxName)
	for _, x := range []struct {
		at      string
		missing bool
	}{{"/first_day", b.FirstDay.IsZero()}, {"/last_day", b.LastDay.IsZero()}, {"/unit", b.Unit == ""}} {
		if x.missing {
			c.fail(x.at, "required", nil)
		}
	}
	if err := c.err(); err != nil {
		return err
	}
	find := func(id crm.ID) (crm.RevenuePlan, error) { return r.store.Plan(r.ctx(), id) }
	return made(r, find, func(id crm.ID) (crm.RevenuePlan, error) {
		return r.store.MakePlan(r.ctx(), r.user.ID, crm.RevenuePlan{ID: id, Name: b.Name, FirstDay: b.FirstDay, LastDay: b.LastDay, Unit: crm.PlanUnit(b.Unit), Deadline: b.Deadline, Confirm: b.Confirm})
	}, func(p crm.RevenuePlan) error {
		r.gin.Header("Location", "/api/v1/plans/"+string(p.ID))
		r.etag(p.Version)
		return r.JSON(http.StatusCreated, r.view(p))
	})
}

func patchPlan(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b planPatch
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Name.Set {
		c.required("/name", &b.Name.Value, maxName)
	}
	if err := c.err(); err != nil {
		return err
	}
	p, err := r.store.EditPlan(r.ctx(), t, func(p *crm.RevenuePlan) {
		set(b.Name, &p.Name)
		set(b.Deadline, &p.Deadline)
		set(b.Confirm, &p.Confirm)
	})
	if err != nil {
		return err
	}
	return r.record(p, p.Version)
}

func getPlanPositions(r *request) error {
	p, err := r.plan()
	if err != nil {
		return err
	}
	cells, err := r.store.PlanCells(r.ctx(), r.Scope(), p.ID)
	if err != nil {
		return err
	}
	out := page[planPositionRecord]{Data: []planPositionRecord{}}
	for _, c := range cells {
		out.Data = append(out.Data, planPositionRecord{c.AccountID, c.FirstDay, c.Amount, c.State, c.Reason, c.Changed, c.Version})
	}
	return r.JSON(http.StatusOK, r.view(out))
}

func putPlanPositions(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	var b planPositionsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	var c check
	c.positions(b.Positions == nil, len(b.Positions))
	var all []store.PlanEntry
	for i, x := range b.Positions {
		at := fmt.Sprintf("/positions/%d", i)
		c.position(at, &x.AccountID, x.FirstDay)
		e := store.PlanEntry{AccountID: x.AccountID, FirstDay: x.FirstDay, Amount: c.amountRequired(at+"/amount", x.Amount, entity.Currency), Version: -1}
		set(x.Version, &e.Version)
		all = append(all, e)
	}
	if err := c.err(); err != nil {
		return err
	}
	n, err := r.store.SavePlan(r.ctx(), r.user.ID, id, all)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(planSavedRecord{n}))
}

func (c *check) positions(none bool, n int) {
	if none {
		c.fail("/positions", "required", nil)
	}
	if n > 5000 {
		c.fail("/positions", "too_many", params{"max": 5000})
	}
}

func (c *check) position(at string, account *crm.ID, day crm.Date) {
	if *account == "" {
		c.fail(at+"/account_id", "required", nil)
	}
	c.id(at+"/account_id", account)
	if day.IsZero() {
		c.fail(at+"/first_day", "required", nil)
	}
}

func postPlanDecisions(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b planDecisionsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.positions(b.Positions == nil, len(b.Positions))
	var all []store.PlanDecision
	for i, x := range b.Positions {
		at := fmt.Sprintf("/positions/%d", i)
		c.position(at, &x.AccountID, x.FirstDay)
		c.required(at+"/state", &x.State, maxName)
		c.oneOf(at+"/state", x.State, planDecisions...)
		c.line(at+"/reason", &x.Reason, maxLine)
		d := store.PlanDecision{AccountID: x.AccountID, FirstDay: x.FirstDay, State: crm.PlanState(x.State), Reason: x.Reason, Version: -1}
		set(x.Version, &d.Version)
		all = append(all, d)
	}
	if err := c.err(); err != nil {
		return err
	}
	n, err := r.store.DecidePlan(r.ctx(), t, all)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(planSavedRecord{n}))
}

var planDecisions = []string{string(crm.PlanConfirmed), string(crm.PlanDoubtful)}

func getPlanVersions(r *request) error {
	p, err := r.plan()
	if err != nil {
		return err
	}
	list, err := r.store.PlanVersions(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.PlanVersion]{Data: orNone(list)}))
}

func postPlanVersion(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	var b planVersionBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.required("/name", &b.Name, maxName)
	if err := c.err(); err != nil {
		return err
	}
	v, err := r.store.KeepPlanVersion(r.ctx(), r.user.ID, id, store.NewID(), b.Name)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(v))
}

func getPlanComments(r *request) error {
	p, err := r.plan()
	if err != nil {
		return err
	}
	list, err := r.store.PlanComments(r.ctx(), r.Scope(), p.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.PlanComment]{Data: orNone(list)}))
}

func postPlanComment(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b planCommentBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.id("/account_id", &b.AccountID)
	c.lines("/text", &b.Text, maxText)
	if b.Text == "" {
		c.fail("/text", "required", nil)
	}
	if err := c.err(); err != nil {
		return err
	}
	out, err := r.store.CommentPlan(r.ctx(), t, store.PlanComment{ID: store.NewID(), AccountID: b.AccountID, Text: b.Text})
	if err != nil {
		return err
	}
	out.Author = r.user.Name
	return r.JSON(http.StatusCreated, r.view(out))
}
