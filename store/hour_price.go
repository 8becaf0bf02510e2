package store

import (
	"context"
	"errors"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// HourPriceRow is a price with whose and where.
type HourPriceRow struct {
	crm.HourPrice
	Person string
	Phase  string
}

const hourPrices = `select x.user_id, x.phase_id, x.price, coalesce(u.name, '') as person, coalesce(h.name, '') as phase from hour_price x
	left join app_user u on u.id = x.user_id left join project_phase h on h.id = x.phase_id where x.project_id = $1 order by u.name nulls last, h.position nulls first, x.price`

// SetHourPrices sets what the customer pays for hours where that is not the project's price, all of them anew. What is billed stays as it was billed. Errors:
// unknown_user, unknown_record, given_twice, required below /prices.
func (s *Store) SetHourPrices(ctx context.Context, t Target, prices []crm.HourPrice) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		if err := e.hourPricesFit(ctx, d, prices); err != nil {
			return err
		}
		was, err := many[HourPriceRow](ctx, e.q, hourPrices, d.ID)
		if err != nil {
			return err
		}
		b := &pgx.Batch{}
		b.Queue(`delete from hour_price where project_id = $1`, d.ID)
		for _, p := range prices {
			b.Queue(`insert into hour_price (project_id, user_id, phase_id, price) values ($1, $2, $3, $4)`, d.ID, p.UserID, p.PhaseID, p.Price)
		}
		if err := e.q.SendBatch(ctx, b).Close(); err != nil {
			return told(err)
		}
		is, err := many[HourPriceRow](ctx, e.q, hourPrices, d.ID)
		if err != nil {
			return err
		}
		if changes := compare(priceTexts(was), priceTexts(is)); len(changes) > 0 {
			return e.told(ctx, d, "project.prices", map[string]any{"project_changes": changes})
		}
		return nil
	})
}

func priceTexts(rows []HourPriceRow) map[string]string {
	out := map[string]string{}
	for _, r := range rows {
		out["hour_price "+r.Person+" "+r.Phase] = r.Price.String()
	}
	return out
}

func (e *edit) hourPricesFit(ctx context.Context, d delivery, prices []crm.HourPrice) error {
	var errs crm.FieldErrors
	seen := map[crm.HourPrice]bool{}
	for i, p := range prices {
		at := "/prices/" + strconv.Itoa(i)
		if p.UserID == "" && p.PhaseID == "" {
			errs.Add(at+"/user_id", crm.Problem("required"))
		}
		if p.UserID != "" {
			if err := wrong(&errs, "", e.activeUser(ctx, at+"/user_id", p.UserID)); err != nil {
				return err
			}
		}
		if err := wrong(&errs, at, e.phaseOf(ctx, d, p.PhaseID)); err != nil {
			return err
		}
		if p.Price = decimal.Zero; seen[p] {
			errs.Add(at+"/user_id", crm.Problem("given_twice"))
		}
		seen[p] = true
	}
	return errs.Err()
}

// wrong collects what is wrong with a field below a pointer; any other error is given back.
func wrong(errs *crm.FieldErrors, at string, err error) error {
	if _, field := errors.AsType[crm.FieldErrors](err); err != nil && !field {
		return err
	}
	errs.Add(at, err)
	return nil
}
