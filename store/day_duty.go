package store

import (
	"context"
	"slices"
	"time"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// dutyPages are the pages that settle duties, by kind: what stands before the record's id, and behind it.
var dutyPages = map[string][2]string{
	"approve": {"/orders/", ""}, "answer": {"/orders/", ""}, "validate": {"/orders/", ""}, "qualify": {"/leads/", ""}, "assign": {"/leads/", ""}, "feedback": {"/leads/", ""}, "convert": {"/leads/", ""},
	"undo": {"/contracts/", "/undo"}, "amend": {"/contracts/", "/amendments"}, "except": {"/exceptions/", ""}, "declined": {"/exceptions/", ""}, "handoff": {"/handoffs/", ""}, "handoff_back": {"/handoffs/", ""}, "excepted": {"/opportunities/", ""},
	"plan": {"/opportunities/", "?tab=activities"}, "call": {"/opportunities/", "?tab=activities"}, "bill": {"/contracts/", ""}, "collect": {"/invoices/", ""},
	"mention": {"/feed/", ""}, "reply": {"/feed/", ""}, "task": {"/feed/", ""}, "poor": {"/cases/", ""}, "expiry": {"/documents/", ""}, "risk": {"/contracts/", "/risks"},
}

// Page is the address of the page that settles the duty.
func (d Duty) Page() string { return dutyPages[d.Kind][0] + string(d.ID) + dutyPages[d.Kind][1] }

// Days is for how many whole days it waits.
func (d Duty) Days(now time.Time) int { return max(0, int(now.Sub(d.Since)/(24*time.Hour))) }

// weight is money times lateness; what has no money yet counts as 1,000.
func (d Duty) weight(now time.Time) decimal.Decimal {
	money := d.Amount
	if !money.IsPositive() {
		money = decimal.NewFromInt(1000)
	}
	return money.Mul(decimal.NewFromInt(int64(d.Days(now) + 1)))
}

// DutiesOf collects all that waits for a person, the costliest and latest first; today is the company's.
func (s *Store) DutiesOf(ctx context.Context, u crm.User, now time.Time, today crm.Date) ([]Duty, error) {
	scope := func(p crm.Permission) Scope { return ScopeOf(u, p) }
	duties, err := s.Duties(ctx, DutyScopes{
		User: u, Approve: scope(crm.MayApproveOrder), Validate: scope(crm.MayValidateOrder),
		Assign: scope(crm.MayAssignLead), Lead: scope(crm.MayWriteLead), Deal: scope(crm.MayWriteOpportunity), Issue: scope(crm.MayIssueInvoice),
		Collect: scope(crm.MayWritePayment), Except: scope(crm.MayDecideException), Ask: scope(crm.MayAskException), HandOff: scope(crm.MayWriteHandOff),
	}, now, today)
	if err != nil {
		return nil, err
	}
	told, err := s.NoticeDuties(ctx, Viewer{User: u})
	if err != nil {
		return nil, err
	}
	risks, err := s.RiskDuties(ctx, scope(crm.MayReadPNL), u.ID, today)
	if err != nil {
		return nil, err
	}
	duties = append(append(duties, told...), risks...)
	slices.SortStableFunc(duties, func(a, b Duty) int { return b.weight(now).Cmp(a.weight(now)) })
	return duties, nil
}
