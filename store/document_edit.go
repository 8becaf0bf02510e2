package store

import (
	"context"
	"crypto/sha256"

	"leadtocash/crm"
)

// AddDocument keeps a file with the deal (S028).
func (s *Store) AddDocument(ctx context.Context, t Target, d crm.Document, bytes []byte) (crm.Document, error) {
	err := s.editTab(ctx, t, func(e *edit, o crm.Opportunity) (Entry, error) {
		d.OpportunityID, d.AuthorID, d.At, d.Size = o.ID, t.Actor, e.now, len(bytes)
		sum := sha256.Sum256(bytes)
		_, err := e.q.Exec(ctx, `insert into document (id, opportunity_id, account_id, name, media_type, bytes, hash, author_id, at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, d.ID, o.ID, o.AccountID, d.Name, d.MediaType, bytes, sum[:], d.AuthorID, d.At)
		return Entry{Code: "document.added", Data: map[string]any{"document": d.ID, "name": d.Name}}, err
	})
	return d, err
}

// DocumentBytes reads a file whose deal, or whose account when it has no deal, lies within the scope.
func (s *Store) DocumentBytes(ctx context.Context, sc Scope, id crm.ID) (d crm.Document, bytes []byte, err error) {
	type row struct {
		crm.Document
		Bytes []byte
	}
	r, err := seen[row](ctx, s.pool, sc, `select id, opportunity_id, name, media_type, size, author_id, at, bytes from (select d.id, d.opportunity_id, d.name, d.media_type, length(d.bytes) as size, d.author_id, d.at, d.bytes,
		case when d.opportunity_id is null then a.owner_id else o.owner_id end as owner_id
		from document d left join opportunity o on o.id = d.opportunity_id left join account a on a.id = d.account_id) d`, "id", "owner_id", id)
	return r.Document, r.Bytes, err
}
