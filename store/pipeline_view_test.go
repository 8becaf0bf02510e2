package store

import (
	"context"
	"fmt"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S005: the pipeline by stage and month equals a count by hand over random deals, within the reader's scope; currencies are never added to each other, and what
// is won or lost is in no month.
func TestPipelineMonthsEqualACountByHand(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	owners := []crm.ID{NewID(), NewID()}
	for i, id := range owners {
		m.exec(`insert into app_user (id, name, email, roles, password_hash) values ($1, $2, $3, '{salesperson}', '')`, id, fmt.Sprint("P", i), fmt.Sprintf("p%d@x.example", i))
	}
	account := NewID()
	m.exec(`insert into account (id, name, country, created_at) values ($1, 'Customer', 'IT', now())`, account)
	today := crm.NewDate(2026, 3, 17)
	rapid.Check(t, func(t *rapid.T) {
		m.exec(`delete from deal_day; delete from stage_interval; delete from opportunity`)
		mine := map[string]decimal.Decimal{}
		for i := range rapid.IntRange(0, 15).Draw(t, "deals") {
			owner, state := rapid.IntRange(0, 1).Draw(t, "owner"), rapid.SampledFrom([]string{"open", "open", "won", "lost"}).Draw(t, "state")
			stage, currency := rapid.SampledFrom([]string{"identify", "send"}).Draw(t, "stage"), rapid.SampledFrom([]string{"EUR", "USD"}).Draw(t, "currency")
			amount := decimal.New(rapid.Int64Range(0, 10_000_000).Draw(t, "cents"), -2)
			closing, month := crm.Date{}, crm.Date{}
			if rapid.IntRange(0, 4).Draw(t, "dated") > 0 {
				closing = today.AddDays(rapid.IntRange(-60, 60).Draw(t, "closing"))
				month = closing.OnDay(1)
			}
			m.exec(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, close_date, owner_id, stage_since, created_at, updated_at)
				values ($1, $2, 'Deal', $3, 'standard', $4, $5, $6, $7, $8, $9, now(), now(), now())`, NewID(), fmt.Sprint("M-", i), account, stage, state, currency, amount, closing, owners[owner])
			if state == "open" && owner == 0 {
				key := fmt.Sprint(stage, month, !closing.IsZero() && closing.Before(today), currency)
				mine[key] = mine[key].Add(amount)
			}
		}
		rows, err := m.PipelineMonths(context.Background(), Scope{User: owners[0], Reach: crm.ReachOwn}, DealFilter{}, today)
		if err != nil || len(rows) != len(mine) {
			t.Fatalf("%d sums, want %d: %v", len(rows), len(mine), err)
		}
		for _, r := range rows {
			if want, there := mine[fmt.Sprint(r.Stage, r.Month, r.Slipped, r.Currency)]; !there || !want.Equal(r.Sum) {
				t.Fatalf("%+v, want %s", r, want)
			}
		}
	})
}
