package store

import (
	"context"

	"leadtocash/crm"
)

// RulesHistory lists the versions of the kind, the newest first, without their text.
func (s *Store) RulesHistory(ctx context.Context, kind crm.RuleKind) ([]RuleSet, error) {
	return many[RuleSet](ctx, s.pool, `select r.kind, r.version, '' as source, coalesce(u.name, r.author) as author, r.comment, r.created_at, r.active, r.running,
		coalesce(r.restored, 0) as restored
		from rule_set r left join app_user u on u.id::text = r.author where r.kind = $1 order by r.version desc limit 50`, string(kind))
}
