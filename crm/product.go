package crm

import (
	"github.com/shopspring/decimal"
)

// Product is an entry of the catalogue.
type Product struct {
	ID           ID
	SKU          string
	Name         string
	Names        map[string]string // by language; in others, Name
	Description  string
	Descriptions map[string]string // by language
	Kind         ProductKind
	CategoryID   ID
	Unit         string
	UnitDecimals int // of a quantity, 0 to 4
	Currency     string
	Price        decimal.Decimal // of the list
	PricedAs     string          // of a bundle: fixed at Price, or sum of its components
	Cost         decimal.Decimal
	TaxClassID   ID              // empty: a rate without a class, as it was before there were classes
	TaxPercent   decimal.Decimal // of the class
	MadeToOrder  bool            // needs a completed hand-off before it can be quoted (S104)
	Active       bool            // false: retired; documents keep it, nothing new takes it
	ReplacedBy   ID              // what is proposed instead of a retired product
	Version      int
}

// ProductKind is what a catalogue entry is.
type ProductKind string

// The kinds of products. Each may be made to order (Product.MadeToOrder).
const (
	ProductGoods   ProductKind = "goods"
	ProductService ProductKind = "service"
	ProductBundle  ProductKind = "bundle" // of other products
	ProductOption  ProductKind = "option" // goes with other products
)

// ProductKinds lists the kinds.
func ProductKinds() []ProductKind {
	return []ProductKind{ProductGoods, ProductService, ProductBundle, ProductOption}
}

// How a bundle is priced.
const (
	PricedFixed = "fixed" // at its own price
	PricedSum   = "sum"   // at what its components come to by the list
)

// MaxComponents is how many products a bundle may consist of.
const MaxComponents = 100

// Component is a product in a bundle.
type Component struct {
	ProductID ID              `json:"product_id"`
	SKU       string          `json:"sku"`
	Name      string          `json:"name"`
	Unit      string          `json:"unit"`
	Quantity  decimal.Decimal `json:"quantity"` // in one bundle
}

// Category is a place in the tree of the catalogue.
type Category struct {
	ID       ID
	ParentID ID // empty: at the top
	Name     string
	Version  int
}

// Said is the product's name in a language, its own name where none is given.
func (p Product) Said(language string) string {
	if name := p.Names[language]; name != "" {
		return name
	}
	return p.Name
}

// CheckQuantity refuses a quantity with more decimals than the product's unit has. Errors: too_many_decimals.
func (p Product) CheckQuantity(quantity decimal.Decimal) error {
	if !quantity.Equal(quantity.Truncate(int32(p.UnitDecimals))) {
		return Problem("too_many_decimals", "max", decimal.NewFromInt(int64(p.UnitDecimals)).String())
	}
	return nil
}

// Check refuses what does not fit a kind of product: is_a_bundle at /priced_as for what is no bundle and is priced as a sum, same_record at
// /replaced_by for a product that replaces itself, out_of_range at /unit_decimals, unknown_value at /kind and /priced_as.
func (p Product) Check() error {
	var errs FieldErrors
	switch p.Kind {
	case ProductGoods, ProductService, ProductBundle, ProductOption:
	default:
		errs.Add("/kind", Problem("unknown_value", "allowed", "goods, service, bundle, option"))
	}
	switch {
	case p.PricedAs != PricedFixed && p.PricedAs != PricedSum:
		errs.Add("/priced_as", Problem("unknown_value", "allowed", "fixed, sum"))
	case p.PricedAs == PricedSum && p.Kind != ProductBundle:
		errs.Add("/priced_as", Problem("not_a_bundle"))
	}
	if p.ReplacedBy != "" && p.ReplacedBy == p.ID {
		errs.Add("/replaced_by", Problem("same_record"))
	}
	if p.UnitDecimals < 0 || p.UnitDecimals > 4 {
		errs.Add("/unit_decimals", Problem("out_of_range", "min", "0", "max", "4"))
	}
	return errs.Err()
}
