package e2e

import (
	"context"
	"fmt"
	"testing"
	"time"

	"leadtocash/activities"
	"leadtocash/crm"
	"leadtocash/rules"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"
)

// deck is a process's commands without the engine: each is one step on the real database, as the handler takes it.
type deck struct {
	scene
	steps *activities.Steps
	conn  *pgx.Conn // past the store
	round int
}

func newDeck(t *testing.T) *deck {
	t.Helper()
	d := &deck{}
	d.t, d.url = t, testkit.Database(t, "company "+store.Schema()+string(rules.Default()), company)
	var err error
	if d.store, err = store.Open(t.Context(), d.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.store.Close)
	d.store.Judge = (&rules.Library{}).Judge
	if d.conn, err = pgx.Connect(t.Context(), d.url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.conn.Close(context.Background()) })
	d.steps = &activities.Steps{Store: d.store, Rules: &rules.Library{}}
	return d
}

// look is ask on a connection that stays.
func look[T any](d *deck, sql string, args ...any) (v T) {
	d.t.Helper()
	if err := d.conn.QueryRow(d.t.Context(), sql, args...).Scan(&v); err != nil {
		d.t.Fatalf("%s: %v", sql, err)
	}
	return v
}

// card is one command as it is sent, made when its turn comes: what it names may not be there yet.
type card struct {
	name string
	make func() crm.Command
}

func (d *deck) card(name, kind string, process func() string, actor string, fields func() any) card {
	return card{name, func() crm.Command {
		return crm.Command{Kind: kind, Process: process(), Actor: actor, Fields: body(fields())}
	}}
}

// play carries a card out. An error is what an api would have to answer 500 or 503 to.
func (d *deck) play(t interface{ Fatalf(string, ...any) }, c card) crm.Answer {
	d.keys++
	cmd := c.make()
	cmd.ID = fmt.Sprintf("shuffle/%d", d.keys)
	if _, _, err := d.store.Accept(d.t.Context(), cmd); err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	r, err := d.steps.Apply(d.t.Context(), cmd.ID, cmd.Process, time.Now())
	if err != nil {
		t.Fatalf("%s ends in an error: %v", c.name, err)
	}
	if r.Answer.Code == "" || r.Answer.Code == "unknown_command" {
		t.Fatalf("%s is answered %+v", c.name, r.Answer)
	}
	d.expire(t, cmd.Process)
	return r.Answer
}

// expire takes what is due, as the process does by itself; it comes to an end.
func (d *deck) expire(t interface{ Fatalf(string, ...any) }, process string) {
	for range 50 {
		now, err := d.store.Now(d.t.Context())
		if err != nil {
			t.Fatalf("%v", err)
		}
		p, err := d.store.Load(d.t.Context(), process)
		if err != nil {
			t.Fatalf("%s: %v", process, err)
		}
		if p.Closed || p.Deadline == nil || p.Deadline.After(now) {
			return
		}
		if _, err := d.steps.CatchUp(d.t.Context(), process, time.Now()); err != nil {
			t.Fatalf("%s: its deadline ends in an error: %v", process, err)
		}
	}
	t.Fatalf("%s takes one deadline after the other", process)
}

// shuffled plays twenty cards in any order, and then what was refused once more in the order of the business, as people do: the end is always
// the same (R13). begin opens a new record; end tells where it stands. At least six orders are played, more while the budget lasts.
func (d *deck) shuffled(budget time.Duration, begin func() []card, end func() string, want string) {
	d.t.Helper()
	until, orders := time.Now().Add(budget), 0
	rapid.Check(d.t, func(t *rapid.T) {
		if orders >= 6 && time.Now().After(until) { // the rest of the orders is for another day: each run draws others
			return
		}
		orders++
		d.round++
		cards := begin()
		for len(cards) < 20 {
			cards = append(cards, cards[rapid.IntRange(0, len(cards)-1).Draw(t, "again")])
		}
		for _, i := range rapid.Permutation(places(len(cards))).Draw(t, "order") {
			d.play(t, cards[i])
		}
		for range 2 {
			for _, c := range cards {
				d.play(t, c)
			}
		}
		if got := end(); got != want {
			t.Fatalf("it ends as %q, not %q", got, want)
		}
	})
	d.t.Logf("%d orders", orders)
}

func places(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}
