package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
)

const opportunityColumns = `id, number, name, account_id, contact_id, lead_id, pipeline, stage, state, currency, amount, amount_source, target, close_date, need,
	budget, decision_maker, handed_off, tags, custom, lost_reason, lost_note, owner_id, version, stage_since, closed_at, created_at, updated_at`

// exemption is why nothing is charged on a product.
const exemption = `coalesce((select c.exemption from tax_class c where c.id = p.tax_class_id), '') as exemption`

const productLineColumns = `l.id, l.opportunity_id, l.product_id, p.sku, p.name, p.unit, p.tax_class_id, p.tax_percent, ` + exemption + `, p.made_to_order, l.position, l.quantity,
	l.unit_price, l.discount_percent, l.discounts, l.unit_cost, l.price`

// Opportunity locks the opportunity of this process.
func (tx *Tx) Opportunity(ctx context.Context) (crm.Opportunity, error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	return tx.OpportunityBy(ctx, id)
}

// OpportunityBy locks an opportunity.
func (tx *Tx) OpportunityBy(ctx context.Context, id crm.ID) (crm.Opportunity, error) {
	return ask[crm.Opportunity](ctx, tx.q, OpportunityOf(id))
}

// OpportunityOf is the question for OpportunityBy.
func OpportunityOf(id crm.ID) Question {
	return asks(`select `+opportunityColumns+` from opportunity where id = $1 for update`, id)
}

// OpportunityNumber is the question for the number of an opportunity that is to be added. One that is not used is lost.
var OpportunityNumber = asks(`select nextval('opportunity_number')`)

// AddOpportunity writes a new opportunity in its first stage, with its process, and gives it a number.
func (tx *Tx) AddOpportunity(ctx context.Context, o crm.Opportunity, parent string) (crm.Opportunity, error) {
	o, err := addOpportunity(ctx, tx.q, o, tx.Now, tx.Actor, tx.Cause)
	if err != nil {
		return o, err
	}
	return o, tx.Open(ctx, crm.KindOpportunity, o.ID, crm.Step(o.Stage), parent)
}

func addOpportunity(ctx context.Context, q querier, o crm.Opportunity, now time.Time, actor, cause string) (crm.Opportunity, error) {
	var n int64
	if err := askRow(ctx, q, OpportunityNumber).Scan(&n); err != nil {
		return o, told(err)
	}
	o.Number, o.State, o.Version, o.StageSince, o.CreatedAt, o.UpdatedAt = fmt.Sprintf("OPP-%d", n), crm.OpportunityOpen, 1, now, now, now
	if o.Tags == nil {
		o.Tags = []string{}
	}
	err := late(ctx, q, `insert into opportunity (id, number, name, account_id, contact_id, lead_id, stage, currency, amount, amount_source, target, close_date,
		need, owner_id, stage_since, created_at, updated_at, pipeline, budget, decision_maker, tags, custom)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'hand', $10, $11, $12, $13, $14, $14, $14, $15, $16, $17, $18, $19)`,
		o.ID, o.Number, o.Name, o.AccountID, o.ContactID, o.LeadID, o.Stage, o.Currency, o.Amount, o.Target, o.CloseDate, o.Need, o.OwnerID, now, o.Pipeline,
		o.Budget, o.DecisionMaker, o.Tags, o.Custom.Stored())
	if err != nil {
		return o, err
	}
	return o, late(ctx, q, `insert into stage_interval (opportunity_id, pipeline, stage, entered_at, actor, cause) values ($1, $2, $3, $4, $5, $6)`, o.ID, o.Pipeline, o.Stage, now, actor, cause)
}

// SaveOpportunity writes what a step changed on an opportunity; a new stage opens a new interval and closes the one before.
func (tx *Tx) SaveOpportunity(ctx context.Context, o crm.Opportunity) error {
	return late(ctx, tx.q, `with past as (
			update stage_interval set left_at = $15, next_stage = $3 where opportunity_id = $1 and left_at is null and stage <> $3 returning opportunity_id, pipeline
		), present as (
			insert into stage_interval (opportunity_id, pipeline, stage, entered_at, actor, cause, visit)
			select opportunity_id, pipeline, $3, $15, $16, $17, 1 + (select count(*) from stage_interval x where x.opportunity_id = past.opportunity_id and x.stage = $3) from past
		)
		update opportunity set name = $2, stage = $3, state = $4, amount = $5, amount_source = $6, target = $7, close_date = $8, need = $9, budget = $10,
			decision_maker = $11, lost_reason = $12, lost_note = $13, closed_at = $14, stage_since = case when stage = $3 then stage_since else $15 end,
			version = version + 1, updated_at = $15 where id = $1`,
		o.ID, o.Name, o.Stage, o.State, o.Amount, o.AmountSource, o.Target, o.CloseDate, o.Need, o.Budget, o.DecisionMaker, o.LostReason, o.LostNote,
		o.ClosedAt, tx.Now, tx.Actor, tx.Cause)
}

// ProductLines lists the deal's catalogue lines in their order.
func (tx *Tx) ProductLines(ctx context.Context, opportunity crm.ID) ([]crm.ProductLine, error) {
	return productLines(ctx, tx.q, opportunity)
}

func productLines(ctx context.Context, q querier, opportunity crm.ID) ([]crm.ProductLine, error) {
	return askAll[crm.ProductLine](ctx, q, productLinesOf(opportunity))
}

func productLinesOf(opportunity crm.ID) Question {
	return asks(`select `+productLineColumns+` from product_line l join product p on p.id = l.product_id
		where l.opportunity_id = $1 order by l.position, l.id`, opportunity)
}

// ReplaceProducts rewrites the Products tab with the catalogue lines of an accepted quote; its free-text lines stay behind (S042, S043).
func (tx *Tx) ReplaceProducts(ctx context.Context, opportunity crm.ID, lines []crm.QuoteLine) (kept int, err error) {
	tx.q.later(`delete from product_line where opportunity_id = $1`, opportunity)
	for _, l := range lines {
		if l.ProductID == "" || !l.Counts() {
			continue
		}
		kept++
		tx.q.later(`insert into product_line (id, opportunity_id, product_id, position, quantity, unit_price, discount_percent, unit_cost, discounts, price)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, NewID(), opportunity, l.ProductID, l.Position, l.Quantity, l.UnitPrice, l.DiscountPercent, l.UnitCost, l.Discounts, l.Price)
	}
	return kept, tx.HandedOff(ctx, opportunity)
}

// StageBefore is the stage in which a closed deal was before it closed.
func (tx *Tx) StageBefore(ctx context.Context, opportunity crm.ID) (stage string, err error) {
	err = tx.q.QueryRow(ctx, `select stage from stage_interval where opportunity_id = $1 and left_at is not null order by id desc limit 1`, opportunity).Scan(&stage)
	return stage, told(err)
}
