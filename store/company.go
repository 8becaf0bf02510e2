package store

import (
	"context"
	"strconv"

	"leadtocash/crm"
)

// SettingCompany is the company's master data.
const SettingCompany = "company"

// Company is the legal entity with the version of its master data.
type Company struct {
	crm.LegalEntity
	Version int
}

// Company reads it.
func (s *Store) Company(ctx context.Context) (c Company, err error) {
	if c.Version, err = settingVersion(ctx, s.pool, SettingCompany, ""); err != nil {
		return c, err
	}
	c.LegalEntity, err = s.LegalEntity(ctx)
	return c, err
}

// EditCompany changes its name, numbers, address, bank and terms for documents that are made from now on (S091); zone and currency stay as they were set up.
// Errors: those of crm.LegalEntity.Check, Stale.
func (s *Store) EditCompany(ctx context.Context, t Target, apply func(*crm.LegalEntity) error) (c Company, err error) {
	c.Version, err = s.editSetting(ctx, SettingCompany, t, func(e *edit) (map[string]change, error) {
		if c.LegalEntity, err = legalEntity(ctx, e.q); err != nil {
			return nil, err
		}
		before := companyTexts(c.LegalEntity)
		if err := apply(&c.LegalEntity); err != nil {
			return nil, err
		}
		if err := c.Check(); err != nil {
			return nil, err
		}
		changes := compare(before, companyTexts(c.LegalEntity))
		if len(changes) == 0 {
			return nil, nil
		}
		_, err := e.q.Exec(ctx, `update legal_entity set name = $2, country = $3, vat = $4, tax_code = $5, regime = $6, address = $7, street = $8, postal_code = $9, city = $10,
			province = $11, email = $12, pec = $13, iban = $14, quote_days = $15, payment_days = $16, invoicing = $17 where id = $1`, c.ID, c.Name, c.Country, c.VAT, c.TaxCode, c.Regime, c.Address,
			c.Street, c.PostalCode, c.City, c.Province, c.Email, c.PEC, c.IBAN, c.QuoteDays, c.PaymentDays, c.Invoicing)
		return changes, err
	})
	return c, err
}

// companyTexts is what its history tells of.
func companyTexts(e crm.LegalEntity) map[string]string {
	out := map[string]string{"quote_days": strconv.Itoa(e.QuoteDays), "payment_days": strconv.Itoa(e.PaymentDays)}
	for name, s := range e.Texts() {
		out[name] = *s
	}
	return out
}
