package store

import (
	"context"

	"leadtocash/crm"
)

// Categories lists the places of the catalogue's tree.
var Categories = List[crm.Category]{
	from: `select * from product_category`, id: "id", rowID: func(c crm.Category) crm.ID { return c.ID },
	sort: []Order{{"name", false}},
	columns: []column[crm.Category]{
		{"name", "name", "text", func(c crm.Category) any { return c.Name }, false},
		{"parent_id", "parent_id", "uuid", nil, true},
	},
}

// CategoryRow is a category with its place in the tree.
type CategoryRow struct {
	crm.Category
	Path     string // "Machines / Pumps"
	Depth    int
	Products int // in it, not below
}

// CategoryTree reads all categories, each below its parent.
func (s *Store) CategoryTree(ctx context.Context) ([]CategoryRow, error) {
	return many[CategoryRow](ctx, s.pool, categoryTree+` select c.*, t.path, t.depth, (select count(*)::int from product p where p.category_id = c.id) as products
		from tree t join product_category c on c.id = t.id order by t.path`)
}

// categoryTree is the tree with the way to each place.
const categoryTree = `with recursive tree as (
		select id, name as path, 0 as depth from product_category where parent_id is null
		union all select c.id, t.path || ' / ' || c.name, t.depth + 1 from product_category c join tree t on t.id = c.parent_id where t.depth < 50)`

// CreateCategory adds a place to the tree. Errors: Taken for a name that its parent has, unknown_record at /parent_id.
func (s *Store) CreateCategory(ctx context.Context, c crm.Category) (crm.Category, error) {
	c.Version = 1
	_, err := s.pool.Exec(ctx, `insert into product_category (id, parent_id, name) values ($1, $2, $3)`, c.ID, c.ParentID, c.Name)
	return c, categoryTold(err)
}

func categoryTold(err error) error {
	if refers(err, "product_category_parent_id_fkey") {
		return crm.FieldErrors{crm.Problem("unknown_record").At("/parent_id")}
	}
	return told(err)
}

// EditCategory renames a place or puts it elsewhere. Errors: those of CreateCategory, circle at /parent_id.
func (s *Store) EditCategory(ctx context.Context, t Target, apply func(*crm.Category) error) (c crm.Category, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if _, err := e.q.Exec(ctx, `lock table product_category in share row exclusive mode`); err != nil { // so that no two moves close a circle
			return told(err)
		}
		if c, err = one[crm.Category](ctx, e.q, `select * from product_category where id = $1`, t.ID); err != nil {
			return err
		}
		if t.Version != 0 && t.Version != c.Version {
			return Stale{Version: c.Version}
		}
		if err := apply(&c); err != nil {
			return err
		}
		var circle bool
		if err := e.q.QueryRow(ctx, `with recursive up as (select id, parent_id from product_category where id = $2 union select c.id, c.parent_id from product_category c join up on c.id = up.parent_id)
			select exists (select from up where id = $1)`, c.ID, c.ParentID).Scan(&circle); err != nil {
			return told(err)
		}
		if circle {
			return crm.FieldErrors{crm.Problem("circle").At("/parent_id")}
		}
		c.Version++
		_, err := e.q.Exec(ctx, `update product_category set parent_id = $2, name = $3, version = $4 where id = $1`, c.ID, c.ParentID, c.Name, c.Version)
		return categoryTold(err)
	})
	return c, err
}
