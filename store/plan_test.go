package store_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// S005, S009: whatever happens to deals and to the weights of stages, the picture of any night is how they stood at its end, and the bridge between two nights comes to the difference of
// what open deals came to, recomputed from what was done.
func TestForecastBridgeOfHistories(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	a := e.account(t, "Bridge")
	db, err := pgx.Connect(t.Context(), e.url)
	must(t, err)
	defer db.Close(t.Context())
	first := crm.NewDate(2026, time.March, 1)
	rome, err := time.LoadLocation("Europe/Rome")
	must(t, err)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		pipeline := fmt.Sprint("p", round)         // each history by itself
		weights := [2]map[string]decimal.Decimal{} // the rules are other ones from a day on, perhaps
		for i := range weights {
			weights[i] = map[string]decimal.Decimal{"identify": decimal.NewFromInt(10), "send": decimal.New(rapid.SampledFrom([]int64{3333, 3333, 5001}).Draw(rt, "weight"), -2)}
		}
		changed := rapid.IntRange(0, 20).Draw(rt, "rules change")
		odds := func(i int) []store.Odds {
			return []store.Odds{{Pipeline: pipeline, Stage: "identify", Probability: weights[i]["identify"]}, {Pipeline: pipeline, Stage: "send", Probability: weights[i]["send"]}}
		}
		rules := func(day int) int { return map[bool]int{true: 1}[day >= changed] }
		type deal struct {
			amount decimal.Decimal
			money  string
			state  string
			stage  string
			closes crm.Date
		}
		now := map[crm.ID]deal{}
		nights := []map[crm.ID]deal{}
		for day := range 20 {
			on, _ := first.AddDays(day).At(crm.Clock(rapid.IntRange(0, 23*60).Draw(rt, "at")), rome)
			for range rapid.IntRange(0, 3).Draw(rt, "changes") {
				id := crm.ID(fmt.Sprintf("00000000-0000-7000-8000-%06d%06d", round, rapid.IntRange(0, 5).Draw(rt, "deal")))
				d, there := now[id]
				d.amount = decimal.New(rapid.Int64Range(0, 9_999_999).Draw(rt, "cents"), -2)
				d.state = rapid.SampledFrom([]string{"open", "open", "open", "won", "lost"}).Draw(rt, "state")
				d.stage = rapid.SampledFrom([]string{"identify", "send"}).Draw(rt, "stage")
				d.closes = first.AddDays(rapid.IntRange(0, 60).Draw(rt, "closes"))
				d.money = rapid.SampledFrom([]string{"EUR", "EUR", "USD"}).Draw(rt, "currency")
				if there {
					_, err = db.Exec(t.Context(), `update opportunity set amount = $2, state = $3, stage = $4, close_date = $5, updated_at = $6, currency = $7 where id = $1`, id, d.amount.String(), d.state, d.stage, d.closes.String(), on, d.money)
				} else {
					_, err = db.Exec(t.Context(), `insert into opportunity (id, number, name, account_id, pipeline, stage, state, currency, amount, close_date, owner_id, stage_since, created_at, updated_at)
						values ($1, $10, 'x', $2, $3, $4, $5, $11, $6, $7, $8, $9, $9, $9)`, id, a.ID, pipeline, d.stage, d.state, d.amount.String(), d.closes.String(), e.target.Actor, on, string(id), d.money)
				}
				must(t, err)
				now[id] = d
			}
			kept := map[crm.ID]deal{}
			for id, d := range now {
				kept[id] = d
			}
			nights = append(nights, kept)
		}
		from := rapid.IntRange(0, 19).Draw(rt, "from")
		until := rapid.IntRange(from, 19).Draw(rt, "until")
		v := crm.BridgeView{Weighted: rapid.Bool().Draw(rt, "weighted")}
		if rapid.Bool().Draw(rt, "months") {
			v.Closing = crm.Period{First: first, Last: first.AddDays(30)}
		}
		p, err := e.store.DealPast(t.Context(), store.Everything(), []store.Weighing{{From: first, Odds: odds(0)}, {From: first.AddDays(changed), Odds: odds(1)}})
		must(t, err)
		p.Pipe = pipeline
		rates := []crm.ExchangeRate{{Currency: "USD", OnDate: first.AddDays(-1), Rate: decimal.New(125, -2)}, {Currency: "USD", OnDate: first.AddDays(rapid.IntRange(0, 19).Draw(rt, "rate changes")), Rate: decimal.New(11, -1)}}
		p.Book = crm.NewRateBook("EUR", rates)
		joined := 0 // the day on which who has the deals comes to the team that is looked at
		if rapid.Bool().Draw(rt, "team") {
			joined = rapid.IntRange(0, 19).Draw(rt, "joined")
			p.Team = "looked at"
			p.Past.Teams = map[crm.ID]crm.Held{e.target.Actor: {Now: p.Team, Was: []crm.HeldThen{{Until: first.AddDays(joined)}}}}
		}
		worth := func(d deal, day int) decimal.Decimal {
			amount, _ := p.Book.At(d.amount, d.money, first.AddDays(day))
			return amount
		}
		b, err := e.store.Bridge(t.Context(), p, v, first.AddDays(from), first.AddDays(until))
		must(t, err)
		come := func(day int, weighted bool) (sum decimal.Decimal) {
			for _, d := range nights[day] {
				d.amount = worth(d, day)
				if day < joined || d.state != "open" || !v.Closing.First.IsZero() && d.closes.After(v.Closing.Last) {
					continue
				}
				if weighted {
					d.amount = d.amount.Mul(weights[rules(day)][d.stage]).Shift(-2).Round(2)
				}
				sum = sum.Add(d.amount)
			}
			return sum
		}
		causes := decimal.Zero
		for _, c := range crm.BridgeCauses() {
			causes = causes.Add(b.Sums[c])
		}
		before, after := come(from, v.Weighted), come(until, v.Weighted)
		if !b.From.Equal(before) || !b.To.Equal(after) || !causes.Equal(after.Sub(before)) {
			rt.Fatalf("%+v, recomputed %s to %s", b, before, after)
		}
		reweighed := decimal.Zero // of what counts on both nights: what it was by the rules of the later night, less what it was
		for id, d := range nights[from] {
			if then, now := v.Weighted && d.state == "open" && from >= joined, nights[until][id]; then && now.state == "open" && (v.Closing.First.IsZero() || !d.closes.After(v.Closing.Last) && !now.closes.After(v.Closing.Last)) {
				of := func(day int) decimal.Decimal {
					return worth(d, from).Mul(weights[rules(day)][d.stage]).Shift(-2).Round(2)
				}
				reweighed = reweighed.Add(of(until).Sub(of(from)))
			}
		}
		if !b.Sums[crm.BridgeReweighed].Equal(reweighed) {
			rt.Fatalf("%s for other weights, want %s", b.Sums[crm.BridgeReweighed], reweighed)
		}
		trend, err := e.store.Trends(t.Context(), p, []crm.Date{first.AddDays(from), first.AddDays(until)})
		must(t, err)
		v = crm.BridgeView{}
		for i, day := range []int{from, until} {
			off := func(a, b decimal.Decimal) bool { return a.Sub(b).Abs().GreaterThan(decimal.New(4, -2)) } // changed and weighed as a whole and not deal by deal
			if off(trend[i].Sum, come(day, false)) || off(trend[i].Weighted, come(day, true)) {
				rt.Fatalf("the trend says %+v, it was %s, weighted %s", trend[i], come(day, false), come(day, true))
			}
		}
	})
}

// S100: who has customers without a figure is reminded once, three days before a plan's deadline, in the morning.
func TestPlanReminder(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	day := e.morningAt(t, 10)
	a := e.account(t, "Planned")
	must(t, e.tries(`update account set kind = 'customer' where id = '`+string(a.ID)+`'; update app_user set roles = '{salesperson}'`))
	p, err := e.store.MakePlan(t.Context(), e.target.Actor, crm.RevenuePlan{ID: store.NewID(), Name: "Next quarter", FirstDay: day.AddDays(30), LastDay: day.AddDays(119), Unit: crm.PlanMonth, Deadline: day.AddDays(4)})
	must(t, err)
	reminded := func(want int) {
		t.Helper()
		_, err := e.store.FollowMorning(t.Context(), nil, nil)
		must(t, err)
		if n := e.count(t, `select count(*) from effect where payload->>'template' = 'plan_due' and payload->'texts'->>'title' = 'Next quarter' and payload->'texts'->>'count' = '1'`); n != want {
			t.Errorf("reminded %d times, want %d", n, want)
		}
	}
	reminded(0)
	_, err = e.store.EditPlan(t.Context(), e.at(p.ID, 1), func(p *crm.RevenuePlan) { p.Deadline = day.AddDays(3) })
	must(t, err)
	reminded(1)
	reminded(1)
	_, err = e.store.SavePlan(t.Context(), e.target.Actor, p.ID, []store.PlanEntry{{AccountID: a.ID, FirstDay: p.FirstDay, Amount: decimal.NewFromInt(5)}})
	must(t, err)
	_, err = e.store.EditPlan(t.Context(), e.at(p.ID, 2), func(p *crm.RevenuePlan) { p.Deadline = day.AddDays(2) })
	must(t, err)
	reminded(1)
}

// S005: what the migration finds out of a deal's past is what its days would have kept.
func TestDealPastIsFound(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	for day := range 4 {
		must(t, e.tries(fmt.Sprintf(`update business_clock set shift_seconds = %d`, (1+2*day)*24*3600)))
		_, err := e.store.EditOpportunity(t.Context(), e.target, func(o *crm.Opportunity) error {
			if day != 2 {
				o.Amount = decimal.NewFromInt(int64(1000 * (day + 1)))
			}
			if day == 2 {
				o.CloseDate = crm.NewDate(2027, time.May, 5)
			}
			return nil
		})
		must(t, err)
	}
	db, err := pgx.Connect(t.Context(), e.url)
	must(t, err)
	defer db.Close(t.Context())
	days := func() (text string, n int) {
		t.Helper()
		must(t, db.QueryRow(t.Context(), `select string_agg(concat_ws(' ', day, until_day, pipeline, stage, state, currency, amount, coalesce(close_date::text, 'none'), owner_id), E'\n' order by day), count(*) from deal_day where opportunity_id = $1`, e.target.ID).Scan(&text, &n))
		return text, n
	}
	kept, n := days()
	if n < 4 {
		t.Fatalf("%d days are kept:\n%s", n, kept)
	}
	file, err := os.ReadFile("migrations/00255_deal_day.sql")
	must(t, err)
	_, sql, _ := strings.Cut(string(file), "-- What is known of the past")
	_, sql, _ = strings.Cut(sql, "\n")
	sql, _, _ = strings.Cut(sql, ";")
	_, err = db.Exec(t.Context(), `delete from deal_day`)
	must(t, err)
	_, err = db.Exec(t.Context(), sql)
	must(t, err)
	if found, _ := days(); found != kept {
		t.Errorf("found:\n%s\nkept:\n%s", found, kept)
	}
}
