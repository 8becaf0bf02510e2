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
	TaxPercent  decimal.Decimal
	MadeToOrder bool // needs a hand-off before it can be quoted (S104)
	Active      bool
	Version     int
}
