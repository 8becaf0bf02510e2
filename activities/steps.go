// Package activities holds every side effect of the processes: thin, idempotent verbs. A step is one short transaction; what leaves the
// house is written down by the step and delivered by the channel's dispatcher.
package activities

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"

	"go.temporal.io/sdk/temporal"
)

// Steps takes the steps of every process.
type Steps struct {
	Store    *store.Store
	Rules    *rules.Library
	Channels map[string]Channel // by name, for the deliverers
}

// The types of errors that the policies of steps tell apart.
const (
	ErrorBusy     = "Busy"     // somebody else holds the row
	ErrorNotFound = "NotFound" // no such process or command
)

// Apply carries a command of a process out at the engine's time given and gives its answer with the process as it stands then. Repeated, it changes
// nothing and gives the same answer.
func (s *Steps) Apply(ctx context.Context, command, process string, at time.Time) (crm.Result, error) {
	r, err := s.Store.Advance(ctx, command, process, at, s.advance)
	crash.At("apply.before_completion")
	return r, typed(err)
}

// CatchUp reads the process's row, takes the step of its earliest deadline if that has come at the engine's time given, and gives the row as
// it stands then.
func (s *Steps) CatchUp(ctx context.Context, process string, at time.Time) (crm.Process, error) {
	p, err := s.Store.Load(ctx, process)
	if err == nil && !p.Closed && p.Deadline != nil && !p.Deadline.After(at.Add(p.Shift)) {
		p, err = s.Store.Expire(ctx, process, at, s.expire)
	}
	crash.At("catch_up.before_completion")
	return p, typed(err)
}

// typed names the errors that the workflow's retry policy tells apart.
func typed(err error) error {
	switch {
	case errors.Is(err, store.ErrBusy):
		return temporal.NewApplicationError(err.Error(), ErrorBusy)
	case errors.Is(err, store.ErrNotFound):
		return temporal.NewNonRetryableApplicationError(err.Error(), ErrorNotFound, nil)
	}
	return err
}

type step func(*Steps, context.Context, *store.Tx, crm.Command) (crm.Answer, error)

// steps is the one table of what carries out which command.
var steps = map[string]step{
	crm.LeadQualify:    with((*Steps).qualify),
	crm.LeadAssign:     with((*Steps).assign),
	crm.LeadTake:       with((*Steps).takeLead),
	crm.LeadReassign:   with((*Steps).reassign),
	crm.LeadFeedback:   with((*Steps).feedback),
	crm.LeadNurture:    with((*Steps).nurture),
	crm.LeadAnswered:   with((*Steps).answered),
	crm.LeadConvert:    with((*Steps).convert),
	crm.LeadDisqualify: with((*Steps).disqualify),

	crm.OpportunityMove:   with((*Steps).move),
	crm.OpportunityReopen: with((*Steps).reopen),
	crm.ExceptionAsk:      with((*Steps).askException),
	crm.ExceptionGrant:    with((*Steps).grantException),
	crm.ExceptionDecline:  with((*Steps).declineException),
	crm.ExceptionWithdraw: with((*Steps).withdrawException),

	crm.HandOffAsk:      with((*Steps).askHandOff),
	crm.HandOffSend:     with((*Steps).sendHandOff),
	crm.HandOffTake:     with((*Steps).takeHandOff),
	crm.HandOffBounce:   with((*Steps).bounceHandOff),
	crm.HandOffComplete: with((*Steps).completeHandOff),
	crm.HandOffCancel:   with((*Steps).cancelHandOff),

	crm.SampleRequest:  with((*Steps).requestSample),
	crm.SampleShip:     with((*Steps).shipSample),
	crm.SampleFeedback: with((*Steps).sampleFeedback),

	crm.QuoteSend:     with((*Steps).sendQuote),
	crm.QuoteAccept:   with((*Steps).acceptQuote),
	crm.QuoteRefuse:   with((*Steps).refuseQuote),
	crm.QuoteWithdraw: with((*Steps).withdrawQuote),
	crm.QuoteDeposit:  with((*Steps).noteDeposit),

	crm.OrderValidate: with((*Steps).validateOrder),
	crm.OrderApprove:  with((*Steps).approveOrder),
	crm.OrderReject:   with((*Steps).rejectOrder),
	crm.OrderAsk:      with((*Steps).askBack),
	crm.OrderAnswer:   with((*Steps).answerQuestion),
	crm.OrderRecall:   with((*Steps).recallOrder),
	crm.OrderUndo:     with((*Steps).undoDecision),
	crm.OrderEscalate: with((*Steps).escalateOrder),

	crm.ProjectProgress: with((*Steps).progress),
	crm.ProjectBill:     with((*Steps).billEarned),
	crm.ProjectUnbill:   with((*Steps).unbillEarned),
	crm.ExpenseBill:     with((*Steps).billExpenses),
	crm.ExpenseUnbill:   with((*Steps).unbillExpenses),
	crm.ProjectClose:    with((*Steps).closeProject),
	crm.InvoiceIssue:    with((*Steps).issueInvoice),
	crm.InvoiceGroup:    with((*Steps).groupInvoice),
	crm.PaymentRecord:   with((*Steps).recordPayment),
	crm.InvoiceCredit:   with((*Steps).creditInvoice),
	crm.ContractClose:   with((*Steps).closeContract),
	crm.RenewalNotice:   with((*Steps).takeNotice),
	crm.RenewalAdjust:   with((*Steps).adjustPrice),

	crm.AmendPropose:  with((*Steps).proposeAmendment),
	crm.AmendApprove:  with((*Steps).approveAmendment),
	crm.AmendReject:   with((*Steps).rejectAmendment),
	crm.AmendWithdraw: with((*Steps).withdrawAmendment),
	crm.AmendSign:     with((*Steps).signAmendment),

	crm.UndoAsk:         with((*Steps).askUndo),
	crm.UndoWithdraw:    with((*Steps).withdrawUndo),
	crm.UndoApprove:     with((*Steps).approveUndo),
	crm.UndoDecline:     with((*Steps).declineUndo),
	crm.UndoStop:        with((*Steps).stopUndo),
	crm.UndoResume:      with((*Steps).resumeUndo),
	crm.UndoSettle:      with((*Steps).settleUndo),
	crm.OpportunityUndo: with((*Steps).undoOpportunity),

	crm.CollectionRemind:   with((*Steps).remind),
	crm.CollectionCall:     with((*Steps).noteCall),
	crm.CollectionPromise:  with((*Steps).promise),
	crm.CollectionRelease:  with((*Steps).releasePromise),
	crm.CollectionDispute:  with((*Steps).openDispute),
	crm.CollectionResolve:  with((*Steps).resolveDispute),
	crm.CollectionPause:    with((*Steps).pauseCollection),
	crm.CollectionContinue: with((*Steps).endPause),
	crm.CollectionLegal:    with((*Steps).handToLegal),
	crm.CollectionReturn:   with((*Steps).takeFromLegal),
	crm.CollectionPlan:     with((*Steps).agreePlan),
	crm.CollectionEndPlan:  with((*Steps).endPlan),
	crm.CollectionBounced:  with((*Steps).bounced),
	crm.CollectionAddress:  with((*Steps).confirmAddress),
	crm.CollectionPosted:   with((*Steps).posted),

	crm.CareTake:   with((*Steps).takeCase),
	crm.CareAnswer: with((*Steps).answerCase),
	crm.CareWait:   with((*Steps).waitCase),
	crm.CareResume: with((*Steps).resumeCase),
	crm.CareSolve:  with((*Steps).solveCase),
	crm.CareReopen: with((*Steps).reopenCase),
	crm.CareClose:  with((*Steps).closeCase),
	crm.CareDone:   with((*Steps).doneCase),
	crm.CareLead:   with((*Steps).leadOfCase),
	crm.CareDeal:   with((*Steps).dealOfCase),
}

// deadlines is the one table of what a process does by itself when a deadline comes.
var deadlines = map[string]func(*Steps, context.Context, *store.Tx, store.Deadline) error{
	deadlineQuoteExpires:    (*Steps).expireQuote,
	deadlineQuoteReminder:   (*Steps).remindOfQuote,
	deadlineQuoteDeposit:    (*Steps).lapseDeposit,
	deadlineDepositReminder: (*Steps).remindOfDeposit,
	store.DeadlineRenewal:   (*Steps).renew,
	store.DeadlineUndo:      (*Steps).undoStep,
	store.DeadlineAmendment: (*Steps).amendmentDay,
	store.DeadlineMilestone: (*Steps).lateMilestone,
	store.DeadlineSignOff:   (*Steps).remindSignOff,
	store.DeadlineRisk:      (*Steps).riskReview,
	store.DeadlineAnswer:    (*Steps).escalateCase,
	store.DeadlineSolve:     (*Steps).escalateCase,
	store.DeadlineCloseCase: (*Steps).lapseCase,
	store.DeadlineRating:    (*Steps).remindRating,
	store.DeadlineImport:    (*Steps).importRows,
	store.DeadlineMigration: (*Steps).migrate,
	store.DeadlineReview:    (*Steps).review,
	deadlineDunning:         (*Steps).review,
	deadlineDispute:         (*Steps).lateDispute,
	deadlineScore:           (*Steps).review,
	deadlineNurture:         (*Steps).touch,
	deadlineSample:          (*Steps).remindSample,
	deadlineException:       (*Steps).lapseException,
	deadlineHandOff:         (*Steps).lateHandOff,
	deadlineDecision:        (*Steps).effectDecision,
}

// with reads a command's fields before the step sees it. Unreadable fields are a refusal: the api checks them before they get here.
func with[F any](take func(*Steps, context.Context, *store.Tx, F) (crm.Answer, error)) step {
	return func(s *Steps, ctx context.Context, tx *store.Tx, c crm.Command) (crm.Answer, error) {
		var f F
		if err := json.Unmarshal(c.Fields, &f); err != nil {
			return refuse("validation_failed", "", "unreadable"), nil
		}
		a, err := take(s, ctx, tx, f)
		if errors.Is(err, store.ErrNotFound) {
			return refuse("not_found"), nil
		}
		return a, err
	}
}

func (s *Steps) advance(ctx context.Context, tx *store.Tx, c crm.Command) (crm.Answer, error) {
	take, ok := steps[c.Kind]
	if !ok {
		return refuse("unknown_command"), nil
	}
	return take(s, ctx, tx, c)
}

func (s *Steps) expire(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	take, ok := deadlines[d.Kind]
	if !ok {
		return fmt.Errorf("nothing is due at a deadline %q", d.Kind)
	}
	return take(s, ctx, tx, d)
}

// review looks at what the process waits for: a payment, a time.
func (s *Steps) review(ctx context.Context, tx *store.Tx, _ store.Deadline) error {
	switch kind, id := crm.SplitProcessID(tx.Process.ID); kind {
	case crm.KindLead:
		return s.rescore(ctx, tx)
	case crm.KindCollection:
		return s.collect(ctx, tx, id)
	case crm.KindContract:
		return s.watchProject(ctx, tx)
	}
	return nil
}

// set is the rule set that holds for the process. A process from before a kind of rules was there follows what is active now; where none
// ever was, the set decides nothing.
func (s *Steps) set(ctx context.Context, tx *store.Tx, kind crm.RuleKind) (*rules.Set, error) {
	version := tx.Pinned(kind)
	if version == 0 {
		var err error
		if version, err = tx.ActiveRule(ctx, kind); err != nil {
			return nil, err
		}
		if version == 0 {
			return rules.None(kind), nil
		}
	}
	return s.version(ctx, tx, kind, version)
}

// version is a stored version of a kind.
func (s *Steps) version(ctx context.Context, tx *store.Tx, kind crm.RuleKind, version int) (*rules.Set, error) {
	set, err := s.Rules.Get(kind, version, func() ([]byte, error) {
		source, err := tx.RuleSource(ctx, kind, version)
		return []byte(source), err
	})
	if err != nil {
		return nil, fmt.Errorf("rules %s version %d: %v", kind, version, err) // not wrapped: a missing rule set is no missing record
	}
	return set, nil
}

// beginning is the rule set that a process gets which this step opens: the one that is active now.
func (s *Steps) beginning(ctx context.Context, tx *store.Tx, kind crm.RuleKind) (*rules.Set, error) {
	version, err := tx.ActiveRule(ctx, kind)
	if err != nil || version == 0 {
		return rules.None(kind), err
	}
	return s.version(ctx, tx, kind, version)
}

// done is the answer of a step that was taken; params are names and values in turn.
func done(params ...string) crm.Answer { return answer(crm.Done, params) }

// refuse is the answer of a step that may not be taken.
func refuse(code string, params ...string) crm.Answer { return answer(code, params) }

func answer(code string, params []string) crm.Answer {
	a := crm.Answer{Code: code}
	for i := 0; i+1 < len(params); i += 2 {
		if a.Params == nil {
			a.Params = map[string]string{}
		}
		a.Params[params[i]] = params[i+1]
	}
	return a
}

// invalid refuses a field; the pointer is in the command's fields.
func invalid(pointer, code string) crm.Answer { return refuse("validation_failed", pointer, code) }

// gated refuses by a verdict, which is kept beside the answer.
func gated(v crm.Verdict) crm.Answer {
	return refuse("gate_refused", "rule", string(v.Kind), "version", fmt.Sprint(v.Version), "key", v.Key)
}
