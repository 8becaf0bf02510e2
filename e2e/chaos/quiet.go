package chaos

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"leadtocash/integrations/erpstub"
	"leadtocash/integrations/mailbox"

	"github.com/jackc/pgx/v5"
)

// calm has mail server and ERP fail no more.
func (h *house) calm() {
	h.mail.SetFaults(mailbox.Faults{})
	h.erp.SetFaults(erpstub.Faults{})
}

// heal waits until every victim is back and serves.
func (h *house) heal(ctx context.Context) error {
	h.calm()
	h.returning.Wait()
	ctx, stop := context.WithTimeout(ctx, healWithin)
	defer stop()
	for {
		err := h.serving(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not healed after %v: %w", healWithin, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (h *house) serving(ctx context.Context) error {
	errs := []error{h.store.Ping(ctx)}
	for _, origin := range h.origins {
		errs = append(errs, h.healthy(ctx, origin))
	}
	_, err := h.temporal.CheckHealth(ctx, nil)
	errs = append(errs, err)
	for _, v := range h.victims["worker"] {
		if v.child.PID() == 0 {
			errs = append(errs, fmt.Errorf("%s is down", v.name))
		}
	}
	return errors.Join(errs...)
}

// unquiet asks what is still under way: wake-ups, effects, deadlines whose time has come, orders that the ERP has not confirmed,
// chases, imports and migrations of rules that were cut off.
const unquiet = `
	select 'wake-up ' || id || ' of ' || process || ' since ' || due_at from outbox
	union all select 'effect ' || key || ' is ' || state || ' after ' || attempts || ' attempts: ' || outcome from effect where state in ('due', 'claimed')
	union all select 'deadline ' || d.kind || ' ' || d.key || ' of ' || d.process || ' since ' || d.due_at
		from deadline d, business_clock b where d.due_at <= now() + make_interval(secs => b.shift_seconds)
	union all select 'contract ' || number || ' has no ERP reference' from contract where erp_reference = '' and state <> 'undone'
	union all select 'the chase of the last day' from business_clock b
		where not exists (select from chase_run where tick > now() + make_interval(secs => b.shift_seconds) - interval '25 hours')
	union all select 'the chase of ' || tick || ' is not over' from chase_run where not finished
	union all select 'import ' || id || ' is not over' from import where state = 'running'
	union all select 'rule migration ' || id || ' is not over' from rule_migration where state = 'running'
	union all select 'command ' || id || ' of ' || process || ' has no answer' from command where answer is null`

// awaitQuiet waits until nothing is under way any more, and tells what still is when that takes too long (invariant 21).
func (h *house) awaitQuiet(ctx context.Context) []string {
	var left []string
	for end := time.Now().Add(quietIn); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(200 * time.Millisecond) {
		var err error
		if left, err = h.texts(ctx, unquiet); err != nil {
			left = []string{err.Error()}
		} else if len(left) == 0 {
			return nil
		}
	}
	return left
}

// texts reads one column past the store.
func (h *house) texts(ctx context.Context, sql string, args ...any) ([]string, error) {
	conn, err := pgx.Connect(ctx, h.Stack.DatabaseURL)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	rows, err := conn.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", strings.TrimSpace(sql), err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
