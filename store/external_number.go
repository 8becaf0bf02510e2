package store

import (
	"context"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// NumberedTranches reads what a file of another system's numbers is matched with, within the scope: the tranches that are named and those of the contracts that are
// named, and which of the numbers are noted already, after their year and a blank.
func (s *Store) NumberedTranches(ctx context.Context, sc Scope, tranches []crm.ID, contracts, numbers []string) (rows []crm.NumberedTranche, taken []string, err error) {
	rows, err = many[crm.NumberedTranche](ctx, s.pool, `select t.id, t.contract_id, t.position, t.kind, t.percent, t.opens_at_percent, t.net, t.tax, t.total, t.milestone, t.milestone_id, t.period_start, t.period_end, t.state,
			t.invoice_id, t.external_number, t.dishonoured, t.version, c.number as contract, a.name as account, c.state = 'active' as active, c.currency,
			coalesce(i.number, '') as invoice_number, coalesce(i.series, '') as invoice_series, coalesce(r.open, 0) as open
		from tranche t join contract c on c.id = t.contract_id join account a on a.id = c.account_id left join invoice i on i.id = t.invoice_id left join receivable r on r.invoice_id = i.id
		where (t.id = any(@tranches::uuid[]) or lower(c.number) = any(@contracts)) and `+sc.sees("c.owner_id")+` order by c.number, t.position`,
		sc.args(pgx.NamedArgs{"tranches": texts(tranches), "contracts": lowered(contracts)}))
	if err != nil {
		return nil, nil, err
	}
	used, err := many[struct{ Name string }](ctx, s.pool, `select year || ' ' || lower(number) as name from invoice where series = $1 and lower(number) = any($2)`, crm.SeriesElsewhere, lowered(numbers))
	for _, u := range used {
		taken = append(taken, u.Name)
	}
	return rows, taken, err
}

func lowered(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = strings.ToLower(s)
	}
	return out
}
