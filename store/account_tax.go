package store

import (
	"context"

	"leadtocash/crm"
)

// AccountTax is how a customer within the scope is charged; most have no row, and version 0.
func (s *Store) AccountTax(ctx context.Context, sc Scope, account crm.ID) (crm.AccountTax, error) {
	if _, err := Accounts.Record(ctx, s, sc, account); err != nil {
		return crm.AccountTax{}, err
	}
	return taxOf(ctx, s.pool, account, "")
}

// taxOf is how a customer is charged; before anybody said so it is version 1 and nothing special.
func taxOf(ctx context.Context, q querier, account crm.ID, lock string) (crm.AccountTax, error) {
	t, err := orNone(one[crm.AccountTax](ctx, q, `select * from account_tax where account_id = $1 `+lock, account))
	if t.Version == 0 {
		t.AccountID, t.Version = account, 1
	}
	return t, err
}

// SetAccountTax says how a customer is charged; it counts for lines written, and how he pays for contracts made, from now on. Errors: unknown_record and class_inactive at /tax_class_id.
func (s *Store) SetAccountTax(ctx context.Context, t Target, classID crm.ID, split bool, terms crm.PaymentTerms) (out crm.AccountTax, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if _, err := Accounts.Record(ctx, s, t.Scope, t.ID); err != nil {
			return err
		}
		now, err := taxOf(ctx, e.q, t.ID, "for update")
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != now.Version {
			return Stale{Version: now.Version}
		}
		if classID != "" {
			c, err := one[crm.TaxClass](ctx, e.q, `select * from tax_class where id = $1`, classID)
			switch {
			case err != nil:
				return unknown(err, "/tax_class_id")
			case !c.Active && classID != now.TaxClassID:
				return crm.FieldErrors{crm.Problem("class_inactive").At("/tax_class_id")}
			}
		}
		out, err = one[crm.AccountTax](ctx, e.q, `insert into account_tax (account_id, tax_class_id, split_payment, payment_terms, version) values ($1, $2, $3, $4, 2)
			on conflict (account_id) do update set tax_class_id = excluded.tax_class_id, split_payment = excluded.split_payment, payment_terms = excluded.payment_terms, version = account_tax.version + 1 returning *`, t.ID, classID, split, terms)
		return err
	})
	return out, err
}

// SetRounding says how the legal entity's documents are rounded from now on; those that were written keep how they were.
func (s *Store) SetRounding(ctx context.Context, actor crm.ID, rounding crm.Rounding, perLine bool) (crm.LegalEntity, error) {
	_, err := s.editSetting(ctx, SettingTaxes, Target{Actor: actor}, func(e *edit) (map[string]change, error) {
		per := map[bool]string{true: "line", false: "document"}[perLine]
		if e.entity.Rounding == string(rounding) && e.entity.TaxRounding == per {
			return nil, nil
		}
		_, err := e.q.Exec(ctx, `update legal_entity set rounding = $2, tax_rounding = $3 where id = $1`, e.entity.ID, string(rounding), per)
		return map[string]change{"rounding": {e.entity.Rounding + ", " + e.entity.TaxRounding, string(rounding) + ", " + per}}, err
	})
	if err != nil {
		return crm.LegalEntity{}, err
	}
	return s.LegalEntity(ctx)
}
