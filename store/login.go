package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// How many failed tries a name and an address have within the time.
const (
	LoginTries  = 10
	LoginWindow = 15 * time.Minute
)

// ErrLogin refuses a log-in; it does not say whether the name, the password or the account was at fault.
var ErrLogin = errors.New("name or password is wrong")

// TooManyTries refuses a log-in before the password is looked at.
type TooManyTries struct{ RetryAfter time.Duration }

func (e TooManyTries) Error() string { return fmt.Sprintf("too many tries, wait %s", e.RetryAfter) }

// Login is a person who has proved who he is.
type Login struct {
	User        crm.User
	Fingerprint string // of the password, for SessionUser
}

// LogIn checks name and password. The try is counted before the password is compared, so that many tries at once count too;
// success forgets the tries of the name.
func (s *Store) LogIn(ctx context.Context, email, password, address string, now time.Time) (Login, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	try, err := s.countTry(ctx, email, address, now)
	if err != nil {
		return Login{}, err
	}
	u, err := userByEmail(ctx, s.pool, email)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Login{}, err
	}
	hash := u.PasswordHash
	if hash == "" {
		hash = nobody
	}
	if !passwordIs(password, hash) || u.ID == "" || !u.Active {
		return Login{}, ErrLogin
	}
	_, err = s.pool.Exec(ctx, `delete from login_attempt where email = $1 or id = $2`, email, try)
	return Login{u.User, fingerprint(u.PasswordHash)}, told(err)
}

func (s *Store) countTry(ctx context.Context, email, address string, now time.Time) (try int64, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		// one try at a time for a name, and for an address
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(71, hashtext($1)), pg_advisory_xact_lock(72, hashtext($2))`, email, address); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from login_attempt where at < $1`, now.Add(-LoginWindow)); err != nil {
			return err
		}
		for _, column := range []string{"email", "address"} {
			if err := tooMany(ctx, tx, column, map[string]string{"email": email, "address": address}[column], now); err != nil {
				return err
			}
		}
		return tx.QueryRow(ctx, `insert into login_attempt (email, address, at) values ($1, $2, $3) returning id`, email, address, now).Scan(&try)
	})
	return try, err
}

// tooMany refuses when the newest LoginTries tries all lie within the window; the oldest of them says how long to wait.
func tooMany(ctx context.Context, q querier, column, value string, now time.Time) error {
	var oldest time.Time
	err := q.QueryRow(ctx, `select at from login_attempt where `+column+` = $1 and at >= $2 order by at desc offset $3 limit 1`,
		value, now.Add(-LoginWindow), LoginTries-1).Scan(&oldest)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return TooManyTries{max(time.Second, oldest.Add(LoginWindow).Sub(now))}
}
