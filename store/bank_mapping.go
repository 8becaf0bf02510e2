package store

import (
	"context"

	"leadtocash/crm"
)

// BankMappings reads how tables with a header are read, one for each account; without a header, all, the latest first.
func (s *Store) BankMappings(ctx context.Context, fingerprint string) ([]crm.BankMapping, error) {
	return many[crm.BankMapping](ctx, s.pool, `select fingerprint, iban, heads, places, month_first, version, saved_by, at from bank_mapping where $1 = '' or fingerprint = $1 order by at desc, iban limit 500`, fingerprint)
}

// SaveBankMapping keeps how the tables of an account are read that have a header; what was said before is replaced. Errors: those of crm.BankMapping.Check.
func (s *Store) SaveBankMapping(ctx context.Context, actor crm.ID, m crm.BankMapping) (out crm.BankMapping, err error) {
	if err := m.Check(); err != nil {
		return m, err
	}
	err = s.edit(ctx, actor, func(e *edit) error {
		out, err = one[crm.BankMapping](ctx, e.q, `insert into bank_mapping as b (fingerprint, iban, heads, places, month_first, saved_by, at) values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (fingerprint, iban) do update set places = excluded.places, heads = excluded.heads, month_first = excluded.month_first, saved_by = excluded.saved_by, at = excluded.at, version = b.version + 1
			returning fingerprint, iban, heads, places, month_first, version, saved_by, at`, crm.BankFingerprint(m.Heads), m.IBAN, m.Heads, m.Places, m.MonthFirst, e.actor, e.now)
		return err
	})
	return out, err
}
