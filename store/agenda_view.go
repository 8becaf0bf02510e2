package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// AgendaItem is an engagement as a calendar shows it.
type AgendaItem struct {
	crm.Engagement
	Owner     string
	Deal      string // empty where the reader may not see it; so with the others
	Company   string // of the deal, or of the lead
	Contact   string
	AccountID crm.ID
}

// AgendaFilter chooses what a calendar shows.
type AgendaFilter struct {
	From, Until time.Time
	Person      crm.ID // empty: everybody within the scope
}

// agendaLimit is how many engagements a calendar shows at most, and how many other lines.
const agendaLimit = 2000

// agendaItems reads engagements for calendars; what of a deal, lead or person the reader may not see is left out.
const agendaItems = `select e.*, u.name as owner, coalesce(c.name, '') as contact, o.account_id,
	coalesce(o.name, '') as deal, coalesce(a.name, l.company, '') as company
	from (%s) e join app_user u on u.id = e.owner_id left join opportunity o on o.id = e.opportunity_id and %s left join account a on a.id = o.account_id
	left join lead l on l.id = e.lead_id and %s left join contact c on c.id = e.contact_id and o.id is not null order by e.due_at, e.id limit @limit`

// agendaSQL is the whole question; part finds the engagements.
func agendaSQL(part string, deals, leads Scope) string {
	return fmt.Sprintf(agendaItems, part, deals.sees("o.owner_id"), leads.sees("l.owner_id"))
}

// Agenda lists the engagements of the scope's people that touch the span, those that were done too and those that were called off.
func (s *Store) Agenda(ctx context.Context, sc, leads Scope, f AgendaFilter) ([]AgendaItem, error) {
	args := sc.args(pgx.NamedArgs{"from": f.From, "until": f.Until, "person": f.Person, "limit": agendaLimit})
	part := `select * from engagement where done_at is %s null and due_at < @until and due_at > @from::timestamptz - interval '31 days' and ` + endsAt + ` > @from
		and ` + sc.sees("owner_id")
	if f.Person != "" {
		part += ` and owner_id = @person`
	}
	return many[AgendaItem](ctx, s.pool, agendaSQL(fmt.Sprintf(part, "")+` union all `+fmt.Sprintf(part, "not"), sc, leads), args)
}

// AgendaAbsence is that somebody is away.
type AgendaAbsence struct {
	UserID   crm.ID
	Name     string
	FirstDay crm.Date
	LastDay  crm.Date
}

// AgendaDue is a date by which somebody waits for something: of a hand-off that is open.
type AgendaDue struct {
	ID     crm.ID // of the hand-off
	Number string
	Deal   string
	DueAt  time.Time
	Mine   bool // it is this person's turn
}

// AgendaDays are what stands above the hours of a calendar.
type AgendaDays struct {
	Absences []AgendaAbsence
	Dues     []AgendaDue
	Work     crm.CalendarSetting // with the holidays, in the person's zone
	Country  string
	People   []Choice // whose calendar the reader may see
}

// AgendaDays reads absences and dues of the scope's people, or of one of them, from a day to another one, and when the person works.
func (s *Store) AgendaDays(ctx context.Context, sc Scope, f AgendaFilter, me crm.ID, first, last crm.Date) (d AgendaDays, err error) {
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return d, err
	}
	if d.Work, err = calendarSetting(ctx, s.pool, entity); err != nil {
		return d, err
	}
	d.Country = entity.Country
	b, args := &pgx.Batch{}, sc.args(pgx.NamedArgs{"first": first, "last": last, "from": f.From, "until": f.Until, "person": f.Person, "me": me})
	one := ``
	if f.Person != "" {
		one = ` and u.id = @person`
	}
	var zone string
	b.Queue(`select zone from app_user u where u.id = @me`, args).QueryRow(func(row pgx.Row) error { return row.Scan(&zone) })
	collect(b, &d.Absences, `select b.user_id, u.name, b.first_day, b.last_day from absence b join app_user u on u.id = b.user_id
		where b.dropped_at is null and b.first_day <= @last::date and b.last_day >= @first::date and `+sc.sees("u.id")+one+` order by b.first_day, u.name, b.id limit 200`, args)
	collect(b, &d.Dues, `select h.id, h.number, o.name as deal, h.due_at, h.taken_by is not distinct from @me::uuid as mine from hand_off h join opportunity o on o.id = h.opportunity_id
		join app_user u on u.id = coalesce(h.taken_by, h.requested_by)
		where h.state in ('sent', 'taken') and o.state = 'open' and h.due_at >= @from and h.due_at < @until and `+sc.sees("o.owner_id")+one+` order by h.due_at, h.id limit 200`, args)
	collect(b, &d.People, `select u.id, u.name from app_user u where u.active and u.roles && '{salesperson,sales_manager,sales_ops}' and `+sc.sees("u.id")+` order by u.name, u.id limit 500`, args)
	if err := s.pool.SendBatch(ctx, b).Close(); err != nil {
		return d, told(err)
	}
	if zone != "" {
		d.Work.Zone = zone
	}
	return d, nil
}

// EngagementPage reads one for its page: of a person within the scope, or on a deal within it.
func (s *Store) EngagementPage(ctx context.Context, sc, leads Scope, id crm.ID) (AgendaItem, error) {
	args := sc.args(pgx.NamedArgs{"id": id, "limit": 1})
	part := `select g.* from engagement g where g.id = @id and (` + sc.sees("g.owner_id") + ` or exists (select from opportunity d where d.id = g.opportunity_id and ` + sc.sees("d.owner_id") + `))`
	return one[AgendaItem](ctx, s.pool, agendaSQL(part, sc, leads), args)
}

// PersonZone is the IANA name of where a person works; empty: where the company does.
func (s *Store) PersonZone(ctx context.Context, user crm.ID) (zone string, err error) {
	err = told(s.pool.QueryRow(ctx, `select zone from app_user where id = $1`, user).Scan(&zone))
	return zone, err
}
