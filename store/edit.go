package store

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Target is the record that a plain edit changes, and who changes it.
type Target struct {
	Scope   Scope
	Actor   crm.ID
	ID      crm.ID
	Version int    // as the person saw it; 0: not checked
	Doubt   *Doubt // of a duplicate; nil: none is looked for
}

// Stale says that the record is newer than what the person saw, and which fields were changed since, as far as plain edits changed them.
type Stale struct {
	Version int // now
	Fields  []string
}

func (e Stale) Error() string { return ErrStale.Error() }

// Is makes a Stale an ErrStale.
func (e Stale) Is(err error) bool { return err == ErrStale }

// Refused is a plain edit that the present state does not allow; the code is for machines.
type Refused struct {
	Code   string
	Params map[string]string
}

func (e Refused) Error() string { return e.Code }

// GateRefused is a record that may not begin where it was asked to.
type GateRefused struct{ Verdict crm.Verdict }

func (e GateRefused) Error() string { return "gate_refused" }

// edit is a plain edit under way: one short transaction that ends with its timeline.
type edit struct {
	q      *behind
	now    time.Time // business time
	today  crm.Date
	entity crm.LegalEntity
	zone   *time.Location // of the entity
	actor  crm.ID
	cause  string
	seq    int
	asks   Judge

	rule        crm.RuleKind // that let the edit pass; told with it
	ruleVersion int
}

// edit runs a plain edit at business time.
func (s *Store) edit(ctx context.Context, actor crm.ID, f func(*edit) error) error {
	err := s.behind(ctx, func(q *behind) error {
		e := &edit{q: q, actor: actor, cause: "edit/" + string(NewID()), asks: s.Judge}
		if err := s.beginEdit(ctx, e); err != nil {
			return err
		}
		if err := f(e); err != nil {
			return err
		}
		crash.At("edit.before_commit")
		return q.commit(ctx)
	})
	crash.At("edit.after_commit")
	return err
}

// beginEdit reads what every edit needs, in one round trip.
func (s *Store) beginEdit(ctx context.Context, e *edit) error {
	b := &pgx.Batch{}
	queueClaim(ctx, b)
	var seconds int64
	var mark string
	b.Queue(`select shift_seconds, ` + entityMark + ` from business_clock`).QueryRow(func(row pgx.Row) error { return row.Scan(&seconds, &mark) })
	if err := e.q.SendBatch(ctx, b).Close(); err != nil {
		return err
	}
	entity, err := s.entityOf(ctx, e.q, mark)
	if err != nil {
		return err
	}
	e.entity, e.zone, e.now = entity.LegalEntity, entity.zone, s.realNow().Add(time.Duration(seconds)*time.Second)
	e.today = crm.DateOf(e.now, entity.zone)
	return nil
}

// tell adds a line to a timeline; process, actor and time are the edit's.
func (e *edit) tell(ctx context.Context, process string, entry Entry) error {
	entry.Process, entry.Cause, entry.Actor, entry.At = process, e.cause, string(e.actor), e.now
	if entry.RuleKind == "" {
		entry.RuleKind, entry.RuleVersion = e.rule, e.ruleVersion
	}
	e.seq++
	return record(ctx, e.q, e.cause, e.seq-1, entry)
}

// fresh refuses an edit that was made on an older version of the record.
func (e *edit) fresh(ctx context.Context, process string, seen, now int) error {
	if seen == 0 || seen == now {
		return nil
	}
	fields, err := many[struct{ Name string }](ctx, e.q, `select distinct jsonb_object_keys(data->'changes') as name from timeline
		where process = $1 and jsonb_typeof(data->'changes') = 'object' and (data->>'version')::int > $2 order by 1`, process, seen)
	if err != nil {
		return err
	}
	out := Stale{Version: now}
	for _, f := range fields {
		out.Fields = append(out.Fields, f.Name)
	}
	return out
}

// change is a field before and after an edit, as plain text.
type change struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// differences compares two states of a record, field by field, under the fields' names in the database.
func differences[T any](before, after T) map[string]change {
	out := map[string]change{}
	a, b := reflect.ValueOf(before), reflect.ValueOf(after)
	for i := range a.NumField() {
		name := a.Type().Field(i).Name
		if name == "Version" || name == "UpdatedAt" {
			continue
		}
		if custom, ok := a.Field(i).Interface().(crm.Custom); ok {
			now := b.Field(i).Interface().(crm.Custom)
			for _, field := range changedCustom(custom, now) {
				out["custom."+field] = change{custom.Text(field), now.Text(field)}
			}
			continue
		}
		if a.Field(i).Type() == reflect.TypeFor[crm.PriceReason]() {
			continue // what it led to is told
		}
		if from, to := plain(a.Field(i).Interface()), plain(b.Field(i).Interface()); from != to {
			out[snake(name)] = change{from, to}
		}
	}
	return out
}

func plain(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case *time.Time:
		if v == nil {
			return ""
		}
		return v.UTC().Format(time.RFC3339Nano)
	case []string:
		return strings.Join(v, ", ")
	}
	return fmt.Sprint(v)
}

// snake turns a field's Go name into its name in the database: PaymentDays, payment_days; VAT, vat; OwnerID, owner_id.
func snake(name string) string {
	var b strings.Builder
	in := []rune(name)
	for i, r := range in {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(in[i-1]) || i+1 < len(in) && unicode.IsLower(in[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// activeUser refuses an owner who does not exist or is disabled (B029).
func (e *edit) activeUser(ctx context.Context, pointer string, id crm.ID) error {
	var active bool
	err := told(e.q.QueryRow(ctx, `select active from app_user where id = $1`, id).Scan(&active))
	if _, err := orNone(active, err); err != nil {
		return err
	}
	if !active {
		return crm.FieldErrors{crm.Problem("user_inactive").At(pointer)}
	}
	return nil
}
