package store

import (
	"context"

	"leadtocash/crm"
)

// kindAccount is the kind of the row under which an account's timeline stands. It is closed from the beginning: accounts have no
// durable process of their own.
const kindAccount crm.Kind = "account"

// accountTimelineRow makes sure that the account's timeline has a place.
func (e *edit) accountTimelineRow(ctx context.Context, id crm.ID) (string, error) {
	process := crm.ProcessID(kindAccount, id)
	_, err := e.q.Exec(ctx, `insert into process (id, kind, record_id, step, closed, started_at, updated_at) values ($1, $2, $3, $4, true, $5, $5)
		on conflict do nothing`, process, kindAccount, id, crm.StepCare, e.now)
	return process, told(err)
}

// CreateAccount adds a company that the actor owns unless another owner is given. A VAT number that another account has is Taken, or what the
// rules of duplicates say where there is a doubt; then others that it is like are Duplicated. Whether the actor may see a parent is the caller's to ask.
func (s *Store) CreateAccount(ctx context.Context, actor crm.ID, a crm.Account, d ...Doubt) (crm.Account, error) {
	err := s.edit(ctx, actor, func(e *edit) (err error) {
		a, err = e.createAccount(ctx, a, doubtOf(d))
		return err
	})
	return a, err
}

func (e *edit) createAccount(ctx context.Context, a crm.Account, d *Doubt) (crm.Account, error) {
	if a.OwnerID == "" {
		a.OwnerID = e.actor
	} else if err := e.activeUser(ctx, "/owner_id", a.OwnerID); err != nil {
		return a, err
	}
	if err := e.vatFree(ctx, a, d); err != nil {
		return a, err
	}
	if err := e.parentFits(ctx, Everything(), a.ID, a.ParentID); err != nil {
		return a, err
	}
	if err := e.fitsCustom(ctx, "account", nil, a.Custom); err != nil {
		return a, err
	}
	a.Version, a.CreatedAt = 1, e.now
	if err := addAccount(ctx, e.q, a, e.now); err != nil {
		return a, err
	}
	process, err := e.accountTimelineRow(ctx, a.ID)
	if err != nil {
		return a, err
	}
	if err := e.accountRequired(ctx, process, a); err != nil {
		return a, err
	}
	if err := e.unique(ctx, process, d, EnteredAccount(a)); err != nil {
		return a, err
	}
	return a, e.tell(ctx, process, Entry{Code: "account.created", AccountID: a.ID, Data: map[string]any{"name": a.Name}})
}

// vatFree refuses a second account of one VAT number; two people who add it at once wait for each other. Where rules are in force that say
// what a duplicate is, and somebody is there to answer, they decide.
func (e *edit) vatFree(ctx context.Context, a crm.Account, d *Doubt) error {
	if a.VAT == "" {
		return nil
	}
	if d != nil {
		r, err := e.rules(ctx, crm.RuleDuplicate, "")
		if err != nil || r.version > 0 {
			return err
		}
	}
	if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 3))`, a.VAT); err != nil {
		return err
	}
	var taken bool
	err := e.q.QueryRow(ctx, `select exists (select from account where vat = $1 and id <> $2)`, a.VAT, a.ID).Scan(&taken)
	if err == nil && taken {
		return Taken{"account_vat"}
	}
	return err
}

// EditAccount changes a company by hand. What the change refuses is given back as it is.
func (s *Store) EditAccount(ctx context.Context, t Target, change func(*crm.Account) error) (a crm.Account, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		args := []any{t.ID}
		if a, err = one[crm.Account](ctx, e.q, `select * from account where id = $1 and `+t.Scope.covers("owner_id", &args)+` for update`, args...); err != nil {
			return err
		}
		process, err := e.accountTimelineRow(ctx, a.ID)
		if err != nil {
			return err
		}
		if err := e.fresh(ctx, process, t.Version, a.Version); err != nil {
			return err
		}
		before := a
		if err := change(&a); err != nil {
			return err
		}
		a, err = e.changeAccount(ctx, t, process, before, a)
		return err
	})
	return a, err
}

// changeAccount writes what an edit makes of a company; nothing where nothing changes.
func (e *edit) changeAccount(ctx context.Context, t Target, process string, before, a crm.Account) (crm.Account, error) {
	changes := differences(before, a)
	if len(changes) == 0 {
		return a, nil
	}
	if before.OwnerID != a.OwnerID && a.OwnerID != "" {
		if err := e.activeUser(ctx, "/owner_id", a.OwnerID); err != nil {
			return a, err
		}
	}
	if err := e.accountFits(ctx, t.Scope, before, a); err != nil {
		return a, err
	}
	if err := e.vatFree(ctx, a, t.Doubt); err != nil {
		return a, err
	}
	if err := e.accountRequired(ctx, process, a); err != nil {
		return a, err
	}
	if now := EnteredAccount(a); now != EnteredAccount(before) {
		if err := e.unique(ctx, process, t.Doubt, now); err != nil {
			return a, err
		}
	}
	if before.OwnerID != a.OwnerID {
		if err := e.keepOwner(ctx, a.ID, before.OwnerID); err != nil {
			return a, err
		}
	}
	a.Version++
	if _, err := e.q.Exec(ctx, `update account set name = $2, vat = $3, country = $4, address = $5, email = $6, phone = $7, class = $8, language = $9,
		credit_limit = $10, payment_days = $11, owner_id = $12, version = $13, parent_id = $14, tax_code = $15, sdi = $16, pec = $17, iban = $18, custom = $19 where id = $1`, a.ID, a.Name, a.VAT, a.Country, a.Address, a.Email, a.Phone,
		a.Class, a.Language, a.CreditLimit, a.PaymentDays, a.OwnerID, a.Version,
		a.ParentID, a.TaxCode, a.SDI, a.PEC, a.IBAN, a.Custom.Stored()); err != nil {
		return a, err
	}
	return a, e.tell(ctx, process, Entry{Code: "account.edited", AccountID: a.ID, Data: map[string]any{"changes": changes, "version": a.Version}})
}

// accountFits refuses a parent that closes a circle, custom fields that their definitions do not take, and an address by hand where the main
// legal one writes it.
func (e *edit) accountFits(ctx context.Context, sc Scope, before, a crm.Account) error {
	if before.ParentID != a.ParentID {
		if err := e.parentFits(ctx, sc, a.ID, a.ParentID); err != nil {
			return err
		}
	}
	if before.Address != a.Address || before.Country != a.Country {
		var written bool
		if err := e.q.QueryRow(ctx, `select exists (select from account_main_address where account_id = $1 and purpose = 'legal')`, a.ID).Scan(&written); err != nil {
			return told(err)
		}
		if written {
			return crm.FieldErrors{crm.Problem("address_is_legal").At(map[bool]string{true: "/address", false: "/country"}[before.Address != a.Address])}
		}
	}
	return e.fitsCustom(ctx, "account", before.Custom, a.Custom)
}
