package store

import (
	"context"

	"leadtocash/crm"
)

// CreateProduct adds an entry to the catalogue. A SKU that exists is Taken.
func (s *Store) CreateProduct(ctx context.Context, p crm.Product) (crm.Product, error) {
	p.Version = 1
	_, err := s.pool.Exec(ctx, `insert into product (id, sku, name, description, unit, currency, price, cost, tax_class_id, tax_percent, made_to_order, active)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, p.ID, p.SKU, p.Name, p.Description, p.Unit, p.Currency, p.Price, p.Cost, p.TaxClassID, p.TaxPercent, p.MadeToOrder, p.Active)
	return p, told(err)
}

// EditProduct changes an entry of the catalogue; lines that were made from it before keep their prices.
func (s *Store) EditProduct(ctx context.Context, id crm.ID, version int, change func(*crm.Product) error) (p crm.Product, err error) {
	err = s.edit(ctx, "", func(e *edit) error {
		if p, err = one[crm.Product](ctx, e.q, `select * from product where id = $1 for update`, id); err != nil {
			return err
		}
		if version != 0 && version != p.Version {
			return Stale{Version: p.Version}
		}
		if err := change(&p); err != nil {
			return err
		}
		p.Version++
		_, err := e.q.Exec(ctx, `update product set name = $2, description = $3, unit = $4, price = $5, cost = $6, tax_percent = $7, made_to_order = $8, active = $9, version = $10, tax_class_id = $11
			where id = $1`, p.ID, p.Name, p.Description, p.Unit, p.Price, p.Cost, p.TaxPercent, p.MadeToOrder, p.Active, p.Version, p.TaxClassID)
		return err
	})
	return p, err
}
