package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Entry is one line of a timeline: who did what, when, why it was allowed (S018). It doubles as the audit log.
type Entry struct {
	Process       string
	Cause         string // command id, or the deadline that came; unique together with its place in the transaction
	Actor         string // user id, "customer", "form:<key>" or "system"
	Code          string // "lead.qualified"; its text is the i18n key timeline.<code>
	At            time.Time
	Data          map[string]any // before and after of what changed, ids, amounts as decimal texts
	RuleKind      crm.RuleKind
	RuleVersion   int
	AccountID     crm.ID
	OpportunityID crm.ID
}

// record appends an entry. The pair (cause, seq) is unique, so that a step that is repeated cannot be told twice.
func record(ctx context.Context, q querier, cause string, seq int, e Entry) error {
	return late(ctx, q, insertTimeline, timelineArgs(cause, seq, e)...)
}

const (
	timelineColumns = `insert into timeline (process, cause, seq, at, actor, code, data, rule_kind, rule_version, account_id, opportunity_id) values `
	insertTimeline  = timelineColumns + `($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`
)

// queueTimeline appends the entries of one cause, a few of them with each statement.
func queueTimeline(b *pgx.Batch, cause string, entries []Entry) {
	seq := 0
	for some := range slices.Chunk(entries, len(insertTimelines)) {
		var args []any
		for _, e := range some {
			args = append(args, timelineArgs(cause, seq, e)...)
			seq++
		}
		b.Queue(insertTimelines[len(some)-1], args...)
	}
}

// insertTimelines append one, two, three and four entries.
var insertTimelines = func() (sql [4]string) {
	var rows []string
	for n := range sql {
		var values []string
		for i := range 11 {
			values = append(values, "$"+strconv.Itoa(n*11+i+1))
		}
		rows = append(rows, "("+strings.Join(values, ", ")+")")
		sql[n] = timelineColumns + strings.Join(rows, ", ")
	}
	return sql
}()

func timelineArgs(cause string, seq int, e Entry) []any {
	data := e.Data
	if data == nil {
		data = map[string]any{}
	}
	return []any{e.Process, cause, seq, e.At, e.Actor, e.Code, data, e.RuleKind, e.RuleVersion, e.AccountID, e.OpportunityID}
}
