package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"leadtocash/crm"
)

// MergeDays is for how many days a merge can be undone.
const MergeDays = 30

// mergeFields are what may be chosen from either record, in the order in which they are compared.
var mergeFields = map[string][]string{
	"account": {"name", "vat", "country", "address", "tax_code", "sdi", "pec", "iban", "email", "phone", "class", "language", "credit_limit", "payment_days", "owner_id"},
	"contact": {"name", "email", "phone", "other_emails", "other_phones", "job", "role", "status", "language", "account_id", "owner_id"},
	"lead":    {"company", "contact_name", "email", "phone", "vat", "country", "need", "language", "source", "campaign"},
}

// MergeFields lists the fields of a kind of records that a merge lets choose.
func MergeFields(kind string) []string { return slices.Clone(mergeFields[kind]) }

// Merge says which record stays, which goes into it, and which fields are taken from the one that goes.
type Merge struct {
	ID     crm.ID
	Kind   string // account, contact, lead
	Kept   crm.ID
	Gone   crm.ID
	Chosen []string
}

// Moved is how many rows of a table belong to the record that goes.
type Moved struct {
	Table string `json:"table"`
	Rows  int    `json:"rows"`
}

// MergeRecords makes one record of two in one transaction: the chosen fields are taken over, everything that belongs to the one that goes
// moves to the one that stays, and processes of the first end or hand over. Both must be within the scope, else ErrNotFound.
func (s *Store) MergeRecords(ctx context.Context, sc Scope, actor crm.ID, m Merge) error {
	return s.edit(ctx, actor, func(e *edit) error {
		if m.Kept == m.Gone {
			return crm.FieldErrors{crm.Problem("same_record").At("/gone")}
		}
		rows, err := e.mergeRows(ctx, sc, m.Kind, m.Kept, m.Gone)
		if err != nil {
			return err
		}
		g := merging{edit: e, Merge: m, kept: rows[m.Kept], gone: rows[m.Gone]}
		if m.Kind == "lead" && !(g.live(g.kept) && g.live(g.gone)) {
			return Refused{Code: "lead_closed"}
		}
		return g.run(ctx)
	})
}

// mergeRows locks the processes of two records and then the records, in the order of their ids, as every step does.
func (e *edit) mergeRows(ctx context.Context, sc Scope, kind string, ids ...crm.ID) (map[crm.ID]map[string]any, error) {
	slices.Sort(ids)
	if _, err := e.q.Exec(ctx, `select from process where id = any($1) order by id for update`, mergeProcesses(kind, ids...)); err != nil {
		return nil, told(err)
	}
	out := map[crm.ID]map[string]any{}
	for _, id := range ids {
		args := []any{id}
		owner := sc.covers("x.owner_id", &args)
		switch kind {
		case "lead":
			owner = sc.coversLead("x", &args)
		case "contact":
			owner = strings.ReplaceAll(owner, "x.owner_id", "coalesce(x.owner_id, (select a.owner_id from account a where a.id = x.account_id))")
		}
		var row map[string]any
		if err := e.q.QueryRow(ctx, `select to_jsonb(x) from `+kind+` x where x.id = $1 and `+owner+` for update of x`, args...).Scan(&row); err != nil {
			return nil, told(err)
		}
		out[id] = row
	}
	return out, nil
}

// mergeProcesses are the processes that live for records of a kind.
func mergeProcesses(kind string, ids ...crm.ID) (out []string) {
	for _, id := range ids {
		switch kind {
		case "lead":
			out = append(out, crm.ProcessID(crm.KindLead, id))
		case "account":
			out = append(out, crm.ProcessID(crm.KindCollection, id))
		}
	}
	return out
}

// merging is a merge under way.
type merging struct {
	*edit
	Merge
	kept, gone map[string]any
	moved      []movedRows
	dropped    []droppedRows
	processes  []endedProcess
	joins      bool // the one that stays joins the group of the one that goes
}

type movedRows struct {
	Table  string            `json:"table"`
	Column string            `json:"column"`
	Keys   []json.RawMessage `json:"keys"`
}

type droppedRows struct {
	Table string            `json:"table"`
	Rows  []json.RawMessage `json:"rows"`
}

// endedProcess is a process that ended with its record, and what it waited for.
type endedProcess struct {
	ID        string     `json:"id"`
	Deadlines []Deadline `json:"deadlines"`
}

func (g *merging) live(row map[string]any) bool {
	return crm.Lead{State: crm.LeadState(fmt.Sprint(row["state"]))}.Live()
}

func (g *merging) run(ctx context.Context) error {
	if _, err := g.q.Exec(ctx, `select set_config('leadtocash.merge', $1, true)`, string(g.ID)); err != nil {
		return told(err)
	}
	refs, err := references(ctx, g.q, g.Kind)
	if err != nil {
		return err
	}
	if g.Kind == "lead" { // mails that were planned for the one that goes are not written: the other has its own track
		if err := g.putAside(ctx, "nurture_touch", `lead_id = $1 and state = 'planned'`); err != nil {
			return err
		}
	}
	if err := g.leaveGroup(ctx); err != nil {
		return err
	}
	for _, r := range refs {
		if err := g.move(ctx, r); err != nil {
			return err
		}
	}
	if err := g.endProcesses(ctx); err != nil {
		return err
	}
	if _, err := g.q.Exec(ctx, `delete from `+g.Kind+` where id = $1`, g.Gone); err != nil {
		return told(err)
	}
	if err := g.take(ctx); err != nil {
		return err
	}
	var after map[string]any
	if err := g.q.QueryRow(ctx, `select to_jsonb(x) from `+g.Kind+` x where id = $1`, g.Kept).Scan(&after); err != nil {
		return told(err)
	}
	if _, err := g.q.Exec(ctx, `insert into record_merge (id, kind, kept, gone, name, chosen, gone_row, before, after, moved, dropped, processes, actor, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, g.ID, g.Kind, g.Kept, g.Gone, nameOf(g.gone), orEmpty(g.Chosen), g.gone, g.kept, after,
		orEmpty(g.moved), orEmpty(g.dropped), orEmpty(g.processes), g.actor, g.now); err != nil {
		return told(err)
	}
	return g.tellBoth(ctx, "record.merged", "record.merged_into")
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// nameOf is how a record is called.
func nameOf(row map[string]any) string {
	if company, ok := row["company"].(string); ok {
		return company
	}
	return fmt.Sprint(row["name"])
}

// take writes the chosen fields, and those that follow from both: who ever was a customer is one; the latest word on consent holds; a key of
// another system is kept.
func (g *merging) take(ctx context.Context) error {
	columns := slices.Clone(g.Chosen)
	switch {
	case g.Kind == "account":
		if g.gone["kind"] == "customer" {
			columns = append(columns, "kind")
		}
		if g.joins {
			columns = append(columns, "parent_id")
		}
	case g.Kind == "contact":
		if later(g.gone["consent_at"], g.kept["consent_at"]) {
			columns = append(columns, "consent", "consent_source", "consent_at")
		}
	case g.Kind == "lead":
		if g.kept["external_id"] == nil {
			columns = append(columns, "external_id")
		}
		if later(g.gone["consent_at"], g.kept["consent_at"]) {
			columns = append(columns, "consent", "consent_source", "consent_at")
		}
		if slices.Contains(columns, "email") {
			columns = append(columns, "bounced_at")
		}
	}
	set := []string{"version = x.version + 1", "custom = g.custom || x.custom"}
	for _, c := range columns {
		set = append(set, c+" = g."+c)
	}
	if g.Kind == "lead" {
		set = append(set, "updated_at = '"+g.now.Format(time.RFC3339Nano)+"'")
	}
	_, err := g.q.Exec(ctx, `update `+g.Kind+` x set `+strings.Join(set, ", ")+` from jsonb_populate_record(null::`+g.Kind+`, $1) g where x.id = $2`, g.gone, g.Kept)
	return told(err)
}

func later(a, b any) bool {
	if a == nil || b == nil {
		return a != nil
	}
	x, errX := time.Parse(time.RFC3339Nano, fmt.Sprint(a))
	y, errY := time.Parse(time.RFC3339Nano, fmt.Sprint(b))
	return errX == nil && errY == nil && x.After(y)
}

// endProcesses closes what ran for the one that goes and has the other's look at what it got: a lead's is scored anew, a debtor's opens if
// the one that ended chased somebody.
func (g *merging) endProcesses(ctx context.Context) error {
	for _, p := range mergeProcesses(g.Kind, g.Gone) {
		var open bool
		if err := g.q.QueryRow(ctx, `select exists (select from process where id = $1 and not closed)`, p).Scan(&open); err != nil {
			return told(err)
		}
		if !open {
			continue
		}
		d, err := many[Deadline](ctx, g.q, `delete from deadline where process = $1 returning kind, key, due_at`, p)
		if err != nil {
			return err
		}
		g.processes = append(g.processes, endedProcess{p, orEmpty(d)})
		if err := setClosed(ctx, g.q, p, true, g.now); err != nil {
			return err
		}
	}
	return g.handOver(ctx, len(g.processes) > 0)
}

// handOver has the process of the record that stays look at its rows.
func (g *merging) handOver(ctx context.Context, ended bool) error {
	switch {
	case g.Kind == "lead":
		return scoreAnew(ctx, g.q, g.Kept, g.now, 0)
	case g.Kind == "account" && ended:
		return reviveCollection(ctx, g.q, g.Kept, g.now)
	}
	return nil
}

// setClosed ends a process or lets it live again; its version rises, so that the engine's copy gives way, and it is woken to read its row.
func setClosed(ctx context.Context, q querier, process string, closed bool, now time.Time) error {
	if _, err := q.Exec(ctx, `update process set closed = $2, version = version + 1, updated_at = $3 where id = $1`, process, closed, now); err != nil {
		return told(err)
	}
	return late(ctx, q, insertWake, "merge/"+string(NewID()), process, time.Duration(0))
}

// reviveCollection has a debtor's process, which is opened if need be, look at what he owes.
func reviveCollection(ctx context.Context, q querier, account crm.ID, now time.Time) error {
	process := crm.ProcessID(crm.KindCollection, account)
	if err := openCollection(ctx, q, account, now); err != nil {
		return err
	}
	if err := late(ctx, q, upsertDeadline, process, DeadlineReview, "", now); err != nil {
		return err
	}
	return late(ctx, q, insertWake, "merge/"+string(NewID()), process, time.Duration(0))
}

func openCollection(ctx context.Context, q querier, account crm.ID, now time.Time) error {
	_, err := q.Exec(ctx, `insert into process (id, kind, record_id, step, rules, started_at, updated_at)
		values ($1, $2, $3, $4, (select coalesce(jsonb_object_agg(kind, version), '{}') from rule_set where active), $5, $5)
		on conflict (id) do update set closed = false, version = process.version + 1, rules = case when process.closed then excluded.rules else process.rules end,
			updated_at = excluded.updated_at`, crm.ProcessID(crm.KindCollection, account), crm.KindCollection, account, crm.StepRevenue, now)
	return told(err)
}

// tellBoth adds a line to both timelines.
func (g *merging) tellBoth(ctx context.Context, kept, gone string) error {
	data := func(other map[string]any, id crm.ID) map[string]any {
		return map[string]any{"merge": g.ID, "kind": g.Kind, "other": id, "name": nameOf(other), "fields": g.Chosen}
	}
	for _, side := range []struct {
		code    string
		row     map[string]any
		id      crm.ID
		other   map[string]any
		otherID crm.ID
	}{{kept, g.kept, g.Kept, g.gone, g.Gone}, {gone, g.gone, g.Gone, g.kept, g.Kept}} {
		process, account, err := g.placeOf(ctx, side.id, side.row)
		if err != nil {
			return err
		}
		if err := g.tell(ctx, process, Entry{Code: side.code, AccountID: account, Data: data(side.other, side.otherID)}); err != nil {
			return err
		}
	}
	return nil
}

// placeOf is the timeline on which a record's history stands.
func (g *merging) placeOf(ctx context.Context, id crm.ID, row map[string]any) (process string, account crm.ID, err error) {
	switch g.Kind {
	case "lead":
		return crm.ProcessID(crm.KindLead, id), "", nil
	case "contact":
		id = crm.ID(fmt.Sprint(row["account_id"]))
	}
	process, err = g.accountTimelineRow(ctx, id)
	return process, id, err
}
