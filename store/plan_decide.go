package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// PlanDecision is what the head of sales thinks of a position (S102).
type PlanDecision struct {
	AccountID crm.ID
	FirstDay  crm.Date
	State     crm.PlanState // confirmed or doubtful
	Reason    string        // of a doubt
	Version   int           // of the position as he saw it; -1: not checked
}

// DecidePlan confirms positions or marks them as doubtful, all or none; the target's scope are the customers on whose positions the actor decides. Mistakes
// come back at /positions/<n>: unknown_record, changed_meanwhile, required at /reason of a doubt. Refused: plan_not_confirmed of a plan that nobody confirms.
func (s *Store) DecidePlan(ctx context.Context, t Target, all []PlanDecision) (decided int, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		accounts := make([]string, len(all))
		for i, d := range all {
			accounts[i] = string(d.AccountID)
		}
		args := []any{accounts}
		may := t.Scope.covers("a.owner_id", &args)
		p, known, err := e.openPlan(ctx, t.ID, accounts, may, args[1:]...)
		if err != nil {
			return err
		}
		if !p.Confirm {
			return Refused{Code: "plan_not_confirmed"}
		}
		var errs crm.FieldErrors
		var write []crm.PlanCell
		for i, d := range all {
			at := fmt.Sprintf("/positions/%d", i)
			c, there := known.cells[cellKey{d.AccountID, d.FirstDay}]
			switch {
			case !there || !known.accounts[d.AccountID]:
				errs.Add(at, crm.Problem("unknown_record"))
			case d.State == crm.PlanDoubtful && d.Reason == "":
				errs.Add(at+"/reason", crm.Problem("required"))
			case d.Version >= 0 && d.Version != c.Version:
				errs.Add(at, crm.Problem("changed_meanwhile", "now", c.Amount.String()))
			case c.State == d.State && c.Reason == d.Reason && !c.Changed:
			default:
				c.State, c.Reason, c.Changed, c.DecidedBy, c.DecidedAt = d.State, d.Reason, false, t.Actor, &e.now
				if d.State == crm.PlanConfirmed {
					c.Reason = ""
				}
				write = append(write, c)
			}
		}
		if err := errs.Err(); err != nil {
			return err
		}
		decided = len(write)
		return e.writePlan(ctx, p, known, write, "account.plan_decided")
	})
	return decided, err
}

// PlanVersion is the plan as it was, under a name.
type PlanVersion struct {
	ID     crm.ID
	Name   string
	MadeBy crm.ID
	By     string // who made it
	MadeAt time.Time
}

// KeepPlanVersion keeps the plan as it is under a name; one that is there already is Taken.
func (s *Store) KeepPlanVersion(ctx context.Context, actor, plan, id crm.ID, name string) (v PlanVersion, err error) {
	err = s.edit(ctx, actor, func(e *edit) error {
		if _, err := one[crm.RevenuePlan](ctx, e.q, `select `+planColumns+` from revenue_plan where id = $1 for update`, plan); err != nil {
			return err
		}
		var taken bool
		if err := e.q.QueryRow(ctx, `select exists (select from plan_version where plan_id = $1 and name = $2)`, plan, name).Scan(&taken); err != nil {
			return told(err)
		}
		if taken {
			return crm.FieldErrors{crm.Problem("already_used").At("/name")}
		}
		v = PlanVersion{ID: id, Name: name, MadeBy: actor, MadeAt: e.now}
		b := &pgx.Batch{}
		b.Queue(`insert into plan_version (id, plan_id, name, made_by, made_at) values ($1, $2, $3, $4, $5)`, id, plan, name, actor, e.now)
		b.Queue(`insert into plan_version_cell (version_id, account_id, first_day, amount, state) select $1, account_id, first_day, amount, state from plan_cell where plan_id = $2 and amount > 0`, id, plan)
		return told(e.q.SendBatch(ctx, b).Close())
	})
	return v, err
}

// PlanVersions lists the versions of a plan, the newest first.
func (s *Store) PlanVersions(ctx context.Context, plan crm.ID) ([]PlanVersion, error) {
	return many[PlanVersion](ctx, s.pool, `select v.id, v.name, v.made_by, u.name as by, v.made_at from plan_version v join app_user u on u.id = v.made_by where v.plan_id = $1 order by v.made_at desc, v.id`, plan)
}

// PlanVersionCells are the positions of a version on customers within the scope.
func (s *Store) PlanVersionCells(ctx context.Context, sc Scope, plan, version crm.ID) ([]crm.PlanCell, error) {
	args := []any{plan, version}
	return many[crm.PlanCell](ctx, s.pool, `select c.account_id, c.first_day, c.amount, c.state, '' as reason, false as changed, 1 as version, null::uuid as planned_by, null::uuid as decided_by, null::timestamptz as decided_at
		from plan_version_cell c join plan_version v on v.id = c.version_id where v.plan_id = $1 and v.id = $2 and c.account_id in (select a.id from account a where `+sc.covers("a.owner_id", &args)+`)`, args...)
}

// PlanComment is what somebody wrote beside a plan, or beside a customer in it.
type PlanComment struct {
	ID        crm.ID
	AccountID crm.ID // none: about the whole
	Account   string
	AuthorID  crm.ID
	Author    string
	Text      string
	At        time.Time
}

// CommentPlan writes a comment; about a customer only within the scope. Errors: unknown_record at /account_id.
func (s *Store) CommentPlan(ctx context.Context, t Target, c PlanComment) (PlanComment, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		if c.AccountID != "" {
			a, err := e.account(ctx, t.Scope, c.AccountID, "/account_id")
			if err != nil {
				return err
			}
			c.Account = a.Name
		}
		if _, err := one[crm.RevenuePlan](ctx, e.q, `select `+planColumns+` from revenue_plan where id = $1 for share`, t.ID); err != nil {
			return err
		}
		c.AuthorID, c.At = t.Actor, e.now
		_, err := e.q.Exec(ctx, `insert into plan_comment (id, plan_id, account_id, author_id, text, at) values ($1, $2, $3, $4, $5, $6)`, c.ID, t.ID, c.AccountID, t.Actor, c.Text, e.now)
		return told(err)
	})
	return c, err
}

// PlanComments are the latest comments that the reader may see: about the whole, and about customers within his scope.
func (s *Store) PlanComments(ctx context.Context, sc Scope, plan crm.ID) ([]PlanComment, error) {
	args := []any{plan}
	return many[PlanComment](ctx, s.pool, `select c.id, c.account_id, coalesce(a.name, '') as account, c.author_id, u.name as author, c.text, c.at from plan_comment c
		join app_user u on u.id = c.author_id left join account a on a.id = c.account_id where c.plan_id = $1 and (c.account_id is null or `+sc.covers("a.owner_id", &args)+`) order by c.at desc, c.id limit 100`, args...)
}

// remindPlanDays is how many days before a plan's deadline those are reminded who have customers without a figure.
const remindPlanDays = 3

// mailPlanReminders reminds salespeople of plans that are due: once for each deadline, in the morning of where they are.
func (e *edit) mailPlanReminders(ctx context.Context) error {
	due, err := many[struct {
		Plan, User            crm.ID
		Title                 string
		Deadline              crm.Date
		Name, Email, Language string
		Missing               int
	}](ctx, e.q, `select * from (select p.id as plan, u.id as "user", p.name as title, p.deadline, u.name, u.email, u.language,
			(select count(*) from account a where a.owner_id = u.id and a.kind = 'customer' and a.archived_at is null
				and not exists (select from plan_cell c where c.plan_id = p.id and c.account_id = a.id)) as missing
		from revenue_plan p cross join app_user u where p.deadline between $3::date and $3::date + $4::int and u.active and u.roles && '{salesperson,sales_manager}' and `+inTheMorning+`
			and not exists (select from effect f where f.key = 'mail/plan/' || p.id || '/' || p.deadline || '/' || u.id)) d
		where missing > 0 order by plan, "user" limit 500`, e.now, e.zone.String(), e.today, remindPlanDays)
	if err != nil {
		return err
	}
	for _, d := range due {
		l := crm.Letter{Template: "plan_due", To: d.Email, Name: d.Name, Language: d.Language, Texts: map[string]string{"title": d.Title, "last_day": d.Deadline.String(), "count": fmt.Sprint(d.Missing)}, Path: "/plan/" + string(d.Plan)}
		if err := e.mail(ctx, fmt.Sprintf("mail/plan/%s/%s/%s", d.Plan, d.Deadline, d.User), "", l); err != nil {
			return err
		}
	}
	return nil
}
