package store

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5/pgconn"
)

// orUsual fills in what a product has when nobody says otherwise.
func orUsual(p crm.Product) crm.Product {
	p.Kind, p.PricedAs = cmp.Or(p.Kind, crm.ProductGoods), cmp.Or(p.PricedAs, crm.PricedFixed)
	if p.Names == nil {
		p.Names = map[string]string{}
	}
	if p.Descriptions == nil {
		p.Descriptions = map[string]string{}
	}
	return p
}

// CreateProduct adds an entry to the catalogue. A SKU that exists is Taken. Errors: those of crm.Product.Check, unknown_record at /category_id and /replaced_by.
func (s *Store) CreateProduct(ctx context.Context, p crm.Product) (crm.Product, error) {
	p = orUsual(p)
	p.Version = 1
	if err := p.Check(); err != nil {
		return p, err
	}
	_, err := s.pool.Exec(ctx, `insert into product (id, sku, name, description, unit, currency, price, cost, tax_class_id, tax_percent, made_to_order, active, kind, category_id,
			unit_decimals, priced_as, replaced_by, names, descriptions)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`, p.ID, p.SKU, p.Name, p.Description, p.Unit, p.Currency, p.Price, p.Cost,
		p.TaxClassID, p.TaxPercent, p.MadeToOrder, p.Active, p.Kind, p.CategoryID, p.UnitDecimals, p.PricedAs, p.ReplacedBy, p.Names, p.Descriptions)
	return p, productTold(err)
}

// productTold puts a reference to nothing at its field.
func productTold(err error) error {
	for _, of := range []struct{ constraint, pointer string }{{"product_category_id_fkey", "/category_id"}, {"product_replaced_by_fkey", "/replaced_by"}} {
		if refers(err, of.constraint) {
			return crm.FieldErrors{crm.Problem("unknown_record").At(of.pointer)}
		}
	}
	return told(err)
}

// EditProduct changes an entry of the catalogue; lines that were made from it before keep their prices.
func (s *Store) EditProduct(ctx context.Context, id crm.ID, version int, change func(*crm.Product) error) (p crm.Product, err error) {
	err = s.edit(ctx, "", func(e *edit) error {
		if p, err = e.lockProduct(ctx, id, version); err != nil {
			return err
		}
		if err := change(&p); err != nil {
			return err
		}
		p = orUsual(p)
		if err := p.Check(); err != nil {
			return err
		}
		p.Version++
		_, err := e.q.Exec(ctx, `update product set name = $2, description = $3, unit = $4, price = $5, cost = $6, tax_percent = $7, made_to_order = $8, active = $9, version = $10, tax_class_id = $11,
			kind = $12, category_id = $13, unit_decimals = $14, priced_as = $15, replaced_by = $16, names = $17, descriptions = $18 where id = $1`, p.ID, p.Name, p.Description, p.Unit,
			p.Price, p.Cost, p.TaxPercent, p.MadeToOrder, p.Active, p.Version, p.TaxClassID, p.Kind, p.CategoryID, p.UnitDecimals, p.PricedAs, p.ReplacedBy, p.Names, p.Descriptions)
		return productTold(err)
	})
	return p, err
}

// lockProduct locks an entry of the catalogue as the person saw it.
func (e *edit) lockProduct(ctx context.Context, id crm.ID, version int) (crm.Product, error) {
	p, err := one[crm.Product](ctx, e.q, `select * from product where id = $1 for update`, id)
	if err == nil && version != 0 && version != p.Version {
		err = Stale{Version: p.Version}
	}
	return p, err
}

// ProductParts is what a product consists of, and what must hold where it is.
type ProductParts struct {
	Components  []crm.Component
	Constraints []crm.Constraint
	Version     int // of the product
}

// ProductParts reads components and constraints of a product.
func (s *Store) ProductParts(ctx context.Context, id crm.ID) (ProductParts, error) {
	return one[ProductParts](ctx, s.pool, `select p.version, `+constraintRows+`c.product_id = p.id), '[]') as constraints, coalesce((select jsonb_agg(jsonb_build_object('product_id', x.id,
		'sku', x.sku, 'name', x.name, 'unit', x.unit, 'quantity', k.quantity) order by k.position) from product_component k join product x on x.id = k.product_id where k.bundle_id = p.id), '[]') as components
		from product p where p.id = $1`, id)
}

// SetComponents replaces what a bundle consists of. Errors below /components: not_a_bundle, too_many, unknown_record, given_twice, mixed_currency, and nested_bundle for a
// bundle within a bundle.
func (s *Store) SetComponents(ctx context.Context, t Target, parts []crm.Component) (ProductParts, error) {
	return s.setParts(ctx, t, `delete from product_component where bundle_id = $1`, func(e *edit, p crm.Product) error { return e.checkComponents(ctx, p, parts) }, func(e *edit, p crm.Product) error {
		for i, c := range parts {
			if _, err := e.q.Exec(ctx, `insert into product_component (bundle_id, product_id, position, quantity) values ($1, $2, $3, $4)`, p.ID, c.ProductID, i+1, c.Quantity); err != nil {
				return told(err)
			}
		}
		return nil
	})
}

// setParts replaces what belongs to a product, once it is checked.
func (s *Store) setParts(ctx context.Context, t Target, clear string, check, write func(*edit, crm.Product) error) (out ProductParts, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		p, err := e.lockProduct(ctx, t.ID, t.Version)
		if err != nil {
			return err
		}
		if err := check(e, p); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, clear, p.ID); err != nil {
			return err
		}
		if err := write(e, p); err != nil {
			return err
		}
		_, err = e.q.Exec(ctx, `update product set version = version + 1 where id = $1`, p.ID)
		return err
	})
	if err != nil {
		return out, err
	}
	return s.ProductParts(ctx, t.ID)
}

func (e *edit) checkComponents(ctx context.Context, bundle crm.Product, parts []crm.Component) error {
	var wrong crm.FieldErrors
	if bundle.Kind != crm.ProductBundle && len(parts) > 0 {
		wrong.Add("/components", crm.Problem("not_a_bundle"))
	}
	if len(parts) > crm.MaxComponents {
		wrong.Add("/components", crm.Problem("too_many", "max", strconv.Itoa(crm.MaxComponents)))
	}
	ids := make([]crm.ID, len(parts))
	for i, c := range parts {
		ids[i] = c.ProductID
	}
	found, err := e.productsBy(ctx, ids)
	if err != nil {
		return err
	}
	seen := map[crm.ID]bool{}
	for i, c := range parts {
		at, p := "/components/"+strconv.Itoa(i), found[c.ProductID]
		switch {
		case p.ID == "":
			wrong.Add(at+"/product_id", crm.Problem("unknown_record"))
		case seen[p.ID]:
			wrong.Add(at+"/product_id", crm.Problem("given_twice"))
		case p.Kind == crm.ProductBundle:
			wrong.Add(at+"/product_id", crm.Problem("nested_bundle"))
		case p.Currency != bundle.Currency:
			wrong.Add(at+"/product_id", crm.Problem("mixed_currency", "want", bundle.Currency))
		}
		wrong.Add(at+"/quantity", p.CheckQuantity(c.Quantity))
		seen[p.ID] = true
	}
	return wrong.Err()
}

// productsBy reads products by id.
func (e *edit) productsBy(ctx context.Context, ids []crm.ID) (map[crm.ID]crm.Product, error) {
	found, err := many[crm.Product](ctx, e.q, `select * from product where id = any($1::uuid[])`, texts(ids))
	out := make(map[crm.ID]crm.Product, len(found))
	for _, p := range found {
		out[p.ID] = p
	}
	return out, err
}

// SetConstraints replaces what must hold where a product is. Errors below /constraints: those of crm.Constraint.Check, too_many, unknown_record.
func (s *Store) SetConstraints(ctx context.Context, t Target, constraints []crm.Constraint) (ProductParts, error) {
	return s.setParts(ctx, t, `delete from product_constraint where product_id = $1`, func(e *edit, p crm.Product) error { return e.checkConstraints(ctx, p, constraints) }, func(e *edit, p crm.Product) error {
		for i, c := range constraints {
			others := make([]string, len(c.Others))
			for n, o := range c.Others {
				others[n] = string(o.ID)
			}
			if _, err := e.q.Exec(ctx, `insert into product_constraint (id, product_id, kind, others, least, most, note, position, text) values ($1, $2, $3, $4::uuid[], $5, $6, $7, $8, $9)`,
				NewID(), p.ID, c.Kind, others, c.Least, c.Most, c.Note, i+1, c.Text); err != nil {
				return told(err)
			}
		}
		return nil
	})
}

func (e *edit) checkConstraints(ctx context.Context, p crm.Product, constraints []crm.Constraint) error {
	var wrong crm.FieldErrors
	if len(constraints) > crm.MaxConstraints {
		wrong.Add("/constraints", crm.Problem("too_many", "max", strconv.Itoa(crm.MaxConstraints)))
		return wrong
	}
	var ids []crm.ID
	for i := range constraints {
		constraints[i].ProductID = p.ID
		for _, o := range constraints[i].Others {
			ids = append(ids, o.ID)
		}
	}
	found, err := e.productsBy(ctx, ids)
	if err != nil {
		return err
	}
	for i, c := range constraints {
		at := "/constraints/" + strconv.Itoa(i)
		wrong.Add(at, c.Check())
		for n, o := range c.Others {
			if found[o.ID].ID == "" {
				wrong.Add(at+"/others/"+strconv.Itoa(n), crm.Problem("unknown_record"))
			}
		}
	}
	return wrong.Err()
}

// refers tells whether a write named a record that is not there, by the name of the foreign key.
func refers(err error, constraint string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "23503" && pg.ConstraintName == constraint
}
