package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// The points of the order in which leads are to be worked on, beside their score of 0 to 100 (S064): a clock that is over, nearly over or runs,
// a person heard of within a day or a week, one who may be written to, and a salesperson's good word that waits for the conversion.
const (
	PointsLate    = 60
	PointsSoon    = 40
	PointsRunning = 20
	PointsDay     = 20
	PointsWeek    = 10
	PointsConsent = 10
	PointsWord    = 30
)

// LeadPriority is a lead with why it stands where it does among those to be worked on.
type LeadPriority struct {
	LeadRow
	Points        int // the sum of the parts
	ScorePoints   int `db:"score_points"`
	ClockPoints   int `db:"clock_points"`
	HeardPoints   int `db:"heard_points"`
	ConsentPoints int `db:"consent_points"`
	WordPoints    int `db:"word_points"`
	HeardAt       time.Time
}

// LeadOrder chooses a page of the leads to be worked on.
type LeadOrder struct {
	Owner   crm.ID
	Unowned bool
	Seen    crm.ID    // keep this lead only; empty: all
	At      time.Time // the business time at which they are put in order: that of the first page
	Points  int       // of the last lead of the page before
	After   crm.ID    // that lead; empty: the first page
}

// Cursor is where the page after the lead begins.
func (o LeadOrder) Cursor(last LeadPriority) string {
	return fmt.Sprintf("%d~%d~%s", o.At.UnixMicro(), last.Points, last.ID)
}

// Continue goes on at a cursor; false when it cannot be one.
func (o LeadOrder) Continue(cursor string) (LeadOrder, bool) {
	at, rest, _ := strings.Cut(cursor, "~")
	points, after, _ := strings.Cut(rest, "~")
	micro, err := strconv.ParseInt(at, 10, 64)
	n, wrong := strconv.Atoi(points)
	if err != nil || wrong != nil || micro <= 0 || micro > 1<<53 || n < -1000 || n > 1000 || uuid.Validate(after) != nil {
		return o, false
	}
	o.At, o.Points, o.After = time.UnixMicro(micro).UTC(), n, crm.ID(after)
	return o, true
}

// cutCursor parts a cursor of an instant and an id.
func cutCursor(text string) (when string, id crm.ID, ok bool) {
	when, rest, ok := strings.Cut(text, "~")
	return when, crm.ID(rest), ok && uuid.Validate(rest) == nil
}

// leadPoints are the parts by which leads are put in order; when the person was last heard of is taken from h.
var leadPoints = fmt.Sprintf(`l.score as score_points,
	case when h.at > @at::timestamptz - interval '1 day' then %d when h.at > @at::timestamptz - interval '7 days' then %d else 0 end as heard_points,
	case when l.consent and l.bounced_at is null then %d else 0 end as consent_points,
	case when l.feedback = 'positive' then %d else 0 end as word_points`, PointsDay, PointsWeek, PointsConsent, PointsWord)

// clockPoints are those of the response clock r.
var clockPoints = fmt.Sprintf(`case when r.due_at <= @at then %d when r.remind_at <= @at then %d when r.due_at is not null then %d else 0 end as clock_points`, PointsLate, PointsSoon, PointsRunning)

const (
	workable  = `l.state in ('new', 'qualified', 'assigned')`
	openClock = `state in ('running', 'passing', 'escalated')`
	lastHeard = `(select greatest((select max(t.at) from touch t where t.lead_id = l.id), (select max(e.done_at) from engagement e where e.lead_id = l.id and e.outcome <> '')) as at)`
	rankedAt  = `(select coalesce(business_at, '-infinity') from lead_rank_state)`
	sumPoints = `score_points + clock_points + heard_points + consent_points + word_points as points`
)

// LeadsToDo lists the leads that can be worked on, the most urgent first; of equal ones the lower id. One person's are put in order as they are
// asked for. Of many, those whose clock runs and those that came since are; the others stand as RankLeads left them, a minute ago or so.
func (s *Store) LeadsToDo(ctx context.Context, sc Scope, o LeadOrder, limit int) ([]LeadPriority, error) {
	where := conditions{workable, sc.worksOn()}
	where.when(o.Owner != "", `l.owner_id = @owner`)
	where.when(o.Unowned, `l.owner_id is null`)
	where.when(o.Seen != "", `l.id = @seen`)
	direct := `select *, ` + sumPoints + ` from (select l.id, ` + leadPoints + `, ` + clockPoints + ` from lead l
		left join lead_response r on r.lead_id = l.id and r.assigned_at = l.assigned_at and r.` + openClock + ` left join lateral ` + lastHeard + ` h on true`
	after, ranked := ``, ``
	if o.After != "" {
		after, ranked = ` where (-points, id) > (-@points::int, @after::uuid)`, ` and (k.place, k.lead_id) > (-@points::int, @after::uuid)`
	}
	found := `select * from (` + direct + where.sql() + `) d) d` + after
	if o.Owner == "" && o.Seen == "" && (sc.Reach != crm.ReachOwn || sc.Pool) {
		found = `(select * from (` + direct + where.sql() + ` and l.id in (select lead_id from lead_response where ` + openClock + ` union all select id from lead where created_at >= ` + rankedAt + `)) d) d` + after + `
				order by points desc, id limit @limit)
			union all (select l.id, k.score_points, k.heard_points, k.consent_points, k.word_points, 0 as clock_points, -k.place as points from lead_rank k join lead l on l.id = k.lead_id` + where.sql() + ranked + `
				and l.created_at < ` + rankedAt + ` and not exists (select from lead_response r where r.lead_id = l.id and r.` + openClock + `) order by k.place, k.lead_id limit @limit)`
	}
	return many[LeadPriority](ctx, s.pool, `select l.*, coalesce(u.name, '') as owner, (select count(*) from touch t where t.lead_id = l.id) as touches,
			p.points, p.score_points, p.clock_points, p.heard_points, p.consent_points, p.word_points, coalesce(h.at, l.created_at) as heard_at
		from (select * from (`+found+`) f order by points desc, id limit @limit) p
			join (select `+leadColumns+` from lead) l on l.id = p.id left join app_user u on u.id = l.owner_id cross join lateral `+lastHeard+` h
		order by p.points desc, p.id`, sc.args(pgx.NamedArgs{"at": o.At, "owner": o.Owner, "seen": o.Seen, "points": o.Points, "after": o.After, "limit": limit}))
}

// worksOn is seesLead said of each lead by itself: the few that a page shows are looked at, not all that nobody has.
func (sc Scope) worksOn() string {
	if !sc.Pool || sc.Reach == crm.ReachAll {
		return sc.sees("l.owner_id")
	}
	return "(" + sc.sees("l.owner_id") + " or l.owner_id is null and l.state in ('new', 'qualified') and (l.pool is null or l.pool && @takers::uuid[]))"
}

// RankLeads puts all leads that can be worked on in order, for those who see many of them. It does so when the last time is longer ago than
// given, once of however many ask; ranked tells whether it did.
func (s *Store) RankLeads(ctx context.Context, every time.Duration) (ranked bool, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		now := s.realNow().Add(shift)
		tag, err := tx.Exec(ctx, `update lead_rank_state set ranked_at = now(), business_at = $2 where ranked_at < now() - $1::interval`, every, now)
		if ranked = tag.RowsAffected() == 1; err != nil || !ranked {
			return err
		}
		if _, err := tx.Exec(ctx, `insert into lead_rank (lead_id, place, score_points, heard_points, consent_points, word_points)
			select id, -(score_points + heard_points + consent_points + word_points), score_points, heard_points, consent_points, word_points from (select l.id, `+leadPoints+` from lead l
				left join (select t.lead_id, max(t.at) as at from (select lead_id, at from touch where at > @at::timestamptz - interval '7 days'
					union all select lead_id, done_at from engagement where lead_id is not null and done_at > @at::timestamptz - interval '7 days' and outcome <> '') t group by t.lead_id) h on h.lead_id = l.id
				where `+workable+`) q
			on conflict (lead_id) do update set place = excluded.place, score_points = excluded.score_points, heard_points = excluded.heard_points, consent_points = excluded.consent_points,
				word_points = excluded.word_points where (lead_rank.place, lead_rank.score_points, lead_rank.heard_points, lead_rank.consent_points, lead_rank.word_points)
				is distinct from (excluded.place, excluded.score_points, excluded.heard_points, excluded.consent_points, excluded.word_points)`, pgx.NamedArgs{"at": now}); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from lead_rank k where not exists (select from lead l where l.id = k.lead_id and `+workable+`)`)
		return err
	})
	return ranked, err
}
