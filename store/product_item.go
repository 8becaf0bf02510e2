package store

import (
	"context"
	"strconv"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// item is a product with what it costs a deal's customer, and what must hold where it is. All of it comes with the product's own row.
type item struct {
	crm.Product
	Exemption   string           // of its tax class
	Offers      []crm.Offer      // of the price books that hold for the customer today
	Constraints []crm.Constraint // of the product; asked for a deal, of the products on its tab too
	SumPrice    *decimal.Decimal // of a bundle: what its components come to by the list
	SumCost     *decimal.Decimal
	FromRate    *decimal.Decimal // of the product's currency, where the deal has another
	FromOn      crm.Date
	ToRate      *decimal.Decimal // of the deal's
	ToOn        crm.Date
	DealIn      string // the deal's currency
	Successor   string // the number of what is proposed instead
	CaseClass   crm.ID // with which all lines of the customer are taxed
	CasePercent decimal.Decimal
	CaseReason  string
}

// constraintRows makes constraints of the table c, with the products that they name.
const constraintRows = `coalesce((select jsonb_agg(jsonb_build_object('id', c.id, 'product_id', c.product_id, 'sku', (select sku from product where id = c.product_id), 'kind', c.kind,
	'least', c.least, 'most', c.most, 'text', c.text, 'note', c.note, 'others', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'sku', x.sku, 'name', x.name) order by n)
		from unnest(c.others) with ordinality u(id, n) join product x on x.id = u.id), '[]')) order by c.product_id, c.position, c.id) from product_constraint c where `

// itemColumns reads items for the deal d on the day $2.
const itemColumns = `p.*, ` + exemption + `, d.currency as deal_in, coalesce((select s.sku from product s where s.id = p.replaced_by), '') as successor,
	coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('book_id', b.id, 'book', b.name, 'from', b.valid_from, 'until', b.valid_until, 'everything', e.product_id is null,
		'audience', case when b.account_id is not null then 'customer' when b.class <> '' then 'class' else 'everybody' end, 'min_quantity', e.min_quantity, 'price', e.price, 'percent', e.percent)))
		from price_entry e join price_book b on b.id = e.book_id where (e.product_id = p.id or e.product_id is null) and b.active and b.currency = d.currency
		and (b.account_id = d.account_id or b.account_id is null and b.class in ('', d.class))
		and (b.valid_from is null or b.valid_from <= $2) and (b.valid_until is null or b.valid_until >= $2)), '[]') as offers,
	case when p.kind = 'bundle' and p.priced_as = 'sum' then (select coalesce(sum(k.quantity * x.price), 0) from product_component k join product x on x.id = k.product_id where k.bundle_id = p.id) end as sum_price,
	case when p.kind = 'bundle' and p.priced_as = 'sum' then (select coalesce(sum(k.quantity * x.cost), 0) from product_component k join product x on x.id = k.product_id where k.bundle_id = p.id) end as sum_cost,
	case when p.currency <> d.currency then (select r.rate from exchange_rate r where r.currency = p.currency and r.on_date <= $2 order by r.on_date desc limit 1) end as from_rate,
	case when p.currency <> d.currency then (select r.on_date from exchange_rate r where r.currency = p.currency and r.on_date <= $2 order by r.on_date desc limit 1) end as from_on,
	case when p.currency <> d.currency then (select r.rate from exchange_rate r where r.currency = d.currency and r.on_date <= $2 order by r.on_date desc limit 1) end as to_rate,
	case when p.currency <> d.currency then (select r.on_date from exchange_rate r where r.currency = d.currency and r.on_date <= $2 order by r.on_date desc limit 1) end as to_on,
	t.tax_class_id as case_class, coalesce(z.percent, 0) as case_percent, coalesce(z.exemption, '') as case_reason`

// itemFrom joins what a deal's customer is charged by.
const itemFrom = ` from product p cross join (select o.currency, o.account_id, a.class from opportunity o join account a on a.id = o.account_id where o.id = $1) d
	left join account_tax t on t.account_id = d.account_id left join tax_class z on z.id = t.tax_class_id`

// itemOf is the question for one product on a deal's tab, with the constraints of all that is there.
func itemOf(opportunity crm.ID, on crm.Date, product crm.ID) Question {
	return asks(`select `+itemColumns+`, `+constraintRows+`c.product_id = p.id or c.product_id in (select product_id from product_line where opportunity_id = $1)), '[]') as constraints`+
		itemFrom+` where p.id = $3`, opportunity, on, product)
}

// itemsOf is the question for the products that lines name.
func itemsOf(opportunity crm.ID, on crm.Date, lines []crm.QuoteLine) Question {
	ids := []crm.ID{}
	for _, l := range lines {
		if l.ProductID != "" {
			ids = append(ids, l.ProductID)
		}
	}
	return asks(`select `+itemColumns+`, `+constraintRows+`c.product_id = p.id), '[]') as constraints`+itemFrom+` where p.id = any($3::uuid[])`, opportunity, on, texts(ids))
}

// list is the catalogue's price and cost in the deal's currency, at the rate of the day. Errors: mixed_currency when there is no rate.
func (p item) list(e *edit) (price, cost decimal.Decimal, x *crm.Exchange, err error) {
	price, cost = p.Price, p.Cost
	if p.SumPrice != nil {
		price, cost = *p.SumPrice, *p.SumCost
	}
	if p.Currency == p.DealIn {
		return price, cost, nil, nil
	}
	one, on := decimal.NewFromInt(1), e.today
	from, to := p.FromRate, p.ToRate
	if p.Currency == e.entity.Currency {
		from = &one
	} else if from != nil {
		on = p.FromOn
	}
	if p.DealIn == e.entity.Currency {
		to = &one
	} else if to != nil && (p.Currency == e.entity.Currency || p.ToOn.Before(on)) {
		on = p.ToOn
	}
	if from == nil || to == nil {
		return price, cost, nil, crm.Problem("mixed_currency", "want", p.DealIn)
	}
	x = &crm.Exchange{From: p.Currency, Rate: crm.Cross(*from, *to), OnDate: on}
	hundred := decimal.NewFromInt(100)
	exchanged := func(d decimal.Decimal) decimal.Decimal {
		return crm.NetUnitPrice(d.Mul(x.Rate).Mul(hundred).Shift(-2), decimal.Zero, crm.Rounding(e.entity.Rounding))
	}
	return exchanged(price), exchanged(cost), x, nil
}

// priced looks the product's unit price up for a quantity, today. Errors: mixed_currency.
func (p item) priced(e *edit, quantity decimal.Decimal) (price, cost decimal.Decimal, why crm.PriceReason, err error) {
	list, cost, x, err := p.list(e)
	if err != nil {
		return list, cost, why, err
	}
	price, why = crm.PickPrice(list, p.Offers, quantity, e.today, crm.Rounding(e.entity.Rounding))
	why.Exchange = x
	return price, cost, why, nil
}

// repriced gives a line's price after a change: looked up where the catalogue's was there and is to be found for another quantity, by hand where it was typed.
func (p item) repriced(e *edit, quantity, price decimal.Decimal, was decimal.Decimal, why crm.PriceReason) (decimal.Decimal, crm.PriceReason, error) {
	if price.Equal(was) && quantity.Equal(why.Quantity) && why.Source != "" {
		return price, why, nil
	}
	offered, _, now, err := p.priced(e, quantity)
	switch {
	case err != nil:
		return price, why, err
	case price.Equal(was) && (why.Source == crm.PriceOfList || why.Source == crm.PriceOfBook):
		return offered, now, nil
	case price.Equal(offered):
		return offered, now, nil
	}
	now.Source, now.BookID, now.Book, now.Audience, now.Percent, now.Until = crm.PriceByHand, "", "", "", nil, crm.Date{}
	return price, now, nil
}

// sold refuses what is no longer sold, with what is proposed instead.
func (p item) sold() error {
	if p.Active {
		return nil
	}
	if p.Successor != "" {
		return crm.Problem("product_replaced", "by", p.Successor)
	}
	return crm.Problem("product_inactive")
}

// proposed reads the products that constraints ask for beside lines, with the quantities, and whatever those ask for in turn.
func (e *edit) proposed(ctx context.Context, opportunity crm.ID, lines []crm.Configured, constraints []crm.Constraint) (add []crm.Configured, items map[crm.ID]item, err error) {
	items = map[crm.ID]item{}
	for range 10 {
		next := crm.Proposed(append(lines[:len(lines):len(lines)], add...), constraints)
		if len(next) == 0 {
			return add, items, nil
		}
		var ask []crm.QuoteLine
		for _, n := range next {
			if _, known := items[n.ProductID]; !known {
				ask = append(ask, crm.QuoteLine{ProductID: n.ProductID})
			}
		}
		found, err := askAll[item](ctx, e.q, itemsOf(opportunity, e.today, ask))
		if err != nil {
			return nil, nil, err
		}
		for _, p := range found {
			items[p.ID] = p
			constraints = append(constraints, p.Constraints...)
		}
		add = append(add, next...)
	}
	return add, items, nil
}

// configuredLines are the lines of a quote as constraints read them.
func configuredLines(lines []crm.QuoteLine) (out []crm.Configured) {
	for i, l := range lines {
		if l.ProductID != "" && l.Counts() {
			out = append(out, crm.Configured{At: "/lines/" + strconv.Itoa(i), ProductID: l.ProductID, Quantity: l.Quantity})
		}
	}
	return out
}
