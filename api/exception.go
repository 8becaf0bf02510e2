package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// maxClauses is for how many clauses one exception may be asked.
const maxClauses = 50

// exceptionAskBody asks for an exception from failing clauses of a gate (N1).
type exceptionAskBody struct {
	Kind    string   `json:"kind" doc:"text=pipeline, or order for the checklist of an order; without it, pipeline."`
	Key     string   `json:"key" doc:"required;max=200;text=The stage that the deal may not enter; checklist for an order."`
	Clauses []string `json:"clauses" doc:"required;most=50;text=The ids of failing clauses, as the refusal names them."`
	Reason  string   `json:"reason" doc:"required;max=10000"`
}

// exceptionGrantBody is the owner's yes.
type exceptionGrantBody struct {
	Days int    `json:"days" doc:"min=0;top=365;text=For how long it counts, today not included; 14 when left out."`
	Note string `json:"note" doc:"max=10000"`
}

// exceptionRoutes is the table of exceptions from rules.
func exceptionRoutes() []route {
	return append(withoutQuery([]route{
		{method: post, path: "/api/v1/opportunities/:id/exceptions", need: crm.MayAskException, do: onDeal(crm.ExceptionAsk, readExceptionAsk)},
		{method: get, path: "/api/v1/exceptions/:id", need: crm.MayReadOpportunity, do: shown(store.Exceptions, func(x crm.Exception) int { return x.Version })},
		{method: post, path: "/api/v1/exceptions/:id/grant", need: crm.MayDecideException, do: onException(crm.ExceptionGrant, readExceptionGrant)},
		{method: post, path: "/api/v1/exceptions/:id/withdraw", need: crm.MayAskException, do: onException(crm.ExceptionWithdraw, readExceptionWithdraw)},
		{method: post, path: "/api/v1/exceptions/:id/decline", need: crm.MayDecideException, do: onException(crm.ExceptionDecline, readExceptionDecline)},
	}), route{method: get, path: "/api/v1/exceptions", need: crm.MayReadOpportunity, do: listed(store.Exceptions)})
}

var exceptionCalls = map[string]call{
	"POST /api/v1/opportunities/:id/exceptions": commanding("Rules", "Ask for an exception from failing clauses", exceptionAskBody{},
		"exception_pending", "exception_not_needed", "exception_impossible", "transition_not_allowed", "order_not_validating").
		says("N1", "It goes to the owner whom the rules name, a sales manager when they name nobody. Every clause must stand in the way now; one that cannot be evaluated cannot be excepted.").
		like(`{"key":"timing","clauses":["timing.need"],"reason":"The customer tells us on Monday."}`),
	"GET /api/v1/exceptions": listing("Rules", "List exceptions", store.Exceptions).says("N1", ""),
	"GET /api/v1/exceptions/:id": reading("Rules", "Read an exception", crm.Exception{}).
		says("N1", "`asked` are the clauses with the values of the moment in which it was asked for."),
	"POST /api/v1/exceptions/:id/grant": commanding("Rules", "Grant an exception", exceptionGrantBody{}, "already_decided", "self_approval", "exception_outdated", "opportunity_closed").
		bodiless().matching().says("N1", "The deal passes these clauses of this gate once, under this version of the rules, until it is used or expires. Nobody decides on what he asked for.").
		like(`{"days":14,"note":"Agreed by phone."}`),
	"POST /api/v1/exceptions/:id/withdraw": commanding("Rules", "Withdraw a request for an exception", emptyBody{}, "already_decided").
		bodiless().matching().says("N1", "By who asked, before it is decided."),
	"POST /api/v1/exceptions/:id/decline": commanding("Rules", "Decline an exception", rejectBody{}, "already_decided", "self_approval").
		matching().says("N1", "").like(`{"reason":"Ask the customer first."}`),
}

func readExceptionWithdraw(r *request, id crm.ID, version int) (crm.ExceptionWithdrawFields, error) {
	var b emptyBody
	return crm.ExceptionWithdrawFields{ID: id, Version: version}, r.decodeOptional(&b)
}

// readExceptionAsk reads what is asked for.
func readExceptionAsk(r *request, f *crm.ExceptionAskFields) error {
	var b exceptionAskBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Kind == "" {
		b.Kind = string(crm.RulePipeline)
	}
	c.oneOf("/kind", b.Kind, string(crm.RulePipeline), string(crm.RuleOrder))
	c.required("/key", &b.Key, maxName)
	if len(b.Clauses) == 0 {
		c.fail("/clauses", "required", nil)
	}
	c.names("/clauses", &b.Clauses, maxClauses)
	c.reason(&b.Reason)
	*f = crm.ExceptionAskFields{Kind: crm.RuleKind(b.Kind), Key: b.Key, Clauses: b.Clauses, Reason: b.Reason}
	return c.err()
}

// onException makes the handler of an owner's decision on a deal within his reach.
func onException[T any](kind string, read func(*request, crm.ID, int) (T, error)) func(*request) error {
	return onPart(kind, read, func(r *request, id crm.ID) (crm.ID, error) {
		x, err := store.Exceptions.Record(r.ctx(), r.store, r.Scope(), id)
		return x.OpportunityID, err
	})
}

// onPart makes the handler of a command on something that belongs to a deal; of finds that deal within the person's reach.
func onPart[T any](kind string, read func(*request, crm.ID, int) (T, error), of func(*request, crm.ID) (crm.ID, error)) func(*request) error {
	return func(r *request) error {
		id, err := r.id("id")
		if err != nil {
			return err
		}
		deal, err := of(r, id)
		if err != nil {
			return err
		}
		version, err := r.version()
		if err != nil {
			return err
		}
		fields, err := read(r, id, version)
		if err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindOpportunity, deal), fields)
	}
}

func readExceptionGrant(r *request, id crm.ID, version int) (crm.ExceptionGrantFields, error) {
	var b exceptionGrantBody
	if err := r.decodeOptional(&b); err != nil {
		return crm.ExceptionGrantFields{}, err
	}
	var c check
	c.between("/days", b.Days, 0, crm.ExceptionDaysMost)
	c.lines("/note", &b.Note, maxText)
	return crm.ExceptionGrantFields{ID: id, Days: b.Days, Note: b.Note, Version: version}, c.err()
}

func readExceptionDecline(r *request, id crm.ID, version int) (crm.ReasonFields, error) {
	var b rejectBody
	if err := r.decode(&b); err != nil {
		return crm.ReasonFields{}, err
	}
	var c check
	c.lines("/reason", &b.Reason, maxText)
	if b.Reason == "" {
		c.fail("/reason", "required", nil)
	}
	return crm.ReasonFields{ID: id, Reason: b.Reason, Version: version}, c.err()
}
