package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/google/uuid"
)

// NewID makes an id that sorts by time.
func NewID() crm.ID { return crm.ID(uuid.Must(uuid.NewV7()).String()) }

const leadColumns = `id, company, contact_name, email, phone, vat, country, need, language, source, campaign, coalesce(external_id, '') as external_id,
	state, score, score_by_hand, halved, consent, consent_source, consent_at, bounced_at, track, assign_rule, assigned_at, owner_id, feedback, feedback_note, reason, custom, account_id, contact_id, opportunity_id, version, created_at, updated_at`

// CaptureLead keeps what came in, in one transaction that needs no engine (S063): the lead's process starts when the relay gets to it.
// The same person by another way is the same lead with one more touch; the same external id with other content is ErrClash.
// made tells whether the lead is new.
func (s *Store) CaptureLead(ctx context.Context, l crm.Lead, t crm.Touch) (lead crm.Lead, made bool, err error) {
	err = s.behind(ctx, func(q *behind) error {
		now, err := s.leadRequired(ctx, q, l)
		if err != nil {
			return err
		}
		if lead, made, _, err = capture(ctx, q, l, t, now, s.WakeIn); err != nil {
			return err
		}
		crash.At("CaptureLead.before_commit")
		return q.commit(ctx)
	})
	crash.At("CaptureLead.after_commit")
	return lead, made, err
}

// capture keeps one lead or one more touch of a known one, and has its process score it anew after the delay. touched is false when the
// very same input was counted before.
func capture(ctx context.Context, tx querier, l crm.Lead, t crm.Touch, now time.Time, wake time.Duration) (lead crm.Lead, made, touched bool, err error) {
	lead, err = knownLead(ctx, tx, l)
	switch {
	case errors.Is(err, ErrNotFound):
		made = true
		if lead, err = addLead(ctx, tx, l, t, now); err != nil {
			return lead, made, false, err
		}
	case err != nil:
		return lead, false, false, err
	case l.Consent && !lead.Consent && lead.ConsentAt == nil: // one who withdrew it is not asked again
		if _, err = tx.Exec(ctx, `update lead set consent = true, consent_source = $2, consent_at = $3 where id = $1`, lead.ID, consentSource(t), now); err != nil {
			return lead, false, false, err
		}
	}
	if touched, err = addTouch(ctx, tx, lead, t, now); err != nil || !touched {
		return lead, made, touched, err
	}
	return lead, made, true, scoreAnew(ctx, tx, lead.ID, now, wake)
}

func addLead(ctx context.Context, tx querier, l crm.Lead, t crm.Touch, now time.Time) (crm.Lead, error) {
	l.ID, l.State, l.Version, l.CreatedAt, l.UpdatedAt = NewID(), crm.LeadNew, 1, now, now
	if l.Consent {
		l.ConsentSource, l.ConsentAt = consentSource(t), &now
	}
	if err := insertLead(ctx, tx, l); err != nil {
		return l, err
	}
	return l, openProcess(ctx, tx, crm.KindLead, l.ID, crm.StepQualify, "", now)
}

// consentSource is where somebody said that he may be written to.
func consentSource(t crm.Touch) string { return t.Channel + ":" + t.Source }

// scoreAnew has the lead's process look at its row.
func scoreAnew(ctx context.Context, q querier, lead crm.ID, now time.Time, wake time.Duration) error {
	process := crm.ProcessID(crm.KindLead, lead)
	if err := late(ctx, q, upsertDeadline, process, DeadlineReview, "", now); err != nil {
		return err
	}
	return late(ctx, q, insertWake, "score/"+string(NewID()), process, wake)
}

// knownLead finds the lead that this input belongs to: by external id, else the person's among those still worked on. Captures of one
// person wait for each other, so that two ways at the same moment make one lead.
func knownLead(ctx context.Context, tx querier, l crm.Lead) (crm.Lead, error) {
	if err := late(ctx, tx, lockPerson, strings.TrimSpace(l.Email), l.ExternalID, l.Phone, l.Country); err != nil {
		return l, err
	}
	if l.ExternalID != "" {
		known, err := lockKnown(ctx, tx, asks(`select id from lead where external_id = $1`, l.ExternalID))
		if err == nil && (known.Company != l.Company || !strings.EqualFold(known.Email, l.Email)) {
			return known, ErrClash
		}
		if !errors.Is(err, ErrNotFound) {
			return known, err
		}
	}
	if strings.TrimSpace(l.Email) == "" && l.Phone == "" {
		return l, ErrNotFound
	}
	known, err := lockKnown(ctx, tx, asks(samePerson, strings.TrimSpace(l.Email), l.Phone, l.Country, l.Company))
	if err == nil && !known.Live() {
		return l, ErrNotFound
	}
	return known, err
}

// lockPerson has captures of one e-mail address, one external id or one telephone number wait for each other, always in this order. What is
// not given waits for nobody.
const lockPerson = `select case when $1 <> '' then pg_advisory_xact_lock(hashtextextended(match_email($1), 1)) end,
	case when $2 <> '' then pg_advisory_xact_lock(hashtextextended($2, 2)) end,
	case when $3 <> '' then pg_advisory_xact_lock(hashtextextended(match_phone($3, coalesce(nullif($4, ''), home_country())), 3)) end`

// samePerson finds the oldest lead that is worked on with the same e-mail address, however it is written; where one of the two has none, with
// the same telephone number at the same company.
const samePerson = `select l.id from (
		select record_id, 1 as by from duplicate_key where kind = 'lead' and email = match_email($1) and email <> ''
		union all
		select record_id, 2 from duplicate_key where kind = 'lead' and phone = match_phone($2, coalesce(nullif($3, ''), home_country())) and phone <> ''
			and name = match_name($4) and (email = '' or $1 = '')
	) k join lead l on l.id = k.record_id order by k.by, l.created_at limit 1`

// lockKnown locks the lead that is asked for, its process before it as steps do: the other way round the two would wait for each other.
func lockKnown(ctx context.Context, tx querier, which Question) (l crm.Lead, err error) {
	var id crm.ID
	if err := askRow(ctx, tx, which).Scan(&id); err != nil {
		return l, told(err)
	}
	if err := late(ctx, tx, `select from process where id = $1 for key share`, crm.ProcessID(crm.KindLead, id)); err != nil {
		return l, err
	}
	return ask[crm.Lead](ctx, tx, leadOf(id))
}

func insertLead(ctx context.Context, q querier, l crm.Lead) error {
	return late(ctx, q, `insert into lead (id, company, contact_name, email, phone, vat, country, need, language, source, campaign, external_id,
		owner_id, created_at, updated_at, score, score_by_hand, consent, consent_source, consent_at, custom)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, nullif($12, ''), $13, $14, $14, $15, $15, $16, $17, $18, $19)`,
		l.ID, l.Company, l.ContactName, l.Email, l.Phone, l.VAT, l.Country, l.Need, l.Language, l.Source, l.Campaign, l.ExternalID, l.OwnerID, l.CreatedAt, l.Score,
		l.Consent, l.ConsentSource, l.ConsentAt, l.Custom.Stored())
}

// Lead locks the lead of this process.
func (tx *Tx) Lead(ctx context.Context) (crm.Lead, error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	return ask[crm.Lead](ctx, tx.q, leadOf(id))
}

func leadOf(id crm.ID) Question {
	return asks(`select `+leadColumns+` from lead where id = $1 for update`, id)
}

// SaveLead writes what a step changed on a lead.
func (tx *Tx) SaveLead(ctx context.Context, l crm.Lead) error {
	return late(ctx, tx.q, `update lead set state = $2, score = $3, owner_id = $4, feedback = $5, feedback_note = $6, reason = $7, account_id = $8,
		contact_id = $9, opportunity_id = $10, score_by_hand = $12, halved = $13, consent = $14, consent_source = $15, consent_at = $16, bounced_at = $17,
		track = $18, assign_rule = $19, assigned_at = $20, version = version + 1, updated_at = $11 where id = $1`,
		l.ID, l.State, l.Score, l.OwnerID, l.Feedback, l.FeedbackNote, l.Reason, l.AccountID, l.ContactID, l.OpportunityID, tx.Now, l.ScoreByHand, l.Halved,
		l.Consent, l.ConsentSource, l.ConsentAt, l.BouncedAt, l.Track, l.AssignRule, l.AssignedAt)
}
