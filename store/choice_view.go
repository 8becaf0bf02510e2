package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Choice is an entry of a list to choose from.
type Choice struct {
	ID   crm.ID
	Name string
}

// AccountChoices are the companies that the reader may sell to, by name.
func (s *Store) AccountChoices(ctx context.Context, sc Scope) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select a.id, a.name from account a where a.archived_at is null and `+sc.sees("a.owner_id")+` order by lower(a.name), a.id limit 1000`, sc.args(nil))
}

// SellerChoices are the active people who may own leads and deals, those with the fewest open leads first.
func (s *Store) SellerChoices(ctx context.Context) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select u.id, u.name from app_user u where u.active and u.roles && '{salesperson,sales_manager}'
		order by (select count(*) from lead l where l.owner_id = u.id and l.state in ('qualified', 'assigned')), u.name`)
}

// ProductChoices are the active entries of the catalogue (S038).
func (s *Store) ProductChoices(ctx context.Context) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select id, sku || ' · ' || name as name from product where active order by sku limit 1000`)
}

// ContactChoices are the people at a company.
func (s *Store) ContactChoices(ctx context.Context, account crm.ID) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select id, name from contact where account_id = $1 and archived_at is null order by name, id`, account)
}

// ProductFilter chooses rows of the catalogue; what is empty does not choose.
type ProductFilter struct {
	Text     string
	Kind     string
	Category crm.ID // and those below it
	State    string // active, retired
	After    crm.ID
}

// ProductRows lists the catalogue by its numbers.
func (s *Store) ProductRows(ctx context.Context, f ProductFilter, limit int) ([]crm.Product, error) {
	where := conditions{"true"}
	where.when(f.Text != "", `(sku ilike @text or name ilike @text or names::text ilike @text)`)
	where.when(f.Kind != "", `kind = @kind`)
	where.when(f.State == "active", `active`)
	where.when(f.State == "retired", `not active`)
	where.when(f.Category != "", `category_id in (with recursive below as (select id from product_category where id = @category union select c.id from product_category c join below b on c.parent_id = b.id) select id from below)`)
	where.when(f.After != "", `sku > (select x.sku from product x where x.id = @after)`)
	return many[crm.Product](ctx, s.pool, `select * from product`+where.sql()+` order by sku limit @limit`,
		pgx.NamedArgs{"text": like(f.Text), "kind": f.Kind, "category": f.Category, "after": f.After, "limit": limit})
}

// UserRow is a person as the settings show him.
type UserRow struct {
	crm.User
	Team string
}

// UserRows lists all people by name.
func (s *Store) UserRows(ctx context.Context) ([]UserRow, error) {
	return many[UserRow](ctx, s.pool, `select u.id, u.name, u.email, u.roles, u.team_id, u.language, u.approval_limit, u.active, u.version, coalesce(t.name, '') as team
		from app_user u left join team t on t.id = u.team_id order by not u.active, u.name, u.id`)
}

// PersonName is a user's name, or "" when the id is nobody's.
func (s *Store) PersonName(ctx context.Context, id crm.ID) (string, error) {
	var name string
	err := s.pool.QueryRow(ctx, `select coalesce((select name from app_user where id::text = $1), '')`, string(id)).Scan(&name)
	return name, told(err)
}

// ProductPage reads one entry of the catalogue.
func (s *Store) ProductPage(ctx context.Context, id crm.ID) (crm.Product, error) {
	return one[crm.Product](ctx, s.pool, `select * from product where id = $1`, id)
}

// OpenDealChoices are the open deals within the scope with their customers, by name, at most 500.
func (s *Store) OpenDealChoices(ctx context.Context, sc Scope) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select o.id, o.name || ' · ' || a.name as name from opportunity o join account a on a.id = o.account_id
		where o.state = 'open' and `+sc.sees("o.owner_id")+` order by o.name, o.id limit 500`, sc.args(nil))
}
