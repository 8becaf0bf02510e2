package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// catalogueRoutes is the table of what prices come from, beside the products themselves.
func catalogueRoutes() []route {
	return []route{
		{method: get, path: "/api/v1/products/:id/parts", need: crm.MayReadProduct, do: getProductParts},
		{method: put, path: "/api/v1/products/:id/components", need: crm.MayWriteProduct, do: putComponents},
		{method: put, path: "/api/v1/products/:id/constraints", need: crm.MayWriteProduct, do: putConstraints},
		{method: post, path: "/api/v1/product-categories", need: crm.MayWriteProduct, do: postCategory},
		{method: get, path: "/api/v1/product-categories/:id", need: crm.MayReadProduct, do: shown(store.Categories, func(c crm.Category) int { return c.Version })},
		{method: patch, path: "/api/v1/product-categories/:id", need: crm.MayWriteProduct, do: patchCategory},
		{method: post, path: "/api/v1/price-books", need: crm.MayWriteProduct, do: postPriceBook},
		{method: get, path: "/api/v1/price-books/:id", need: crm.MayReadProduct, do: getPriceBook},
		{method: patch, path: "/api/v1/price-books/:id", need: crm.MayWriteProduct, do: patchPriceBook},
		{method: get, path: "/api/v1/price-books/:id/entries", need: crm.MayReadProduct, do: getEntries},
		{method: put, path: "/api/v1/price-books/:id/entries", need: crm.MayWriteProduct, do: putEntries},
		{method: get, path: "/api/v1/exchange-rates", need: crm.MayReadProduct, do: getRates},
		{method: put, path: "/api/v1/exchange-rates", need: crm.MayWriteProduct, do: putRates},
		{method: get, path: "/api/v1/accounts/:id/tax", need: crm.MayReadAccount, do: getAccountTax},
		{method: put, path: "/api/v1/accounts/:id/tax", need: crm.MayWriteAccount, do: putAccountTax},
		{method: get, path: "/api/v1/rounding", need: crm.MayReadSettings, do: getRounding},
		{method: put, path: "/api/v1/rounding", need: crm.MayWriteSettings, do: putRounding},
		{method: post, path: "/api/v1/quotes/:id/preview", need: crm.MayWriteOpportunity, do: postQuotePreview},
	}
}

// catalogueLists are its lists, which take a query.
func catalogueLists() []route {
	return []route{
		{method: get, path: "/api/v1/product-categories", need: crm.MayReadProduct, do: listed(store.Categories)},
		{method: get, path: "/api/v1/price-books", need: crm.MayReadProduct, do: listed(store.PriceBooks)},
	}
}

var catalogueCalls = map[string]call{
	"GET /api/v1/products/:id/parts": reading("Catalogue", "Read what a product consists of and requires", partsRecord{}).says("S038, S072", ""),
	"PUT /api/v1/products/:id/components": replacing("Catalogue", "Set what a bundle consists of", componentsBody{}, partsRecord{}).
		says("S072", "A bundle priced as `sum` costs what its components cost by the list.").like(`{"components":[]}`),
	"PUT /api/v1/products/:id/constraints": replacing("Catalogue", "Set what must hold where a product is", constraintsBody{}, partsRecord{}).
		says("S072", "Deals and quotes that break a constraint are refused with the reason.").like(`{"constraints":[{"kind":"amount","least":"1","most":"1000","note":"We pack up to a thousand"}]}`),
	"GET /api/v1/product-categories":       listing("Catalogue", "List categories", store.Categories),
	"POST /api/v1/product-categories":      creating("Catalogue", "Add a category", categoryBody{}, crm.Category{}).needing("name").located("201").says("S038", "").like(`{"name":"Machines"}`),
	"GET /api/v1/product-categories/:id":   reading("Catalogue", "Read a category", crm.Category{}),
	"PATCH /api/v1/product-categories/:id": patching("Catalogue", "Change a category", categoryBody{}, crm.Category{}).says("S038", "").like(`{"name":"Machines and lines"}`),
	"GET /api/v1/price-books":              listing("Catalogue", "List price books", store.PriceBooks),
	"POST /api/v1/price-books": creating("Catalogue", "Add a price book", priceBookBody{}, priceBookRecord{}).needing("name").located("201").tagged("201").
		says("S072", "A customer's book comes before one of his class, that before one of everybody; then the one that began last. `findings` tells overlaps and gaps.").
		like(`{"name":"List 2027","valid_from":"2027-01-01","valid_until":"2027-12-31"}`),
	"GET /api/v1/price-books/:id":         reading("Catalogue", "Read a price book", priceBookRecord{}),
	"PATCH /api/v1/price-books/:id":       patching("Catalogue", "Change a price book", priceBookBody{}, priceBookRecord{}).says("S072", "Lines that were written keep their prices.").like(`{"active":true}`),
	"GET /api/v1/price-books/:id/entries": reading("Catalogue", "Read the prices of a book", entryList{}).tagged("200"),
	"PUT /api/v1/price-books/:id/entries": replacing("Catalogue", "Set prices of a book", entriesBody{}, priceBookRecord{}).
		says("S072", "The entry of the product with the highest quantity that is reached holds.").like(`{"entries":[{"product_id":"{products}","min_quantity":"10","price":"90.00"}]}`),
	"GET /api/v1/exchange-rates": reading("Catalogue", "List exchange rates", rateList{}).plain().says("M2", "The newest 1,000."),
	"PUT /api/v1/exchange-rates": replacing("Catalogue", "Set exchange rates", ratesBody{}, rateList{}).unversioned().unversionedAnswer().
		says("M2", "A rate of the same day is replaced; what documents were written with stays.").like(`{"rates":[{"currency":"USD","on_date":"2026-01-02","rate":"1.0823","source":"ECB"}]}`),
	"GET /api/v1/accounts/:id/tax": reading("Customers", "Read how a customer is charged", crm.AccountTax{}),
	"PUT /api/v1/accounts/:id/tax": replacing("Customers", "Set how a customer is charged", accountTaxBody{}, crm.AccountTax{}).
		says("M2", "It counts for quotes made from now on.").like(`{"split_payment":true}`),
	"GET /api/v1/rounding": reading("Settings", "Read how documents are rounded", roundingRecord{}).plain(),
	"PUT /api/v1/rounding": replacing("Settings", "Set how documents are rounded", roundingBody{}, roundingRecord{}).unversioned().unversionedAnswer().
		says("M2", "Documents keep how they were rounded.").like(`{"rounding":"half_up","tax":"document"}`),
	"POST /api/v1/quotes/:id/preview": call{tag: "Quotes", summary: "Compute a draft without saving it", body: quoteBody{}, answers: map[int]any{200: quoteRecord{}}}.
		may(codeGate, codeConflict, "quote_not_draft", codeTranches).
		says("S072", "The same answer and the same refusals as the change itself.").like(`{"discount_percent":"5"}`),
}
