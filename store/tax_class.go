package store

import (
	"context"

	"leadtocash/crm"
)

// SettingTaxes is the history of all tax classes.
const SettingTaxes = "taxes"

// TaxClasses lists what lines and products may be taxed with.
var TaxClasses = List[crm.TaxClass]{
	from: `select * from tax_class`, id: "id", rowID: func(c crm.TaxClass) crm.ID { return c.ID },
	sort: []Order{{"name", false}},
	columns: []column[crm.TaxClass]{
		{"name", "name", "text", func(c crm.TaxClass) any { return c.Name }, false},
		{"percent", "percent", "numeric", func(c crm.TaxClass) any { return c.Percent }, false},
		{"country", "country", "text", func(c crm.TaxClass) any { return c.Country }, false},
		{"active", "active", "boolean", nil, true},
	},
}

// TaxClasses reads all classes: the default first, those out of use last.
func (s *Store) TaxClasses(ctx context.Context) (crm.TaxClasses, error) {
	return many[crm.TaxClass](ctx, s.pool, `select * from tax_class order by is_default desc, active desc, percent desc, name`)
}

// ProductsByClass counts the products of each class.
func (s *Store) ProductsByClass(ctx context.Context) (map[crm.ID]int, error) {
	rows, err := many[struct {
		TaxClassID crm.ID
		N          int
	}](ctx, s.pool, `select tax_class_id, count(*)::int as n from product where tax_class_id is not null group by 1`)
	out := map[crm.ID]int{}
	for _, r := range rows {
		out[r.TaxClassID] = r.N
	}
	return out, err
}

// CreateTaxClass adds a class. Errors: those of crm.TaxClass.Check, Taken for a name that its country has.
func (s *Store) CreateTaxClass(ctx context.Context, actor crm.ID, c crm.TaxClass) (crm.TaxClass, error) {
	c.Version = 1
	_, err := s.editSetting(ctx, SettingTaxes, Target{Actor: actor}, func(e *edit) (map[string]change, error) {
		if err := c.Check(); err != nil {
			return nil, err
		}
		if err := e.onlyDefault(ctx, c); err != nil {
			return nil, err
		}
		_, err := e.q.Exec(ctx, `insert into tax_class (id, name, percent, exemption, country, is_default, active, code) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			c.ID, c.Name, c.Percent, c.Exemption, c.Country, c.IsDefault, c.Active, c.Code)
		return map[string]change{c.Name: {"", taxText(c)}}, told(err)
	})
	return c, err
}

// EditTaxClass changes a class, and the rate of the products that have it. Lines that were written keep theirs. A default is taken from a
// class by giving it to another: without one it is default_needed.
func (s *Store) EditTaxClass(ctx context.Context, t Target, apply func(*crm.TaxClass) error) (c crm.TaxClass, err error) {
	_, err = s.editSetting(ctx, SettingTaxes, Target{Actor: t.Actor}, func(e *edit) (map[string]change, error) {
		if c, err = one[crm.TaxClass](ctx, e.q, `select * from tax_class where id = $1 for update`, t.ID); err != nil {
			return nil, err
		}
		if t.Version != 0 && t.Version != c.Version {
			return nil, Stale{Version: c.Version}
		}
		before := c
		if err := apply(&c); err != nil {
			return nil, err
		}
		if before.IsDefault && !c.IsDefault {
			return nil, crm.FieldErrors{crm.Problem("default_needed").At("/is_default")}
		}
		if err := c.Check(); err != nil {
			return nil, err
		}
		if len(differences(before, c)) == 0 {
			return nil, nil
		}
		c.Version++
		changes := map[string]change{c.Name: {taxText(before), taxText(c)}}
		if before.Name != c.Name {
			changes[c.Name] = change{before.Name + ", " + taxText(before), taxText(c)}
		}
		return changes, e.saveTaxClass(ctx, before, c)
	})
	return c, err
}

func (e *edit) saveTaxClass(ctx context.Context, before, c crm.TaxClass) error {
	if err := e.onlyDefault(ctx, c); err != nil {
		return err
	}
	if _, err := e.q.Exec(ctx, `update tax_class set name = $2, percent = $3, exemption = $4, country = $5, is_default = $6, active = $7, version = $8, code = $9 where id = $1`,
		c.ID, c.Name, c.Percent, c.Exemption, c.Country, c.IsDefault, c.Active, c.Version, c.Code); err != nil {
		return told(err)
	}
	if before.Percent.Equal(c.Percent) {
		return nil
	}
	_, err := e.q.Exec(ctx, `update product set tax_percent = $2, version = version + 1 where tax_class_id = $1`, c.ID, c.Percent)
	return err
}

// onlyDefault takes the default from the class that had it.
func (e *edit) onlyDefault(ctx context.Context, c crm.TaxClass) error {
	if !c.IsDefault {
		return nil
	}
	_, err := e.q.Exec(ctx, `update tax_class set is_default = false, version = version + 1 where is_default and id <> $1`, c.ID)
	return err
}

// taxText is a class in its history.
func taxText(c crm.TaxClass) string {
	text := c.Percent.String() + " %"
	for _, part := range []string{c.Exemption, c.Code, c.Country, map[bool]string{true: "✓"}[c.IsDefault], map[bool]string{true: "–"}[!c.Active]} {
		if part != "" {
			text += " · " + part
		}
	}
	return text
}
