package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"leadtocash/crm"

	"pgregory.net/rapid"
)

// S005: the report on activities equals a count by hand over random engagements, however it is grouped: a deal counts once in each outcome of a group, and once in the group.
func TestActivityReportEqualsACountByHand(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	owners, deals, states := []crm.ID{NewID(), NewID()}, []crm.ID{NewID(), NewID(), NewID()}, []string{"open", "won", "lost"}
	for i, id := range owners {
		m.exec(`insert into app_user (id, name, email, roles, password_hash) values ($1, $2, $3, '{salesperson}', '')`, id, fmt.Sprint("P", i), fmt.Sprintf("p%d@x.example", i))
	}
	account := NewID()
	m.exec(`insert into account (id, name, country, created_at) values ($1, 'Customer', 'IT', now())`, account)
	for i, id := range deals {
		m.exec(`insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, owner_id, stage_since, created_at, updated_at)
			values ($1, $2, 'Deal', $3, 'standard', 'identify', $4, 'EUR', 1, $5, now(), now(), now())`, id, fmt.Sprint("A-", i), account, states[i], owners[0])
	}
	now, err := m.Now(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	today := crm.DateOf(now, time.UTC)
	f := ReportFilter{From: today.AddDays(-40), Until: today.AddDays(40), Zone: "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		m.exec(`delete from engagement`)
		type count struct {
			times, late int
			deals       map[int]bool
		}
		want := map[string]map[string]*count{} // by grouping; by key and outcome, the whole group under its key and *
		for range rapid.IntRange(0, 14).Draw(t, "engagements") {
			owner, deal, kind := rapid.IntRange(0, 1).Draw(t, "owner"), rapid.IntRange(0, 2).Draw(t, "deal"), rapid.SampledFrom([]string{"call", "visit"}).Draw(t, "kind")
			at, outcome := now.AddDate(0, 0, rapid.IntRange(-50, 50).Draw(t, "day")).Add(time.Hour), rapid.SampledFrom([]string{"", "reached", "refused"}).Draw(t, "outcome")
			var done *time.Time
			if outcome != "" {
				done = &at
			}
			m.exec(`insert into engagement (id, kind, opportunity_id, subject, due_at, outcome, owner_id, done_at) values ($1, $2, $3, 'x', $4, $5, $6, $7)`, NewID(), kind, deals[deal], at, outcome, owners[owner], done)
			if d := crm.DateOf(at, time.UTC); d.Before(f.From) || d.After(f.Until) {
				continue
			}
			for by, key := range map[string]string{"owner": string(owners[owner]), "kind": kind, "team": "", "month": at.UTC().Format("2006-01")} {
				if want[by] == nil {
					want[by] = map[string]*count{}
				}
				for _, of := range []string{key + "/" + outcome, key + "/*"} {
					if want[by][of] == nil {
						want[by][of] = &count{deals: map[int]bool{}}
					}
					c := want[by][of]
					if c.times++; done == nil && at.Before(now) {
						c.late++
					}
					c.deals[deal] = true
				}
			}
		}
		for _, by := range ActivityGroups() {
			rows, err := m.ActivityReport(context.Background(), Everything(), Everything(), f, by)
			if err != nil || len(rows) != len(want[by]) {
				t.Fatalf("by %s: %d rows, want %d: %v", by, len(rows), len(want[by]), err)
			}
			for _, r := range rows {
				of := r.Key + "/" + r.Outcome
				if r.All {
					of = r.Key + "/*"
				}
				c := want[by][of]
				if c == nil || r.Times != c.times || r.Late != c.late || r.Deals != len(c.deals) || r.Won != asCount(c.deals[1]) || r.Lost != asCount(c.deals[2]) {
					t.Fatalf("by %s, %s: %+v, want %+v", by, of, r, c)
				}
			}
		}
	})
}

func asCount(is bool) int {
	if is {
		return 1
	}
	return 0
}
