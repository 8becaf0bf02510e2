package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Card is an open deal as the board and the table show it.
type Card struct {
	crm.Opportunity
	Account  string
	Owner    string
	NextStep string     // subject of the earliest planned activity
	NextDue  *time.Time // when it is due
	LastDue  *time.Time // when the last planned activity is due
	Order    crm.OrderState

	SnoozedUntil crm.Date // the deal may rest until then; zero: it may not
	SnoozeReason string
}

const cards = cardFields + ` from opportunity o` + cardJoins

// cardFields and cardJoins complete deals, whatever they come from under the alias o.
const (
	cardFields = `select o.*, a.name as account, coalesce(u.name, '') as owner, coalesce(e.subject, '') as next_step, e.due_at as next_due, e.last_due,
	z.until as snoozed_until, coalesce(z.reason, '') as snooze_reason,
	coalesce((select r.state from sales_order r where r.opportunity_id = o.id and r.state in ('validate', 'approve') limit 1), '') as "order"`
	cardJoins = ` join account a on a.id = o.account_id left join app_user u on u.id = o.owner_id
	left join lateral (select subject, due_at, max(due_at) over () as last_due from engagement where opportunity_id = o.id and done_at is null order by due_at limit 1) e on true` + snoozed
)

// DealFilter narrows the deals of board and table; empty fields do not.
type DealFilter struct {
	Pipeline string
	Stage    string
	State    crm.OpportunityState
	Owner    crm.ID
	Account  crm.ID
	Text     string // in name, number or customer
	After    crm.ID // the last deal of the page before

	Team  crm.ID   // of the owner, with the teams below it
	From  crm.Date // of the expected closing
	Until crm.Date
	// Undated are those alone whose closing has no date yet.
	Undated bool
	Sort    string // one of crm.DealSorts; empty: the last changed first
	Down    bool
}

// dealSorts are the expressions that a list of deals is sorted by; none is ever null, and what has no date comes behind all that have one.
var dealSorts = map[string]string{
	"updated_at": `updated_at`, "name": `name`, "amount": `amount`, "target": `target`, "close_date": `coalesce(%[1]s.close_date, 'infinity'::date)`,
	"stage_since": `stage_since`, "created_at": `created_at`,
}

// order is what the list is sorted by, of the deal under the alias given, and the word for the direction.
func (f DealFilter) order(alias string) (by, direction string) {
	by, known := dealSorts[f.Sort]
	if !known {
		return alias + `.updated_at`, ` desc`
	}
	if direction = ` asc`; f.Down {
		direction = ` desc`
	}
	if strings.Contains(by, "%") {
		return fmt.Sprintf(by, alias), direction
	}
	return alias + "." + by, direction
}

func (f DealFilter) conditions(sc Scope) conditions {
	where := conditions{sc.sees("o.owner_id")}
	where.when(f.Pipeline != "", `o.pipeline = @pipeline`)
	where.when(f.Stage != "", `o.stage = @stage`)
	where.when(f.State != "", `o.state = @state`)
	where.when(f.Owner != "", `o.owner_id = @owner`)
	where.when(f.Account != "", `o.account_id = @account`)
	where.when(!f.From.IsZero(), `o.close_date >= @from::date`)
	where.when(!f.Until.IsZero(), `o.close_date <= @until::date`)
	where.when(f.Undated, `o.close_date is null`)
	where.when(f.Team != "", `o.owner_id in (with recursive below as (select t.id from team t where t.id = @team union select t.id from team t join below b on t.parent_id = b.id)
		select m.id from app_user m where m.team_id in (select id from below))`)
	where.when(f.Text != "", `(o.name ilike @text or o.number ilike @text or exists (select 1 from account x where x.id = o.account_id and x.name ilike @text))`)
	return where
}

func (f DealFilter) args(sc Scope, more pgx.NamedArgs) pgx.NamedArgs {
	args := sc.args(pgx.NamedArgs{"pipeline": f.Pipeline, "stage": f.Stage, "state": f.State, "owner": f.Owner, "account": f.Account, "text": like(f.Text), "after": f.After, "team": f.Team, "from": f.From, "until": f.Until})
	for k, v := range more {
		args[k] = v
	}
	return args
}

// StageSum is what stands in one stage.
type StageSum struct {
	Pipeline string
	Stage    string
	State    crm.OpportunityState
	Currency string
	Deals    int
	Sum      decimal.Decimal // of the amounts
}

// StageSums adds up the deals that the reader may see, stage by stage of each pipeline and currency by currency.
func (s *Store) StageSums(ctx context.Context, sc Scope, f DealFilter) ([]StageSum, error) {
	return many[StageSum](ctx, s.pool, `select o.pipeline, o.stage, o.state, o.currency, count(*) as deals, coalesce(sum(o.amount), 0) as sum from opportunity o`+
		f.conditions(sc).sql()+` group by o.pipeline, o.stage, o.state, o.currency order by 1, 2, 3, 4`, f.args(sc, nil))
}

// PipelinesInUse are the keys of the pipelines that open deals go through.
func (s *Store) PipelinesInUse(ctx context.Context) ([]string, error) {
	rows, err := s.pool.Query(ctx, `select distinct pipeline from opportunity where state = 'open' order by 1`)
	if err != nil {
		return nil, told(err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return list, told(err)
}

// BoardCards are the largest open deals of each stage, at most perStage of each.
func (s *Store) BoardCards(ctx context.Context, sc Scope, f DealFilter, stages []string, perStage int) ([]Card, error) {
	where := f.conditions(sc)
	where.when(true, `o.state = 'open'`)
	where.when(true, `o.stage = st.stage`)
	return many[Card](ctx, s.pool, `select c.* from unnest(@stages::text[]) with ordinality st(stage, position) cross join lateral (`+
		cards+where.sql()+` order by o.amount desc, o.id limit @per) c order by st.position, c.amount desc, c.id`,
		f.args(sc, pgx.NamedArgs{"stages": stages, "per": perStage}))
}

// DealRows lists deals in the order of the filter, the last changed first when it names none. The deals of the page are found before what belongs to
// them is looked for: the other way round a sort asks for the next step of every deal.
func (s *Store) DealRows(ctx context.Context, sc Scope, f DealFilter, limit int) ([]Card, error) {
	by, direction := f.order("o")
	before, _ := f.order("x")
	than := `>`
	if direction == ` desc` {
		than = `<`
	}
	where := f.conditions(sc)
	where.when(f.After != "", `(`+by+`, o.id) `+than+` (select `+before+`, x.id from opportunity x where x.id = @after)`)
	order := ` order by ` + by + direction + `, o.id` + direction
	return many[Card](ctx, s.pool, cardFields+` from (select o.* from opportunity o`+where.sql()+order+` limit @limit) o`+cardJoins+order, f.args(sc, pgx.NamedArgs{"limit": limit}))
}
