package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"leadtocash/crm"
)

// Team is a group of people; teams form a tree, and who leads a team reaches all below it.
type Team struct {
	ID       crm.ID
	Name     string
	ParentID crm.ID
}

// userRow is a user as stored; Teams are his own team and all below it.
type userRow struct {
	crm.User
	PasswordHash string
}

const userColumns = `u.id, u.name, u.email, u.password_hash, u.roles, u.team_id, u.language, u.approval_limit, u.active, u.version,
	array(with recursive t as (
		select id from team where id = u.team_id union select c.id from team c join t on c.parent_id = t.id
	) select t.id::text from t) as teams`

// User finds a person by id, disabled ones too.
func (s *Store) User(ctx context.Context, id crm.ID) (crm.User, error) {
	u, err := one[userRow](ctx, s.pool, `select `+userColumns+` from app_user u where u.id = $1`, id)
	return u.User, err
}

// UserByEmail finds a person by the name he logs in with; upper and lower case are the same.
func (s *Store) UserByEmail(ctx context.Context, email string) (crm.User, error) {
	u, err := userByEmail(ctx, s.pool, email)
	return u.User, err
}

func userByEmail(ctx context.Context, q querier, email string) (userRow, error) {
	return one[userRow](ctx, q, `select `+userColumns+` from app_user u where lower(u.email) = lower($1)`, strings.TrimSpace(email))
}

// SessionUser finds the person of a session and the fingerprint of his password: a session made under another password is over.
func (s *Store) SessionUser(ctx context.Context, id crm.ID) (crm.User, string, error) {
	u, err := one[userRow](ctx, s.pool, `select `+userColumns+` from app_user u where u.id = $1`, id)
	return u.User, fingerprint(u.PasswordHash), err
}

func fingerprint(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:8])
}

// Users lists all people by name, disabled ones too.
func (s *Store) Users(ctx context.Context) ([]crm.User, error) {
	rows, err := many[userRow](ctx, s.pool, `select `+userColumns+` from app_user u order by u.name, u.id`)
	out := make([]crm.User, len(rows))
	for i, r := range rows {
		out[i] = r.User
	}
	return out, err
}

// Teams lists all teams by name.
func (s *Store) Teams(ctx context.Context) ([]Team, error) {
	return many[Team](ctx, s.pool, `select id, name, parent_id from team order by name`)
}

// CreateTeam adds a team below its parent, or at the top when ParentID is empty. A name that exists is Taken.
func (s *Store) CreateTeam(ctx context.Context, t Team) (Team, error) {
	if t.ID == "" {
		t.ID = NewID()
	}
	_, err := s.pool.Exec(ctx, `insert into team (id, name, parent_id) values ($1, $2, $3)`, t.ID, t.Name, t.ParentID)
	return t, told(err)
}

// CreateUser adds a person who logs in with the password. An e-mail that exists is Taken.
func (s *Store) CreateUser(ctx context.Context, u crm.User, password string) (crm.User, error) {
	hash, err := HashPassword(password)
	if err != nil {
		return u, err
	}
	if u.ID == "" {
		u.ID = NewID()
	}
	if u.Language == "" {
		u.Language = "en"
	}
	_, err = s.pool.Exec(ctx, `insert into app_user (id, name, email, password_hash, roles, team_id, language, approval_limit, active)
		values ($1, $2, $3, $4, $5, $6, $7, $8, true)`,
		u.ID, u.Name, strings.TrimSpace(u.Email), hash, texts(u.Roles), u.TeamID, u.Language, u.ApprovalLimit)
	if err != nil {
		return u, told(err)
	}
	return s.User(ctx, u.ID)
}

// SetPassword gives the person a new password; sessions made under the old one end with their next request.
func (s *Store) SetPassword(ctx context.Context, id crm.ID, password string) error {
	hash, err := HashPassword(password)
	if err != nil {
		return err
	}
	return s.changeUser(ctx, id, `password_hash = $2`, hash)
}

// SetLanguage sets the language of the person's screens.
func (s *Store) SetLanguage(ctx context.Context, id crm.ID, language string) error {
	return s.changeUser(ctx, id, `language = $2`, language)
}

// DisableUser shuts the person out, from his next request on.
func (s *Store) DisableUser(ctx context.Context, id crm.ID) error {
	return s.changeUser(ctx, id, `active = $2`, false)
}

// EnableUser lets a disabled person in again.
func (s *Store) EnableUser(ctx context.Context, id crm.ID) error {
	return s.changeUser(ctx, id, `active = $2`, true)
}

func (s *Store) changeUser(ctx context.Context, id crm.ID, set string, v any) error {
	tag, err := s.pool.Exec(ctx, `update app_user set version = version + 1, `+set+` where id = $1`, id, v)
	if err == nil && tag.RowsAffected() == 0 {
		return ErrNotFound
	}
	return told(err)
}
