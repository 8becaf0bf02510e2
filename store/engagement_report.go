package store

import (
	"context"

	"leadtocash/crm"
)

// reported asks the rules what has to be reported of an engagement that has ended, such as a meeting without a word on it (S096, S097). It is
// asked when an outcome is noted, after the engagement is written; next is the one that is planned with it.
func (e *edit) reported(ctx context.Context, process string, g crm.Engagement, next *crm.Engagement) error {
	if g.Outcome == "" {
		return nil
	}
	r, err := e.rules(ctx, crm.RuleRequired, process)
	if err != nil || r.version == 0 {
		return err
	}
	f := crm.Facts{}
	if g.OpportunityID != "" {
		if f, err = facts(ctx, e.q, g.OpportunityID, e.today); err != nil {
			return err
		}
	} else {
		l, err := one[crm.Lead](ctx, e.q, `select `+leadColumns+` from lead where id = $1`, g.LeadID)
		if err != nil {
			return err
		}
		f.Lead = leadFactsOf(l)
	}
	planned := next != nil
	if !planned {
		err := e.q.QueryRow(ctx, `select exists (select from engagement where done_at is null and (opportunity_id = $1 or lead_id = $2))`, g.OpportunityID, g.LeadID).Scan(&planned)
		if err != nil {
			return told(err)
		}
	}
	f.Engagement = crm.EngagementFacts{Kind: g.Kind, Outcome: g.Outcome, Note: g.Note, Next: planned}
	return r.askOnce(ctx, "engagement", f)
}
