package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"
)

// DeskMail reads how a person has My day mailed to him (S092).
func (s *Store) DeskMail(ctx context.Context, person crm.ID) (crm.DeskMail, error) {
	return deskMail(ctx, s.pool, person)
}

func deskMail(ctx context.Context, q querier, person crm.ID) (crm.DeskMail, error) {
	d, err := one[crm.DeskMail](ctx, q, `select sends, weekday, hour, empty, version from desk_mail where user_id = $1`, person)
	if errors.Is(err, ErrNotFound) {
		return crm.UsualDeskMail(), nil
	}
	return d, err
}

// EditDeskMail changes how the actor has My day mailed to him. When the hour that he chooses is past, the first mail comes on the next day.
// Errors: Stale, those of crm.DeskMail.Check, what change gives.
func (s *Store) EditDeskMail(ctx context.Context, t Target, change func(*crm.DeskMail) error) (d crm.DeskMail, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		var zone string
		if err := e.q.QueryRow(ctx, `select zone from app_user where id = $1 for update`, t.Actor).Scan(&zone); err != nil {
			return told(err)
		}
		if d, err = deskMail(ctx, e.q, t.Actor); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != d.Version {
			return Stale{Version: d.Version}
		}
		if err := change(&d); err != nil {
			return err
		}
		if err := d.Check(); err != nil {
			return err
		}
		d.Version++
		local := e.now.In(zoneOr(zone, e.zone))
		var done crm.Date
		if d.Passed(local) {
			done = crm.DateOf(local, local.Location())
		}
		_, err := e.q.Exec(ctx, `insert into desk_mail (user_id, sends, weekday, hour, empty, version, done_on) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (user_id) do update set sends = excluded.sends, weekday = excluded.weekday, hour = excluded.hour, empty = excluded.empty, version = excluded.version,
				done_on = greatest(desk_mail.done_on, excluded.done_on)`, t.Actor, d.Sends, d.Weekday, d.Hour, d.Empty, d.Version, done)
		return told(err)
	})
	return d, err
}

// zoneOr is a person's zone, or where he has none the company's.
func zoneOr(name string, company *time.Location) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		return zone
	}
	return company
}

// DueDesk is a person whose hour for the mail has come on a day.
type DueDesk struct {
	User   crm.User
	Mail   crm.DeskMail
	Day    crm.Date // where he is
	Wanted bool     // the day is one of those that he chose
}

// DueDesks lists people whose hour has come and whose day nobody looked at yet, at most 100.
func (s *Store) DueDesks(ctx context.Context) (out []DueDesk, err error) {
	err = s.edit(ctx, "", func(e *edit) error {
		rows, err := many[struct {
			userRow
			Sends   crm.DeskMailSends
			Weekday string
			Hour    int
			Empty   bool
			Day     crm.Date
		}](ctx, e.q, `select `+userColumns+`, m.sends, m.weekday, m.hour, m.empty, (`+whereHeIs+`)::date as day from desk_mail m join app_user u on u.id = m.user_id
			where u.active and m.sends <> 'off' and extract(hour from `+whereHeIs+`) >= m.hour and (m.done_on is null or m.done_on < (`+whereHeIs+`)::date) order by u.id limit $3`,
			e.now, e.zone.String(), digestBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		work, err := calendar(ctx, e.q, e.entity)
		if err != nil {
			return err
		}
		for _, r := range rows {
			m := crm.DeskMail{Sends: r.Sends, Weekday: r.Weekday, Hour: r.Hour, Empty: r.Empty}
			out = append(out, DueDesk{User: r.User, Mail: m, Day: r.Day, Wanted: m.On(r.Day, work.IsWorkingDay(r.Day))})
		}
		return nil
	})
	return out, err
}

// deskLinkDays is for how long the link in a mail stops the mails.
const deskLinkDays = 400

// LeaveDesk notes that a person's day was looked at and leaves the letter, if there is one, with it; hash is what is kept of the letter's secret. A
// day that was looked at already leaves nothing: false.
func (s *Store) LeaveDesk(ctx context.Context, person crm.ID, day crm.Date, hash []byte, letter *crm.Letter) (left bool, err error) {
	err = s.edit(ctx, "", func(e *edit) error {
		tag, err := e.q.Exec(ctx, `update desk_mail set done_on = $2 where user_id = $1 and sends <> 'off' and (done_on is null or done_on < $2)`, person, day)
		if left = err == nil && tag.RowsAffected() > 0 && letter != nil; err != nil || !left {
			return told(err)
		}
		if _, err := e.q.Exec(ctx, `delete from desk_mail_link where user_id = $1 and on_date < $2`, person, day.AddDays(-deskLinkDays)); err != nil {
			return told(err)
		}
		if _, err := e.q.Exec(ctx, `insert into desk_mail_link (hash, user_id, on_date) values ($1, $2, $3)`, hash, person, day); err != nil {
			return told(err)
		}
		return e.mail(ctx, "mail/desk/"+string(person)+"/"+day.String(), "", *letter)
	})
	return left, err
}

// DeskOfLink finds whose mail has a link, and how he has it now; ErrNotFound for none.
func (s *Store) DeskOfLink(ctx context.Context, secret string) (u crm.User, d crm.DeskMail, err error) {
	var person crm.ID
	if err := s.pool.QueryRow(ctx, `select user_id from desk_mail_link where hash = $1`, linkHash(secret)).Scan(&person); err != nil {
		return u, d, told(err)
	}
	if u, err = s.User(ctx, person); err != nil {
		return u, d, err
	}
	d, err = s.DeskMail(ctx, person)
	return u, d, err
}

// StopDesk ends the mails of a person; twice is once.
func (s *Store) StopDesk(ctx context.Context, person crm.ID) error {
	_, err := s.pool.Exec(ctx, `update desk_mail set sends = 'off', version = version + 1 where user_id = $1 and sends <> 'off'`, person)
	return told(err)
}

// StaleDeals lists the deals that stand still, as a person is mailed of them: his own, of a manager his team's too, at most 15 of each.
func (s *Store) StaleDeals(ctx context.Context, u crm.User, stages []StaleStage, today crm.Date, now time.Time) ([]StaleDeal, error) {
	if len(stages) == 0 || u.Can(crm.MayReadOpportunity) == crm.ReachNone {
		return nil, nil
	}
	return staleDeals(ctx, s.pool, u, stages, today, now)
}
