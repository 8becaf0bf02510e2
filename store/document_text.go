package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// ErrNoText says that of such a file no text is read.
var ErrNoText = errors.New("no text is read of such files")

// maxReadings is how often a file is read before it is given up; a program that died over it counts.
const maxReadings = 3

// readingAgain is after how long a reading that never ended is tried again.
const readingAgain = 5 * time.Minute

// ReadDocument has the text of one file read that was not yet, and writes it for the search; it tells whether there was one. What cannot be read
// leaves the file as it is. Any number of workers may.
func (s *Store) ReadDocument(ctx context.Context, read func(mediaType string, bytes []byte) (string, error)) (bool, error) {
	type due struct {
		DocumentID crm.ID
		Number     int
		MediaType  string
		Bytes      []byte
		Tries      int
	}
	d, err := one[due](ctx, s.pool, `update document_version v set extraction = 'running', tries = v.tries + 1, tried_at = now() from (
			select document_id, number from document_version where extraction in ('due', 'running') and (tried_at is null or tried_at < now() - $1::interval)
			order by tried_at nulls first limit 1 for update skip locked) x
		where v.document_id = x.document_id and v.number = x.number returning v.document_id, v.number, v.media_type, case when v.tries <= $2 then v.bytes else '' end as bytes, v.tries`, readingAgain, maxReadings)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	text, outcome := "", "failed"
	if d.Tries <= maxReadings {
		text, err = read(d.MediaType, d.Bytes)
		switch {
		case errors.Is(err, ErrNoText):
			text, outcome = "", "none"
		case err == nil:
			outcome = "done"
		case d.Tries < maxReadings:
			return true, nil // again later
		}
	}
	return true, s.writeText(ctx, d.DocumentID, d.Number, text, outcome)
}

func (s *Store) writeText(ctx context.Context, document crm.ID, number int, text, outcome string) error {
	b := &pgx.Batch{}
	b.Queue(`update document_version set text = $3, extraction = $4 where document_id = $1 and number = $2`, document, number, text, outcome)
	b.Queue(`select document_indexed($1)`, document)
	err := s.pool.SendBatch(ctx, b).Close()
	if err != nil && outcome != "failed" && ctx.Err() == nil { // what cannot be indexed is not worth the file
		return s.writeText(ctx, document, number, "", "failed")
	}
	return told(err)
}
