package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// delegationBody lets somebody decide in another's place.
type delegationBody struct {
	FromID   crm.ID   `json:"from_id" doc:"text=In whose place; left out: the caller's."`
	ToID     crm.ID   `json:"to_id" doc:"required"`
	FirstDay crm.Date `json:"first_day" doc:"required"`
	LastDay  crm.Date `json:"last_day" doc:"required;text=It is in it too; at most 366 days."`
	Note     string   `json:"note" doc:"max=200"`
}

// delegationList is who decides in whose place from today on.
type delegationList struct {
	Data []store.DelegationLine `json:"data"`
}

// delegationScope is whose delegations the person keeps: everybody's who keeps people, else his own.
func (r *request) delegationScope() store.Scope {
	sc := store.Scope{User: r.user.ID, Teams: r.user.Teams, Reach: crm.ReachOwn}
	if r.Can(crm.MayWriteUser) {
		sc.Reach = crm.ReachAll
	}
	return sc
}

func getDelegations(r *request) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	rows, err := r.store.Delegations(r.ctx(), r.delegationScope(), today)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []store.DelegationLine{}
	}
	return r.JSON(http.StatusOK, r.view(delegationList{rows}))
}

func postDelegation(r *request) error {
	var b delegationBody
	if err := r.decode(&b); err != nil {
		return err
	}
	d, err := r.delegation(b)
	if err != nil {
		return err
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	find := func(id crm.ID) (store.DelegationLine, error) {
		return r.store.Delegation(r.ctx(), r.delegationScope(), id, today)
	}
	return made(r, find, func(id crm.ID) (store.DelegationLine, error) {
		d.ID = id
		if err := r.store.AddDelegation(r.ctx(), r.delegationScope(), r.user.ID, d); err != nil {
			return store.DelegationLine{}, err
		}
		return find(id)
	}, func(line store.DelegationLine) error { return r.JSON(http.StatusCreated, r.view(line)) })
}

// delegation checks the body.
func (r *request) delegation(b delegationBody) (crm.Delegation, error) {
	var c check
	c.id("/from_id", &b.FromID)
	c.id("/to_id", &b.ToID)
	c.line("/note", &b.Note, maxName)
	if b.FromID == "" {
		b.FromID = r.user.ID
	}
	switch {
	case b.ToID == "":
		c.fail("/to_id", "required", nil)
	case b.ToID == b.FromID:
		c.fail("/to_id", "already_used", nil)
	}
	if b.FirstDay.IsZero() {
		c.fail("/first_day", "required", nil)
	}
	switch {
	case b.LastDay.IsZero():
		c.fail("/last_day", "required", nil)
	case b.FirstDay.IsZero():
	case b.LastDay.Before(b.FirstDay):
		c.fail("/last_day", "before_start", nil)
	case b.LastDay.DaysSince(b.FirstDay) >= crm.MaxDelegation:
		c.fail("/last_day", "out_of_range", params{"max": crm.MaxDelegation})
	}
	return crm.Delegation{FromID: b.FromID, ToID: b.ToID, FirstDay: b.FirstDay, LastDay: b.LastDay, Note: b.Note}, c.err()
}

func deleteDelegation(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.DropDelegation(r.ctx(), r.delegationScope(), r.user.ID, id); err != nil {
		return err
	}
	return r.NoContent()
}

// delegationsPage is who decides in whose place, and the form for another one.
type delegationsPage struct {
	Rows   []delegationRow
	People []option
	From   []option // empty: one gives only one's own
	Form   form
}

type delegationRow struct {
	store.DelegationLine
	Mine bool // the person may take it back
}

func pageDelegations(r *request) error {
	return showDelegations(r, values("from_id", string(r.user.ID)))
}

func showDelegations(r *request, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	sc := r.delegationScope()
	rows, err := r.store.Delegations(r.ctx(), sc, today)
	if err != nil {
		return err
	}
	p := delegationsPage{Form: f}
	for _, d := range rows {
		p.Rows = append(p.Rows, delegationRow{d, sc.Reach == crm.ReachAll || d.FromID == r.user.ID})
	}
	people, err := r.store.Approvers(r.ctx())
	if err != nil {
		return err
	}
	p.People = chosen(r.say("form.choose"), people)
	if sc.Reach == crm.ReachAll {
		p.From = chosen("", people)
	}
	return r.show(f.Status(), "delegations", r.say("delegation.title"), p)
}

func formDelegation(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "to_id", "first_day", "last_day")
	b := delegationBody{
		FromID: optionalID(f.Value("from_id")), ToID: optionalID(f.Value("to_id")), FirstDay: r.date(&f, "first_day"), LastDay: r.date(&f, "last_day"), Note: clean(f.Value("note"), maxName),
	}
	if f.Failed() {
		return showDelegations(r, f)
	}
	d, err := r.delegation(b)
	if err == nil {
		d.ID = store.NewID()
		err = r.store.AddDelegation(r.ctx(), r.delegationScope(), r.user.ID, d)
	}
	if p, ok := err.(Problem); ok {
		for _, i := range p.Errors {
			f.blame((*i.Pointer)[1:], r.say("error."+i.Code, i.Figures()))
		}
		return showDelegations(r, f)
	}
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showDelegations(r, f)
	}
	return r.said("saved", "/delegations")
}

func formDelegationDrop(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.DropDelegation(r.ctx(), r.delegationScope(), r.user.ID, id); err != nil {
		return err
	}
	return r.said("removed", "/delegations")
}
