package bench

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// imports measures how long a manager waits for his approval while a file of leads is brought in and their processes start (S063).
func imports(ctx context.Context, s Servers, o Options, say func(Result)) (err error) {
	w, err := NewWorld(ctx, s)
	if err != nil {
		return err
	}
	defer w.Close()
	rows, approvals := 20_000, 60
	if o.Quick {
		rows, approvals = 2_000, 10
	}
	var waiting []*Journey
	for i := range approvals {
		j := &Journey{Store: w.Store, Engine: w.Engine, Key: fmt.Sprint("import-", i)}
		for _, part := range []func(context.Context) error{j.win, j.sell, j.validate} {
			if err := part(ctx); err != nil {
				return err
			}
		}
		waiting = append(waiting, j)
	}
	file := make([]crm.ImportRow, rows)
	for i := range file {
		file[i] = crm.ImportRow{Line: i + 2, State: "waiting", Lead: crm.Lead{
			Company: fmt.Sprint("Import ", i), Email: fmt.Sprintf("buyer%d@import.example", i), Country: "IT", Need: "A pump", Language: "it", Source: "import",
		}}
	}
	began := time.Now()
	m, err := w.Store.CreateImport(ctx, crm.Import{ID: store.NewID(), Name: "bench.csv", Author: "bench"}, file)
	if err != nil {
		return err
	}
	l, took := Load{}, time.Duration(0)
	for _, j := range waiting {
		if took == 0 {
			if m, err = w.Store.Import(ctx, m.ID); err != nil {
				return err
			}
			if m.State == "done" {
				took = time.Since(began)
			}
		}
		at := time.Now()
		if _, err := j.do(ctx, crm.OrderApprove, crm.KindOpportunity, "manager", crm.OrderDecision{OrderID: j.Order}); err != nil {
			return err
		}
		l.Steps = append(l.Steps, time.Since(at))
		time.Sleep(500 * time.Millisecond)
	}
	for took == 0 {
		if m, err = w.Store.Import(ctx, m.ID); err != nil {
			return err
		}
		if m.State == "done" {
			took = time.Since(began)
		}
		time.Sleep(100 * time.Millisecond)
	}
	say(Result{fmt.Sprint("import/rows=", rows), float64(rows) / took.Seconds(), "1/s"})
	say(Result{fmt.Sprint("import/approval/p50/rows=", rows), ms(l.Percentile(50)), "ms"})
	say(Result{fmt.Sprint("import/approval/max/rows=", rows), ms(l.Percentile(100)), "ms"})
	return nil
}
