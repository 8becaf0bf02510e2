package store

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
)

// SettingHooks is the history of all webhooks through which leads come in.
const SettingHooks = "hooks"

const hookColumns = `id, key, name, source, campaign, language, mapping, active, version, unsigned, unsigned_at`

// CaptureHooks lists the endpoints at which other systems send leads.
var CaptureHooks = List[crm.CaptureHook]{
	from: `select ` + hookColumns + ` from capture_hook`, id: "id", rowID: func(h crm.CaptureHook) crm.ID { return h.ID },
	sort: []Order{{"name", false}},
	columns: []column[crm.CaptureHook]{
		{"name", "name", "text", func(h crm.CaptureHook) any { return h.Name }, false},
		{"key", "key", "text", func(h crm.CaptureHook) any { return h.Key }, false},
		{"source", "source", "text", func(h crm.CaptureHook) any { return h.Source }, false},
		{"active", "active", "boolean", nil, true},
	},
}

// HookActive finds a hook by the key in its address; one that is switched off is not found.
func (s *Store) HookActive(ctx context.Context, key string) (crm.CaptureHook, error) {
	return one[crm.CaptureHook](ctx, s.pool, `select `+hookColumns+` from capture_hook where key = $1 and active`, key)
}

// CaptureHookRow is a hook with what came through it.
type CaptureHookRow struct {
	crm.CaptureHook
	Taken int
	Last  *time.Time
}

// CaptureHookRows reads all hooks, those out of use last.
func (s *Store) CaptureHookRows(ctx context.Context) ([]CaptureHookRow, error) {
	return many[CaptureHookRow](ctx, s.pool, `select h.*, coalesce(d.taken, 0) as taken, d.last from (select `+hookColumns+` from capture_hook) h
		left join (select hook_id, count(*) filter (where outcome in ('made', 'touched'))::int as taken, max(at) as last from capture_delivery group by hook_id) d on d.hook_id = h.id
		order by h.active desc, lower(h.name)`)
}

// HookSecrets are the secrets with which a hook's deliveries may be signed now.
func (s *Store) HookSecrets(ctx context.Context, hook crm.ID) ([]crm.HookSecret, error) {
	return many[crm.HookSecret](ctx, s.pool, `select id, secret, made_at, ends_at from capture_hook_secret where hook_id = $1 and (ends_at is null or ends_at > now()) order by made_at desc`, hook)
}

// CreateHook adds a hook and gives its secret, which is not shown again. Errors: those of crm.CaptureHook.Check, Taken for a key that
// another hook has.
func (s *Store) CreateHook(ctx context.Context, actor crm.ID, h crm.CaptureHook) (made crm.CaptureHook, secret string, err error) {
	h.Version = 1
	_, err = s.editSetting(ctx, SettingHooks, Target{Actor: actor}, func(e *edit) (map[string]change, error) {
		if err := h.Check(); err != nil {
			return nil, err
		}
		if err := e.saveHook(ctx, h); err != nil {
			return nil, err
		}
		secret, err = e.newHookSecret(ctx, h.ID)
		return map[string]change{h.Name: {"", hookText(h)}}, err
	})
	return h, secret, err
}

// EditHook changes a hook; its key stays.
func (s *Store) EditHook(ctx context.Context, t Target, apply func(*crm.CaptureHook) error) (h crm.CaptureHook, err error) {
	_, err = s.editSetting(ctx, SettingHooks, Target{Actor: t.Actor}, func(e *edit) (map[string]change, error) {
		if h, err = one[crm.CaptureHook](ctx, e.q, `select `+hookColumns+` from capture_hook where id = $1 for update`, t.ID); err != nil {
			return nil, err
		}
		if t.Version != 0 && t.Version != h.Version {
			return nil, Stale{Version: h.Version}
		}
		before := h
		before.Mapping = maps.Clone(h.Mapping)
		if err := apply(&h); err != nil {
			return nil, err
		}
		h.Key = before.Key
		if err := h.Check(); err != nil {
			return nil, err
		}
		if len(differences(before, h)) == 0 {
			return nil, nil
		}
		h.Version++
		return map[string]change{h.Name: {hookText(before), hookText(h)}}, e.saveHook(ctx, h)
	})
	return h, err
}

// RotateHook gives a hook another secret; those before it count a day longer.
func (s *Store) RotateHook(ctx context.Context, t Target) (secret string, err error) {
	_, err = s.editSetting(ctx, SettingHooks, Target{Actor: t.Actor}, func(e *edit) (map[string]change, error) {
		h, err := one[crm.CaptureHook](ctx, e.q, `select `+hookColumns+` from capture_hook where id = $1 for update`, t.ID)
		if err != nil {
			return nil, err
		}
		if _, err := e.q.Exec(ctx, `delete from capture_hook_secret where hook_id = $1 and ends_at < now()`, h.ID); err != nil {
			return nil, told(err)
		}
		if _, err := e.q.Exec(ctx, `update capture_hook_secret set ends_at = now() + $2::interval where hook_id = $1 and ends_at is null`, h.ID, crm.HookOverlap); err != nil {
			return nil, told(err)
		}
		secret, err = e.newHookSecret(ctx, h.ID)
		return map[string]change{h.Name: {"", "⟳"}}, err
	})
	return secret, err
}

func (e *edit) newHookSecret(ctx context.Context, hook crm.ID) (string, error) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	secret := "whsec_" + base64.RawURLEncoding.EncodeToString(b)
	_, err := e.q.Exec(ctx, `insert into capture_hook_secret (id, hook_id, secret, made_at) values ($1, $2, $3, now())`, NewID(), hook, secret)
	return secret, told(err)
}

func (e *edit) saveHook(ctx context.Context, h crm.CaptureHook) error {
	if h.Mapping == nil {
		h.Mapping = map[string]string{}
	}
	_, err := e.q.Exec(ctx, `insert into capture_hook (id, key, name, source, campaign, language, mapping, active, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (id) do update set name = $3, source = $4, campaign = $5, language = $6, mapping = $7, active = $8, version = $9`,
		h.ID, h.Key, h.Name, h.Source, h.Campaign, h.Language, h.Mapping, h.Active, h.Version)
	return told(err)
}

// hookText is a hook in its history.
func hookText(h crm.CaptureHook) string {
	parts := []string{h.Key, h.Source}
	for _, name := range slices.Sorted(maps.Keys(h.Mapping)) {
		parts = append(parts, fmt.Sprintf("%s ← %s", name, h.Mapping[name]))
	}
	for _, more := range []string{h.Campaign, h.Language, map[bool]string{true: "–"}[!h.Active]} {
		if more != "" {
			parts = append(parts, more)
		}
	}
	return strings.Join(parts, " · ")
}
