package store

import (
	"context"
	"slices"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// CaseFilter says which cases a queue holds.
type CaseFilter struct {
	State    string // of a case; active: not solved; empty: all
	Owner    crm.ID
	Nobody   bool // those that nobody has
	Priority string
	Category string
	Late     bool // a promise was missed

	From, Until crm.Date // when they were opened, both days in it
	Zone        string   // of the legal entity, for these days
	Answer      string   // kept, missed: the first promise
	Solve       string   // kept, missed: the second one
	Reopened    bool     // it was solved and taken up again
	OpenOn      crm.Date // it was not solved at the end of the day
	NoCategory  bool
	Plan        string // its name; "-": none
	Counted     bool   // as the report counts: none that went into another
}

// The conditions that reports and the queue share, k being the case.
const (
	// A promise that was missed once stays missed when a reopened case gets a new one.
	answerMissed = `(coalesce(k.answered_at, k.solved_at, k.closed_at, @now) > k.answer_due)`
	solveMissed  = `(k.state in ('open', 'in_progress') and k.solve_due < @now or k.solved_at > k.solve_due or exists (select from timeline x where x.process = 'case-' || k.id and x.code = 'case.escalated' and x.data ->> 'promise' = 'case_solve'))`
	answerKept   = `(k.answered_at <= k.answer_due or k.answered_at is null and coalesce(k.solved_at, k.closed_at) <= k.answer_due)`
	caseReopened = `(k.solutions > case when k.state in ('solved', 'closed') and k.solved_at is not null then 1 else 0 end)`
)

// caseTurns are the instants at which cases begin and cease to be worked on, from their timelines: 1 and -1 in turn.
const caseTurns = `select y.id, y.at, y.step from (select x.id, x.at, x.up - coalesce(lag(x.up) over (partition by x.id order by x.at, x.line), 0) as step from (
		select k.id, t.at, t.id as line, case when t.code in ('case.opened', 'case.reopened', 'case.heard', 'case.unmerged') then 1 else 0 end as up from care_case k join timeline t on t.process = 'case-' || k.id
		where t.code in ('case.opened', 'case.solved', 'case.closed', 'case.reopened', 'case.merged') or t.code = 'case.unmerged' and k.state in ('open', 'in_progress', 'waiting')
			or t.code = 'case.heard' and t.data ->> 'reopened' = 'true') x) y where y.step <> 0`

// caseDue is the promise of a case that comes next, k being the case; one that waits or is solved has none.
const caseDue = `case when k.state in ('open', 'in_progress') then least(k.solve_due, case when k.answered_at is null then k.answer_due end)
	when k.state = 'waiting' and k.answered_at is null then k.answer_due end`

// QueuedCase is a case as the queue shows it.
type QueuedCase struct {
	CaseRow
	Due  *time.Time // its next promise
	Left time.Duration
	Late bool
}

// CaseQueue lists cases in the order in which they have to be worked on: what was missed longest ago first, then what is due next, then what waits for the customer, and at last
// what is solved or closed. What is left of a promise is working time.
func (s *Store) CaseQueue(ctx context.Context, sc Scope, f CaseFilter, offset, limit int) ([]QueuedCase, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return nil, err
	}
	where := conditions{sc.sees("a.owner_id")}
	where.when(f.State == "active", `k.state in ('open', 'in_progress', 'waiting')`)
	where.when(f.State != "" && f.State != "active", `k.state = @state`)
	where.when(f.Owner != "", `k.owner_id = @by`)
	where.when(f.Nobody, `k.owner_id is null`)
	where.when(f.Priority != "", `k.priority = @priority`)
	where.when(f.Category != "", `k.category = @category`)
	where.when(f.Late, `(k.escalated <> '{}' or `+caseDue+` < @now)`)
	where = append(where, f.reported()...)
	rows, err := many[QueuedCase](ctx, s.pool, `select q.*, `+caseDue+` as due from (`+caseRows+where.sql()+`) q cross join lateral (select q.*) k
		order by k.state in ('solved', 'closed'), due nulls last, k.opened_at desc, k.id limit @limit offset @offset`, sc.args(pgx.NamedArgs{
		"state": f.State, "by": f.Owner, "priority": f.Priority, "category": f.Category, "now": now, "limit": limit, "offset": offset,
		"from": f.From, "until": f.Until, "zone": f.Zone, "open_on": f.OpenOn, "plan": f.Plan,
	}))
	if err != nil {
		return nil, err
	}
	cal, err := s.Calendar(ctx)
	for i := range rows {
		if d := rows[i].Due; d != nil {
			if rows[i].Late = d.Before(now); rows[i].Late {
				rows[i].Left = cal.WorkingTime(*d, now)
			} else {
				rows[i].Left = cal.WorkingTime(now, *d)
			}
		}
	}
	return rows, err
}

// reported are the conditions by which the numbers of a report choose cases.
func (f CaseFilter) reported() (where conditions) {
	where.when(!f.From.IsZero(), `(k.opened_at at time zone @zone)::date >= @from::date`)
	where.when(!f.Until.IsZero(), `(k.opened_at at time zone @zone)::date <= @until::date`)
	where.when(f.Answer == "missed", answerMissed)
	where.when(f.Answer == "kept", answerKept)
	where.when(f.Solve == "missed", solveMissed)
	where.when(f.Solve == "kept", `k.solved_at is not null and not `+solveMissed)
	where.when(f.Reopened, caseReopened)
	where.when(f.Plan == "-", `k.plan = ''`)
	where.when(f.Plan != "" && f.Plan != "-", `k.plan = @plan`)
	where.when(f.NoCategory, `k.category = ''`)
	where.when(f.Counted, `k.merged_id is null`)
	where.when(!f.OpenOn.IsZero(), `(select sum(t.step) from (`+caseTurns+`) t where t.id = k.id and t.at < ((@open_on::date + 1)::timestamp at time zone @zone)) > 0`)
	return where
}

// CarePeople lists the active people who care for customers.
func (s *Store) CarePeople(ctx context.Context) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select id, name from app_user where active and 'care' = any(roles) order by name, id`)
}

// giveInTurn gives a new case to whoever of care got none for the longest time and is not away today; nobody when all are.
func (e *edit) giveInTurn(ctx context.Context, c *crm.Case) error {
	set, err := careSetting(ctx, e.q)
	if err != nil || !set.RoundRobin || c.OwnerID != "" {
		return err
	}
	if err := late(ctx, e.q, `select pg_advisory_xact_lock(7203040)`); err != nil {
		return err
	}
	return orAbsent(e.q.QueryRow(ctx, `select u.id from app_user u where u.active and 'care' = any(u.roles)
		and not exists (select from absence b where b.user_id = u.id and b.dropped_at is null and $1::date between b.first_day and b.last_day)
		order by (select max(k.opened_at) from care_case k where k.owner_id = u.id) nulls first, u.id limit 1`, e.today).Scan(&c.OwnerID))
}

// CaseChange is what a person may change on a case beside its conversation; nil stays.
type CaseChange struct {
	Priority   *crm.Priority
	Category   *string
	Cause      *string
	ContractID *crm.ID

	ProjectID     *crm.ID
	OpportunityID *crm.ID
}

// EditCase changes what a case is about, what it came of, and whose contract it is on. Its promises stay as they were given. Errors: Stale, case_closed, unknown_value,
// unknown_record at /contract_id, /project_id and /opportunity_id.
func (s *Store) EditCase(ctx context.Context, t Target, ch CaseChange) (k crm.Case, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if k, err = e.lockCase(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		process, before := crm.ProcessID(crm.KindCase, k.ID), k
		if err := e.fresh(ctx, process, t.Version, k.Version); err != nil {
			return err
		}
		if k.State == crm.CaseClosed {
			return Refused{Code: "case_closed"}
		}
		set, err := careSetting(ctx, e.q)
		if err != nil {
			return err
		}
		var errs crm.FieldErrors
		choose := func(at string, v *string, known []string, to *string) {
			if v == nil {
				return
			}
			if *v != "" && *v != *to && !slices.Contains(known, *v) {
				errs.Add(at, crm.Problem("unknown_value", "got", *v))
			}
			*to = *v
		}
		choose("/category", ch.Category, set.Categories, &k.Category)
		choose("/cause", ch.Cause, set.Causes, &k.Cause)
		if ch.Priority != nil {
			k.Priority = *ch.Priority
		}
		if ch.ContractID != nil && *ch.ContractID != k.ContractID {
			var there bool
			if err := e.q.QueryRow(ctx, `select $1::uuid is null or exists (select from contract where id = $1 and account_id = $2)`, *ch.ContractID, k.AccountID).Scan(&there); err != nil {
				return told(err)
			}
			if !there {
				errs.Add("/contract_id", crm.Problem("unknown_record"))
			}
			k.ContractID = *ch.ContractID
		}
		if err := e.caseAbout(ctx, &k, ch, &errs); err != nil {
			return err
		}
		if err := errs.Err(); err != nil {
			return err
		}
		changes := differences(before, k)
		if len(changes) == 0 {
			return nil
		}
		k.Version++
		if _, err := e.q.Exec(ctx, `update care_case set priority = $2, category = $3, cause = $4, contract_id = $5, version = $6, project_id = $7, opportunity_id = $8 where id = $1`, k.ID, k.Priority, k.Category, k.Cause, k.ContractID, k.Version,
			k.ProjectID, k.OpportunityID); err != nil {
			return told(err)
		}
		return e.tell(ctx, process, Entry{Code: "case.edited", AccountID: k.AccountID, Data: map[string]any{"case": k.Number, "changes": changes, "version": k.Version}})
	})
	return k, err
}

// caseAbout sets the project and the deal that a case is about, which are of its customer.
func (e *edit) caseAbout(ctx context.Context, k *crm.Case, ch CaseChange, errs *crm.FieldErrors) error {
	for _, x := range []struct {
		at, of string
		v      *crm.ID
		to     *crm.ID
	}{
		{"/project_id", `select from project p join contract c on c.id = p.contract_id where p.id = $1 and c.account_id = $2`, ch.ProjectID, &k.ProjectID},
		{"/opportunity_id", `select from opportunity where id = $1 and account_id = $2`, ch.OpportunityID, &k.OpportunityID},
	} {
		if x.v == nil || *x.v == *x.to {
			continue
		}
		var there bool
		if err := e.q.QueryRow(ctx, `select $1::uuid is null or exists (`+x.of+`)`, *x.v, k.AccountID).Scan(&there); err != nil {
			return told(err)
		}
		if !there {
			errs.Add(x.at, crm.Problem("unknown_record"))
		}
		*x.to = *x.v
	}
	return nil
}

// CaseSubjects are what a case of a customer may be about beside its contract, the newest first.
type CaseSubjects struct{ Projects, Deals []Choice }

// CaseSubjects lists projects and deals of a customer within the scopes of contracts and deals.
func (s *Store) CaseSubjects(ctx context.Context, contracts, deals Scope, account crm.ID) (c CaseSubjects, err error) {
	if c.Projects, err = many[Choice](ctx, s.pool, `select p.id, p.name from project p join contract c on c.id = p.contract_id where c.account_id = @account and `+contracts.sees("c.owner_id")+`
		order by c.signed_at desc, p.id limit 200`, contracts.args(pgx.NamedArgs{"account": account})); err != nil {
		return c, err
	}
	c.Deals, err = many[Choice](ctx, s.pool, `select o.id, o.number || ' ' || o.name as name from opportunity o where o.account_id = @account and `+deals.sees("o.owner_id")+`
		order by o.updated_at desc, o.id limit 200`, deals.args(pgx.NamedArgs{"account": account}))
	return c, err
}

// CasesAbout lists the cases that are about a deal, the newest first.
func (s *Store) CasesAbout(ctx context.Context, sc Scope, deal crm.ID) ([]CaseRow, error) {
	return many[CaseRow](ctx, s.pool, caseRows+` where k.opportunity_id = @deal and k.merged_id is null and `+sc.sees("a.owner_id")+` order by k.opened_at desc, k.id limit 100`,
		sc.args(pgx.NamedArgs{"deal": deal}))
}

// ContractChoices lists the contracts of a customer within the scope, the newest first.
func (s *Store) ContractChoices(ctx context.Context, sc Scope, account crm.ID) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select c.id, c.number as name from contract c where c.account_id = @account and `+sc.sees("c.owner_id")+` order by c.signed_at desc, c.id limit 200`, sc.args(pgx.NamedArgs{"account": account}))
}
