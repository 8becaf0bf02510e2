package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Desktop reads how a person has arranged My day (S092); without panels he has not, and sees what is usual for his roles.
func (s *Store) Desktop(ctx context.Context, person crm.ID) (crm.Desktop, error) {
	d, err := one[crm.Desktop](ctx, s.pool, `select panels, pins, version from desktop where user_id = $1`, person)
	if errors.Is(err, ErrNotFound) {
		return crm.Desktop{Version: 1}, nil
	}
	return d, err
}

// EditDesktop changes how the actor has arranged My day. Change gets it as it is, without panels when it is the usual one. Errors: Stale, what change gives.
func (s *Store) EditDesktop(ctx context.Context, t Target, change func(*crm.Desktop) error) (d crm.Desktop, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if _, err := e.q.Exec(ctx, `insert into desktop (user_id) values ($1) on conflict do nothing`, t.Actor); err != nil {
			return told(err)
		}
		if d, err = one[crm.Desktop](ctx, e.q, `select panels, pins, version from desktop where user_id = $1 for update`, t.Actor); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != d.Version {
			return Stale{Version: d.Version}
		}
		if err := change(&d); err != nil {
			return err
		}
		d.Version++
		_, err := e.q.Exec(ctx, `update desktop set panels = $2, pins = $3, version = $4 where user_id = $1`, t.Actor, orEmpty(d.Panels), orEmpty(d.Pins), d.Version)
		return told(err)
	})
	return d, err
}

// WonMonth is what was won in a month, in one currency.
type WonMonth struct {
	Month    crm.Date // its first day
	Currency string
	Deals    int
	Sum      decimal.Decimal // of the amounts, without tax
}

// WonMonths adds up the deals that the reader may see and that were won from a day on, month by month in the zone given.
func (s *Store) WonMonths(ctx context.Context, sc Scope, from crm.Date, zone string) ([]WonMonth, error) {
	return many[WonMonth](ctx, s.pool, `select date_trunc('month', o.closed_at at time zone @zone)::date as month, o.currency, count(*)::int as deals, sum(o.amount) as sum from opportunity o
		where o.state = 'won' and o.closed_at >= (@from::date::timestamp at time zone @zone) and `+sc.sees("o.owner_id")+` group by 1, 2 order by 1, 2`,
		sc.args(pgx.NamedArgs{"from": from, "zone": zone}))
}
