package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// DealOrigin says what a deal came of (S088).
type DealOrigin struct {
	Kind       string // closing, renewal, case
	ContractID crm.ID
	CaseID     crm.ID
}

// CarryHistory gives a deal that a step has just added what is known from the deal before: its products at today's prices for this customer, without discounts, which are agreed
// anew; its people and partners; and its documents and those of contract and project, as links. A product that is not sold any more, or has no price in the deal's currency,
// stays behind. What the deal came of is noted, once for each origin.
func (tx *Tx) CarryHistory(ctx context.Context, from crm.ID, to crm.Opportunity, origin DealOrigin) error {
	tx.q.later(`insert into deal_origin (opportunity_id, kind, contract_id, case_id, at) values ($1, $2, $3, $4, $5)`, to.ID, origin.Kind, origin.ContractID, origin.CaseID, tx.Now)
	if from == "" {
		return nil
	}
	tx.q.later(`insert into relation (id, opportunity_id, kind, name, contact_id, role, note) select gen_random_uuid(), $2, kind, name, contact_id, role, note
		from relation where opportunity_id = $1 and kind in ('contact', 'partner')`, from, to.ID)
	tx.q.later(`insert into document_link (id, document_id, opportunity_id, made_at) select gen_random_uuid(), d.id, $2, $3 from document d where d.removed_at is null and (
			d.home = 'opportunity' and d.opportunity_id = $1 or d.contract_id in (select id from contract where opportunity_id = $1)
			or d.project_id in (select p.id from project p join contract c on c.id = p.contract_id where c.opportunity_id = $1)
			or d.id in (select document_id from document_link where opportunity_id = $1)) on conflict do nothing`, from, to.ID, tx.Now)
	return tx.carryLines(ctx, from, to)
}

func (tx *Tx) carryLines(ctx context.Context, from crm.ID, to crm.Opportunity) error {
	before, err := tx.agreedLines(ctx, from)
	if err != nil || len(before) == 0 {
		return err
	}
	named := make([]crm.QuoteLine, len(before))
	for i, l := range before {
		named[i].ProductID = l.ProductID
	}
	items, err := askAll[item](ctx, tx.q, itemsOf(to.ID, tx.Today, named))
	if err != nil {
		return err
	}
	sold := map[crm.ID]item{}
	for _, p := range items {
		sold[p.ID] = p
	}
	e := &edit{q: tx.q, now: tx.Now, today: tx.Today, entity: tx.Entity, zone: tx.Zone}
	var lines []crm.ProductLine
	for _, l := range before {
		p := sold[l.ProductID]
		if p.sold() != nil || p.CheckQuantity(l.Quantity) != nil {
			continue
		}
		price, cost, why, err := p.priced(e, l.Quantity)
		if err != nil { // no rate for its currency
			continue
		}
		l = crm.ProductLine{ID: NewID(), ProductID: l.ProductID, Quantity: l.Quantity, UnitPrice: price, UnitCost: cost, Price: why, TaxPercent: p.TaxPercent}
		lines = append(lines, l)
		tx.q.later(`insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, discount_percent, unit_cost, discounts, price) values ($1, $2, $3, $4, $5, $6, 0, $7, '', $8)`,
			l.ID, to.ID, l.ProductID, len(lines), l.Quantity, l.UnitPrice, l.UnitCost, l.Price)
	}
	if len(lines) == 0 {
		return nil
	}
	total, err := tx.Entity.Pricing(to.Currency).Add(pricedProducts(lines), decimal.Zero)
	if err != nil {
		return err
	}
	tx.q.later(`update opportunity set amount = $2, amount_source = 'products' where id = $1`, to.ID, total.Net)
	return nil
}

// DealOfContract is the deal that a contract was made of.
func (tx *Tx) DealOfContract(ctx context.Context, contract crm.ID) (crm.Opportunity, error) {
	return one[crm.Opportunity](ctx, tx.q, `select `+opportunityColumns+` from opportunity where id = (select opportunity_id from contract where id = $1)`, contract)
}
