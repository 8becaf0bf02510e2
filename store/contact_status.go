package store

import (
	"context"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// moveStatus has the rules say what an engagement's outcome makes of the contact's commercial potential (S050). A new potential is told on the
// customer's timeline with the rule and its version; a list that cannot be evaluated gives none.
func (e *edit) moveStatus(ctx context.Context, g crm.Engagement) error {
	if g.ContactID == "" || g.Outcome == "" {
		return nil
	}
	r, err := e.rules(ctx, crm.RuleContact, "")
	if err != nil || r.version == 0 {
		return err
	}
	c, err := one[crm.Contact](ctx, e.q, `select * from contact where id = $1 for update`, g.ContactID)
	if err != nil {
		return err
	}
	f, err := e.engagementFacts(ctx, g, c)
	if err != nil {
		return err
	}
	for _, status := range crm.ContactStatuses() {
		r.refused = nil
		if err := r.ask(ctx, status, "", f); err != nil {
			return err
		}
		if len(r.refused) == 0 && len(r.last.Clauses) > 0 {
			return e.setStatus(ctx, r, c, status)
		}
	}
	return nil
}

// engagementFacts are what the rules may read about an engagement that has ended, which is written already.
func (e *edit) engagementFacts(ctx context.Context, g crm.Engagement, c crm.Contact) (f crm.Facts, err error) {
	a, err := one[crm.Account](ctx, e.q, `select * from account where id = $1`, c.AccountID)
	if err != nil {
		return f, err
	}
	var row int64
	err = e.q.QueryRow(ctx, `select count(*) from engagement where contact_id = $1 and outcome = $2 and done_at is not null
		and done_at > coalesce((select max(done_at) from engagement where contact_id = $1 and done_at is not null and outcome not in ($2, '')), '-infinity')`, c.ID, g.Outcome).Scan(&row)
	f.Account.Custom = a.Custom
	f.Customer, f.Contact = customerFactsOf(a), contactFactsOf(c)
	f.Engagement = crm.EngagementFacts{Kind: g.Kind, Outcome: g.Outcome, InARow: decimal.NewFromInt(max(row, 1)), Note: g.Note}
	return f, told(err)
}

// setStatus writes a contact's new potential, with what the rules said.
func (e *edit) setStatus(ctx context.Context, r *ruled, c crm.Contact, status string) error {
	if c.Status == status {
		return nil
	}
	if _, err := e.q.Exec(ctx, `update contact set status = $2, version = version + 1 where id = $1`, c.ID, status); err != nil {
		return err
	}
	process, err := e.accountTimelineRow(ctx, c.AccountID)
	if err != nil {
		return err
	}
	if _, err := e.q.Exec(ctx, insertVerdict, e.cause, r.kind, process, e.now, r.version, r.last.Key, r.last.Result, r.last.Clauses, r.facts); err != nil {
		return told(err)
	}
	return e.tell(ctx, process, Entry{
		Code: "contact.status", AccountID: c.AccountID, RuleKind: r.kind, RuleVersion: r.version,
		Data: map[string]any{"contact": c.ID, "name": c.Name, "from": c.Status, "to": status},
	})
}
