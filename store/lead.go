package store

import (
	"context"
	"errors"
	"strings"

	"leadtocash/crm"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// NewID makes an id that sorts by time.
func NewID() crm.ID { return crm.ID(uuid.Must(uuid.NewV7()).String()) }

const leadColumns = `id, company, contact_name, email, phone, vat, country, need, language, source, campaign, coalesce(external_id, '') as external_id,
	state, score, owner_id, feedback, feedback_note, reason, account_id, contact_id, opportunity_id, version, created_at, updated_at`

// CaptureLead keeps what came in, in one transaction that needs no engine (S063): the lead's process starts when the relay gets to it.
// The same person by another way is the same lead with one more touch; the same external id with other content is ErrClash.
// made tells whether the lead is new.
func (s *Store) CaptureLead(ctx context.Context, l crm.Lead, t crm.Touch) (lead crm.Lead, made bool, err error) {
	err = s.short(ctx, func(tx pgx.Tx) error {
		shift, err := clockShift(ctx, tx)
		if err != nil {
			return err
		}
		now := s.realNow().Add(shift)
		if lead, err = knownLead(ctx, tx, l); err == nil {
			return addTouch(ctx, tx, lead, t, now)
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
		made = true
		l.ID, l.State, l.Version, l.CreatedAt, l.UpdatedAt = NewID(), crm.LeadNew, 1, now, now
		if err := insertLead(ctx, tx, l); err != nil {
			return err
		}
		lead = l
		if err := openProcess(ctx, tx, crm.KindLead, l.ID, crm.StepQualify, "", now); err != nil {
			return err
		}
		process := crm.ProcessID(crm.KindLead, l.ID)
		if _, err := tx.Exec(ctx, insertWake, "capture/"+string(l.ID), process, s.WakeIn); err != nil {
			return err
		}
		return addTouch(ctx, tx, l, t, now)
	})
	return lead, made, err
}

// knownLead finds the lead that this input belongs to: by external id, else by e-mail among those still worked on. Captures of one
// e-mail address wait for each other, so that two ways at the same moment make one lead.
func knownLead(ctx context.Context, tx pgx.Tx, l crm.Lead) (crm.Lead, error) {
	mail := strings.ToLower(strings.TrimSpace(l.Email))
	if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended($1, 1)), pg_advisory_xact_lock(hashtextextended($2, 2))`, mail, l.ExternalID); err != nil {
		return l, err
	}
	if l.ExternalID != "" {
		known, err := one[crm.Lead](ctx, tx, `select `+leadColumns+` from lead where external_id = $1 for update`, l.ExternalID)
		if err == nil && (known.Company != l.Company || !strings.EqualFold(known.Email, l.Email)) {
			return known, ErrClash
		}
		if !errors.Is(err, ErrNotFound) {
			return known, err
		}
	}
	if mail == "" {
		return l, ErrNotFound
	}
	return one[crm.Lead](ctx, tx, `select `+leadColumns+` from lead where lower(email) = $1 and email <> '' and state not in ('converted', 'disqualified')
		order by created_at limit 1 for update`, mail)
}

func insertLead(ctx context.Context, q querier, l crm.Lead) error {
	_, err := q.Exec(ctx, `insert into lead (id, company, contact_name, email, phone, vat, country, need, language, source, campaign, external_id,
		owner_id, created_at, updated_at, score) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12, ''), $13, $14, $14, $15)`,
		l.ID, l.Company, l.ContactName, l.Email, l.Phone, l.VAT, l.Country, l.Need, l.Language, l.Source, l.Campaign, l.ExternalID, l.OwnerID, l.CreatedAt, l.Score)
	return told(err)
}

// Lead locks the lead of this process.
func (tx *Tx) Lead(ctx context.Context) (crm.Lead, error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	return one[crm.Lead](ctx, tx.q, `select `+leadColumns+` from lead where id = $1 for update`, id)
}

// SaveLead writes what a step changed on a lead.
func (tx *Tx) SaveLead(ctx context.Context, l crm.Lead) error {
	_, err := tx.q.Exec(ctx, `update lead set state = $2, score = $3, owner_id = $4, feedback = $5, feedback_note = $6, reason = $7, account_id = $8,
		contact_id = $9, opportunity_id = $10, version = version + 1, updated_at = $11 where id = $1`,
		l.ID, l.State, l.Score, l.OwnerID, l.Feedback, l.FeedbackNote, l.Reason, l.AccountID, l.ContactID, l.OpportunityID, tx.Now)
	return told(err)
}
