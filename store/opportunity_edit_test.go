package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
	"leadtocash/testkit"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// edited is a database with a person, a product and a deal of his.
type edited struct {
	store   *store.Store
	target  store.Target
	product crm.ID
	url     string // of the database
}

func newEdited(t testing.TB) edited {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	must(t, err)
	key := "edit"
	for _, f := range files {
		b, err := os.ReadFile(f)
		must(t, err)
		key += string(b)
	}
	url := testkit.Database(t, key, store.Migrate)
	s, err := store.Open(t.Context(), url)
	must(t, err)
	t.Cleanup(s.Close)
	c, err := pgx.Connect(t.Context(), url)
	must(t, err)
	defer c.Close(t.Context())
	_, err = c.Exec(t.Context(), `insert into legal_entity (id, name, country, time_zone, currency) values (gen_random_uuid(), 'Acme', 'IT', 'Europe/Rome', 'EUR')`)
	must(t, err)
	u, err := s.CreateUser(t.Context(), crm.User{Name: "Anna", Email: "anna@example.com", Roles: []crm.Role{crm.RoleSalesperson}}, "a long password")
	must(t, err)
	a, err := s.CreateAccount(t.Context(), u.ID, crm.Account{ID: store.NewID(), Name: "Bianchi", Kind: "prospect", Language: "it"})
	must(t, err)
	p, err := s.CreateProduct(t.Context(), crm.Product{ID: store.NewID(), SKU: "A", Name: "A", Unit: "pc", Currency: "EUR", Price: decimal.NewFromInt(10), Active: true})
	must(t, err)
	allowed := func(crm.Facts) crm.Verdict { return crm.Verdict{Result: crm.Allowed} }
	o, err := s.CreateOpportunity(t.Context(), store.Everything(), u.ID, crm.Opportunity{ID: store.NewID(), Name: "Deal", AccountID: a.ID, Stage: "identify"}, allowed)
	must(t, err)
	return edited{s, store.Target{Scope: store.Everything(), Actor: u.ID, ID: o.ID}, p.ID, url}
}

func (e edited) deal(t *testing.T) crm.Opportunity {
	t.Helper()
	o, err := store.Opportunities.Record(t.Context(), e.store, store.Everything(), e.target.ID)
	must(t, err)
	return o
}

// Of many people who edit the same version at once, one wins and the others are told that their copy is old.
func TestOneEditOfAVersionWins(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	e.target.Version = e.deal(t).Version
	var won, stale atomic.Int32
	together(16, func(i int) {
		_, err := e.store.EditOpportunity(t.Context(), e.target, func(o *crm.Opportunity) error {
			o.Need = fmt.Sprint("need ", i)
			return nil
		})
		switch {
		case err == nil:
			won.Add(1)
		case errors.Is(err, store.ErrStale):
			stale.Add(1)
		default:
			t.Error(err)
		}
	})
	if won.Load() != 1 || stale.Load() != 15 {
		t.Errorf("%d won, %d were stale", won.Load(), stale.Load())
	}
}

// S040: lines that come at once all count, while steps of the process go on (no deadlock between them).
func TestLinesAtOnceAddUp(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	together(24, func(i int) {
		if i%3 == 0 {
			must(t, e.step(t.Context(), fmt.Sprint("step", i)))
			return
		}
		_, err := e.store.AddProductLine(t.Context(), e.target, store.NewID(), e.product, func(l *crm.ProductLine) error {
			l.Quantity = decimal.NewFromInt(2)
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	if o := e.deal(t); o.Amount.String() != "320" || o.AmountSource != crm.AmountFromProducts {
		t.Errorf("amount %s from %s, want 320", o.Amount, o.AmountSource)
	}
}

// step takes a step of the deal's process that locks and saves the deal, as a command does.
func (e edited) step(ctx context.Context, id string) error {
	process := crm.ProcessID(crm.KindOpportunity, e.target.ID)
	if _, _, err := e.store.Accept(ctx, crm.Command{ID: id, Kind: "test", Process: process, Actor: "test", Fields: []byte("{}")}); err != nil {
		return err
	}
	_, err := e.store.Advance(ctx, id, "", time.Now(), func(ctx context.Context, tx *store.Tx, _ crm.Command) (crm.Answer, error) {
		o, err := tx.Opportunity(ctx)
		if err != nil {
			return crm.Answer{}, err
		}
		tx.Tell(store.Entry{Code: "test"})
		return crm.Answer{Code: crm.Done}, tx.SaveOpportunity(ctx, o)
	})
	return err
}

func together(n int, f func(int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}
