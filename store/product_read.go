package store

import (
	"context"

	"leadtocash/crm"
)

// ProductsNamed finds catalogue products by id or SKU, in one question.
func (s *Store) ProductsNamed(ctx context.Context, ids []crm.ID, skus []string) ([]crm.Product, error) {
	return many[crm.Product](ctx, s.pool, `select * from product where id = any($1::uuid[]) or sku = any($2)`, texts(ids), skus)
}

// AllProducts reads the whole catalogue by its numbers, at most 20,000.
func (s *Store) AllProducts(ctx context.Context) ([]crm.Product, error) {
	return many[crm.Product](ctx, s.pool, `select * from product order by sku limit 20000`)
}
