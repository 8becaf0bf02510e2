package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
)

const maxTags = 50

// opportunityBody is a deal as it is created (S014: name, customer, amount, stage) or patched.
type opportunityBody struct {
	Name          opt[string]      `json:"name" doc:"max=200"`
	AccountID     opt[crm.ID]      `json:"account_id" doc:"text=It cannot be changed later."`
	Amount        opt[decimalText] `json:"amount" doc:"text=Only while it is not computed (S033)."`
	Pipeline      opt[string]      `json:"pipeline" doc:"text=Of a new deal only: the key of a pipeline in force; left out: the default one."`
	Stage         opt[string]      `json:"stage" doc:"text=Of a new deal only; later it is moved by a transition."`
	ContactID     opt[crm.ID]      `json:"contact_id"`
	Target        opt[decimalText] `json:"target"`
	CloseDate     opt[crm.Date]    `json:"close_date"`
	Need          opt[string]      `json:"need" doc:"max=10000"`
	Budget        opt[bool]        `json:"budget"`
	DecisionMaker opt[bool]        `json:"decision_maker"`
	Tags          opt[[]string]    `json:"tags" doc:"most=50"`
	OwnerID       opt[crm.ID]      `json:"owner_id"`
	Custom        opt[customBody]  `json:"custom" doc:"text=Fields that the company defined itself, by name: see /api/v1/custom-fields. What is left out stays, null clears."`
}

// apply writes the body into a deal and checks the result. The amount keeps to S033: refused where the system computes it.
func (b opportunityBody) apply(r *request, o *crm.Opportunity) error {
	var c check
	set(b.Name, &o.Name)
	set(b.ContactID, &o.ContactID)
	set(b.CloseDate, &o.CloseDate)
	set(b.Need, &o.Need)
	set(b.Budget, &o.Budget)
	set(b.DecisionMaker, &o.DecisionMaker)
	set(b.Tags, &o.Tags)
	c.required("/name", &o.Name, maxName)
	c.id("/contact_id", &o.ContactID)
	c.lines("/need", &o.Need, maxText)
	c.tags(o.Tags)
	if b.Target.Set {
		o.Target = c.amount("/target", zeroIfCleared(b.Target.Value), o.Currency)
	}
	if b.OwnerID.Set && b.OwnerID.Value != o.OwnerID {
		set(b.OwnerID, &o.OwnerID)
		c.id("/owner_id", &o.OwnerID)
		if o.OwnerID == "" {
			c.fail("/owner_id", "required", nil)
		}
		if r.Reach() == crm.ReachOwn && o.OwnerID != r.user.ID {
			return r.missing("/owner_id", crm.MayAssignLead)
		}
	}
	if b.Amount.Set {
		amount := c.amount("/amount", zeroIfCleared(b.Amount.Value), o.Currency)
		if err := c.err(); err != nil {
			return err
		}
		if !amount.Equal(o.Amount) && o.SetAmountByHand(amount) != nil {
			return refusal(codeDerived, invalid("/amount", "derived", params{"source": string(o.AmountSource), "state": string(o.State)}))
		}
	}
	return c.err()
}

func zeroIfCleared(t decimalText) decimalText {
	if t == "" {
		return "0"
	}
	return t
}

func (c *check) tags(tags []string) {
	if len(tags) > maxTags {
		c.fail("/tags", "too_many", params{"max": maxTags})
		return
	}
	for i := range tags {
		c.required("/tags/"+strconv.Itoa(i), &tags[i], 50)
	}
}

// postOpportunity opens a deal (S014).
func postOpportunity(r *request) error {
	var b opportunityBody
	if err := r.decode(&b); err != nil {
		return err
	}
	company, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	if b.Pipeline.Value != "" && !set.Has(b.Pipeline.Value) {
		var c check
		c.oneOf("/pipeline", b.Pipeline.Value, pipelineKeys(set)...)
		return c.err()
	}
	set = set.Of(b.Pipeline.Value)
	o := crm.Opportunity{Currency: company.Currency, State: crm.OpportunityOpen, AmountSource: crm.AmountByHand, OwnerID: r.user.ID}
	own, err := r.ownIf("opportunity", b.Custom)
	if err != nil {
		return err
	}
	var c check
	own.apply(&c, b.Custom, &o.Custom)
	if err := c.with(b.begin(r, &o, set)); err != nil {
		return err
	}
	accounts := store.ScopeOf(r.user, crm.MayReadAccount)
	return create(r, "/api/v1/opportunities/", store.Opportunities, func(id crm.ID) (crm.Opportunity, error) {
		o.ID = id
		return r.store.CreateOpportunity(r.ctx(), accounts, r.user.ID, o, entrance(set, o.Stage))
	})
}

// begin checks what only a new deal has: customer and stage.
func (b opportunityBody) begin(r *request, o *crm.Opportunity, set *rules.Set) error {
	var c check
	o.AccountID, o.Pipeline, o.Stage = b.AccountID.Value, set.Key(), b.Stage.Value
	c.idRequired("/account_id", &o.AccountID)
	if o.Stage == "" {
		o.Stage = set.EntryStage()
	}
	switch stage, ok := set.Stage(o.Stage); {
	case !ok:
		c.fail("/stage", "unknown_stage", nil)
	case !stage.Takes():
		c.fail("/stage", "not_reachable", params{"allowed": []string{set.EntryStage()}})
	}
	if err := b.apply(r, o); err != nil {
		p, ok := err.(Problem)
		if !ok || p.Code != string(codeValidation) {
			return err
		}
		c.wrong = append(c.wrong, p.Errors...)
	}
	return c.err()
}

// deal is the deal that the address names, if the person may see it.
func (r *request) deal() (id crm.ID, o crm.Opportunity, err error) {
	if id, err = r.id("id"); err == nil {
		o, err = store.Opportunities.Record(r.ctx(), r.store, r.Scope(), id)
	}
	return id, o, err
}

// getOpportunity shows a deal with what it costs us and leaves us (S046).
func getOpportunity(r *request) error {
	id, o, err := r.deal()
	if err != nil {
		return err
	}
	facts, err := r.store.Facts(r.ctx(), id)
	if err != nil {
		return err
	}
	return r.record(opportunityRecord{o, facts.Deal.Cost, facts.Deal.MarginPercent}, o.Version)
}

// patchOpportunity changes a deal's fields; its stage is moved by a transition only.
func patchOpportunity(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b opportunityBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	own, err := r.ownIf("opportunity", b.Custom)
	if err != nil {
		return err
	}
	o, err := r.store.EditOpportunity(r.ctx(), t, func(o *crm.Opportunity) error {
		var c check
		own.apply(&c, b.Custom, &o.Custom)
		if b.Stage.Set && b.Stage.Value != o.Stage {
			c.fail("/stage", "read_only", nil)
		}
		if b.Pipeline.Set && b.Pipeline.Value != o.Pipeline {
			c.fail("/pipeline", "read_only", nil)
		}
		if b.AccountID.Set && b.AccountID.Value != o.AccountID {
			c.fail("/account_id", "read_only", nil)
		}
		return c.with(b.apply(r, o))
	})
	if err != nil {
		return err
	}
	return r.record(o, o.Version)
}

// onDeal makes the handler of a command on a deal within the person's reach.
func onDeal[T any](kind string, read func(*request, *T) error) func(*request) error {
	return func(r *request) error {
		id, _, err := r.deal()
		if err != nil {
			return err
		}
		var fields T
		if err := read(r, &fields); err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindOpportunity, id), fields)
	}
}

// readMove reads a transition; what the stage needs may be filled in with it.
func readMove(r *request, f *crm.MoveFields) error {
	if err := r.decode(f); err != nil {
		return err
	}
	var c check
	c.required("/to", &f.To, maxName)
	c.line("/reason", &f.Reason, maxName)
	c.lines("/note", &f.Note, maxText)
	c.fill(f.Fill)
	if f.To == "lost" && f.Reason == "" {
		c.fail("/reason", "required", nil)
	}
	return c.err()
}

// fill checks what is filled in with a command: known fields of the facts and short texts.
func (c *check) fill(fill map[string]string) {
	for path, text := range fill {
		if _, tick := crm.TickKey(path); tick {
			continue
		}
		if f, ok := crm.FieldAt(path); !ok || !f.Inline {
			c.fail("/fill/"+escapePointer(path), "unknown_field", nil)
			continue
		}
		c.lines("/fill/"+path, &text, maxText)
		fill[path] = text
	}
}

func readReopen(r *request, f *crm.ReasonFields) error {
	var b reopenBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	var c check
	c.lines("/reason", &b.Reason, maxText)
	f.Reason = b.Reason
	return c.err()
}

// ofDeal makes the handler that lists what belongs to a deal that may be seen.
func ofDeal[T any](read func(*request, crm.ID) ([]T, error)) func(*request) error {
	return func(r *request) error {
		id, _, err := r.deal()
		if err != nil {
			return err
		}
		rows, err := read(r, id)
		if err != nil {
			return err
		}
		return r.JSON(http.StatusOK, r.view(page[T]{Data: rows}))
	}
}
