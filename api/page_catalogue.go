package api

import (
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// catalogueTabs lead to what prices come from.
func (r *request) catalogueTabs() []settingTab {
	var out []settingTab
	for _, t := range [][2]string{{"/products", "nav.products"}, {"/price-books", "book.title"}, {"/exchange-rates", "exchange.title"}, {"/products/import", "catalogue.import"}} {
		if t[0] == "/products/import" && !r.Can(crm.MayWriteProduct) {
			continue
		}
		path := r.gin.Request.URL.Path
		here := path == t[0] || t[0] != "/products" && strings.HasPrefix(path, t[0]) || t[0] == "/products" && strings.HasPrefix(path, "/products/") && path != "/products/import"
		out = append(out, settingTab{t[0], r.say(t[1]), here})
	}
	return out
}

// productChoices are what a product's form lets choose.
type productChoices struct {
	Kinds, Categories, Priced, Decimals, Languages, Replacements []option
}

func (r *request) productChoices() (c productChoices, err error) {
	c.Kinds = enumOptions(r, "", "product_kind", crm.ProductKinds())
	c.Priced = enumOptions(r, "", "priced_as", []string{crm.PricedFixed, crm.PricedSum})
	for _, n := range []string{"0", "1", "2", "3", "4"} {
		c.Decimals = append(c.Decimals, option{n, n})
	}
	tree, err := r.store.CategoryTree(r.ctx())
	if err != nil {
		return c, err
	}
	c.Categories = []option{{"", r.say("form.none")}}
	for _, t := range tree {
		c.Categories = append(c.Categories, option{string(t.ID), t.Path})
	}
	products, err := r.store.ProductChoices(r.ctx())
	c.Replacements = chosen(r.say("form.none"), products)
	for _, l := range languageChoices {
		c.Languages = append(c.Languages, option{l.Code, l.Name})
	}
	return c, err
}

// readParts reads components and constraints as their page writes them: a line each. Problems are blamed on the two fields.
func (r *request) readParts(f *form, of crm.ID) (components []crm.Component, constraints []crm.Constraint) {
	bySKU := map[string]crm.Product{}
	skus := strings.FieldsFunc(f.Value("components")+"\n"+f.Value("constraints"), func(c rune) bool { return strings.ContainsRune(";,\n\r\t ", c) })
	found, err := r.store.ProductsNamed(r.ctx(), nil, skus)
	if err != nil {
		f.blame("components", r.say("error.storage_unavailable"))
	}
	for _, p := range found {
		bySKU[p.SKU] = p
	}
	for line := range strings.Lines(f.Value("components")) {
		if line = strings.TrimSpace(line); line != "" {
			components = append(components, r.componentLine(f, line, bySKU))
		}
	}
	for line := range strings.Lines(f.Value("constraints")) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, string(crm.Rule)+" ") {
			constraints = append(constraints, r.constraintRule(f, of, line))
		} else if line != "" {
			constraints = append(constraints, r.constraintLine(f, line, bySKU))
		}
	}
	return components, constraints
}

// componentLine reads "MOTOR; 2".
func (r *request) componentLine(f *form, line string, bySKU map[string]crm.Product) crm.Component {
	sku, quantity, _ := strings.Cut(line, ";")
	p, known := bySKU[strings.TrimSpace(sku)]
	if !known {
		f.blame("components", r.say("catalogue.unknown_sku", "SKU", strings.TrimSpace(sku)))
	}
	c := form{values: map[string]string{"q": strings.TrimSpace(quantity)}}
	q := r.quantity(&c, "q")
	if !c.Failed() && !q.IsPositive() {
		q = decimal.NewFromInt(1)
	}
	if c.Failed() {
		f.blame("components", line+": "+c.wrong["q"])
	}
	return crm.Component{ProductID: p.ID, Quantity: q}
}

// constraintLine reads "requires MOTOR, PANEL # why", "ratio 1-2 MOTOR", "choose 1-1 RED, BLUE", "amount 1-10".
func (r *request) constraintLine(f *form, line string, bySKU map[string]crm.Product) crm.Constraint {
	text, note, _ := strings.Cut(line, "#")
	words := strings.FieldsFunc(text, func(c rune) bool { return c == ',' || c == ' ' || c == '\t' })
	out := crm.Constraint{Note: clean(strings.TrimSpace(note), maxLine)}
	if len(words) > 0 {
		out.Kind, words = crm.ConstraintKind(words[0]), words[1:]
	}
	if len(words) > 0 && slices.Contains([]crm.ConstraintKind{crm.Ratio, crm.Choose, crm.Limits}, out.Kind) {
		least, most, _ := strings.Cut(words[0], "-")
		var bad error
		if out.Least, bad = decimal.NewFromString(least); bad == nil && most != "" {
			out.Most, bad = decimal.NewFromString(most)
		}
		if bad != nil || len(words[0]) > 30 {
			f.blame("constraints", line+": "+r.say("catalogue.constraint_form"))
		}
		words = words[1:]
	}
	for _, sku := range words {
		p, known := bySKU[sku]
		if !known {
			f.blame("constraints", r.say("catalogue.unknown_sku", "SKU", sku))
		}
		out.Others = append(out.Others, crm.ProductName{ID: p.ID, SKU: sku})
	}
	if !slices.Contains(crm.ConstraintKinds(), out.Kind) {
		f.blame("constraints", line+": "+r.say("catalogue.constraint_form"))
	}
	return out
}

// partsText writes components and constraints as their page reads them.
func partsText(p store.ProductParts) (components, constraints string) {
	var a, b strings.Builder
	for _, c := range p.Components {
		a.WriteString(c.SKU + "; " + c.Quantity.String() + "\n")
	}
	for _, c := range p.Constraints {
		b.WriteString(string(c.Kind))
		if c.Kind == crm.Ratio || c.Kind == crm.Choose || c.Kind == crm.Limits {
			b.WriteString(" " + c.Least.String())
			if c.Most.IsPositive() {
				b.WriteString("-" + c.Most.String())
			}
		}
		if c.Kind == crm.Rule {
			b.WriteString(" " + c.Shown())
			c.Others = nil
		}
		for i, o := range c.Others {
			if i > 0 {
				b.WriteString(",")
			}
			b.WriteString(" " + o.SKU)
		}
		if c.Note != "" {
			b.WriteString(" # " + c.Note)
		}
		b.WriteString("\n")
	}
	return a.String(), b.String()
}

// formProductParts saves what a product consists of and requires.
func formProductParts(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	f.known("components", "constraints")
	components, constraints := r.readParts(&f, id)
	if !f.Failed() {
		t := store.Target{Actor: r.user.ID, ID: id, Version: seenVersion(f)}
		after, err := r.store.SetComponents(r.ctx(), t, components)
		if err == nil {
			t.Version = after.Version
			_, err = r.store.SetConstraints(r.ctx(), t, constraints)
		}
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		r.gin.Set(keyOwnForm, f)
		return showProduct(r, id, form{status: f.status})
	}
	return r.said("saved", "/products/"+string(id))
}

// formCategory adds a place to the catalogue's tree.
func formCategory(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "category")
	f.known("parent_id")
	if !f.Failed() {
		_, err = r.store.CreateCategory(r.ctx(), crm.Category{ID: store.NewID(), Name: clean(f.Value("category"), maxName), ParentID: optionalID(f.Value("parent_id"))})
		if err = r.judge(&f, taken(r, &f, err, "category")); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showProducts(r, f)
	}
	return r.said("saved", "/products")
}
