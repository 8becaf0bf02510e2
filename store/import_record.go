package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// takeRecord makes or changes the company or person of one row. What refuses the row is kept with it, and nothing else of it.
func (tx *Tx) takeRecord(ctx context.Context, judge Judge, m *crm.Import, r crm.ImportRow) error {
	e := &edit{
		q: tx.q, now: tx.Now, today: tx.Today, entity: tx.Entity, zone: tx.Zone, asks: judge,
		cause: "import/" + string(m.ID) + "/" + strconv.Itoa(r.Line),
	}
	if uuid.Validate(m.Author) == nil {
		e.actor = crm.ID(m.Author)
	}
	tx.q.later(`savepoint import_row`)
	state, id, err := e.importRow(ctx, m, r.Cells)
	if err == nil {
		err = tx.q.flush(ctx)
	}
	problems := crm.FieldErrors{}
	if err != nil {
		if problems = rowProblems(err, m.What); problems == nil {
			return err
		}
		state, id = "refused", ""
		tx.q.waiting = nil
		tx.q.later(`rollback to savepoint import_row`)
	}
	tx.q.later(`release savepoint import_row`)
	*counted(m, state)++
	tx.q.later(`update import_row set state = $3, record_id = $4, problems = $5 where import_id = $1 and line = $2`, m.ID, r.Line, state, id, problems)
	return nil
}

// importRow takes a row and says what became of it: made, touched or unchanged.
func (e *edit) importRow(ctx context.Context, m *crm.Import, cells map[string]string) (state string, id crm.ID, err error) {
	if m.What == "contact" {
		return e.importContact(ctx, m, cells)
	}
	return e.importAccount(ctx, m, cells)
}

// importDoubt has the rules of duplicates asked as of what people enter. That the file's author wants new records is his reason to go on.
func importDoubt(m *crm.Import) *Doubt {
	d := &Doubt{Scopes: map[string]Scope{"account": Everything(), "contact": Everything(), "lead": Everything()}}
	if m.Known == "new" {
		d.Reason = m.Name
	}
	return d
}

// rowProblems are what a row is refused for, at its columns; nil for what has nothing to do with the row.
func rowProblems(err error, what string) crm.FieldErrors {
	if fields, ok := errors.AsType[crm.FieldErrors](err); ok {
		for i, f := range fields {
			fields[i].Pointer = map[string]string{"/parent_id": "/parent", "/owner_id": "/owner", "/account_id": "/company"}[f.Pointer]
			if fields[i].Pointer == "" {
				fields[i].Pointer = f.Pointer
			}
		}
		return fields
	}
	if refused, ok := errors.AsType[RuleRefused](err); ok {
		return rowRefusals(refused, what)
	}
	if like, ok := errors.AsType[Duplicated](err); ok {
		return crm.FieldErrors{crm.Problem("like_known", "name", like.Matches[0].Title, "n", strconv.Itoa(len(like.Matches))).At("/name")}
	}
	if _, ok := errors.AsType[Taken](err); ok {
		return crm.FieldErrors{crm.Problem("already_used").At("/vat")}
	}
	return nil
}

// rowRefusals are what rules ask for, at its columns.
func rowRefusals(refused RuleRefused, what string) (out crm.FieldErrors) {
	for _, r := range refused.Refusals {
		told := map[string]bool{}
		for _, c := range r.Verdict.Failing() {
			for _, v := range c.Values {
				group, name, _ := strings.Cut(v.Field, ".")
				if what == "contact" && group != "contact" {
					name = "company"
				}
				if !told[name] {
					told[name] = true
					out = append(out, crm.Problem("required_by_rule", "condition", c.ID).At("/"+strings.ReplaceAll(name, ".", "/")))
				}
			}
		}
	}
	return out
}

// fillCustom takes over the cells of fields of the company's own.
func (e *edit) fillCustom(ctx context.Context, record string, cells map[string]string, into *crm.Custom) error {
	wrong := crm.FieldErrors{}
	var fields map[string]crm.CustomField
	for _, column := range slices.Sorted(maps.Keys(cells)) {
		text := cells[column]
		name, own := strings.CutPrefix(column, "custom.")
		if !own {
			continue
		}
		if fields == nil {
			all, err := many[crm.CustomField](ctx, e.q, customFields+` where record = $1`, record)
			if err != nil {
				return err
			}
			fields = map[string]crm.CustomField{}
			for _, f := range all {
				fields[f.Name] = f
			}
		}
		f, known := fields[name]
		if !known {
			wrong = append(wrong, crm.Problem("unknown_field").At("/custom/"+name))
			continue
		}
		v, err := f.Parse(text, crm.Currency(e.entity.Currency))
		if err != nil {
			wrong.Add("/custom/"+name, err)
			continue
		}
		*into = into.With(name, v)
	}
	return wrong.Err()
}

// fill writes cells that are filled over a record's texts.
func fill(cells map[string]string, fields map[string]*string) {
	for column, into := range fields {
		if v := cells[column]; v != "" {
			*into = v
		}
	}
}

// ownerNamed finds the active user whose address a row names.
func (e *edit) ownerNamed(ctx context.Context, email string) (id crm.ID, err error) {
	err = told(e.q.QueryRow(ctx, `select id from app_user where lower(email) = lower($1) and active`, email).Scan(&id))
	return id, unknown(err, "/owner_id")
}

// companyNamed finds the company that a row names, by its VAT number, else by its name as it is compared; one of several is not known.
func (e *edit) companyNamed(ctx context.Context, vat, name, pointer string) (crm.Account, error) {
	for _, by := range []Question{
		asks(`select * from account where vat = $1 and $1 <> '' and archived_at is null order by created_at limit 2`, vat),
		asks(`select a.* from account a join duplicate_key k on k.kind = 'account' and k.record_id = a.id where k.name = match_name($1) and match_name($1) <> ''
			and a.archived_at is null and ($2 = '' or a.vat = '') order by a.created_at limit 2`, name, vat),
	} {
		switch found, err := many[crm.Account](ctx, e.q, by.sql, by.args...); {
		case err != nil:
			return crm.Account{}, err
		case len(found) > 1:
			return crm.Account{}, crm.FieldErrors{crm.Problem("duplicate_name", "name", found[0].Name).At(pointer)}
		case len(found) == 1:
			return found[0], nil
		}
	}
	return crm.Account{}, ErrNotFound
}

func amountOf(text string) decimal.Decimal {
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Zero // it was checked when the file was read
	}
	return d
}
