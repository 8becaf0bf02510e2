package store

import (
	"context"
	"errors"
	"strconv"

	"leadtocash/crm"
)

// importAccount makes or changes a company of a row (S053). A company that is there is known by its VAT number, else by its tax code, else by its name.
func (e *edit) importAccount(ctx context.Context, m *crm.Import, cells map[string]string) (state string, id crm.ID, err error) {
	known, err := e.knownCompany(ctx, m, cells)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return "", "", err
	}
	there := err == nil
	if there && m.Known == "skip" {
		return "unchanged", known.ID, nil
	}
	if there {
		if known, err = one[crm.Account](ctx, e.q, `select * from account where id = $1 for update`, known.ID); err != nil {
			return "", "", err
		}
	}
	a := known
	if !there {
		a = crm.Account{ID: NewID(), Kind: "prospect", Language: "en", PaymentDays: e.entity.PaymentDays}
	}
	place, err := e.fillAccount(ctx, cells, &a)
	if err != nil {
		return "", "", err
	}
	if !there {
		if place.Street != "" { // rules ask about the company with its seat
			a.Address, a.Country = place.Text(), place.Country
		}
		if a, err = e.createAccount(ctx, a, importDoubt(m)); err != nil {
			return "", "", err
		}
		_, err = e.importPlace(ctx, a.ID, place)
		return "made", a.ID, err
	}
	process, err := e.accountTimelineRow(ctx, a.ID)
	if err != nil {
		return "", "", err
	}
	t := Target{Scope: Everything(), Actor: e.actor, ID: a.ID, Doubt: importDoubt(m)}
	now, err := e.changeAccount(ctx, t, process, known, a)
	if err != nil {
		return "", "", err
	}
	moved, err := e.importPlace(ctx, a.ID, place)
	if now.Version == known.Version && !moved {
		return "unchanged", a.ID, err
	}
	return "touched", a.ID, err
}

// knownCompany is the company of a row, if it is there and rows of known ones make no new ones.
func (e *edit) knownCompany(ctx context.Context, m *crm.Import, cells map[string]string) (crm.Account, error) {
	if m.Known == "new" {
		return crm.Account{}, ErrNotFound
	}
	if code := cells["tax_code"]; code != "" {
		found, err := many[crm.Account](ctx, e.q, `select * from account where tax_code = $1 and archived_at is null and ($2 = '' or vat = '' or vat = $2) order by created_at limit 2`, code, cells["vat"])
		if err != nil || len(found) == 1 {
			return first(found), err
		}
	}
	return e.companyNamed(ctx, cells["vat"], cells["name"], "/name")
}

func first(found []crm.Account) crm.Account {
	if len(found) == 0 {
		return crm.Account{}
	}
	return found[0]
}

// fillAccount writes the cells of a row over a company, and gives its legal seat if the row has one.
func (e *edit) fillAccount(ctx context.Context, cells map[string]string, a *crm.Account) (place crm.Address, err error) {
	fill(cells, map[string]*string{
		"name": &a.Name, "vat": &a.VAT, "tax_code": &a.TaxCode, "sdi": &a.SDI, "pec": &a.PEC, "iban": &a.IBAN, "email": &a.Email, "phone": &a.Phone,
		"class": &a.Class, "language": &a.Language,
	})
	fill(cells, map[string]*string{"street": &place.Street, "postal_code": &place.PostalCode, "city": &place.City, "region": &place.Region, "country": &place.Country})
	if place.Street == "" {
		place = crm.Address{}
		fill(cells, map[string]*string{"country": &a.Country, "address": &a.Address})
	}
	if n, err := strconv.Atoi(cells["payment_days"]); err == nil {
		a.PaymentDays = n
	}
	if limit := cells["credit_limit"]; limit != "" {
		a.CreditLimit = amountOf(limit)
	}
	if parent := cells["parent"]; parent != "" {
		above, err := e.parentNamed(ctx, parent)
		if err != nil {
			return place, err
		}
		a.ParentID = above
	}
	if owner := cells["owner"]; owner != "" {
		if a.OwnerID, err = e.ownerNamed(ctx, owner); err != nil {
			return place, err
		}
	}
	return place, e.fillCustom(ctx, "account", cells, &a.Custom)
}

// parentNamed finds the company above by its VAT number or its name.
func (e *edit) parentNamed(ctx context.Context, text string) (crm.ID, error) {
	vat := ""
	if checked, err := crm.CheckVAT(text); err == nil {
		vat = checked
	}
	above, err := e.companyNamed(ctx, vat, text, "/parent_id")
	return above.ID, unknown(err, "/parent_id")
}

// importPlace makes a row's address the main legal one of its company; moved tells whether it was another.
func (e *edit) importPlace(ctx context.Context, account crm.ID, place crm.Address) (moved bool, err error) {
	if place.Street == "" {
		return false, nil
	}
	t := Target{Scope: Everything(), Actor: e.actor, ID: account}
	err = e.changePlaces(ctx, t, func(all []crm.Address) (Entry, error) {
		now := crm.Address{ID: NewID(), AccountID: account, Purpose: "legal", Main: true, CreatedAt: e.now}
		for _, p := range all {
			if p.Purpose == "legal" && p.Main {
				now = p
			}
		}
		before := now
		now.Street, now.PostalCode, now.City, now.Region = place.Street, place.PostalCode, place.City, place.Region
		if place.Country != "" {
			now.Country = place.Country
		}
		changes := differences(before, now)
		if moved = len(changes) > 0; !moved {
			return Entry{}, nil
		}
		code := map[bool]string{true: "address.added", false: "address.edited"}[before.Street == ""]
		return Entry{Code: code, Data: map[string]any{"address": now.ID, "purpose": now.Purpose, "text": now.Text(), "changes": changes}}, e.saveAddress(ctx, now)
	})
	return moved, err
}
