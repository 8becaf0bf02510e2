package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// The pace of an import: rows a step, the longest step, and how far apart the leads' processes start, so that people's commands never wait
// behind a file.
const (
	importBatch = 500
	importStep  = 2 * time.Second
	startEvery  = 25 * time.Millisecond
)

// DeadlineImport has an import take its next rows.
const DeadlineImport = "import"

const importColumns = `id, what, known, name, author, state, total, made, touched, unchanged, refused, columns, heads, places, source, campaign, began_at, created_at, finished_at`

// CreateImport keeps a file that was read, with its process, in one transaction. The same id again is the same import.
func (s *Store) CreateImport(ctx context.Context, m crm.Import, rows []crm.ImportRow) (crm.Import, error) {
	err := s.short(ctx, func(tx pgx.Tx) error {
		made, now, err := s.keepImport(ctx, tx, &m, rows)
		if err != nil || !made {
			return err
		}
		return beginImport(ctx, tx, m, m.Author, now)
	})
	if err != nil {
		return m, err
	}
	return s.Import(ctx, m.ID)
}

// keepImport writes a file and its rows; made is false when the id is known.
func (s *Store) keepImport(ctx context.Context, tx pgx.Tx, m *crm.Import, rows []crm.ImportRow) (made bool, now time.Time, err error) {
	shift, err := clockShift(ctx, tx)
	if err != nil {
		return false, now, err
	}
	now, m.Total = s.realNow().Add(shift), len(rows)
	for _, r := range rows {
		if r.State == "refused" {
			m.Refused++
		}
	}
	for _, list := range []*[]string{&m.Columns, &m.Heads, &m.Places} {
		if *list == nil {
			*list = []string{}
		}
	}
	m.What, m.Known = cmp.Or(m.What, "lead"), cmp.Or(m.Known, "skip")
	tag, err := tx.Exec(ctx, `insert into import (id, name, author, state, total, refused, columns, heads, places, source, campaign, created_at, what, known)
		values ($1, $2, $3, 'preview', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) on conflict do nothing`,
		m.ID, m.Name, m.Author, m.Total, m.Refused, m.Columns, m.Heads, m.Places, m.Source, m.Campaign, now, m.What, m.Known)
	if err != nil || tag.RowsAffected() == 0 {
		return false, now, err
	}
	return true, now, copyRows(ctx, tx, m.ID, rows)
}

// beginImport opens the process that makes records of a file's rows.
func beginImport(ctx context.Context, tx pgx.Tx, m crm.Import, actor string, now time.Time) error {
	if _, err := tx.Exec(ctx, `update import set state = 'running', began_at = now() where id = $1`, m.ID); err != nil {
		return err
	}
	if err := openProcess(ctx, tx, crm.KindImport, m.ID, crm.StepCapture, "", now); err != nil {
		return err
	}
	process := crm.ProcessID(crm.KindImport, m.ID)
	if _, err := tx.Exec(ctx, upsertDeadline, process, DeadlineImport, "", now); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, insertWake, "import/"+string(m.ID), process, time.Duration(0)); err != nil {
		return err
	}
	return record(ctx, tx, "import/"+string(m.ID), 0, Entry{
		Process: process, Actor: actor, Code: "import.began", At: now,
		Data: map[string]any{"file": m.Name, "rows": m.Total, "refused": m.Refused},
	})
}

func copyRows(ctx context.Context, tx pgx.Tx, id crm.ID, rows []crm.ImportRow) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"import_row"}, []string{"import_id", "line", "lead", "state", "problems", "cells"},
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
			r := rows[i]
			if r.Problems == nil {
				r.Problems = crm.FieldErrors{}
			}
			if r.Cells == nil {
				r.Cells = map[string]string{}
			}
			return []any{id, r.Line, r.Lead, r.State, r.Problems, r.Cells}, nil
		}))
	return err
}

// Import reads an import.
func (s *Store) Import(ctx context.Context, id crm.ID) (crm.Import, error) {
	return one[crm.Import](ctx, s.pool, `select `+importColumns+` from import where id = $1`, id)
}

// RefusedRows lists rows of an import that were refused, in the file's order, at most n.
func (s *Store) RefusedRows(ctx context.Context, id crm.ID, n int) ([]crm.ImportRow, error) {
	return many[crm.ImportRow](ctx, s.pool, `select line, lead, cells, state, problems from import_row where import_id = $1 and state = 'refused' order by line limit $2`, id, n)
}

// TakeRows makes records of the next rows of this process's import and tells how it stands; more tells that rows are left. Steps are short,
// so an import that was broken off goes on behind its last step.
func (tx *Tx) TakeRows(ctx context.Context, judge Judge) (m crm.Import, more bool, err error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	if m, err = one[crm.Import](ctx, tx.q, `select `+importColumns+` from import where id = $1 for update`, id); err != nil {
		return m, false, err
	}
	rows, err := many[crm.ImportRow](ctx, tx.q, `select line, lead, cells, state from import_row where import_id = $1 and state = 'waiting' order by line limit $2`, id, importBatch)
	if err != nil {
		return m, false, err
	}
	take, err := tx.rowTaker(ctx, judge, &m)
	if err != nil {
		return m, false, err
	}
	began := time.Now()
	for i, r := range rows {
		if more = time.Since(began) > importStep; more {
			break
		}
		if err := take(r, m.Made+m.Touched+i); err != nil {
			return m, false, err
		}
	}
	more = more || len(rows) == importBatch
	if !more {
		m.State, m.FinishedAt = "done", &tx.Now
	}
	tx.q.later(`update import set state = $2, made = $3, touched = $4, unchanged = $5, refused = $6, finished_at = $7 where id = $1`,
		m.ID, m.State, m.Made, m.Touched, m.Unchanged, m.Refused, m.FinishedAt)
	return m, more, nil
}

// rowTaker is what makes a record of a row of this file.
func (tx *Tx) rowTaker(ctx context.Context, judge Judge, m *crm.Import) (func(crm.ImportRow, int) error, error) {
	if m.What != "lead" {
		return func(r crm.ImportRow, _ int) error { return tx.takeRecord(ctx, judge, m, r) }, nil
	}
	required, err := tx.rowRules(ctx, judge)
	return func(r crm.ImportRow, n int) error { return tx.takeRow(ctx, required, m, r, n) }, err
}

// counted is the counter of what became of a row.
func counted(m *crm.Import, state string) *int {
	return map[string]*int{"made": &m.Made, "touched": &m.Touched, "unchanged": &m.Unchanged, "refused": &m.Refused}[state]
}

// takeRow makes a lead of one row. The row's own content is its key, so that the same file again changes nothing.
func (tx *Tx) takeRow(ctx context.Context, required *ruled, m *crm.Import, r crm.ImportRow, n int) error {
	raw, err := json.Marshal(rowContent(r.Lead))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(raw)
	key := "import/" + hex.EncodeToString(sum[:])
	state, lead, problems := "unchanged", crm.ID(""), crm.FieldErrors{}
	err = told(tx.q.QueryRow(ctx, `select lead_id from touch where key = $1`, key).Scan(&lead))
	if errors.Is(err, ErrNotFound) {
		start := max(0, time.Until(m.BeganAt.Add(time.Duration(n)*startEvery)))
		var l crm.Lead
		var made, touched bool
		if problems, err = required.row(ctx, r.Lead); err != nil {
			return err
		}
		if len(problems) == 0 {
			l, made, touched, err = capture(ctx, tx.q, r.Lead, crm.Touch{Channel: "import", Source: m.Name, Raw: raw, Key: key, Campaign: r.Lead.Campaign}, tx.Now, start)
		}
		lead = l.ID
		switch {
		case len(problems) > 0:
			state = "refused"
		case errors.Is(err, ErrClash):
			state, err, problems = "refused", nil, crm.FieldErrors{crm.Problem("already_used").At("/external_id")}
		case made:
			state = "made"
		case touched:
			state = "touched"
		}
	}
	if err != nil {
		return err
	}
	*counted(m, state)++
	tx.q.later(`update import_row set state = $3, lead_id = $4, problems = $5 where import_id = $1 and line = $2`, m.ID, r.Line, state, lead, problems)
	return nil
}

// rowContent is what a row says, in a form that later versions of the product write alike.
func rowContent(l crm.Lead) map[string]string {
	out := map[string]string{
		"company": l.Company, "contact_name": l.ContactName, "email": l.Email, "phone": l.Phone, "vat": l.VAT, "country": l.Country,
		"need": l.Need, "language": l.Language, "source": l.Source, "campaign": l.Campaign, "external_id": l.ExternalID,
	}
	if l.Consent {
		out["consent"] = "true"
	}
	for _, name := range l.Custom.Names() {
		out["custom."+name] = l.Custom.Text(name)
	}
	return out
}
