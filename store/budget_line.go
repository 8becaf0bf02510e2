package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// selectBudgetLines are the lines of a project's contract that count, as the version in force has them: those of the quote and those that amendments added. Each comes with the phase that
// somebody put it to, else the one that is called as its product's category.
const selectBudgetLines = `with said as (select (s.line->>'id')::uuid as id, (s.line->>'quantity')::numeric as quantity, s.line->'added' as added, s.place
		from (select terms from contract_version where contract_id = $1 order by number desc limit 1) v,
			jsonb_array_elements(case jsonb_typeof(v.terms->'lines') when 'array' then v.terms->'lines' else '[]' end) with ordinality as s(line, place)),
	line as (select q.id, q.name, coalesce(s.quantity, q.quantity) as quantity, q.unit_cost, q.product_id, 0 as part, q.position::bigint as place
			from contract c join sales_order o on o.id = c.order_id join quote_line q on q.quote_id = o.quote_id left join said s on s.id = q.id
			where c.id = $1 and q.kind <> 'section' and (not q.optional or q.chosen)
		union all select s.id, s.added->>'name', s.quantity, (s.added->>'unit_cost')::numeric, (s.added->>'product_id')::uuid, 1, s.place from said s where jsonb_typeof(s.added) = 'object')
	select l.id, l.name, l.quantity * l.unit_cost as cost, case when x.quote_line_id is not null then x.phase_id else (select h.id from project_phase h
			where h.project_id = p.id and lower(h.name) = lower(g.name) order by h.position limit 1) end as phase_id
	from project p cross join line l
	left join product d on d.id = l.product_id left join product_category g on g.id = d.category_id left join project_line x on x.project_id = p.id and x.quote_line_id = l.id
	where p.contract_id = $1 and l.quantity > 0 order by l.part, l.place, l.id`

// BudgetLines lists the lines of a contract with a project with their parts of the project's budget (S083). Whether the contract may be seen the caller asks.
func (s *Store) BudgetLines(ctx context.Context, c crm.Contract) ([]crm.BudgetLine, error) {
	p, err := one[crm.Project](ctx, s.pool, `select `+projectColumns+` from project where contract_id = $1`, c.ID)
	if err != nil {
		return nil, err
	}
	lines, err := many[crm.BudgetLine](ctx, s.pool, selectBudgetLines, c.ID)
	if err != nil {
		return nil, err
	}
	lines, _, err = crm.DivideBudget(p.Budget, lines, nil, crm.Currency(c.Currency))
	return lines, err
}

// DivideByLines puts lines of the contract to phases, and gives each phase what its lines come to; lines that are not named stay where they are (S083). Refused: no_phases; unknown_record at
// the line or its phase.
func (s *Store) DivideByLines(ctx context.Context, t Target, places map[crm.ID]crm.ID) (out []crm.ProjectPhase, err error) {
	err = s.onPhases(ctx, t, func(e *edit, d delivery, all []crm.ProjectPhase) error {
		if len(all) == 0 {
			return Refused{Code: "no_phases"}
		}
		lines, err := many[crm.BudgetLine](ctx, e.q, selectBudgetLines, t.ID)
		if err != nil {
			return err
		}
		known := map[crm.ID]bool{"": true}
		for _, p := range all {
			known[p.ID] = true
		}
		b := &pgx.Batch{}
		for i := range lines {
			phase, named := places[lines[i].ID]
			if !known[phase] {
				return crm.FieldErrors{crm.Problem("unknown_record").At("/lines/" + string(lines[i].ID))}
			}
			if named {
				lines[i].PhaseID = phase
				delete(places, lines[i].ID)
				b.Queue(`insert into project_line (project_id, quote_line_id, phase_id) values ($1, $2, $3) on conflict (project_id, quote_line_id) do update set phase_id = excluded.phase_id`, d.ID, lines[i].ID, phase)
			}
		}
		for id := range places {
			return crm.FieldErrors{crm.Problem("unknown_record").At("/lines/" + string(id))}
		}
		if _, out, err = crm.DivideBudget(d.Budget, lines, all, crm.Currency(d.contract.Currency)); err != nil {
			return err
		}
		return e.saveBudgets(ctx, d, all, out, b)
	})
	return out, err
}

// saveBudgets writes the budgets of phases that changed, with what is queued before them, and tells the timeline where something did.
func (e *edit) saveBudgets(ctx context.Context, d delivery, before, after []crm.ProjectPhase, b *pgx.Batch) error {
	changed := false
	for i := range after {
		if !after[i].Budget.Equal(before[i].Budget) {
			changed = true
			after[i].Version++
			b.Queue(`update project_phase set budget = $2, version = $3 where id = $1`, after[i].ID, after[i].Budget, after[i].Version)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	if err := e.q.SendBatch(ctx, b).Close(); err != nil {
		return told(err)
	}
	if !changed {
		return nil
	}
	return e.spent(ctx, d, "project.budget_spread", map[string]any{"budget": d.Budget, "phases": len(after)})
}
