package store

import (
	"context"

	"leadtocash/crm"
)

// AddNote leaves a message for colleagues on the deal (S029).
func (s *Store) AddNote(ctx context.Context, t Target, n crm.Note) (crm.Note, error) {
	err := s.editTab(ctx, t, func(e *edit, o crm.Opportunity) (Entry, error) {
		n.OpportunityID, n.AuthorID, n.At = o.ID, t.Actor, e.now
		_, err := e.q.Exec(ctx, `insert into note (id, opportunity_id, author_id, text, at) values ($1, $2, $3, $4, $5)`, n.ID, o.ID, n.AuthorID, n.Text, n.At)
		return Entry{Code: "note.added", Data: map[string]any{"note": n.ID}}, err
	})
	return n, err
}
