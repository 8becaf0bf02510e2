package store

import (
	"context"
	"fmt"
	"slices"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

const handOffColumns = `h.id, h.number, h.opportunity_id, h.key, h.rule_version, h."from", h."to", h.line_id, h.product_id, h.sku, h.product, h.quantity, h.specification, h.needed_by, h.state,
	h.requested_by, h.requested_at, h.sent_at, h.sends, h.due_at, h.late_at, h.taken_by, h.taken_at, h.inputs, h.feasible, h.delivery_date, h.unit_cost, h.answer, h.outputs, h.bounces,
	h.bounce_reason, h.missing, h.completed_by, h.completed_at, h.cancelled_at, h.cancel_reason, h.sales_time, h.team_time, h.clock_since, h.version`

// handOffs are all hand-offs with their products, their deals' owners as seen_by.
const handOffs = `(select x.*, x.from_department as "from", x.to_department as "to", coalesce(p.sku, '') as sku, coalesce(p.name, '') as product, o.owner_id as seen_by
	from hand_off x join opportunity o on o.id = x.opportunity_id left join product p on p.id = x.product_id) h`

// HandOffs lists what departments ask of each other; whoever sees the deal sees them (S103).
var HandOffs = List[crm.HandOff]{
	from: `select ` + handOffColumns + ` from ` + handOffs,
	id:   "id", owner: "seen_by", rowID: func(h crm.HandOff) crm.ID { return h.ID },
	sort: []Order{{"requested_at", true}},
	columns: []column[crm.HandOff]{
		{"requested_at", "requested_at", "timestamptz", func(h crm.HandOff) any { return h.RequestedAt }, false},
		{"number", "number", "text", func(h crm.HandOff) any { return h.Number }, false},
		{"state", "state", "text", func(h crm.HandOff) any { return h.State }, false},
		{"key", "key", "text", func(h crm.HandOff) any { return h.Key }, false},
		{"from", `"from"`, "text", func(h crm.HandOff) any { return h.From }, false},
		{"to", `"to"`, "text", func(h crm.HandOff) any { return h.To }, false},
		{"opportunity_id", "opportunity_id", "uuid", nil, true},
		{"requested_by", "requested_by", "uuid", nil, true},
		{"taken_by", "taken_by", "uuid", nil, true},
		{"due_at", "due_at", "timestamptz", nil, true},
	},
}

// HandOff reads a hand-off of this deal, whose lock covers it.
func (tx *Tx) HandOff(ctx context.Context, opportunity, id crm.ID) (crm.HandOff, error) {
	return one[crm.HandOff](ctx, tx.q, `select `+handOffColumns+` from `+handOffs+` where h.id = $1 and h.opportunity_id = $2`, id, opportunity)
}

// OpenHandOff is the hand-off about a line, or about the deal as a whole, that is still open; ErrNotFound when there is none.
func (tx *Tx) OpenHandOff(ctx context.Context, opportunity crm.ID, key string, line crm.ID) (crm.HandOff, error) {
	return one[crm.HandOff](ctx, tx.q, `select `+handOffColumns+` from `+handOffs+` where h.opportunity_id = $1 and h.key = $2 and (h.line_id = $3::uuid or $3::uuid is null and h.product_id is null) and h.state in ('draft', 'sent', 'taken', 'bounced')`,
		opportunity, key, line)
}

// AddHandOff writes a new hand-off and gives it a number.
func (tx *Tx) AddHandOff(ctx context.Context, h *crm.HandOff) error {
	var n int64
	if err := tx.q.QueryRow(ctx, `select nextval('hand_off_number')`).Scan(&n); err != nil {
		return told(err)
	}
	h.Number, h.Version = fmt.Sprintf("HO-%d", n), 1
	return late(ctx, tx.q, `insert into hand_off (id, number, opportunity_id, key, rule_version, from_department, to_department, line_id, product_id, quantity, specification, needed_by,
		requested_by, requested_at, clock_since) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		h.ID, h.Number, h.OpportunityID, h.Key, h.RuleVersion, h.From, h.To, h.LineID, h.ProductID, h.Quantity, h.Specification, h.NeededBy, h.RequestedBy, h.RequestedAt, h.ClockSince)
}

// SaveHandOff writes what a step changed on a hand-off.
func (tx *Tx) SaveHandOff(ctx context.Context, h crm.HandOff) error {
	return late(ctx, tx.q, `update hand_off set rule_version = $2, product_id = $3, quantity = $4, specification = $5, needed_by = $6, state = $7, sent_at = $8, sends = $9, due_at = $10,
		late_at = $11, taken_by = $12, taken_at = $13, inputs = $14, feasible = $15, delivery_date = $16, unit_cost = $17, answer = $18, outputs = $19, bounces = $20, bounce_reason = $21,
		missing = $22, completed_by = $23, completed_at = $24, cancelled_at = $25, cancel_reason = $26, sales_time = $27, team_time = $28, clock_since = $29, version = version + 1 where id = $1`,
		h.ID, h.RuleVersion, h.ProductID, h.Quantity, h.Specification, h.NeededBy, h.State, h.SentAt, h.Sends, h.DueAt, h.LateAt, h.TakenBy, h.TakenAt, clausesOf(h.Inputs), h.Feasible,
		h.DeliveryDate, h.UnitCost, h.Answer, clausesOf(h.Outputs), h.Bounces, h.BounceReason, textsOf(h.Missing), h.CompletedBy, h.CompletedAt, h.CancelledAt, h.CancelReason,
		h.SalesTime, h.TeamTime, h.ClockSince)
}

func clausesOf(c []crm.Clause) []crm.Clause {
	if c == nil {
		return []crm.Clause{}
	}
	return c
}

func textsOf(t []string) []string {
	if t == nil {
		return []string{}
	}
	return t
}

// AddBounce keeps why a hand-off came back, for the report.
func (tx *Tx) AddBounce(ctx context.Context, h crm.HandOff) error {
	return late(ctx, tx.q, `insert into hand_off_bounce (id, hand_off_id, at, by_user, reason, missing) values ($1, $2, $3, $4, $5, $6)`,
		NewID(), h.ID, tx.Now, tx.Actor, h.BounceReason, textsOf(h.Missing))
}

// HandOffLine is a line of the deal's Products tab with its price in the catalogue; ErrNotFound when it is gone or another deal's.
func (tx *Tx) HandOffLine(ctx context.Context, opportunity, line crm.ID) (crm.ProductLine, crm.LineFacts, error) {
	l, err := one[crm.ProductLine](ctx, tx.q, `select `+productLineColumns+` from product_line l join product p on p.id = l.product_id where l.id = $1 and l.opportunity_id = $2`, line, opportunity)
	if err != nil {
		return l, crm.LineFacts{}, err
	}
	var list decimal.Decimal
	if err := tx.q.QueryRow(ctx, `select price from product where id = $1`, l.ProductID).Scan(&list); err != nil {
		return l, crm.LineFacts{}, told(err)
	}
	return l, lineFacts(l, list), nil
}

// SetLineCost takes over what a unit of a line costs us from who makes it; the price stays.
func (tx *Tx) SetLineCost(ctx context.Context, line crm.ID, cost decimal.Decimal) error {
	return late(ctx, tx.q, `update product_line set unit_cost = $2 where id = $1`, line, cost)
}

// handedOff tells in SQL whether every line of a deal that is made to order is answered for by a completed hand-off to who makes it: the
// same product in the same quantity (S104); a deal without such a line is not handed off. deal is the deal's id in SQL.
func handedOff(deal string) string {
	return `coalesce((select bool_and(exists (select from hand_off h where h.opportunity_id = l.opportunity_id and h.state = 'completed' and h.to_department = 'production'
		and h.product_id = l.product_id and h.quantity = l.quantity)) from product_line l join product m on m.id = l.product_id where l.opportunity_id = ` + deal + ` and m.made_to_order), false)`
}

// HandedOff notes on the deal whether its lines are handed off as they stand now.
func (tx *Tx) HandedOff(ctx context.Context, opportunity crm.ID) error {
	return late(ctx, tx.q, `update opportunity o set handed_off = `+handedOff("o.id")+`, version = version + 1, updated_at = $2 where id = $1 and handed_off <> `+handedOff("o.id"), opportunity, tx.Now)
}

// isHandedOff is the same for an edit, which saves the deal itself and knows its lines.
func (e *edit) isHandedOff(ctx context.Context, opportunity crm.ID, lines []crm.ProductLine) (bool, error) {
	made := slices.DeleteFunc(slices.Clone(lines), func(l crm.ProductLine) bool { return !l.MadeToOrder })
	if len(made) == 0 {
		return false, nil
	}
	answers, err := askAll[crm.HandOff](ctx, e.q, AnswersOf(opportunity))
	return err == nil && !slices.ContainsFunc(made, func(l crm.ProductLine) bool {
		return !slices.ContainsFunc(answers, func(h crm.HandOff) bool { return h.Answers(l.ProductID, l.Quantity) })
	}), err
}
