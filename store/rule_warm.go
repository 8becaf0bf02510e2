package store

import (
	"context"

	"leadtocash/crm"
)

// warmVersions is how many of the latest versions of each kind are kept compiled.
const warmVersions = 3

// WarmRules has the latest versions of each kind of rules compiled, outside of any transaction: a step that is the first to ask a version would
// compile it while others wait for its locks. get keeps what it has, and asks load for a text that it has not. What fails is left to who needs it.
func (s *Store) WarmRules(ctx context.Context, get func(kind crm.RuleKind, version int, load func() ([]byte, error)) error) error {
	latest, err := many[struct {
		Kind    crm.RuleKind
		Version int
	}](ctx, s.pool, `select k.kind, v.version from unnest($1::text[]) k(kind), lateral (select version from rule_set where kind = k.kind order by version desc limit $2) v`,
		texts(crm.RuleKinds()), warmVersions)
	for _, v := range latest {
		if failed := get(v.Kind, v.Version, func() ([]byte, error) {
			source, err := s.RuleSource(ctx, v.Kind, v.Version)
			return []byte(source), err
		}); failed != nil && err == nil {
			err = failed
		}
	}
	return err
}
