package store

import (
	"bytes"
	"context"
	"reflect"
	"slices"
	"strings"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// Question is a reading of rows: its text and what it is asked about.
type Question struct {
	sql  string
	args []any
}

func asks(sql string, args ...any) Question { return Question{sql, args} }

func ask[T any](ctx context.Context, q querier, a Question) (T, error) {
	return one[T](ctx, q, a.sql, a.args...)
}

func askAll[T any](ctx context.Context, q querier, a Question) ([]T, error) {
	return many[T](ctx, q, a.sql, a.args...)
}

func askRow(ctx context.Context, q querier, a Question) pgx.Row {
	return q.QueryRow(ctx, a.sql, a.args...)
}

// Ahead asks in one round trip what the step is about to ask question by question; each then has its answer without another. What is not
// asked before the step's next write is asked anew.
func (tx *Tx) Ahead(ctx context.Context, questions ...Question) error {
	return tx.q.ahead(ctx, questions...)
}

func (q *behind) ahead(ctx context.Context, questions ...Question) error {
	b := &pgx.Batch{}
	for _, a := range questions {
		if !q.has(a) {
			q.ask(b, a)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	return told(q.SendBatch(ctx, b).Close())
}

// recordOf is the question for the record of a process, with which nearly every step begins; false for processes whose steps do not.
func recordOf(process string) (Question, bool) {
	kind, id := crm.SplitProcessID(process)
	of, ok := map[crm.Kind]func(crm.ID) Question{crm.KindLead: leadOf, crm.KindOpportunity: OpportunityOf, crm.KindContract: contractOf}[kind]
	if !ok || uuid.Validate(string(id)) != nil {
		return Question{}, false
	}
	return of(id), true
}

// ask queues a question and keeps the answer until it is asked for, or until the next write.
func (q *behind) ask(b *pgx.Batch, a Question) {
	b.Queue(a.sql, a.args...).Query(func(rows pgx.Rows) error {
		if err := rows.Err(); err != nil { // the server died: there are no rows whose columns could be asked for
			return err
		}
		k := &keptRows{Question: a, fields: slices.Clone(rows.FieldDescriptions()), conn: rows.Conn()}
		for rows.Next() {
			k.rows = append(k.rows, copied(rows.RawValues()))
		}
		q.kept = append(q.kept, k)
		return rows.Err()
	})
}

func copied(values [][]byte) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		out[i] = bytes.Clone(v) // none stays none
	}
	return out
}

func (q *behind) has(a Question) bool {
	return slices.ContainsFunc(q.kept, func(k *keptRows) bool { return k.is(a.sql, a.args) })
}

// known gives the answer to what was asked ahead, once.
func (q *behind) known(sql string, args []any) *keptRows {
	i := slices.IndexFunc(q.kept, func(k *keptRows) bool { return k.is(sql, args) })
	if i < 0 {
		return nil
	}
	k := q.kept[i]
	q.kept = slices.Delete(q.kept, i, i+1)
	return k
}

// noted forgets what was read before a statement that may change it. A number that was drawn stays drawn.
func (q *behind) noted(sql string) {
	if !strings.HasPrefix(sql, "select ") {
		q.kept = slices.DeleteFunc(q.kept, func(k *keptRows) bool { return !strings.HasPrefix(k.sql, "select nextval(") })
		q.written++
	}
}

// keptRows are rows that were read ahead.
type keptRows struct {
	Question
	fields []pgconn.FieldDescription
	conn   *pgx.Conn
	rows   [][][]byte
	at     int // rows read so far
}

func (k *keptRows) is(sql string, args []any) bool {
	return k.sql == sql && reflect.DeepEqual(k.args, args)
}

// Close does nothing: the rows are here.
func (k *keptRows) Close() {}

// Err is none: what was wrong was told when they were read.
func (k *keptRows) Err() error { return nil }

// CommandTag is empty.
func (k *keptRows) CommandTag() pgconn.CommandTag { return pgconn.CommandTag{} }

// FieldDescriptions are the columns.
func (k *keptRows) FieldDescriptions() []pgconn.FieldDescription { return k.fields }

// Next goes to the next row, if there is one.
func (k *keptRows) Next() bool {
	if k.at == len(k.rows) {
		return false
	}
	k.at++
	return true
}

// Scan reads the row's columns.
func (k *keptRows) Scan(into ...any) error {
	if len(into) == 1 {
		if scanner, ok := into[0].(pgx.RowScanner); ok {
			return scanner.ScanRow(k)
		}
	}
	return pgx.ScanRow(k.conn.TypeMap(), k.fields, k.RawValues(), into...)
}

// Values are the row's columns as the driver reads them.
func (k *keptRows) Values() ([]any, error) {
	out := make([]any, len(k.fields))
	for i, f := range k.fields {
		raw := k.RawValues()[i]
		if raw == nil {
			continue
		}
		t, ok := k.conn.TypeMap().TypeForOID(f.DataTypeOID)
		if !ok {
			out[i] = string(raw)
			continue
		}
		v, err := t.Codec.DecodeValue(k.conn.TypeMap(), f.DataTypeOID, f.Format, raw)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// RawValues are the row's columns as they came.
func (k *keptRows) RawValues() [][]byte { return k.rows[k.at-1] }

// Conn is the connection that they came through.
func (k *keptRows) Conn() *pgx.Conn { return k.conn }

// TypeMap reads and writes the connection's types.
func (k *keptRows) TypeMap() *pgtype.Map { return k.conn.TypeMap() }
