package store

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"leadtocash/crm"
)

// Leads spread over seven salespeople within one of each other, whoever is away gets none, who reaches his cap gets no more, and who comes back
// catches up (S066, table A row 8). LEADS=1000 does it in full size.
func TestLeadsSpread(t *testing.T) {
	t.Parallel()
	m := newMerged(t)
	ctx := t.Context()
	leads := 70
	if n := os.Getenv("LEADS"); n != "" {
		_, err := fmt.Sscan(n, &leads)
		fine(t, err)
	}
	var people []crm.ID
	for i := range 7 {
		u, err := m.CreateUser(ctx, crm.User{Name: fmt.Sprint("Seller ", i), Email: fmt.Sprintf("seller%d@example.com", i), Roles: []crm.Role{crm.RoleSalesperson}}, "a long password")
		fine(t, err)
		people = append(people, u.ID)
	}
	today, err := m.Now(ctx)
	fine(t, err)
	rome, err := time.LoadLocation("Europe/Rome")
	fine(t, err)
	day := crm.DateOf(today, rome)
	away := func(of crm.ID, from, to int) crm.ID {
		a := crm.Absence{ID: NewID(), UserID: of, FirstDay: day.AddDays(from), LastDay: day.AddDays(to)}
		fine(t, m.AddAbsence(ctx, Everything(), m.actor, a))
		return a.ID
	}
	back := away(people[0], -1, 1)
	away(people[1], 1, 5)   // from tomorrow
	away(people[2], -9, -1) // until yesterday
	away(people[3], 0, 0)
	m.exec(`insert into lead (id, company, source, state, created_at, updated_at) select gen_random_uuid(), 'L' || n, 'web', 'qualified', now(), now() from generate_series(1, $1) n`, leads)
	assign := func(n, limit int) (given int) {
		t.Helper()
		for range n {
			err := m.behind(ctx, func(q *behind) error {
				tx := newTx(q, today)
				tx.Today = day
				to, _, err := tx.FreeSeller(ctx, Search{Cap: limit})
				if err != nil {
					return err
				}
				_, err = q.Exec(ctx, `update lead set state = 'assigned', owner_id = $1, assigned_at = clock_timestamp() where id = (select id from lead where state = 'qualified' limit 1)`, to)
				given++
				if err != nil {
					return err
				}
				return q.commit(ctx)
			})
			if err == ErrNotFound {
				return given
			}
			fine(t, err)
		}
		return given
	}
	inHand := func() (out []int) {
		for _, p := range people {
			var n int
			fine(t, m.c.QueryRow(context.Background(), `select count(*) from lead where owner_id = $1 and state = 'assigned'`, p).Scan(&n))
			out = append(out, n)
		}
		return out
	}
	half := leads / 2
	if got := assign(half, 0); got != half {
		t.Fatalf("%d of %d were given", got, half)
	}
	n := inHand()
	if present := []int{n[1], n[2], n[4], n[5], n[6]}; n[0] != 0 || n[3] != 0 || slices.Max(present)-slices.Min(present) > 1 {
		t.Error("with two away:", n)
	}
	fine(t, m.DropAbsence(ctx, Everything(), m.actor, back))
	assign(leads-half, 0)
	if n = inHand(); n[3] != 0 || slices.Max(n)-min(n[0], n[1], n[2], n[4], n[5], n[6]) > 1 {
		t.Error("when one is back:", n)
	}
	m.exec(`update lead set state = 'qualified', owner_id = null where owner_id = $1`, people[6])
	if got := assign(1000, 3); got != 3 { // the others have more than that in hand
		t.Error("the cap gave", got, inHand())
	}
	if err := m.AddAbsence(ctx, Scope{User: people[0], Reach: crm.ReachOwn}, people[0], crm.Absence{ID: NewID(), UserID: people[1], FirstDay: day, LastDay: day}); err == nil || !strings.Contains(err.Error(), "unknown_record") {
		t.Error("somebody keeps another's absences:", err)
	}
}
