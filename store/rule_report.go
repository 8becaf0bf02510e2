package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// TriedDeal is what the list behind a number of a trial shows of a deal.
type TriedDeal struct {
	ID       crm.ID
	Name     string
	Customer string
	Owner    string
}

// TriedDeals reads the names of the deals that a trial names, by their ids; a deal that is gone is left out.
func (s *Store) TriedDeals(ctx context.Context, ids []crm.ID) (map[crm.ID]TriedDeal, error) {
	rows, err := many[TriedDeal](ctx, s.pool, `select o.id, o.name, a.name as customer, u.name as owner from opportunity o
		join account a on a.id = o.account_id join app_user u on u.id = o.owner_id where o.id = any($1::uuid[])`, texts(ids))
	out := make(map[crm.ID]TriedDeal, len(rows))
	for _, d := range rows {
		out[d.ID] = d
	}
	return out, err
}

// RuleMigrationStep is a process that a migration took to another version.
type RuleMigrationStep struct {
	Process string
	Record  crm.ID
	Title   string
	Was     int // 0: it had no version of its own
}

// RuleMigrationSteps lists what a migration did, the latest first, up to a number.
func (s *Store) RuleMigrationSteps(ctx context.Context, id crm.ID, limit int) ([]RuleMigrationStep, error) {
	return many[RuleMigrationStep](ctx, s.pool, `select s.process, p.record_id as record, coalesce(o.name, s.process) as title, coalesce(s.was, 0) as was
		from rule_migration_step s join process p on p.id = s.process left join opportunity o on o.id = p.record_id
		where s.migration_id = $1 order by s.at desc, s.process limit $2`, id, limit)
}

// TriableDeals lists the open deals that changed last, of which cases can be made.
func (s *Store) TriableDeals(ctx context.Context, sc Scope) ([]TriedDeal, error) {
	return many[TriedDeal](ctx, s.pool, `select o.id, o.name, a.name as customer, u.name as owner from opportunity o
		join account a on a.id = o.account_id join app_user u on u.id = o.owner_id where o.state = 'open' and `+sc.sees("o.owner_id")+`
		order by o.updated_at desc, o.id limit 100`, sc.args(pgx.NamedArgs{}))
}
