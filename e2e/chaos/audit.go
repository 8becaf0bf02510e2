package chaos

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// audit looks for what is wrong and whose journey it spoils.
type audit struct {
	*house
	journeys []*journey
	conn     *pgx.Conn
	owner    map[string]int // the journey of a record
	spoiled  map[int]bool
	all      bool          // something is wrong that no journey owns: it counts against all
	patience time.Duration // for the engine to come to where the rows are
	report   Report
}

func newAudit(h *house, journeys []*journey) *audit {
	return &audit{
		house: h, journeys: journeys, owner: map[string]int{}, spoiled: map[int]bool{}, patience: time.Minute,
		report: Report{Seed: h.Seed, Kills: int(h.kills.Load()), Stops: int(h.stops.Load()), Faults: int(h.faulted.Load()), Journeys: len(journeys), Answers: maps.Clone(h.answers.of)},
	}
}

// run asks every invariant. An error means that they could not be asked.
func (a *audit) run(ctx context.Context) (err error) {
	if a.conn, err = pgx.Connect(ctx, a.Stack.DatabaseURL); err != nil {
		return err
	}
	defer a.conn.Close(context.WithoutCancel(ctx))
	for _, check := range []func(context.Context) error{
		a.owners, a.defects, a.fates, a.rows, a.chain, a.effects, a.verdicts, a.lines, a.processes, a.stuck, a.histories, a.sight, a.screens, a.refusals, a.repeat,
	} {
		if err := check(ctx); err != nil {
			return err
		}
	}
	for _, j := range a.journeys {
		if j.err == nil && !a.all && !a.spoiled[j.n] {
			a.report.Right++
		}
	}
	slices.Sort(a.report.Wrong)
	return nil
}

var uuidInText = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// wrong notes a finding against the journey that owns one of the ids in the record's name, else against all.
func (a *audit) wrong(record, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, id := range uuidInText.FindAllString(record+" "+text, -1) {
		if n, ok := a.owner[id]; ok {
			a.against(n, "%s", text)
			return
		}
	}
	a.all = true
	a.note("no journey's: " + text)
}

func (a *audit) against(n int, format string, args ...any) {
	a.spoiled[n] = true
	a.note(fmt.Sprintf("journey %d: ", n) + fmt.Sprintf(format, args...))
}

// note says a finding once.
func (a *audit) note(text string) {
	if !slices.Contains(a.report.Wrong, text) {
		a.report.Wrong = append(a.report.Wrong, text)
		a.say("WRONG %s", text)
	}
}

func (a *audit) lost(record, format string, args ...any) {
	a.report.Lost++
	a.wrong(record, "lost: "+format, args...)
}

func (a *audit) doubled(record, format string, args ...any) {
	a.report.Doubled++
	a.wrong(record, "doubled: "+format, args...)
}

// owners finds out to which journey each record belongs, from the lead's address on.
func (a *audit) owners(ctx context.Context) error {
	rows, err := a.conn.Query(ctx, `with mine as (select l.id, substring(l.email from 'buyer-([0-9]+)@')::int as n from lead l where l.email like 'buyer-%@chaos.example'),
			deals as (select o.id, m.n from opportunity o join mine m on m.id = o.lead_id),
			contracts as (select c.id, c.next_opportunity_id, d.n from contract c join deals d on d.id = c.opportunity_id)
		select id, n from mine union all select id, n from deals union all select id, n from contracts
		union all select next_opportunity_id, n from contracts where next_opportunity_id is not null
		union all select q.id, n from quote q join deals d on d.id = q.opportunity_id
		union all select o.id, n from sales_order o join deals d on d.id = o.opportunity_id
		union all select i.id, n from invoice i join contracts c on c.id = i.contract_id
		union all select x.id, n from rule_exception x join deals d on d.id = x.opportunity_id
		union all select h.id, n from hand_off h join deals d on d.id = h.opportunity_id
		union all select o.account_id, n from opportunity o join deals d on d.id = o.id`)
	if err != nil {
		return err
	}
	var id string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&id, &n}, func() error {
		a.owner[id] = n
		return nil
	})
	for _, j := range a.journeys {
		if j.err != nil {
			a.spoiled[j.n] = true
			a.report.Wrong = append(a.report.Wrong, fmt.Sprintf("journey %d stopped: %v", j.n, j.err))
		}
	}
	return err
}

// defects finds answers 500: whatever is down, an api says so and never that it is broken itself.
func (a *audit) defects(context.Context) error {
	for what, times := range a.report.Answers {
		if strings.HasPrefix(what, "500 ") {
			a.wrong("", "R8: %d answers %s", times, what)
		}
	}
	return nil
}

// ids lists texts.
func ids(of []crm.ID) []string {
	out := make([]string, len(of))
	for i, id := range of {
		out[i] = string(id)
	}
	return out
}

// known drops what a journey never learned.
func known(of ...crm.ID) (out []crm.ID) {
	for _, id := range of {
		if id != "" {
			out = append(out, id)
		}
	}
	return out
}
