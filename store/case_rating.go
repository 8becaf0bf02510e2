package store

import (
	"context"
	"fmt"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// DeadlineRating comes when a customer who did not say how satisfied he is is asked once more.
const DeadlineRating = "case_rating"

// AskRating asks the customer about the solution that a step has just given.
func (tx *Tx) AskRating(k crm.Case) {
	tx.q.later(`insert into case_rating (id, case_id, solution, owner_id, asked_at) values ($1, $2, $3, $4, $5) on conflict do nothing`, NewID(), k.ID, k.Solutions, k.OwnerID, tx.Now)
}

// CareSetting reads how care is reached and what it asks.
func (tx *Tx) CareSetting(ctx context.Context) (crm.CareSetting, error) {
	return careSetting(ctx, tx.q)
}

const ratingColumns = `id, case_id, solution, owner_id, asked_at, reminded_at, coalesce(stars, 0) as stars, words, answered_at, told`

// Rating locks what the customer was asked about a solution; ErrNotFound when he was not.
func (tx *Tx) Rating(ctx context.Context, k crm.Case) (crm.CaseRating, error) {
	return one[crm.CaseRating](ctx, tx.q, `select `+ratingColumns+` from case_rating where case_id = $1 and solution = $2 for update`, k.ID, k.Solutions)
}

// RemindedOfRating notes that the customer was asked once more.
func (tx *Tx) RemindedOfRating(r crm.CaseRating) {
	tx.q.later(`update case_rating set reminded_at = $2 where id = $1`, r.ID, tx.Now)
}

// OpenRating is what the customer of a case is asked now, about its last solution; ErrNotFound when there is nothing to ask, or he has answered.
func (s *Store) OpenRating(ctx context.Context, id crm.ID) (crm.CaseRating, error) {
	return one[crm.CaseRating](ctx, s.pool, `select `+ratingColumns+` from case_rating r where r.case_id = $1 and r.answered_at is null
		and r.solution = (select k.solutions from care_case k where k.id = r.case_id and k.state in ('solved', 'closed'))`, id)
}

// Ratings lists what was answered about a case, the last first.
func (s *Store) Ratings(ctx context.Context, id crm.ID) ([]crm.CaseRating, error) {
	return many[crm.CaseRating](ctx, s.pool, `select `+ratingColumns+` from case_rating where case_id = $1 and answered_at is not null order by solution desc`, id)
}

// RateCase keeps the customer's answer about a solution, once; the same again changes nothing. Managers of who solved it are mailed of a poor one.
// Errors: out_of_range at /stars, ErrNotFound, already_done when he answered otherwise.
func (s *Store) RateCase(ctx context.Context, actor, rating crm.ID, stars int, words string) error {
	if stars < crm.LeastStars || stars > crm.MostStars {
		return crm.FieldErrors{crm.Problem("out_of_range", "min", strconv.Itoa(crm.LeastStars), "max", strconv.Itoa(crm.MostStars)).At("/stars")}
	}
	return s.edit(ctx, actor, func(e *edit) error {
		r, err := one[crm.CaseRating](ctx, e.q, `select `+ratingColumns+` from case_rating where id = $1 for update`, rating)
		if err != nil {
			return err
		}
		if r.AnsweredAt != nil {
			if r.Stars == stars && r.Words == words {
				return nil
			}
			return Refused{Code: "already_done"}
		}
		k, err := one[crm.Case](ctx, e.q, `select `+caseColumns+` from care_case where id = $1`, r.CaseID)
		if err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `update case_rating set stars = $2, words = $3, answered_at = $4, told = $5 where id = $1`, r.ID, stars, words, e.now, stars <= crm.PoorStars); err != nil {
			return told(err)
		}
		process := crm.ProcessID(crm.KindCase, k.ID)
		if err := e.undue(ctx, process, DeadlineRating, ""); err != nil {
			return err
		}
		if err := e.tell(ctx, process, Entry{Code: "case.rated", AccountID: k.AccountID, Data: map[string]any{"case": k.Number, "stars": stars, "words": words}}); err != nil {
			return err
		}
		if stars > crm.PoorStars {
			return nil
		}
		return e.tellPoor(ctx, k, r, stars, words)
	})
}

// tellPoor mails the managers of who solved the case, else of the customer's owner, that the customer is not satisfied, and gives the first of them, else
// who solved it, a task with a deadline.
func (e *edit) tellPoor(ctx context.Context, k crm.Case, r crm.CaseRating, stars int, words string) error {
	var account string
	var owner crm.ID
	if err := e.q.QueryRow(ctx, `select name, owner_id from account where id = $1`, k.AccountID).Scan(&account, &owner); err != nil {
		return told(err)
	}
	people, err := managersOf(ctx, e.q, r.OwnerID)
	if err == nil && len(people) == 0 && owner != "" {
		people, err = managersOf(ctx, e.q, owner)
	}
	if err != nil {
		return err
	}
	to := r.OwnerID
	if len(people) > 0 {
		to = people[0].ID
	}
	if to != "" {
		if err := e.poorTask(ctx, k, to, account, stars); err != nil {
			return err
		}
	}
	for _, u := range people {
		if err := e.mail(ctx, fmt.Sprintf("mail/case_poor/%s/%s", r.ID, u.ID), crm.ProcessID(crm.KindCase, k.ID), crm.Letter{
			Template: "case_poor", To: u.Email, Name: u.Name, Language: u.Language, Path: "/cases/" + string(k.ID),
			Texts: map[string]string{"case": k.Number, "subject": k.Subject, "account": account, "stars": strconv.Itoa(stars), "words": words},
		}); err != nil {
			return err
		}
	}
	return nil
}

// poorTask is what a poor rating gives somebody to do: to get in touch with the customer within some working days.
func (e *edit) poorTask(ctx context.Context, k crm.Case, owner crm.ID, account string, stars int) error {
	cal, err := calendar(ctx, e.q, e.entity)
	if err != nil {
		return err
	}
	subject := fmt.Sprintf("%s: %d/%d · %s %s", account, stars, crm.MostStars, k.Number, k.Subject)
	_, err = e.q.Exec(ctx, `insert into task (id, case_id, subject, owner_id, due_on, made_by, made_at) values ($1, $2, $3, $4, $5, $4, $6)`,
		NewID(), k.ID, clipped(subject, 200), owner, cal.AddWorkingDays(e.today, crm.PoorRatingDays), e.now)
	return told(err)
}

// CaseTasks lists what poor ratings of a case gave people to do, the newest first.
func (s *Store) CaseTasks(ctx context.Context, id crm.ID) ([]TaskRow, error) {
	return many[TaskRow](ctx, s.pool, taskRows+` where k.case_id = $1 order by k.made_at desc, k.id`, id)
}

// RatingRow is a rating as a list shows it.
type RatingRow struct {
	crm.CaseRating
	CaseNumber string
	Subject    string
	AccountID  crm.ID
	Account    string
	Owner      string
	Category   string
	Month      string // in which the customer was asked, 2026-11
}

// RatingRows lists what was asked within the days, answered or not, the last first; of a month, a person or a number of stars where one is named.
func (s *Store) RatingRows(ctx context.Context, sc Scope, f RatingFilter) ([]RatingRow, error) {
	where := conditions{sc.sees("a.owner_id"), `(r.asked_at at time zone @zone)::date between @from and @to`}
	where.when(f.Owner != "", `r.owner_id = @by`)
	where.when(f.Nobody, `r.owner_id is null`)
	where.when(f.Stars > 0, `r.stars = @stars`)
	where.when(f.Answered, `r.answered_at is not null`)
	where.when(f.Category != nil, `k.category = @category`)
	where.when(f.Month != "", `to_char(r.asked_at at time zone @zone, 'YYYY-MM') = @month`)
	return many[RatingRow](ctx, s.pool, `select r.id, r.case_id, r.solution, r.owner_id, r.asked_at, r.reminded_at, coalesce(r.stars, 0) as stars, r.words, r.answered_at, r.told,
			k.number as case_number, k.subject, k.account_id, a.name as account, coalesce(u.name, '') as owner, k.category, to_char(r.asked_at at time zone @zone, 'YYYY-MM') as month
		from case_rating r join care_case k on k.id = r.case_id join account a on a.id = k.account_id left join app_user u on u.id = r.owner_id`+where.sql()+`
		order by r.asked_at desc, r.id limit 5000`, sc.args(pgx.NamedArgs{"zone": f.Zone, "from": f.From, "to": f.To, "by": f.Owner, "stars": f.Stars, "category": f.Category, "month": f.Month}))
}

// RatingFilter says which ratings are asked for.
type RatingFilter struct {
	From, To crm.Date // when the customer was asked, both days in it
	Zone     string   // of the legal entity
	Owner    crm.ID
	Nobody   bool // of nobody
	Stars    int
	Answered bool
	Category *string // nil: any
	Month    string  // 2026-11
}
