package api

import (
	"fmt"

	"leadtocash/crm"
	"leadtocash/store"
)

// remindBody names the invoice whose next letter is to leave now (S091).
type remindBody struct {
	InvoiceID crm.ID `json:"invoice_id" doc:"required"`
}

// debtorCallBody is what a debtor said on the phone.
type debtorCallBody struct {
	Outcome string   `json:"outcome" doc:"required;enum=engagement_outcome"`
	Note    string   `json:"note" doc:"max=500"`
	Again   crm.Date `json:"again" doc:"text=When he is called again; left out: not."`
}

// promiseBody is a promise to pay.
type promiseBody struct {
	Invoices []crm.ID    `json:"invoices" doc:"most=200;text=Left out: all that are open."`
	Amount   decimalText `json:"amount" doc:"text=Left out: all that is open on them."`
	On       crm.Date    `json:"on" doc:"required;text=The last day, within a year."`
	Note     string      `json:"note" doc:"max=500"`
}

// disputeBody is what a debtor does not want to pay.
type disputeBody struct {
	InvoiceID crm.ID      `json:"invoice_id" doc:"required"`
	Position  int         `json:"position" doc:"min=0;text=Of the invoice's line; left out: none."`
	Amount    decimalText `json:"amount" doc:"text=Held back; left out: the line with its tax, or all that is open."`
	Reason    string      `json:"reason" doc:"required;max=500"`
	OwnerID   crm.ID      `json:"owner_id" doc:"text=Who decides; left out: oneself."`
	DueOn     crm.Date    `json:"due_on" doc:"text=Until when; left out: in a week."`
}

// resolveBody decides on a dispute.
type resolveBody struct {
	Accepted bool   `json:"accepted" doc:"text=The customer is right: it stays held back until a credit note takes it."`
	Outcome  string `json:"outcome" doc:"required;max=500"`
}

// pauseBody leaves a debtor alone for a time.
type pauseBody struct {
	InvoiceID crm.ID   `json:"invoice_id" doc:"text=Left out: all that he owes."`
	Until     crm.Date `json:"until" doc:"required;text=The last day, within a year."`
	Reason    string   `json:"reason" doc:"required;max=500"`
}

// endBody says why a promise or a pause ends before its day.
type endBody struct {
	Note string `json:"note" doc:"max=500"`
}

// collectionRecord is a debtor with what he owes and what his collection will do by itself (N5).
type collectionRecord struct {
	Debts     []crm.Debt
	Next      []crm.PlannedEvent
	Promises  []crm.Promise
	Disputes  []store.DisputeRow
	Pauses    []crm.DunningPause
	Legal     []crm.LegalHandOver `doc:"text=The latest first; one that has not ended is on."`
	WriteOffs []store.WriteOffRow
	Plans     []crm.PaymentPlan `doc:"text=Of instalments; the newest first."`

	Undeliverable []crm.Undeliverable `doc:"text=His address, where letters come back from it: they are printed and posted until it is corrected or confirmed."`
	PaperLetters  []crm.PaperLetter   `doc:"text=Those to be posted first."`

	OrdersHeld []heldOrder `doc:"text=Why no order of the customer is validated as long as he owes this."`
}

func getCollection(r *request) error {
	id, err := r.debtor()
	if err != nil {
		return err
	}
	c, _, err := r.collection(id)
	if err != nil {
		return err
	}
	return r.record(c, 0)
}

// collection reads a debtor with the plan of his collection, by the rules that hold for it.
func (r *request) collection(account crm.ID) (c collectionRecord, policy crm.DunningPolicy, err error) {
	today, err := r.today()
	if err != nil {
		return c, policy, err
	}
	if c.Debts, err = r.store.DebtsOf(r.ctx(), store.ScopeOf(r.user, crm.MayReadInvoice), account, today); err != nil {
		return c, policy, err
	}
	if c.Promises, err = r.store.Promises(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.Disputes, err = r.store.Disputes(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.Pauses, err = r.store.Pauses(r.ctx(), account, today); err != nil {
		return c, policy, err
	}
	if c.Legal, err = r.store.LegalHandOvers(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.WriteOffs, err = r.store.WriteOffs(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.Plans, err = r.store.PaymentPlans(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.Undeliverable, err = r.store.Undeliverables(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.PaperLetters, err = r.store.PaperLetters(r.ctx(), account); err != nil {
		return c, policy, err
	}
	if c.OrdersHeld, err = r.ordersHeld(account, today, r.currency()); err != nil {
		return c, policy, err
	}
	cal, err := r.store.Calendar(r.ctx())
	if err != nil {
		return c, policy, err
	}
	if policy, err = r.dunning(account, today); err != nil {
		return c, policy, err
	}
	c.Next = crm.PlanDebts(policy, cal, c.Debts, today)
	return c, policy, nil
}

// debtor is the customer of the path, within the person's reach.
func (r *request) debtor() (crm.ID, error) {
	id, err := r.id("id")
	if err != nil {
		return "", err
	}
	a, err := store.Accounts.Record(r.ctx(), r.store, r.Scope(), id)
	return a.ID, err
}

// onDebtor makes the handler of a command on a debtor's collection, which begins with it if it has to.
func onDebtor[T any](kind string, read func(*request, *T) error) func(*request) error {
	return func(r *request) error {
		id, err := r.debtor()
		if err != nil {
			return err
		}
		var fields T
		if err := read(r, &fields); err != nil {
			return err
		}
		if err := r.store.BeginCollection(r.ctx(), store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}); err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindCollection, id), fields)
	}
}

func readRemind(r *request, f *crm.RemindFields) error {
	var b remindBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.idRequired("/invoice_id", &b.InvoiceID)
	f.InvoiceID = b.InvoiceID
	return k.err()
}

func readDebtorCall(r *request, f *crm.CallFields) error {
	var b debtorCallBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	if b.Outcome == "" {
		k.fail("/outcome", "required", nil)
	}
	k.oneOf("/outcome", b.Outcome, crm.EngagementOutcomes()...)
	k.line("/note", &b.Note, maxLine)
	*f = crm.CallFields{Outcome: b.Outcome, Note: b.Note, Again: b.Again}
	return k.err()
}

func readPromise(r *request, f *crm.PromiseFields) error {
	var b promiseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.ids("/invoices", b.Invoices, 200)
	k.line("/note", &b.Note, maxLine)
	if b.On.IsZero() {
		k.fail("/on", "required", nil)
	}
	*f = crm.PromiseFields{Invoices: b.Invoices, Amount: string(b.Amount), On: b.On, Note: b.Note}
	return k.err()
}

func readDispute(r *request, f *crm.DisputeFields) error {
	var b disputeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.idRequired("/invoice_id", &b.InvoiceID)
	k.id("/owner_id", &b.OwnerID)
	k.required("/reason", &b.Reason, maxLine)
	if b.Position < 0 {
		k.fail("/position", "out_of_range", params{"min": 0})
	}
	*f = crm.DisputeFields{InvoiceID: b.InvoiceID, Position: b.Position, Amount: string(b.Amount), Reason: b.Reason, OwnerID: b.OwnerID, DueOn: b.DueOn}
	return k.err()
}

func readResolve(r *request, f *crm.ResolveFields) error {
	var b resolveBody
	if err := r.decode(&b); err != nil {
		return err
	}
	id, err := r.id("other")
	if err != nil {
		return err
	}
	var k check
	k.required("/outcome", &b.Outcome, maxLine)
	*f = crm.ResolveFields{ID: id, Accepted: b.Accepted, Outcome: b.Outcome}
	return k.err()
}

func readPause(r *request, f *crm.PauseFields) error {
	var b pauseBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.id("/invoice_id", &b.InvoiceID)
	k.required("/reason", &b.Reason, maxLine)
	if b.Until.IsZero() {
		k.fail("/until", "required", nil)
	}
	*f = crm.PauseFields{InvoiceID: b.InvoiceID, Until: b.Until, Reason: b.Reason}
	return k.err()
}

func readEnd(r *request, f *crm.ReleaseFields) error {
	var b endBody
	if err := r.decodeOptional(&b); err != nil {
		return err
	}
	return readRelease(r, f, b.Note, (*check).line)
}

// readRelease reads what ends, named by the path, and checks the word about it.
func readRelease(r *request, f *crm.ReleaseFields, note string, allowed func(k *check, pointer string, v *string, most int)) error {
	id, err := r.id("other")
	if err != nil {
		return err
	}
	var k check
	allowed(&k, "/note", &note, maxLine)
	*f = crm.ReleaseFields{ID: id, Note: note}
	return k.err()
}

func (c *check) idRequired(pointer string, id *crm.ID) {
	if *id == "" {
		c.fail(pointer, "required", nil)
		return
	}
	c.id(pointer, id)
}

// ids takes a list of at most so many ids, each of which must be one.
func (c *check) ids(pointer string, ids []crm.ID, most int) {
	if len(ids) > most {
		c.fail(pointer, "too_many", params{"max": most})
		return
	}
	for i := range ids {
		c.idRequired(fmt.Sprintf("%s/%d", pointer, i), &ids[i])
	}
}

// dunning is the policy by which a debtor is chased: by the rules that hold for his collection, or that would if it began now.
func (r *request) dunning(account crm.ID, today crm.Date) (crm.DunningPolicy, error) {
	version, err := r.store.DunningVersion(r.ctx(), account)
	if err != nil || version == 0 {
		return crm.DunningPolicy{}, err
	}
	set, err := r.srv.library.Get(crm.RuleDunning, version, func() ([]byte, error) {
		source, err := r.store.RuleSource(r.ctx(), crm.RuleDunning, version)
		return []byte(source), err
	})
	if err != nil {
		return crm.DunningPolicy{}, err
	}
	facts, err := r.store.DebtorFacts(r.ctx(), account, today)
	return set.DunningFor(facts), err
}
