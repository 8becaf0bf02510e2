package store

import (
	"context"
	"maps"
	"slices"
	"time"
)

// The settings that sales operations change, each with a version and a history.
const (
	SettingCalendar = "calendar"
	SettingLevels   = "service_levels"
)

// SettingChange is what somebody changed in a setting.
type SettingChange struct {
	Version   int // after it
	At        time.Time
	Actor     string
	ActorName string
	Changes   []FieldChange
}

// FieldChange is one thing before and after; an empty side was not there.
type FieldChange struct{ Name, From, To string }

// shownChanges is how many changes of a setting a page shows.
const shownChanges = 30

// SettingChanges lists the latest changes of a setting, the newest first.
func (s *Store) SettingChanges(ctx context.Context, setting string) ([]SettingChange, error) {
	rows, err := many[struct {
		Version          int
		At               time.Time
		Actor, ActorName string
		Changes          map[string]change
	}](ctx, s.pool, `select h.version, h.at, h.actor, coalesce(u.name, '') as actor_name, h.changes from setting_change h left join app_user u on u.id::text = h.actor
		where h.setting = $1 order by h.id desc limit $2`, setting, shownChanges)
	out := make([]SettingChange, len(rows))
	for i, r := range rows {
		out[i] = SettingChange{Version: r.Version, At: r.At, Actor: r.Actor, ActorName: r.ActorName}
		for _, name := range slices.Sorted(maps.Keys(r.Changes)) {
			out[i].Changes = append(out[i].Changes, FieldChange{name, r.Changes[name].From, r.Changes[name].To})
		}
	}
	return out, err
}

// SettingVersion is the version of a setting.
func (s *Store) SettingVersion(ctx context.Context, name string) (int, error) {
	return settingVersion(ctx, s.pool, name, "")
}

// settingVersion reads a setting's version; locked, nobody else changes it before the commit.
func settingVersion(ctx context.Context, q querier, name, lock string) (v int, err error) {
	err = q.QueryRow(ctx, `select version from setting where name = $1`+lock, name).Scan(&v)
	return v, told(err)
}

// editSetting changes a setting as the person saw it. What f says was changed is its history; nothing is no new version.
func (s *Store) editSetting(ctx context.Context, name string, t Target, f func(*edit) (map[string]change, error)) (version int, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if version, err = settingVersion(ctx, e.q, name, ` for update`); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != version {
			return Stale{Version: version}
		}
		changes, err := f(e)
		if err != nil || len(changes) == 0 {
			return err
		}
		version++
		return e.noteSetting(ctx, name, version, changes)
	})
	return version, err
}

func (e *edit) noteSetting(ctx context.Context, name string, version int, changes map[string]change) error {
	if _, err := e.q.Exec(ctx, `update setting set version = $2 where name = $1`, name, version); err != nil {
		return err
	}
	_, err := e.q.Exec(ctx, `insert into setting_change (setting, version, at, actor, changes) values ($1, $2, $3, $4, $5)`, name, version, e.now, string(e.actor), changes)
	return err
}

// compare tells what is different between two states of a setting, by name.
func compare(before, after map[string]string) map[string]change {
	out := map[string]change{}
	for name, from := range before {
		if to := after[name]; from != to {
			out[name] = change{from, to}
		}
	}
	for name, to := range after {
		if _, known := before[name]; !known && to != "" {
			out[name] = change{"", to}
		}
	}
	return out
}
