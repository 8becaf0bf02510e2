package store

import (
	"context"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// SettingInterest is the history of the interest on late payment.
const SettingInterest = "interest"

// InterestSetting is how interest on late payment is counted, with the setting's version (S091).
func (s *Store) InterestSetting(ctx context.Context) (set crm.InterestSetting, version int, err error) {
	if version, err = settingVersion(ctx, s.pool, SettingInterest, ""); err != nil {
		return set, 0, err
	}
	set, err = interestSetting(ctx, s.pool)
	return set, version, err
}

func interestSetting(ctx context.Context, q querier) (set crm.InterestSetting, err error) {
	if set, err = one[crm.InterestSetting](ctx, q, `select coalesce((select c.charged from legal_entity e left join interest_charged c on c.legal_entity_id = e.id order by e.id limit 1), true) as charged`); err != nil {
		return set, err
	}
	set.Rates, err = many[crm.InterestRate](ctx, q, `select from_day, percent from interest_rate order by from_day`)
	return set, err
}

// EditInterest changes whether interest is asked for, or its rates: what is shown of every invoice follows at once. It gives the setting as it is then.
// Errors: Stale, those of alter.
func (s *Store) EditInterest(ctx context.Context, t Target, alter func(*crm.InterestSetting) error) (set crm.InterestSetting, version int, err error) {
	version, err = s.editSetting(ctx, SettingInterest, t, func(e *edit) (map[string]change, error) {
		was, err := interestSetting(ctx, e.q)
		if err != nil {
			return nil, err
		}
		set = crm.InterestSetting{Charged: was.Charged, Rates: slices.Clone(was.Rates)}
		if err := alter(&set); err != nil {
			return nil, err
		}
		b := &pgx.Batch{}
		b.Queue(`insert into interest_charged (legal_entity_id, charged) values ($1, $2) on conflict (legal_entity_id) do update set charged = excluded.charged`, e.entity.ID, set.Charged)
		b.Queue(`delete from interest_rate`)
		for _, r := range set.Rates {
			b.Queue(`insert into interest_rate (from_day, percent) values ($1, $2)`, r.FromDay, r.Percent)
		}
		return compare(interestTexts(was), interestTexts(set)), told(e.q.SendBatch(ctx, b).Close())
	})
	return set, version, err
}

// interestTexts is the setting by what its history calls things: "charged", "2026-01-01".
func interestTexts(set crm.InterestSetting) map[string]string {
	out := map[string]string{}
	if set.Charged {
		out["charged"] = "✓"
	}
	for _, r := range set.Rates {
		out[r.FromDay.String()] = r.Percent.String() + " %"
	}
	return out
}

// LateInterest replays the ledger of an invoice that may be seen: what its late payment costs up to a day, with what of it came in or was waived (S091). A
// company that does not ask for interest gets none.
func (s *Store) LateInterest(ctx context.Context, i crm.Invoice, until crm.Date) (*Run, error) {
	runs, err := lateInterests(ctx, s.pool, []crm.ID{i.ID}, until)
	if run, charged := runs[i.ID]; charged {
		return &run, err
	}
	return nil, err
}
