package crm

import "github.com/shopspring/decimal"

// Product is an entry of the catalogue.
type Product struct {
	ID          ID
	SKU         string
	Name        string
	Description string
	Unit        string
	Currency    string
	Price       decimal.Decimal
	Cost        decimal.Decimal
	TaxClassID  ID              // empty: a rate without a class, as it was before there were classes
	TaxPercent  decimal.Decimal // of the class
	MadeToOrder bool            // needs a completed hand-off before it can be quoted (S104)
	Active      bool
	Version     int
}
