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
	if set, err = one[crm.InterestSetting](ctx, q, `select coalesce((select c.charged from legal_entity e left join interest_charged c on c.legal_entity_id = e.id order by e.id limit 1), true) as charged,
		coalesce((select c.fixed from legal_entity e join interest_charged c on c.legal_entity_id = e.id order by e.id limit 1), false) as fixed`); err != nil {
		return set, err
	}
	set.Rates, err = many[crm.InterestRate](ctx, q, `select from_day, percent from interest_rate order by from_day`)
	return set, err
}

// EditInterest changes whether interest is asked for, or its rates: what is shown of every invoice follows at once. It gives the setting as it is then.
// Errors: Stale, those of alter.
func (s *Store) EditInterest(ctx context.Context, t Target, alter func(*crm.InterestSetting) error) (crm.InterestSetting, int, error) {
	return s.editInterest(ctx, t, func(_ *edit, set *crm.InterestSetting) error { return alter(set) })
}

// RemoveInterestRate takes the rate that begins on a day out; none there changes nothing. A rate by which a letter asked for interest, or by which interest was paid, stays: what
// the customer was told could not be counted again. Errors: Stale, Refused rate_used with the invoice.
func (s *Store) RemoveInterestRate(ctx context.Context, t Target, day crm.Date) (crm.InterestSetting, int, error) {
	return s.editInterest(ctx, t, func(e *edit, set *crm.InterestSetting) error {
		until, there := set.Remove(day)
		if !there {
			return nil
		}
		used, err := many[struct{ Number string }](ctx, e.q, `select i.number from invoice i where i.due_date < $2::date - 1 and (
				exists (select from dunning_step s where s.invoice_id = i.id and s.state = 'written' and s.interest > 0 and s.on_date >= $1)
				or exists (select from ledger l where l.invoice_id = i.id and l.kind = 'interest' and l.on_date >= $1)) order by i.issued_at limit 1`, day, until)
		if err == nil && len(used) > 0 {
			err = Refused{Code: "rate_used", Params: map[string]string{"invoice": used[0].Number}}
		}
		return err
	})
}

func (s *Store) editInterest(ctx context.Context, t Target, alter func(*edit, *crm.InterestSetting) error) (set crm.InterestSetting, version int, err error) {
	version, err = s.editSetting(ctx, SettingInterest, t, func(e *edit) (map[string]change, error) {
		was, err := interestSetting(ctx, e.q)
		if err != nil {
			return nil, err
		}
		set = crm.InterestSetting{Charged: was.Charged, Fixed: was.Fixed, Rates: slices.Clone(was.Rates)}
		if err := alter(e, &set); err != nil {
			return nil, err
		}
		b := &pgx.Batch{}
		b.Queue(`insert into interest_charged (legal_entity_id, charged, fixed) values ($1, $2, $3) on conflict (legal_entity_id) do update set charged = excluded.charged, fixed = excluded.fixed`, e.entity.ID, set.Charged, set.Fixed)
		b.Queue(`delete from interest_rate`)
		for _, r := range set.Rates {
			b.Queue(`insert into interest_rate (from_day, percent) values ($1, $2)`, r.FromDay, r.Percent)
		}
		return compare(interestTexts(was), interestTexts(set)), told(e.q.SendBatch(ctx, b).Close())
	})
	return set, version, err
}

// interestTexts is the setting by what its history calls things: "charged", "fixed", "2026-01-01".
func interestTexts(set crm.InterestSetting) map[string]string {
	out := map[string]string{}
	if set.Charged {
		out["charged"] = "✓"
	}
	if set.Fixed {
		out["fixed"] = "✓"
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
