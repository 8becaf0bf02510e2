package store

import (
	"context"
	"errors"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// CreateOpportunity opens a deal by hand, with its process (S002, S014). The account must lie within accounts. gate judges the stage it is to
// begin in on the deal's own facts, and the required fields are asked for (S097). What refuses is told at once, as GateRefused where only the
// gate does, else as RuleRefused, and nothing is written.
func (s *Store) CreateOpportunity(ctx context.Context, accounts Scope, actor crm.ID, o crm.Opportunity, gate func(crm.Facts) crm.Verdict) (crm.Opportunity, error) {
	err := s.edit(ctx, actor, func(e *edit) error {
		if _, err := e.account(ctx, accounts, o.AccountID, "/account_id"); err != nil {
			return err
		}
		if err := e.contactOf(ctx, o.AccountID, o.ContactID); err != nil {
			return err
		}
		if err := e.fitsCustom(ctx, "opportunity", nil, o.Custom); err != nil {
			return err
		}
		if o.OwnerID == "" {
			o.OwnerID = actor
		}
		if o.Currency == "" {
			o.Currency = e.entity.Currency
		}
		o.AmountSource = crm.AmountByHand
		var err error
		if o, err = addOpportunity(ctx, e.q, o, e.now, string(actor), e.cause); err != nil {
			return err
		}
		process := crm.ProcessID(crm.KindOpportunity, o.ID)
		if err := openProcess(ctx, e.q, crm.KindOpportunity, o.ID, crm.Step(o.Stage), "", e.now); err != nil {
			return err
		}
		if err := e.mayBegin(ctx, process, o.ID, gate); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, insertWake, e.cause, process, s.WakeIn); err != nil {
			return err
		}
		return e.tell(ctx, process, Entry{
			Code: "opportunity.created", AccountID: o.AccountID, OpportunityID: o.ID,
			Data: map[string]any{"name": o.Name, "amount": o.Amount.String(), "stage": o.Stage},
		})
	})
	return o, err
}

// mayBegin asks everything that a new deal has to meet, in one round trip.
func (e *edit) mayBegin(ctx context.Context, process string, opportunity crm.ID, gate func(crm.Facts) crm.Verdict) error {
	var f crm.Facts
	b := &pgx.Batch{}
	queueFacts(b, opportunity, e.today, &f)
	r := e.queueRules(b, crm.RuleRequired, process)
	if err := e.q.SendBatch(ctx, b).Close(); err != nil {
		return told(err)
	}
	if err := r.ask(ctx, "opportunity/new", "", f); err != nil {
		return err
	}
	switch v := gate(f); {
	case v.Allowed():
	case len(r.refused) == 0:
		return GateRefused{v}
	default:
		r.refused = append([]Refusal{{Verdict: v}}, r.refused...)
	}
	return r.end(ctx)
}

// contactOf refuses a contact of another company.
func (e *edit) contactOf(ctx context.Context, account, contact crm.ID) error {
	if contact == "" {
		return nil
	}
	_, err := one[crm.Contact](ctx, e.q, `select * from contact where id = $1 and account_id = $2`, contact, account)
	return unknown(err, "/contact_id")
}

// join takes the lock on a process's row that its timeline needs. It comes before the record's, in the order in which the steps of the
// process take them, so that an edit and a step wait for each other instead of dying of a deadlock.
func (e *edit) join(ctx context.Context, kind crm.Kind, record crm.ID) error {
	return late(ctx, e.q, `select from process where id = $1 for key share`, crm.ProcessID(kind, record))
}

// lockOpportunity locks a deal within the scope, and asks in the same round trip what the edit will ask next.
func (e *edit) lockOpportunity(ctx context.Context, sc Scope, id crm.ID, ahead ...Question) (crm.Opportunity, error) {
	if err := e.join(ctx, crm.KindOpportunity, id); err != nil {
		return crm.Opportunity{}, err
	}
	args := []any{id}
	deal := asks(`select `+opportunityColumns+` from opportunity where id = $1 and `+sc.covers("owner_id", &args)+` for update`, args...)
	if err := e.q.ahead(ctx, append(ahead, deal)...); err != nil {
		return crm.Opportunity{}, err
	}
	return ask[crm.Opportunity](ctx, e.q, deal)
}

// EditOpportunity changes a deal by hand; the change keeps to the rules of crm.Opportunity (S031-S037). Stage and state are not changed
// here but by commands.
func (s *Store) EditOpportunity(ctx context.Context, t Target, change func(*crm.Opportunity) error) (o crm.Opportunity, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if o, err = e.lockOpportunity(ctx, t.Scope, t.ID); err != nil {
			return err
		}
		if err := e.fresh(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), t.Version, o.Version); err != nil {
			return err
		}
		before := o
		if err := change(&o); err != nil {
			return err
		}
		if o.Stage != before.Stage || o.State != before.State {
			return errors.New("a plain edit must not move a deal")
		}
		if before.OwnerID != o.OwnerID {
			if err := e.activeUser(ctx, "/owner_id", o.OwnerID); err != nil {
				return err
			}
		}
		if before.ContactID != o.ContactID {
			if err := e.contactOf(ctx, o.AccountID, o.ContactID); err != nil {
				return err
			}
		}
		if err := e.fitsCustom(ctx, "opportunity", before.Custom, o.Custom); err != nil {
			return err
		}
		if len(differences(before, o)) > 0 {
			if err := e.dealRequired(ctx, before, o); err != nil {
				return err
			}
		}
		return e.saveOpportunity(ctx, before, &o, "opportunity.edited", nil)
	})
	return o, err
}

// saveOpportunity writes a deal that an edit changed, with its line on the timeline; more goes with that line. An edit that changed
// nothing but is told of (more) raises the version too.
func (e *edit) saveOpportunity(ctx context.Context, before crm.Opportunity, o *crm.Opportunity, code string, more map[string]any) error {
	changes := differences(before, *o)
	if len(changes) == 0 && more == nil {
		return nil
	}
	o.Version, o.UpdatedAt = o.Version+1, e.now
	if o.Tags == nil {
		o.Tags = []string{}
	}
	if err := late(ctx, e.q, `update opportunity set name = $2, contact_id = $3, amount = $4, amount_source = $5, target = $6, close_date = $7, need = $8,
		budget = $9, decision_maker = $10, handed_off = $11, tags = $12, owner_id = $13, version = $14, updated_at = $15, custom = $16 where id = $1`,
		o.ID, o.Name, o.ContactID, o.Amount, o.AmountSource, o.Target, o.CloseDate, o.Need, o.Budget, o.DecisionMaker, o.HandedOff, o.Tags, o.OwnerID,
		o.Version, o.UpdatedAt, o.Custom.Stored()); err != nil {
		return err
	}
	data := map[string]any{"changes": changes, "version": o.Version}
	for k, v := range more {
		data[k] = v
	}
	return e.tell(ctx, crm.ProcessID(crm.KindOpportunity, o.ID), Entry{Code: code, AccountID: o.AccountID, OpportunityID: o.ID, Data: data})
}
