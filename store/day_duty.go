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
	"mention": {"/feed/", ""}, "reply": {"/feed/", ""}, "task": {"/feed/", ""}, "poor": {"/cases/", ""}, "expiry": {"/documents/", ""}, "risk": {"/contracts/", "/risks"}, "rate": {"/settings/interest", ""},
	"case": {"/cases/", ""}, "case_free": {"/cases/", ""}, "request": {"/care/requests", ""}, "milestone": {"/contracts/", "/milestones"}, "purchase": {"/contracts/", "/purchases"},
	"week": {"/timesheets", ""}, "expense": {"/expense-approvals", ""}, "write_off": {"/overdue?account=", ""}, "refund": {"/accounts/", "/statement"}, "refund_pay": {"/accounts/", "/statement"},
}

// Page is the address of the page that settles the duty.
func (d Duty) Page() string { return dutyPages[d.Kind][0] + string(d.ID) + dutyPages[d.Kind][1] }

// Days is for how many whole days it waits.
func (d Duty) Days(now time.Time) int { return max(0, int(now.Sub(d.Since)/(24*time.Hour))) }

// weight is money times lateness; what has no money yet counts as 1,000, and a rate that is to be looked up comes last.
func (d Duty) weight(now time.Time) decimal.Decimal {
	if d.Kind == "rate" {
		return decimal.Zero
	}
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
	rates, err := s.rateDuties(ctx, u, today)
	if err != nil {
		return nil, err
	}
	work, err := s.WorkDuties(ctx, u, now, today)
	if err != nil {
		return nil, err
	}
	handed, err := s.HandedIn(ctx, u)
	if err != nil {
		return nil, err
	}
	duties = slices.Concat(duties, told, risks, rates, work, handed)
	slices.SortStableFunc(duties, func(a, b Duty) int { return b.weight(now).Cmp(a.weight(now)) })
	return duties, nil
}

// rateDuties has who keeps the rates of late interest see that a half-year has none, or will have none in some days (S091).
func (s *Store) rateDuties(ctx context.Context, u crm.User, today crm.Date) ([]Duty, error) {
	if u.Can(crm.MayWriteSettings) == crm.ReachNone {
		return nil, nil
	}
	set, _, err := s.InterestSetting(ctx)
	if err != nil {
		return nil, err
	}
	half, missing := set.Missing(today)
	if !missing {
		return nil, nil
	}
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(entity.TimeZone)
	if err != nil {
		return nil, err
	}
	return []Duty{{Kind: "rate", Title: half.String(), Day: half, Since: half.AddDays(-crm.RateNotice).StartIn(zone)}}, nil
}
