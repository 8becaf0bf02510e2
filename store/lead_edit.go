package store

import (
	"context"

	"leadtocash/crm"
)

// EditLead changes a lead's data by hand; what its process decides (state, score, owner, feedback) is not among it. A lead that is no
// longer worked on stays as it is.
func (s *Store) EditLead(ctx context.Context, t Target, change func(*crm.Lead) error) (l crm.Lead, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if err := e.join(ctx, crm.KindLead, t.ID); err != nil {
			return err
		}
		args := []any{t.ID}
		if l, err = one[crm.Lead](ctx, e.q, `select `+leadColumns+` from lead where id = $1 and `+t.Scope.coversLead("lead", &args)+` for update`, args...); err != nil {
			return err
		}
		process := crm.ProcessID(crm.KindLead, l.ID)
		if err := e.fresh(ctx, process, t.Version, l.Version); err != nil {
			return err
		}
		if !l.Live() {
			return Refused{Code: "lead_closed"}
		}
		before := l
		if err := change(&l); err != nil {
			return err
		}
		if l.Consent != before.Consent {
			l.ConsentSource, l.ConsentAt = "user:"+string(t.Actor), &e.now
		}
		if l.Email != before.Email {
			l.BouncedAt = nil // of the old address
		}
		if err := e.fitsCustom(ctx, "lead", before.Custom, l.Custom); err != nil {
			return err
		}
		changes := differences(before, l)
		if len(changes) == 0 {
			return nil
		}
		if err := e.required(ctx, "lead", process, crm.Facts{Lead: leadFactsOf(l)}); err != nil {
			return err
		}
		l.Version, l.UpdatedAt = l.Version+1, e.now
		if _, err := e.q.Exec(ctx, `update lead set company = $2, contact_name = $3, email = $4, phone = $5, vat = $6, country = $7, need = $8, language = $9,
			campaign = $10, version = $11, updated_at = $12, consent = $13, consent_source = $14, consent_at = $15, bounced_at = $16, custom = $17 where id = $1`, l.ID, l.Company, l.ContactName, l.Email, l.Phone, l.VAT, l.Country, l.Need,
			l.Language, l.Campaign, l.Version, l.UpdatedAt, l.Consent, l.ConsentSource, l.ConsentAt, l.BouncedAt, l.Custom.Stored()); err != nil {
			return err
		}
		if err := scoreAnew(ctx, e.q, l.ID, e.now, 0); err != nil {
			return err
		}
		return e.tell(ctx, process, Entry{Code: "lead.edited", Data: map[string]any{"changes": changes, "version": l.Version}})
	})
	return l, err
}
