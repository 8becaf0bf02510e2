package api

import (
	"net/http"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

type productsPage struct {
	Tabs     []settingTab
	Rows     []crm.Product
	Text     string
	Kind     string
	Category string
	State    string
	States   []option
	Tree     []store.CategoryRow
	productChoices
	First, Next string
	May         bool
	SeesCost    bool
	Form        form
	Taxes       []option
}

func pageProducts(r *request) error {
	return showProducts(r, values("unit", "pc", "active", "true", "unit_decimals", "2", "kind", "goods", "priced_as", "fixed"))
}

func showProducts(r *request, f form) error {
	text := clean(r.gin.Query("q"), 100)
	filter := store.ProductFilter{Text: text, Kind: r.gin.Query("kind"), Category: optionalID(r.gin.Query("category")), State: r.gin.Query("state"), After: optionalID(r.gin.Query("after"))}
	rows, err := r.store.ProductRows(r.ctx(), filter, rowsPerPage+1)
	if err != nil {
		return err
	}
	p := productsPage{Tabs: r.catalogueTabs(), Text: text, Kind: filter.Kind, Category: string(filter.Category), State: filter.State, May: r.Can(crm.MayWriteProduct), SeesCost: r.user.Sees("product.cost"), Form: f}
	p.Rows, p.First, p.Next = paged(r, rows, func(p crm.Product) crm.ID { return p.ID })
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	p.Taxes = r.taxOptions(classes, classes.Default().ID) // the default comes first
	if p.productChoices, err = r.productChoices(); err != nil {
		return err
	}
	if p.Tree, err = r.store.CategoryTree(r.ctx()); err != nil {
		return err
	}
	p.States = []option{{"", r.say("filter.all")}, {"active", r.say("product.active")}, {"retired", r.say("product.inactive")}}
	return r.show(f.Status(), "products", r.say("nav.products"), p)
}

type productPage struct {
	crm.Product
	Tabs        []settingTab
	Parts       form
	Components  []crm.Component
	Constraints []crm.Constraint
	productChoices
	May      bool
	SeesCost bool
	Form     form
	Taxes    []option
	Class    string
}

func pageProduct(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showProduct(r, id, form{})
}

func showProduct(r *request, id crm.ID, f form) error {
	p, err := r.store.ProductPage(r.ctx(), id)
	if err != nil {
		return err
	}
	w := r.words()
	page := productPage{Product: p, May: r.Can(crm.MayWriteProduct), SeesCost: r.user.Sees("product.cost"), Form: f}
	if !f.Failed() {
		page.Form = values("sku", p.SKU, "name", p.Name, "description", p.Description, "unit", p.Unit, "price", plainNumber(w, p.Price), "cost", plainNumber(w, p.Cost),
			"tax_class_id", string(p.TaxClassID), "made_to_order", yes(p.MadeToOrder), "active", yes(p.Active),
			"kind", string(p.Kind), "category_id", string(p.CategoryID), "unit_decimals", strconv.Itoa(p.UnitDecimals), "priced_as", p.PricedAs, "replaced_by", string(p.ReplacedBy))
		for _, l := range languageChoices {
			page.Form.values["name."+l.Code], page.Form.values["description."+l.Code] = p.Names[l.Code], p.Descriptions[l.Code]
		}
	}
	parts, err := r.store.ProductParts(r.ctx(), id)
	if err != nil {
		return err
	}
	page.Tabs, page.Components, page.Constraints = r.catalogueTabs(), parts.Components, readable(parts.Constraints)
	if sent, ok := r.gin.Value(keyOwnForm).(form); ok {
		page.Parts = sent
	} else {
		components, constraints := partsText(parts)
		page.Parts = values("components", components, "constraints", constraints)
	}
	if page.productChoices, err = r.productChoices(); err != nil {
		return err
	}
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		return err
	}
	class, _ := classes.By(p.TaxClassID)
	page.Taxes, page.Class = r.taxChoice(classes, p.TaxClassID, w.Percent(p.TaxPercent)), class.Name
	return r.show(max(f.Status(), page.Parts.Status()), "product", p.Name, page)
}

// readProduct checks the form of a catalogue entry and gives the change that it asks for.
func (r *request) readProduct(f *form) func(*crm.Product) {
	r.needed(f, "name", "unit", "price")
	price, cost := r.decimal(f, "price"), r.decimal(f, "cost")
	tax, chosen := r.taxOf(f)
	f.known("kind", "category_id", "unit_decimals", "priced_as", "replaced_by")
	for name, v := range map[string]decimal.Decimal{"price": price, "cost": cost} {
		if v.IsNegative() {
			f.blame(name, r.errorText(crm.Problem("out_of_range", "min", "0")))
		}
	}
	return func(p *crm.Product) {
		p.Name, p.Description, p.Unit = clean(f.Value("name"), 200), clean(f.Value("description"), 2000), clean(f.Value("unit"), 20)
		p.Price, p.Cost = price.Round(4), cost.Round(4)
		if chosen {
			p.TaxClassID, p.TaxPercent = tax.ID, tax.Percent
		}
		p.MadeToOrder, p.Active = f.Value("made_to_order") == "true", f.Value("active") == "true"
		deepened(f, p)
	}
}

// deepened reads what a product is beyond its price; what the form does not have stays.
func deepened(f *form, p *crm.Product) {
	if v := f.Value("kind"); v != "" {
		p.Kind = crm.ProductKind(v)
		p.CategoryID, p.ReplacedBy = optionalID(f.Value("category_id")), optionalID(f.Value("replaced_by"))
	}
	if v := f.Value("priced_as"); v != "" {
		p.PricedAs = v
	}
	if n, err := strconv.Atoi(f.Value("unit_decimals")); err == nil {
		p.UnitDecimals = n
	}
	names, texts := map[string]string{}, map[string]string{}
	for _, l := range languageChoices {
		if v, sent := f.values["name."+l.Code]; sent && v != "" {
			names[l.Code] = clean(v, maxName)
		}
		if v, sent := f.values["description."+l.Code]; sent && v != "" {
			texts[l.Code] = clean(v, maxText)
		}
	}
	if _, sent := f.values["name.en"]; sent {
		p.Names, p.Descriptions = names, texts
	}
}

// taxOf reads the class that was chosen for a product; without a choice it keeps what it has.
func (r *request) taxOf(f *form) (crm.TaxClass, bool) {
	classes, err := r.store.TaxClasses(r.ctx())
	if err != nil {
		f.blame("tax_class_id", r.say("error.storage_unavailable"))
		return crm.TaxClass{}, false
	}
	return r.chosenTax(f, "tax_class_id", classes)
}

func formProduct(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	r.needed(&f, "sku", "tax_class_id")
	change := r.readProduct(&f)
	if f.Failed() {
		return showProducts(r, f)
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p := crm.Product{ID: store.NewID(), SKU: clean(f.Value("sku"), 60), Currency: e.Currency, UnitDecimals: 4}
	change(&p)
	p, err = r.store.CreateProduct(r.ctx(), p)
	if err = r.judge(&f, taken(r, &f, err, "sku")); err != nil {
		return err
	}
	if f.Failed() {
		return showProducts(r, f)
	}
	return r.said("product_created", "/products/"+string(p.ID))
}

func formProductEdit(r *request) error {
	return editForm[crm.Product]{
		path: "/products/", read: (*request).readProduct, show: showProduct,
		write: func(r *request, t store.Target, change func(*crm.Product) error) error {
			_, err := r.store.EditProduct(r.ctx(), t.ID, t.Version, change)
			return err
		},
	}.save(r)
}

type settingsPage struct {
	Tabs   []settingTab
	Users  []store.UserRow
	Entity crm.LegalEntity
}

// pageSettings shows who works here, and the company.
func pageSettings(r *request) error {
	users, err := r.store.UserRows(r.ctx())
	if err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	return r.show(http.StatusOK, "settings", r.say("nav.settings"), settingsPage{r.settingTabs(), users, e})
}
