package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// DemoPassword is the password of all demo users.
const DemoPassword = "demo-leadtocash"

// DemoUser is a log-in of the demo company.
type DemoUser struct {
	Name, Email string
	Role        crm.Role
	Team        string
	Limit       int64 // the largest order he may approve
}

// DemoUsers lists the demo company's log-ins, one or more of every role.
func DemoUsers() []DemoUser {
	return []DemoUser{
		{"Demo Admin", "admin@demo.example", crm.RoleAdmin, "Company", 1_000_000},
		{"Demo Sales Ops", "ops@demo.example", crm.RoleSalesOps, "Company", 0},
		{"Demo Salesperson", "sales@demo.example", crm.RoleSalesperson, "North", 0},
		{"Demo Salesperson South", "south@demo.example", crm.RoleSalesperson, "South", 0},
		{"Demo Manager", "manager@demo.example", crm.RoleSalesManager, "Sales", 50_000},
		{"Demo Project Manager", "projects@demo.example", crm.RoleProjectManager, "Delivery", 0},
		{"Demo Finance", "finance@demo.example", crm.RoleFinance, "Company", 0},
		{"Demo Care", "care@demo.example", crm.RoleCare, "Delivery", 0},
	}
}

// DemoID is the id of a demo record; the same name gives the same id on every machine.
func DemoID(name string) crm.ID {
	return crm.ID(uuid.NewSHA1(uuid.NameSpaceURL, []byte("leadtocash/demo/"+name)).String())
}

// SeedDemo writes the demo company: legal entity, teams, users of every role, a catalogue and a public form. Repeated, it changes nothing.
func (s *Store) SeedDemo(ctx context.Context) error {
	if err := s.seedTeams(ctx); err != nil {
		return err
	}
	for _, u := range DemoUsers() {
		if _, err := s.User(ctx, DemoID(u.Email)); err == nil {
			continue // hashing a password takes time
		}
		_, err := s.CreateUser(ctx, crm.User{
			ID: DemoID(u.Email), Name: u.Name, Email: u.Email, Roles: []crm.Role{u.Role}, TeamID: DemoID(u.Team),
			Language: "en", ApprovalLimit: decimal.NewFromInt(u.Limit), Active: true,
		}, DemoPassword)
		if _, known := errors.AsType[Taken](err); err != nil && !known {
			return err
		}
	}
	return s.short(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		b.Queue(`insert into capture_form (key, name, source, campaign) values ('contact', 'Contact form', 'website', 'always-on') on conflict do nothing`)
		b.Queue(`insert into lead_target (place, least_score, minutes) select * from (values (0, 60, 60), (1, 30, 240), (2, 0, 480)) t
			where (select version from setting where name = 'lead_response') = 1 on conflict do nothing`)
		for _, p := range demoProducts() {
			b.Queue(`insert into product (id, sku, name, description, unit, currency, price, cost, tax_percent, made_to_order)
				values ($1, $2, $3, $4, $5, 'EUR', $6, $7, $8, $9) on conflict do nothing`,
				DemoID(p.SKU), p.SKU, p.Name, p.Description, p.Unit, p.Price, p.Cost, p.TaxPercent, p.MadeToOrder)
		}
		for _, c := range demoTaxes() {
			b.Queue(`insert into tax_class (id, name, percent, exemption, country) values ($1, $2, $3, $4, 'IT') on conflict do nothing`, DemoID(c.Name), c.Name, c.Percent, c.Exemption)
		}
		b.Queue(`insert into product_category (id, parent_id, name) values ($1, null, 'Machines'), ($2, $1, 'Retrofit'), ($3, null, 'Services') on conflict do nothing`,
			DemoID("Machines"), DemoID("Retrofit category"), DemoID("Services"))
		b.Queue(`update product p set category_id = c.id from product_category c, (values ('LINE-200', 'Machines'), ('SPECIAL', 'Machines'), ('RETROFIT', 'Retrofit'), ('SENSOR-10', 'Retrofit'),
			('INSTALL', 'Services'), ('MANUAL', 'Services')) v (sku, category) where p.sku = v.sku and c.name = v.category and p.category_id is null and p.version = 1`)
		b.Queue(`insert into price_book (id, name, currency, class) values ($1, 'Partners', 'EUR', 'Partner') on conflict do nothing`, DemoID("Partners"))
		b.Queue(`insert into price_entry (id, book_id, product_id, min_quantity, percent) select gen_random_uuid(), $1, null, v.least, v.percent from (values (0, 5), (10, 8)) v (least, percent)
			where not exists (select from price_entry where book_id = $1) and exists (select from price_book where id = $1 and version = 1)`, DemoID("Partners"))
		b.Queue(`insert into exchange_rate (currency, on_date, rate, source) values ('USD', '2025-01-02', 1.0321, 'ECB'), ('PLN', '2025-01-02', 4.2748, 'ECB') on conflict do nothing`)
		b.Queue(`update product p set tax_class_id = c.id from tax_class c where p.tax_class_id is null and c.percent = p.tax_percent and c.percent > 0 and c.active`)
		return tx.SendBatch(ctx, b).Close()
	})
}

// demoTaxes are the classes beside the standard one, which every company begins with.
func demoTaxes() []crm.TaxClass {
	return []crm.TaxClass{
		{Name: "Reduced", Percent: decimal.NewFromInt(10)},
		{Name: "Books and manuals", Percent: decimal.NewFromInt(4)},
		{Name: "Export", Exemption: "N3.1 – art. 8 DPR 633/72"},
		{Name: "Reverse charge", Exemption: "N6.9 – art. 17 DPR 633/72"},
	}
}

func (s *Store) seedTeams(ctx context.Context) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		b := &pgx.Batch{}
		b.Queue(`insert into legal_entity (id, name, country, vat, address, street, postal_code, city, province, iban, email, time_zone, currency) values ($1, 'Demo Automation Srl', 'IT',
			'IT00743110157', 'Via Roma 1, 20121 Milano (MI)', 'Via Roma 1', '20121', 'Milano', 'MI', 'IT60X0542811101000000123456', 'office@demo.example', 'Europe/Rome', 'EUR') on conflict do nothing`, DemoID("entity"))
		for _, t := range [][2]string{{"Company", ""}, {"Sales", "Company"}, {"North", "Sales"}, {"South", "Sales"}, {"Delivery", "Company"}} {
			parent := crm.ID("")
			if t[1] != "" {
				parent = DemoID(t[1])
			}
			b.Queue(`insert into team (id, name, parent_id) values ($1, $2, $3) on conflict do nothing`, DemoID(t[0]), t[0], parent)
		}
		return tx.SendBatch(ctx, b).Close()
	})
}

func demoProducts() []crm.Product {
	price := func(s string) decimal.Decimal { return decimal.RequireFromString(s) }
	return []crm.Product{
		{SKU: "LINE-200", Name: "Packaging line 200", Description: "Complete line, 200 packs a minute", Unit: "pc", Price: price("18400"), Cost: price("12600"), TaxPercent: price("22")},
		{SKU: "RETROFIT", Name: "Retrofit kit", Description: "Control and drives for an existing line", Unit: "pc", Price: price("6900"), Cost: price("4300"), TaxPercent: price("22")},
		{SKU: "SENSOR-10", Name: "Sensor set", Description: "Ten optical sensors with cables", Unit: "set", Price: price("740"), Cost: price("410"), TaxPercent: price("22")},
		{SKU: "INSTALL", Name: "Installation", Description: "Two fitters for a day", Unit: "day", Price: price("1150"), Cost: price("780"), TaxPercent: price("22")},
		{SKU: "MANUAL", Name: "Printed manual", Description: "Operating manual", Unit: "pc", Price: price("45"), Cost: price("12"), TaxPercent: price("4")},
		{SKU: "SPECIAL", Name: "Line to measure", Description: "Designed for the customer", Unit: "pc", Price: price("42000"), Cost: price("30500"), TaxPercent: price("22"), MadeToOrder: true},
	}
}

// BeginInThePast sets business time back, for a company that has no process yet; later it only moves forward.
func (s *Store) BeginInThePast(ctx context.Context, by time.Duration) error {
	_, err := s.pool.Exec(ctx, `update business_clock set shift_seconds = -$1::bigint where shift_seconds = 0 and not exists (select from process)`, int64(by.Seconds()))
	return told(err)
}

// LeadByExternalID finds a lead by the id that its source gave it.
func (s *Store) LeadByExternalID(ctx context.Context, external string) (id crm.ID, err error) {
	err = s.pool.QueryRow(ctx, `select id from lead where external_id = $1`, external).Scan(&id)
	return id, told(err)
}

// FirstTranche is the first part of a contract to be billed.
func (s *Store) FirstTranche(ctx context.Context, contract crm.ID) (id crm.ID, err error) {
	err = s.pool.QueryRow(ctx, `select id from tranche where contract_id = $1 order by position limit 1`, contract).Scan(&id)
	return id, told(err)
}
