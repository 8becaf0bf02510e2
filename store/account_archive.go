package store

import (
	"context"
	"strconv"

	"leadtocash/crm"
)

// ArchiveAccount takes a company out of lists and choices, or puts it back; nothing of it is deleted. One that still has open deals, running
// contracts or open invoices stays: account_busy says how many of each.
func (s *Store) ArchiveAccount(ctx context.Context, t Target, archived bool) (a crm.Account, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		args := []any{t.ID}
		if a, err = one[crm.Account](ctx, e.q, `select * from account where id = $1 and `+t.Scope.covers("owner_id", &args)+` for update`, args...); err != nil {
			return err
		}
		process, err := e.accountTimelineRow(ctx, a.ID)
		if err != nil {
			return err
		}
		if err := e.fresh(ctx, process, t.Version, a.Version); err != nil || archived == (a.ArchivedAt != nil) {
			return err
		}
		if archived {
			if err := e.idle(ctx, a.ID); err != nil {
				return err
			}
			a.ArchivedAt = &e.now
		} else {
			a.ArchivedAt = nil
		}
		a.Version++
		if _, err := e.q.Exec(ctx, `update account set archived_at = $2, version = $3 where id = $1`, a.ID, a.ArchivedAt, a.Version); err != nil {
			return told(err)
		}
		code := map[bool]string{true: "account.archived", false: "account.restored"}[archived]
		return e.tell(ctx, process, Entry{Code: code, AccountID: a.ID, Data: map[string]any{"name": a.Name, "version": a.Version}})
	})
	return a, err
}

// idle refuses to archive a company with which something is going on.
func (e *edit) idle(ctx context.Context, account crm.ID) error {
	var deals, contracts, invoices int
	if err := e.q.QueryRow(ctx, `select (select count(*) from opportunity where account_id = $1 and state = 'open'), (select count(*) from contract where account_id = $1 and state in ('active', 'undoing')),
		(select count(*) from receivable where account_id = $1 and open > 0)`, account).Scan(&deals, &contracts, &invoices); err != nil {
		return told(err)
	}
	if deals+contracts+invoices > 0 {
		return Refused{Code: "account_busy", Params: map[string]string{"deals": strconv.Itoa(deals), "contracts": strconv.Itoa(contracts), "invoices": strconv.Itoa(invoices)}}
	}
	return nil
}

// ArchiveContact takes a person out of lists and choices, or puts him back.
func (s *Store) ArchiveContact(ctx context.Context, t Target, archived bool) (c crm.Contact, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if c, err = e.lockContact(ctx, t); err != nil || archived == (c.ArchivedAt != nil) {
			return err
		}
		if archived {
			c.ArchivedAt = &e.now
		} else {
			c.ArchivedAt = nil
		}
		c.Version++
		if _, err := e.q.Exec(ctx, `update contact set archived_at = $2, version = $3 where id = $1`, c.ID, c.ArchivedAt, c.Version); err != nil {
			return told(err)
		}
		process, err := e.accountTimelineRow(ctx, c.AccountID)
		if err != nil {
			return err
		}
		code := map[bool]string{true: "contact.archived", false: "contact.restored"}[archived]
		return e.tell(ctx, process, Entry{Code: code, AccountID: c.AccountID, Data: map[string]any{"contact": c.ID, "name": c.Name}})
	})
	return c, err
}
