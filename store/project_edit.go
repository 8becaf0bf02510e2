package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// delivery is a project under an edit, with its contract; the target's id is the contract's.
type delivery struct {
	crm.Project
	contract crm.Contract
	process  string
}

// lockProject locks the open project of a contract within the scope; nothing is entered on a closed one (S082).
func (e *edit) lockProject(ctx context.Context, t Target) (d delivery, err error) {
	if err := e.join(ctx, crm.KindContract, t.ID); err != nil {
		return d, err
	}
	args := []any{t.ID}
	if d.contract, err = one[crm.Contract](ctx, e.q, `select `+contractColumns+` from contract where id = $1 and `+t.Scope.covers("owner_id", &args), args...); err != nil {
		return d, err
	}
	d.process = crm.ProcessID(crm.KindContract, t.ID)
	if d.Project, err = one[crm.Project](ctx, e.q, `select `+projectColumns+` from project where contract_id = $1 for update`, t.ID); err != nil {
		return d, err
	}
	if d.State != "open" {
		return d, Refused{Code: "project_closed"}
	}
	return d, nil
}

// spent tells the timeline and has the contract's process look at the margin (S083).
func (e *edit) spent(ctx context.Context, d delivery, code string, data map[string]any) error {
	if err := e.told(ctx, d, code, data); err != nil {
		return err
	}
	return e.due(ctx, d.process, DeadlineReview, "", e.now)
}

func (e *edit) told(ctx context.Context, d delivery, code string, data map[string]any) error {
	return e.tell(ctx, d.process, Entry{Code: code, AccountID: d.contract.AccountID, OpportunityID: d.contract.OpportunityID, Data: data})
}

// EditProject changes a project's name, manager, hourly cost rate, how its progress is reckoned, what the customer signs, and by what its work is billed. What need not be
// signed any more may be billed. Refused: billing_begun for another way of billing once something was billed by the one there is;
// contract_amended for what the customer signs, where the contract has versions.
func (s *Store) EditProject(ctx context.Context, t Target, change func(*crm.Project) error) (p crm.Project, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if t.Version != 0 && t.Version != d.Version {
			return Stale{Version: d.Version}
		}
		p = d.Project
		if err := change(&p); err != nil {
			return err
		}
		if p.ManagerID != d.ManagerID && p.ManagerID != "" {
			if err := e.activeUser(ctx, "/manager_id", p.ManagerID); err != nil {
				return err
			}
		}
		if p.SignOff != d.SignOff {
			if err := e.notAmended(ctx, d.contract.ID); err != nil {
				return err
			}
		}
		if p.Billing != d.Billing {
			if err := e.notEarned(ctx, d); err != nil {
				return err
			}
		}
		changes := differences(d.Project, p)
		if len(changes) == 0 {
			return nil
		}
		p.Version++
		if _, err := e.q.Exec(ctx, `update project set name = $2, manager_id = $3, cost_rate = $4, version = $5, progress_way = $6, sign_off = $7, billing = $8, hour_price = $9 where id = $1`, p.ID, p.Name, p.ManagerID, p.CostRate, p.Version, p.ProgressWay, p.SignOff, p.Billing, p.HourPrice); err != nil {
			return err
		}
		if p.SignOff != d.SignOff || p.Billing != d.Billing {
			if err := e.openSigned(ctx, p); err != nil {
				return err
			}
		}
		return e.told(ctx, d, "project.edited", map[string]any{"project_changes": changes})
	})
	return p, err
}

// AddTime enters time that a person spent on a project. Without a rate it is the person's, else the project's; one there must be.
func (s *Store) AddTime(ctx context.Context, t Target, in crm.TimeEntry) (crm.TimeEntry, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if err := e.activeUser(ctx, "/user_id", in.UserID); err != nil {
			return err
		}
		if in.OnDate.IsZero() {
			in.OnDate = e.today
		}
		if err := tooEarly("/on_date", in.OnDate, e.today); err != nil {
			return err
		}
		if err := e.phaseOf(ctx, d, in.PhaseID); err != nil {
			return err
		}
		if in.Rate.IsZero() {
			if in.Rate, err = e.rateOn(ctx, in.UserID, in.OnDate, d.CostRate); err != nil {
				return err
			}
		}
		in.Amount = e.timeAmount(d, in)
		return e.insertTime(ctx, d, &in, "project.time")
	})
	return in, err
}

// timeAmount is what the hours of an entry cost, in the contract's currency, rounded as the company does.
func (e *edit) timeAmount(d delivery, in crm.TimeEntry) decimal.Decimal {
	return crm.Round(in.Hours.Mul(in.Rate), crm.Currency(d.contract.Currency), crm.Rounding(e.entity.Rounding))
}

// rateOn is what an hour of a person cost on a day.
func (e *edit) rateOn(ctx context.Context, user crm.ID, day crm.Date, fallback decimal.Decimal) (rate decimal.Decimal, err error) {
	if err := e.q.QueryRow(ctx, `select coalesce((select rate from cost_rate_day r where r.user_id = u.id and r.from_day <= $2 order by r.from_day desc limit 1), u.cost_rate)
		from app_user u where id = $1`, user, day).Scan(&rate); err != nil {
		return rate, told(err)
	}
	if rate.IsZero() {
		rate = fallback
	}
	if rate.IsZero() {
		return rate, crm.FieldErrors{crm.Problem("no_cost_rate").At("/rate")}
	}
	return rate, nil
}

func (e *edit) insertTime(ctx context.Context, d delivery, in *crm.TimeEntry, code string) error {
	in.ProjectID, in.EnteredBy, in.At = d.ID, e.actor, e.now
	if _, err := e.q.Exec(ctx, `insert into time_entry (id, project_id, user_id, on_date, hours, rate, amount, note, corrects_id, entered_by, at, phase_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, in.ID, in.ProjectID, in.UserID, in.OnDate, in.Hours, in.Rate, in.Amount, in.Note, in.CorrectsID, in.EnteredBy, in.At, in.PhaseID); err != nil {
		return corrected(err)
	}
	return e.spent(ctx, d, code, map[string]any{"hours": in.Hours, "amount": in.Amount, "on": in.OnDate, "entry_id": in.ID})
}

// corrected names what a second counter-entry clashes with.
func corrected(err error) error {
	if taken, ok := errors.AsType[Taken](told(err)); ok && (taken.Constraint == "time_entry_corrects_id_key" || taken.Constraint == "cost_entry_corrects_id_key") {
		return Refused{Code: "already_corrected"}
	}
	return told(err)
}

// CorrectTime takes an entry back by a counter-entry; each can be taken back once, a counter-entry never. Refused: time_billed while it
// stands as billed to the customer.
func (s *Store) CorrectTime(ctx context.Context, t Target, entry, id crm.ID, note string) (in crm.TimeEntry, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if in, err = one[crm.TimeEntry](ctx, e.q, `select * from time_entry where id = $1 and project_id = $2`, entry, d.ID); err != nil {
			return err
		}
		if in.CorrectsID != "" {
			return Refused{Code: "counter_entry"}
		}
		if err := e.unbilled(ctx, entry); err != nil {
			return err
		}
		in.ID, in.CorrectsID, in.Hours, in.Amount, in.Note = id, in.ID, in.Hours.Neg(), in.Amount.Neg(), note
		return e.insertTime(ctx, d, &in, "project.time_corrected")
	})
	return in, err
}

// CostRate is what an hour of a person costs; 0: the project's.
type CostRate struct {
	ID       crm.ID
	Name     string
	CostRate decimal.Decimal
}

// CostRates lists the active people by name with what their hour costs.
func (s *Store) CostRates(ctx context.Context) ([]CostRate, error) {
	return many[CostRate](ctx, s.pool, `select id, name, cost_rate from app_user where active order by name, id`)
}

// SetCostRate sets what an hour of a person costs from today on; of days before it costs what it did, of those before the first rate that.
func (s *Store) SetCostRate(ctx context.Context, user crm.ID, rate decimal.Decimal) error {
	return s.edit(ctx, "", func(e *edit) error {
		if _, err := e.q.Exec(ctx, `insert into cost_rate_day (user_id, from_day, rate) select id, date '0001-01-01', coalesce(nullif(cost_rate, 0), $2) from app_user where id = $1 on conflict do nothing`, user, rate); err != nil {
			return told(err)
		}
		tag, err := e.q.Exec(ctx, `update app_user set cost_rate = $2, version = version + 1 where id = $1`, user, rate)
		if err != nil {
			return told(err)
		}
		if tag.RowsAffected() == 0 {
			return ErrNotFound
		}
		_, err = e.q.Exec(ctx, `insert into cost_rate_day (user_id, from_day, rate) values ($1, $2, $3) on conflict (user_id, from_day) do update set rate = excluded.rate`, user, e.today, rate)
		return told(err)
	})
}
