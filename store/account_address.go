package store

import (
	"context"
	"fmt"

	"leadtocash/crm"
)

// maxAddresses is how many places a company may have.
const maxAddresses = 200

const addresses = `select x.*, exists (select from account_main_address m where m.address_id = x.id) as main from account_address x`

// Addresses lists a company's places, purpose by purpose, the main one of each first; ErrNotFound when the reader may not see the company.
func (s *Store) Addresses(ctx context.Context, sc Scope, account crm.ID) ([]crm.Address, error) {
	args := []any{account}
	if _, err := one[struct{ ID crm.ID }](ctx, s.pool, `select id from account where id = $1 and `+sc.covers("owner_id", &args), args...); err != nil {
		return nil, err
	}
	return addressesOf(ctx, s.pool, account)
}

func addressesOf(ctx context.Context, q querier, account crm.ID) ([]crm.Address, error) {
	return many[crm.Address](ctx, q, addresses+` where x.account_id = $1 order by array_position('{legal,invoice,delivery,site}', x.purpose), main desc, x.created_at, x.id`, account)
}

// SaveAddress adds a place of a company or changes it; the first of a purpose is its main one. The main legal address is the company's own.
func (s *Store) SaveAddress(ctx context.Context, t Target, id crm.ID, change func(*crm.Address) error) (out crm.Address, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		return e.changePlaces(ctx, t, func(all []crm.Address) (Entry, error) {
			before, known := addressAt(all, id)
			if !known {
				if len(all) >= maxAddresses {
					return Entry{}, crm.FieldErrors{crm.Problem("too_many", "max", fmt.Sprint(maxAddresses)).At("/street")}
				}
				before = crm.Address{ID: id, AccountID: t.ID, CreatedAt: e.now}
			}
			out = before
			if err := change(&out); err != nil {
				return Entry{}, err
			}
			if known && before.Main && !out.Main && out.Purpose == before.Purpose {
				return Entry{}, crm.FieldErrors{crm.Problem("main_needed").At("/main")}
			}
			if !hasMain(all, out.Purpose, id) {
				out.Main = true
			}
			changes := differences(before, out)
			if known && len(changes) == 0 {
				return Entry{}, nil
			}
			code := map[bool]string{false: "address.added", true: "address.edited"}[known]
			return Entry{Code: code, Data: map[string]any{"address": out.ID, "purpose": out.Purpose, "text": out.Text(), "changes": changes}}, e.saveAddress(ctx, out)
		})
	})
	return out, err
}

// DropAddress takes a place away; the main one of a purpose that has others goes last.
func (s *Store) DropAddress(ctx context.Context, t Target, id crm.ID) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		return e.changePlaces(ctx, t, func(all []crm.Address) (Entry, error) {
			a, known := addressAt(all, id)
			if !known {
				return Entry{}, ErrNotFound
			}
			for _, other := range all {
				if a.Main && other.ID != id && other.Purpose == a.Purpose {
					return Entry{}, Refused{Code: "main_address"}
				}
			}
			_, err := e.q.Exec(ctx, `delete from account_address where id = $1`, id)
			return Entry{Code: "address.dropped", Data: map[string]any{"address": id, "purpose": a.Purpose, "text": a.Text()}}, told(err)
		})
	})
}

// changePlaces locks a company, changes its places and tells of it under the company's next version.
func (e *edit) changePlaces(ctx context.Context, t Target, f func([]crm.Address) (Entry, error)) error {
	args := []any{t.ID}
	a, err := one[crm.Account](ctx, e.q, `select * from account where id = $1 and `+t.Scope.covers("owner_id", &args)+` for update`, args...)
	if err != nil {
		return err
	}
	process, err := e.accountTimelineRow(ctx, a.ID)
	if err != nil {
		return err
	}
	if err := e.fresh(ctx, process, t.Version, a.Version); err != nil {
		return err
	}
	all, err := addressesOf(ctx, e.q, a.ID)
	if err != nil {
		return err
	}
	entry, err := f(all)
	if err != nil || entry.Code == "" {
		return err
	}
	if all, err = addressesOf(ctx, e.q, a.ID); err != nil {
		return err
	}
	now := a
	for _, l := range all {
		if l.Purpose == "legal" && l.Main {
			now.Address, now.Country = l.Text(), l.Country
		}
	}
	if now.Address != a.Address || now.Country != a.Country {
		if err := e.accountRequired(ctx, process, now); err != nil {
			return err
		}
	}
	if _, err := e.q.Exec(ctx, `update account set address = $2, country = $3, version = version + 1 where id = $1`, a.ID, now.Address, now.Country); err != nil {
		return told(err)
	}
	entry.AccountID = a.ID
	entry.Data["version"] = a.Version + 1
	return e.tell(ctx, process, entry)
}

func (e *edit) saveAddress(ctx context.Context, a crm.Address) error {
	if _, err := e.q.Exec(ctx, `insert into account_address (id, account_id, purpose, name, street, postal_code, city, region, country, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do update set purpose = excluded.purpose, name = excluded.name, street = excluded.street,
			postal_code = excluded.postal_code, city = excluded.city, region = excluded.region, country = excluded.country where account_address.account_id = $2`,
		a.ID, a.AccountID, a.Purpose, a.Name, a.Street, a.PostalCode, a.City, a.Region, a.Country, a.CreatedAt); err != nil {
		return told(err)
	}
	if _, err := e.q.Exec(ctx, `delete from account_main_address where address_id = $1 and purpose <> $2`, a.ID, a.Purpose); err != nil {
		return told(err)
	}
	if a.Main {
		if _, err := e.q.Exec(ctx, `insert into account_main_address (account_id, purpose, address_id) values ($1, $2, $3)
			on conflict (account_id, purpose) do update set address_id = excluded.address_id`, a.AccountID, a.Purpose, a.ID); err != nil {
			return told(err)
		}
	}
	_, err := e.q.Exec(ctx, `insert into account_main_address (account_id, purpose, address_id)
		select distinct on (purpose) account_id, purpose, id from account_address where account_id = $1 order by purpose, created_at, id on conflict do nothing`, a.AccountID)
	return told(err)
}

func addressAt(all []crm.Address, id crm.ID) (crm.Address, bool) {
	for _, a := range all {
		if a.ID == id {
			return a, true
		}
	}
	return crm.Address{}, false
}

// hasMain tells whether another place is the main one of a purpose.
func hasMain(all []crm.Address, purpose string, but crm.ID) bool {
	for _, a := range all {
		if a.Purpose == purpose && a.Main && a.ID != but {
			return true
		}
	}
	return false
}
