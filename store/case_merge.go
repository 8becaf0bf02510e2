package store

import (
	"context"
	"slices"
	"time"

	"leadtocash/crm"
)

// caseMerge is a merge of cases as it is kept.
type caseMerge struct {
	ID        crm.ID
	KeptID    crm.ID
	State     crm.CaseState
	ClosedAt  *time.Time
	Deadlines []Deadline
	At        time.Time
}

// rootCase is the case that goes on in the place of one that was merged, else that one itself.
func (e *edit) rootCase(ctx context.Context, id crm.ID) (root crm.ID, err error) {
	err = e.q.QueryRow(ctx, `select case_root($1)`, id).Scan(&root)
	if err == nil && root == "" {
		err = ErrNotFound
	}
	return root, told(err)
}

// lockCases locks the processes of two cases and then the cases, in the order of their ids, as every step does.
func (e *edit) lockCases(ctx context.Context, sc Scope, kept, gone crm.ID) (k, g crm.Case, err error) {
	ids := []crm.ID{kept, gone}
	slices.Sort(ids)
	if _, err := e.q.Exec(ctx, `select from process where id = any($1) order by id for update`, []string{crm.ProcessID(crm.KindCase, ids[0]), crm.ProcessID(crm.KindCase, ids[1])}); err != nil {
		return k, g, told(err)
	}
	rows := map[crm.ID]crm.Case{}
	for _, id := range ids {
		c, err := e.lockCase(ctx, sc, id)
		if err == ErrNotFound && id == gone {
			err = crm.FieldErrors{crm.Problem("unknown_record").At("/gone_id")}
		}
		if err != nil {
			return k, g, err
		}
		rows[id] = c
	}
	return rows[kept], rows[gone], nil
}

// MergeCases lets one case go on in the place of another of the same customer. Nothing moves: what was said on the one that goes, its files and its
// customer's links are found through the one that is kept, whose promises hold, so that an undo gives back all of it. Twice is once. Errors:
// same_record and unknown_record (it is of another customer, too) at /gone_id, ErrNotFound, Stale, case_merged, case_closed.
func (s *Store) MergeCases(ctx context.Context, t Target, gone crm.ID) (k crm.Case, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if t.ID == gone {
			return crm.FieldErrors{crm.Problem("same_record").At("/gone_id")}
		}
		var g crm.Case
		if k, g, err = e.lockCases(ctx, t.Scope, t.ID, gone); err != nil || g.MergedID == k.ID {
			return err
		}
		if err := e.fresh(ctx, crm.ProcessID(crm.KindCase, k.ID), t.Version, k.Version); err != nil {
			return err
		}
		live := g.State != crm.CaseClosed && g.State != crm.CaseSolved
		switch {
		case k.AccountID != g.AccountID:
			return crm.FieldErrors{crm.Problem("unknown_record").At("/gone_id")}
		case k.MergedID != "" || g.MergedID != "":
			return Refused{Code: "case_merged"}
		case k.State == crm.CaseClosed || k.State == crm.CaseSolved && live:
			return Refused{Code: "case_closed"}
		}
		return e.mergeCase(ctx, k, g)
	})
	return k, err
}

func (e *edit) mergeCase(ctx context.Context, k, g crm.Case) error {
	process := crm.ProcessID(crm.KindCase, g.ID)
	deadlines, err := many[Deadline](ctx, e.q, `delete from deadline where process = $1 returning kind, key, due_at`, process)
	if err != nil {
		return err
	}
	if deadlines == nil {
		deadlines = []Deadline{}
	}
	if _, err := e.q.Exec(ctx, `insert into case_merge (id, kept_id, gone_id, state, closed_at, deadlines, actor, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		NewID(), k.ID, g.ID, g.State, g.ClosedAt, deadlines, e.actor, e.now); err != nil {
		return told(err)
	}
	if _, err := e.q.Exec(ctx, `update care_case set merged_id = $2, state = 'closed', closed_at = coalesce(closed_at, $3), version = version + 1 where id = $1`, g.ID, k.ID, e.now); err != nil {
		return told(err)
	}
	if g.State != crm.CaseClosed {
		if err := setClosed(ctx, e.q, process, true, e.now); err != nil {
			return err
		}
	}
	return e.tellCases(ctx, "case.absorbed", "case.merged", k, g)
}

// tellCases adds a line to the timelines of two cases, each about the other.
func (e *edit) tellCases(ctx context.Context, kept, gone string, k, g crm.Case) error {
	if err := e.tell(ctx, crm.ProcessID(crm.KindCase, k.ID), Entry{Code: kept, AccountID: k.AccountID, Data: map[string]any{"case": k.Number, "other": g.Number, "other_id": g.ID}}); err != nil {
		return err
	}
	return e.tell(ctx, crm.ProcessID(crm.KindCase, g.ID), Entry{Code: gone, AccountID: g.AccountID, Data: map[string]any{"case": g.Number, "other": k.Number, "other_id": k.ID}})
}

// UnmergeCase takes a case out of the one that went on in its place, as it was then; what was said since stays with the other. A case that is not merged
// stays as it is. Errors: ErrNotFound, merge_final after MergeDays.
func (s *Store) UnmergeCase(ctx context.Context, t Target) (g crm.Case, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		m, err := one[caseMerge](ctx, e.q, `select id, kept_id, state, closed_at, deadlines, at from case_merge where gone_id = $1 and undone_at is null`, t.ID)
		if err == ErrNotFound {
			g, err = e.lockCase(ctx, t.Scope, t.ID)
			return err
		} else if err != nil {
			return err
		}
		k, c, err := e.lockCases(ctx, t.Scope, m.KeptID, t.ID)
		if g = c; err != nil || c.MergedID != m.KeptID {
			return err
		}
		if e.now.After(m.At.AddDate(0, 0, MergeDays)) {
			return Refused{Code: "merge_final"}
		}
		return e.unmergeCase(ctx, m, k, &g)
	})
	return g, err
}

func (e *edit) unmergeCase(ctx context.Context, m caseMerge, k crm.Case, g *crm.Case) error {
	g.MergedID, g.State, g.ClosedAt = "", m.State, m.ClosedAt
	g.Version++
	if _, err := e.q.Exec(ctx, `update care_case set merged_id = null, state = $2, closed_at = $3, version = $4 where id = $1`, g.ID, g.State, g.ClosedAt, g.Version); err != nil {
		return told(err)
	}
	if _, err := e.q.Exec(ctx, `update case_merge set undone_at = $2, undone_by = $3 where id = $1`, m.ID, e.now, e.actor); err != nil {
		return told(err)
	}
	if m.State != crm.CaseClosed {
		process := crm.ProcessID(crm.KindCase, g.ID)
		for _, d := range m.Deadlines {
			if err := late(ctx, e.q, upsertDeadline, process, d.Kind, d.Key, d.DueAt); err != nil {
				return err
			}
		}
		if err := setClosed(ctx, e.q, process, false, e.now); err != nil {
			return err
		}
	}
	return e.tellCases(ctx, "case.released", "case.unmerged", k, *g)
}

// CaseKin are the cases that went into a case, and those that may: of the same customer, not merged, the newest first.
type CaseKin struct {
	Gone   []crm.Case
	Others []crm.Case
}

// CaseKin reads them; the caller has checked that the case may be seen, and its customer's others with it.
func (s *Store) CaseKin(ctx context.Context, id crm.ID) (kin CaseKin, err error) {
	if kin.Gone, err = many[crm.Case](ctx, s.pool, `select `+caseColumns+` from care_case where merged_id = $1 order by opened_at, id`, id); err != nil {
		return kin, err
	}
	kin.Others, err = many[crm.Case](ctx, s.pool, `select `+caseColumns+` from care_case k where k.account_id = (select account_id from care_case where id = $1) and k.id <> $1 and k.merged_id is null
		order by k.state in ('solved', 'closed'), k.opened_at desc, k.id limit 50`, id)
	return kin, err
}
