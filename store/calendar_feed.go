package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// CalendarFeed is an address under which other programs read a person's own calendar (S095). What is kept of its secret is a hash.
type CalendarFeed struct {
	ID        crm.ID
	UserID    crm.ID
	Name      string
	BusyOnly  bool // times without what they are about
	MadeAt    time.Time
	UsedAt    *time.Time // to the hour
	RevokedAt *time.Time
}

// MaxCalendarFeeds is how many feeds in force a person may have.
const MaxCalendarFeeds = 20

const feedColumns = `f.id, f.user_id, f.name, f.busy_only, f.made_at, f.used_at, f.revoked_at`

// NewLinkSecret makes the secret of an address that a person holds, and what is kept of it: 256 random bits cannot be guessed.
func NewLinkSecret() (secret string, hash []byte) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, linkHash(secret)
}

func linkHash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// AddCalendarFeed gives a person one more address. Errors: too_many at /name.
func (s *Store) AddCalendarFeed(ctx context.Context, f CalendarFeed, hash []byte) error {
	tag, err := s.pool.Exec(ctx, `insert into calendar_feed (id, user_id, name, busy_only, hash, made_at) select $1, $2, $3, $4, $5, now()
		where (select count(*) from calendar_feed where user_id = $2 and revoked_at is null) < $6`, f.ID, f.UserID, f.Name, f.BusyOnly, hash, MaxCalendarFeeds)
	if err == nil && tag.RowsAffected() == 0 {
		return crm.FieldErrors{crm.Problem("too_many", "max", "20").At("/name")}
	}
	return told(err)
}

// CalendarFeeds lists a person's feeds, the newest first, at most 100.
func (s *Store) CalendarFeeds(ctx context.Context, user crm.ID) ([]CalendarFeed, error) {
	return many[CalendarFeed](ctx, s.pool, `select `+feedColumns+` from calendar_feed f where f.user_id = $1 order by f.revoked_at is not null, f.made_at desc, f.id limit 100`, user)
}

// CalendarFeed reads a person's own feed.
func (s *Store) CalendarFeed(ctx context.Context, user, id crm.ID) (CalendarFeed, error) {
	return one[CalendarFeed](ctx, s.pool, `select `+feedColumns+` from calendar_feed f where f.id = $1 and f.user_id = $2`, id, user)
}

// RotateCalendarFeed gives a feed of the person in force a new secret: the old address ends at once. ErrNotFound for one of somebody else, or revoked.
func (s *Store) RotateCalendarFeed(ctx context.Context, user, id crm.ID, hash []byte) error {
	return s.changeFeed(ctx, `update calendar_feed set hash = $3, used_at = null where id = $1 and user_id = $2 and revoked_at is null`, id, user, hash)
}

// RevokeCalendarFeed ends a feed of the person at once; ErrNotFound for one of somebody else.
func (s *Store) RevokeCalendarFeed(ctx context.Context, user, id crm.ID) error {
	return s.changeFeed(ctx, `update calendar_feed set revoked_at = coalesce(revoked_at, now()) where id = $1 and user_id = $2`, id, user)
}

func (s *Store) changeFeed(ctx context.Context, sql string, args ...any) error {
	tag, err := s.pool.Exec(ctx, sql, args...)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return told(err)
}

// UserByFeed finds whose calendar a secret opens: ErrNotFound for an unknown or revoked one, and for people who may not log in any more.
// That it was used is noted to the hour.
func (s *Store) UserByFeed(ctx context.Context, secret string) (u crm.User, f CalendarFeed, zone string, err error) {
	type row struct {
		userRow
		FeedID   crm.ID
		FeedName string
		BusyOnly bool
		Zone     string
		Stale    bool
	}
	r, err := one[row](ctx, s.pool, `select `+userColumns+`, f.id as feed_id, f.name as feed_name, f.busy_only, u.zone, f.used_at is null or f.used_at < now() - interval '1 hour' as stale
		from calendar_feed f join app_user u on u.id = f.user_id where f.hash = $1 and f.revoked_at is null and u.active`, linkHash(secret))
	if err != nil {
		return u, f, "", err
	}
	if r.Stale {
		if _, err := s.pool.Exec(ctx, `update calendar_feed set used_at = now() where id = $1`, r.FeedID); err != nil {
			return u, f, "", told(err)
		}
	}
	return r.User, CalendarFeed{ID: r.FeedID, UserID: r.User.ID, Name: r.FeedName, BusyOnly: r.BusyOnly}, r.Zone, nil
}

// How far a feed looks back and ahead, and how long it tells of what was called off.
const (
	feedBack  = 90 * 24 * time.Hour
	feedAhead = 400 * 24 * time.Hour
)

// feedLimit is how many engagements a feed holds at most: programs that read it keep all of it in memory.
const feedLimit = 2000

// FeedItems are the person's own engagements for his feed: from 90 days ago to 400 days ahead, with those that were called off, so that a
// program that knows them learns of it.
func (s *Store) FeedItems(ctx context.Context, u crm.User, now time.Time) ([]AgendaItem, error) {
	sc := ScopeOf(u, crm.MayReadOpportunity)
	leads := ScopeOf(u, crm.MayReadLead)
	args := sc.args(pgx.NamedArgs{"me": u.ID, "from": now.Add(-feedBack), "until": now.Add(feedAhead), "limit": feedLimit})
	part := `select * from engagement where done_at is %s null and owner_id = @me and due_at >= @from and due_at < @until`
	return many[AgendaItem](ctx, s.pool, agendaSQL(fmt.Sprintf(part, "")+` union all `+fmt.Sprintf(part, "not"), sc, leads), args)
}
