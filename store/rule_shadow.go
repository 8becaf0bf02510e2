package store

import (
	"context"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Shadow is a candidate of rules that is asked about every real step beside the rules that decide, and decides nothing (N10).
type Shadow struct {
	ID         crm.ID
	Kind       crm.RuleKind
	Source     string // as it was when it began
	Base       int    // the version that was active then
	Comment    string
	Author     string
	AuthorName string `db:"author_name"`
	State      string // running, ended
	BeganAt    time.Time
	EndsAt     time.Time
	EndedAt    *time.Time
	SeenTo     time.Time // steps up to here were looked at
	Steps      int       // that it was asked about
	Refuses    int       // of them, allowed ones that it would have refused
	Allows     int       // of them, refused ones that it would have allowed
}

// Differences counts the steps that the candidate judges otherwise.
func (h Shadow) Differences() int { return h.Refuses + h.Allows }

// ShadowStep is a real decision with what the candidate says of it.
type ShadowStep struct {
	Cause       string
	Process     string
	At          time.Time
	Version     int    // of the rules that decided
	Key         string // the gate
	Was         crm.Ruling
	Would       crm.Ruling
	Clauses     []string // the conditions by which one of them refuses, "send.vat", where they differ
	Opportunity crm.ID
	Deal        string
	DealState   crm.OpportunityState `db:"deal_state"` // by now
}

// Shadowed is a stored decision that the candidate has not been asked about.
type Shadowed struct {
	Cause   string
	Process string
	At      time.Time
	Version int
	Key     string
	Result  crm.Ruling
	Clauses []crm.Clause
	Facts   crm.Facts
}

const (
	shadowBatch = 200              // steps that are looked at in one transaction
	shadowLate  = 10 * time.Minute // how much later than another a step may be written that was taken before it
)

const differs = `(s.was = 'allowed') <> (s.would = 'allowed')`

const shadowColumns = `h.id, h.kind, h.source, h.base, h.comment, h.author, coalesce(u.name, h.author) as author_name, h.state, h.began_at, h.ends_at, h.ended_at, h.seen_to,
	(select count(*)::int from rule_shadow_step s where s.shadow_id = h.id) as steps,
	(select count(*)::int from rule_shadow_step s where s.shadow_id = h.id and s.was = 'allowed' and ` + differs + `) as refuses,
	(select count(*)::int from rule_shadow_step s where s.shadow_id = h.id and s.was <> 'allowed' and ` + differs + `) as allows
	from rule_shadow h left join app_user u on u.id::text = h.author`

// Shadows lists the candidates of a kind that run or ran beside the rules, the newest first.
func (s *Store) Shadows(ctx context.Context, kind crm.RuleKind) ([]Shadow, error) {
	return many[Shadow](ctx, s.pool, `select `+shadowColumns+` where h.kind = $1 order by h.began_at desc, h.id limit 50`, string(kind))
}

// Shadow reads one; ErrNotFound when there is none.
func (s *Store) Shadow(ctx context.Context, id crm.ID) (Shadow, error) {
	return one[Shadow](ctx, s.pool, `select `+shadowColumns+` where h.id = $1`, id)
}

// BeginShadow lets a candidate run beside the rules from now on. The same id again is the same one; Taken when another of the kind runs.
func (s *Store) BeginShadow(ctx context.Context, h Shadow, lasts time.Duration) (Shadow, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return h, err
	}
	_, err = s.pool.Exec(ctx, `insert into rule_shadow (id, kind, source, base, comment, author, began_at, ends_at, seen_to)
		select $1, $2, $3, coalesce((select version from rule_set where kind = $2 and active), 0), $4, $5, $6, $7, $6 on conflict (id) do nothing`,
		h.ID, string(h.Kind), h.Source, h.Comment, h.Author, now, now.Add(lasts))
	if err != nil {
		return h, told(err)
	}
	return s.Shadow(ctx, h.ID)
}

// EndShadow ends one before its time; one that is over stays as it is.
func (s *Store) EndShadow(ctx context.Context, id crm.ID) (Shadow, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return Shadow{}, err
	}
	if _, err := s.pool.Exec(ctx, `update rule_shadow set state = 'ended', ended_at = $2 where id = $1 and state = 'running'`, id, now); err != nil {
		return Shadow{}, told(err)
	}
	return s.Shadow(ctx, id)
}

// FollowShadows asks the candidates that run about the steps that were taken since they were asked last, and keeps what they say; it tells how
// many. It reads what the rules said from what is stored of it: no step waits for it or can fail by it.
func (s *Store) FollowShadows(ctx context.Context, judge func(Shadow, []Shadowed) []ShadowStep) (n int, err error) {
	now, err := s.Now(ctx)
	if err != nil {
		return 0, err
	}
	err = s.short(ctx, func(tx pgx.Tx) error {
		running, err := many[Shadow](ctx, tx, `select id, kind, source, began_at, ends_at, seen_to from rule_shadow where state = 'running' order by id for update skip locked`)
		if err != nil {
			return err
		}
		if len(running) > 0 { // they may name fields that were defined since
			fields, err := many[crm.CustomField](ctx, tx, customFields)
			if err != nil {
				return err
			}
			crm.LearnCustom(fields)
		}
		for _, h := range running {
			taken, err := s.follow(ctx, tx, h, now, judge)
			if err != nil {
				return err
			}
			n += taken
		}
		return nil
	})
	return n, err
}

func (s *Store) follow(ctx context.Context, tx pgx.Tx, h Shadow, now time.Time, judge func(Shadow, []Shadowed) []ShadowStep) (int, error) {
	next, err := many[Shadowed](ctx, tx, `select v.cause, v.process, v.at, v.version, v.key, v.result, v.clauses, v.facts from verdict v
		where v.kind = $1 and v.at >= $2 and v.at >= $3 and v.at < $4 and not exists (select from rule_shadow_step s where s.shadow_id = $5 and s.cause = v.cause)
		order by v.at, v.cause limit $6`, string(h.Kind), h.BeganAt, h.SeenTo.Add(-shadowLate), h.EndsAt, h.ID, shadowBatch)
	if err != nil {
		return 0, err
	}
	b := &pgx.Batch{}
	for _, x := range judge(h, next) {
		if x.Clauses == nil {
			x.Clauses = []string{}
		}
		b.Queue(`insert into rule_shadow_step (shadow_id, cause, process, at, version, key, was, would, clauses) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			h.ID, x.Cause, x.Process, x.At, x.Version, x.Key, x.Was, x.Would, x.Clauses)
	}
	if len(next) > 0 {
		b.Queue(`update rule_shadow set seen_to = greatest(seen_to, $2) where id = $1`, h.ID, next[len(next)-1].At)
	} else if now.After(h.EndsAt.Add(shadowLate)) {
		b.Queue(`update rule_shadow set state = 'ended', ended_at = ends_at where id = $1`, h.ID)
	}
	if b.Len() == 0 {
		return 0, nil
	}
	return len(next), tx.SendBatch(ctx, b).Close()
}

// ShadowClause counts the differences by the condition that makes them.
type ShadowClause struct {
	Clause  string
	Refuses int // allowed steps that the candidate would have refused by it
	Allows  int // refused steps that only the active rules refused by it
}

// ShadowClauses counts a candidate's differences by condition, the most first.
func (s *Store) ShadowClauses(ctx context.Context, id crm.ID) ([]ShadowClause, error) {
	return many[ShadowClause](ctx, s.pool, `select c as clause, (count(*) filter (where s.was = 'allowed'))::int as refuses, (count(*) filter (where s.was <> 'allowed'))::int as allows
		from rule_shadow_step s, unnest(s.clauses) c where s.shadow_id = $1 and `+differs+` group by c order by count(*) desc, c limit 200`, id)
}

// ShadowDifferences lists steps on which a candidate differs, the newest first, at most 200: those that it would have refused, or allowed, and
// those that one condition makes; empty: all.
func (s *Store) ShadowDifferences(ctx context.Context, id crm.ID, would crm.Ruling, clause string) ([]ShadowStep, error) {
	return many[ShadowStep](ctx, s.pool, `select s.cause, s.process, s.at, s.version, s.key, s.was, s.would, s.clauses, o.id as opportunity, o.name as deal, o.state as deal_state
		from rule_shadow_step s join process p on p.id = s.process left join contract c on p.kind = 'contract' and c.id = p.record_id
		join opportunity o on o.id = coalesce(c.opportunity_id, p.record_id)
		where s.shadow_id = $1 and `+differs+` and ($2 = '' or (s.would = 'allowed') = ($2 = 'allowed')) and ($3 = '' or $3 = any(s.clauses)) order by s.at desc, s.cause limit 200`,
		id, string(would), clause)
}
