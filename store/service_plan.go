package store

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// SettingPlans are the plans by which cases of single customers and contracts are promised something of their own.
const SettingPlans = "service_plans"

// ServicePlan is a plan with the names of those for whom it holds: of customers, and numbers of contracts.
type ServicePlan struct {
	crm.ServicePlan
	Customers []string
	Numbers   []string
}

// planRow is a plan without its levels.
type planRow struct {
	Key, Name           string
	Accounts, Contracts []crm.ID
	Customers, Numbers  []string
}

// ServicePlans lists the plans with the setting's version.
func (s *Store) ServicePlans(ctx context.Context) (plans []ServicePlan, version int, err error) {
	if version, err = settingVersion(ctx, s.pool, SettingPlans, ""); err != nil {
		return nil, 0, err
	}
	plans, err = servicePlans(ctx, s.pool)
	return plans, version, err
}

func servicePlans(ctx context.Context, q querier) ([]ServicePlan, error) {
	rows, err := many[planRow](ctx, q, `select p.key, p.name,
			coalesce(array_agg(u.account_id::text order by a.name, a.id) filter (where u.account_id is not null), '{}') as accounts, coalesce(array_agg(a.name order by a.name, a.id) filter (where a.id is not null), '{}') as customers,
			coalesce(array_agg(u.contract_id::text order by c.number) filter (where u.contract_id is not null), '{}') as contracts, coalesce(array_agg(c.number order by c.number) filter (where c.id is not null), '{}') as numbers
		from service_plan p left join service_plan_use u on u.plan = p.key left join account a on a.id = u.account_id left join contract c on c.id = u.contract_id
		group by p.key, p.name, p.position order by p.position, p.key`)
	if err != nil {
		return nil, err
	}
	levels, err := many[struct {
		Plan string
		crm.ServiceLevel
	}](ctx, q, `select plan, priority, answer, solve from service_plan_level`)
	out := make([]ServicePlan, len(rows))
	for i, r := range rows {
		out[i] = ServicePlan{crm.ServicePlan{Key: r.Key, Name: r.Name, Accounts: r.Accounts, Contracts: r.Contracts}, r.Customers, r.Numbers}
		for _, l := range levels {
			if l.Plan == r.Key {
				out[i].Levels = append(out[i].Levels, l.ServiceLevel)
			}
		}
		slices.SortFunc(out[i].Levels, func(a, b crm.ServiceLevel) int { return rank(a.Priority) - rank(b.Priority) })
	}
	return out, err
}

// EditServicePlans changes the plans; open cases keep what they were promised. The change gets all plans and gives back all that there shall be.
// Errors: Stale, those of crm.CheckServicePlans, unknown_record at /plans/<n>/accounts/<n> and /contracts/<n>.
func (s *Store) EditServicePlans(ctx context.Context, t Target, apply func([]crm.ServicePlan) ([]crm.ServicePlan, error)) (out []ServicePlan, version int, err error) {
	version, err = s.editSetting(ctx, SettingPlans, t, func(e *edit) (map[string]change, error) {
		was, err := servicePlans(ctx, e.q)
		if err != nil {
			return nil, err
		}
		before := planTexts(was)
		plans := make([]crm.ServicePlan, len(was))
		for i, p := range was {
			plans[i] = p.ServicePlan
		}
		if plans, err = apply(plans); err != nil {
			return nil, err
		}
		if err := crm.CheckServicePlans(plans); err != nil {
			return nil, err
		}
		if err := e.writePlans(ctx, plans); err != nil {
			return nil, err
		}
		if out, err = servicePlans(ctx, e.q); err != nil {
			return nil, err
		}
		return compare(before, planTexts(out)), nil
	})
	return out, version, err
}

func (e *edit) writePlans(ctx context.Context, plans []crm.ServicePlan) error {
	if _, err := e.q.Exec(ctx, `delete from service_plan`); err != nil {
		return told(err)
	}
	var errs crm.FieldErrors
	for i, p := range plans {
		if _, err := e.q.Exec(ctx, `insert into service_plan (key, name, position) values ($1, $2, $3)`, p.Key, p.Name, i); err != nil {
			return told(err)
		}
		for _, l := range p.Levels {
			if _, err := e.q.Exec(ctx, `insert into service_plan_level (plan, priority, answer, solve) values ($1, $2, $3, $4)`, p.Key, l.Priority, l.Answer, l.Solve); err != nil {
				return told(err)
			}
		}
		for column, ids := range map[string][]crm.ID{"account": p.Accounts, "contract": p.Contracts} {
			for n, id := range ids {
				tag, err := e.q.Exec(ctx, `insert into service_plan_use (plan, `+column+`_id) select $1, x.id from `+column+` x where x.id = $2`, p.Key, id)
				if err != nil {
					return told(err)
				}
				if tag.RowsAffected() == 0 {
					errs.Add("/plans/"+strconv.Itoa(i)+"/"+column+"s/"+strconv.Itoa(n), crm.Problem("unknown_record"))
				}
			}
		}
	}
	return errs.Err()
}

// planTexts are plans as their history tells them: promises and for whom, by the plan's name.
func planTexts(plans []ServicePlan) map[string]string {
	out := map[string]string{}
	for _, p := range plans {
		var parts []string
		for _, l := range p.Levels {
			parts = append(parts, string(l.Priority)+" "+HoursText(l.Answer)+" / "+HoursText(l.Solve))
		}
		out[p.Name] = strings.Join(append(append(parts, p.Customers...), p.Numbers...), ", ")
		if out[p.Name] == "" {
			out[p.Name] = "–"
		}
	}
	return out
}

// PlanSubjects finds the customers and contracts that lines name, by a customer's name or a contract's number, in the order of the lines. A line that
// names none, or several customers, is told by its place: unknown_record, ambiguous.
func (s *Store) PlanSubjects(ctx context.Context, lines []string) (accounts, contracts []crm.ID, wrong map[string]string, err error) {
	rows, err := many[struct {
		Line      string
		AccountID crm.ID
		Contract  crm.ID
		N         int
	}](ctx, s.pool, `select l.line, (array_agg(a.id))[1] as account_id, (select c.id from contract c where c.number = l.line) as contract, count(a.id)::int as n
		from unnest($1::text[]) with ordinality l(line, place) left join account a on lower(a.name) = lower(l.line) and a.archived_at is null group by l.line, l.place order by l.place`, lines)
	if err != nil {
		return nil, nil, nil, err
	}
	wrong = map[string]string{}
	for _, r := range rows {
		switch {
		case r.Contract != "":
			contracts = append(contracts, r.Contract)
		case r.N == 1:
			accounts = append(accounts, r.AccountID)
		case r.N == 0:
			wrong[r.Line] = "unknown_record"
		default:
			wrong[r.Line] = "ambiguous"
		}
	}
	return accounts, contracts, wrong, nil
}
