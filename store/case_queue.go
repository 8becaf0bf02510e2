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
}

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
	rows, err := many[QueuedCase](ctx, s.pool, `select q.*, `+caseDue+` as due from (`+caseRows+where.sql()+`) q cross join lateral (select q.*) k
		order by k.state in ('solved', 'closed'), due nulls last, k.opened_at desc, k.id limit @limit offset @offset`, sc.args(pgx.NamedArgs{
		"state": f.State, "by": f.Owner, "priority": f.Priority, "category": f.Category, "now": now, "limit": limit, "offset": offset,
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
}

// EditCase changes what a case is about, what it came of, and whose contract it is on. Its promises stay as they were given. Errors: Stale, case_closed, unknown_value,
// unknown_record at /contract_id.
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
		if err := errs.Err(); err != nil {
			return err
		}
		changes := differences(before, k)
		if len(changes) == 0 {
			return nil
		}
		k.Version++
		if _, err := e.q.Exec(ctx, `update care_case set priority = $2, category = $3, cause = $4, contract_id = $5, version = $6 where id = $1`, k.ID, k.Priority, k.Category, k.Cause, k.ContractID, k.Version); err != nil {
			return told(err)
		}
		return e.tell(ctx, process, Entry{Code: "case.edited", AccountID: k.AccountID, Data: map[string]any{"case": k.Number, "changes": changes, "version": k.Version}})
	})
	return k, err
}

// ContractChoices lists the contracts of a customer within the scope, the newest first.
func (s *Store) ContractChoices(ctx context.Context, sc Scope, account crm.ID) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select c.id, c.number as name from contract c where c.account_id = @account and `+sc.sees("c.owner_id")+` order by c.signed_at desc, c.id limit 200`, sc.args(pgx.NamedArgs{"account": account}))
}
