package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// StaleStage says for how many days a deal may stand in a stage.
type StaleStage struct {
	Pipeline, Stage string
	Days            int
}

// StaleDeal is an open deal that stands still.
type StaleDeal struct {
	ID       crm.ID
	Name     string
	Account  string
	Owner    string
	Pipeline string
	Stage    string
	Since    time.Time // in the stage
	Amount   decimal.Decimal
	Currency string
	Own      bool // of the reader himself
	Total    int  // how many there are of this sort, own or not
}

// Digest is what one person is mailed of on one morning: his deals that stand still, and those of his team.
type Digest struct {
	To    crm.User
	Day   crm.Date // where he is
	Now   time.Time
	Deals []StaleDeal // his own first, each sort by how long it stands
}

// digestBatch bounds how many people one pass looks at, digestDeals how many deals of each sort one is told of.
const (
	digestBatch = 100
	digestDeals = 15
)

// FollowMorning mails people of what they should know in the morning: once on a working day, where each of them is, of the deals that stand still
// (S070), and ahead of its last day and on it, of a document that expires (S105), and of a revenue plan that is due (S100). It gives how many people it looked at. One pass runs at a time.
func (s *Store) FollowMorning(ctx context.Context, stages []StaleStage, letter func(Digest) crm.Letter) (n int, err error) {
	err = s.edit(ctx, "", func(e *edit) error {
		var free bool
		if err := e.q.QueryRow(ctx, `select pg_try_advisory_xact_lock(7203016)`).Scan(&free); err != nil || !free {
			return told(err)
		}
		if err := e.mailExpiries(ctx); err != nil {
			return err
		}
		if err := e.mailPlanReminders(ctx); err != nil {
			return err
		}
		people, err := many[digestUser](ctx, e.q, `select `+userColumns+`, (`+whereHeIs+`)::date as day,
			u.digest_mail and not exists (select from desk_mail m where m.user_id = u.id and m.sends = 'working_days') as digest_mail from app_user u left join digest_day d on d.user_id = u.id
			where u.active and `+inTheMorning+` and d.on_date is distinct from (`+whereHeIs+`)::date order by u.id limit $3`, e.now, e.zone.String(), digestBatch)
		if err != nil || len(people) == 0 {
			return err
		}
		work, err := calendar(ctx, e.q, e.entity)
		if err != nil {
			return err
		}
		for _, u := range people {
			if u.DigestMail && len(stages) > 0 && work.IsWorkingDay(u.Day) && u.Can(crm.MayReadOpportunity) > crm.ReachNone {
				if err := e.digest(ctx, u, stages, letter); err != nil {
					return err
				}
			}
			if _, err := e.q.Exec(ctx, `insert into digest_day (user_id, on_date) values ($1, $2) on conflict (user_id) do update set on_date = excluded.on_date`, u.ID, u.Day); err != nil {
				return told(err)
			}
		}
		n = len(people)
		return nil
	})
	return n, err
}

// whereHeIs is the local time of a person, $1 being now and $2 the company's zone; inTheMorning that his morning has begun, at eight.
const (
	whereHeIs    = `$1::timestamptz at time zone coalesce(nullif(u.zone, ''), $2)`
	inTheMorning = `extract(hour from ` + whereHeIs + `) >= 8`
)

// digestUser is a person whose morning has begun.
type digestUser struct {
	userRow
	Day        crm.Date
	DigestMail bool
}

// digest mails one person; nothing when nothing stands still.
func (e *edit) digest(ctx context.Context, u digestUser, stages []StaleStage, letter func(Digest) crm.Letter) error {
	d := Digest{To: u.User, Day: u.Day, Now: e.now}
	var err error
	if d.Deals, err = staleDeals(ctx, e.q, u.User, stages, u.Day, e.now); err != nil || len(d.Deals) == 0 {
		return err
	}
	return e.mail(ctx, "mail/stale/"+string(u.ID)+"/"+u.Day.String(), "", letter(d))
}

// staleDeals are those of a person that stand still, and of his team if he manages one.
func staleDeals(ctx context.Context, q querier, u crm.User, stages []StaleStage, today crm.Date, now time.Time) ([]StaleDeal, error) {
	sc := Scope{User: u.ID, Teams: u.Teams, Reach: crm.ReachOwn}
	if u.Has(crm.RoleSalesManager) {
		sc.Reach = crm.ReachTeam
	}
	pipelines, keys, allowed := make([]string, len(stages)), make([]string, len(stages)), make([]int, len(stages))
	for i, s := range stages {
		pipelines[i], keys[i], allowed[i] = s.Pipeline, s.Stage, s.Days
	}
	return many[StaleDeal](ctx, q, `select id, name, account, owner, pipeline, stage, since, amount, currency, own, total from (select o.id, o.name, a.name as account, u.name as owner, o.pipeline, o.stage, o.stage_since as since, o.amount, o.currency, o.owner_id = @user::uuid as own,
				count(*) over (partition by o.owner_id = @user::uuid) as total, row_number() over (partition by o.owner_id = @user::uuid order by o.stage_since, o.id) as place
			from unnest(@pipelines::text[], @stages::text[], @days::int[]) x(pipeline, stage, days) join opportunity o on o.pipeline = x.pipeline and o.stage = x.stage
				join account a on a.id = o.account_id join app_user u on u.id = o.owner_id`+snoozed+`
				left join lateral (select max(g.due_at) as due from engagement g where g.opportunity_id = o.id and g.done_at is null) g on true
			where o.state = 'open' and `+sc.sees("o.owner_id")+` and (z.until is null or z.until <= @today::date)
				and greatest(o.stage_since, g.due) <= @now::timestamptz - make_interval(hours => 24 * (x.days + 1))) d
		where place <= @limit order by own desc, since, id`,
		sc.args(pgx.NamedArgs{"user": u.ID, "pipelines": pipelines, "stages": keys, "days": allowed, "today": today, "now": now, "limit": digestDeals}))
}

// DigestMail tells whether the person is mailed of deals that stand still.
func (s *Store) DigestMail(ctx context.Context, user crm.ID) (on bool, err error) {
	err = s.pool.QueryRow(ctx, `select digest_mail from app_user where id = $1`, user).Scan(&on)
	return on, told(err)
}

// SetDigestMail says whether the person is mailed of deals that stand still.
func (s *Store) SetDigestMail(ctx context.Context, user crm.ID, on bool) error {
	_, err := s.pool.Exec(ctx, `update app_user set digest_mail = $2 where id = $1`, user, on)
	return told(err)
}

// mailExpiries mails whoever was told that a document expires (RemindExpiries): once ahead of its last day, and once on that day or, when nobody could, within
// a week after it.
func (e *edit) mailExpiries(ctx context.Context) error {
	due, err := many[struct {
		ID                    crm.ID
		Title                 string
		LastDay               crm.Date
		Key                   string
		Ahead                 bool
		Name, Email, Language string
	}](ctx, e.q, `select d.id, d.title, d.last_day, d.key, d.ahead, u.name, u.email, u.language from (
			select d.id, coalesce(nullif(d.title, ''), d.name) as title, i.user_id, d.expires_on as last_day, d.expires_on > $3::date as ahead,
				'mail/expiry/' || case when d.expires_on > $3::date then 'ahead/' else 'day/' end || d.id || '/' || d.expires_on || '/' || i.user_id as key
			from document d join notice i on i.document_id = d.id and i.expires_on = d.expires_on and i.kind = 'expiry'
			where d.removed_at is null and d.expires_on between $3::date - 7 and $3::date + $4::int) d join app_user u on u.id = d.user_id
		where u.active and `+inTheMorning+` and not exists (select from effect f where f.key = d.key) order by d.key limit 500`, e.now, e.zone.String(), e.today, crm.ExpiresSoon)
	if err != nil {
		return err
	}
	for _, d := range due {
		template := "expiry_day"
		if d.Ahead {
			template = "expiry_ahead"
		}
		l := crm.Letter{Template: template, To: d.Email, Name: d.Name, Language: d.Language, Texts: map[string]string{"title": d.Title, "last_day": d.LastDay.String()}, Path: "/documents/" + string(d.ID)}
		if err := e.mail(ctx, d.Key, "", l); err != nil {
			return err
		}
	}
	return nil
}
