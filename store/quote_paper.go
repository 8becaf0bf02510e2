package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"leadtocash/crm"
)

// Paper is the PDF of a quote that left.
type Paper struct {
	SHA256  string // of Content, hexadecimal
	Content []byte
}

// QuotePaper is the PDF of a quote as its customer gets it: what was made when it was first asked for, since the hash that is kept with his acceptance is of these bytes.
func (s *Store) QuotePaper(ctx context.Context, quote crm.ID, draw func() ([]byte, error)) (Paper, error) {
	read := func() (Paper, error) {
		return one[Paper](ctx, s.pool, `select sha256, content from quote_paper where quote_id = $1`, quote)
	}
	p, err := read()
	if !errors.Is(err, ErrNotFound) {
		return p, err
	}
	content, err := draw()
	if err != nil {
		return p, err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(content)
	if _, err := s.pool.Exec(ctx, `insert into quote_paper (quote_id, sha256, content, made_at) values ($1, $2, $3, $4) on conflict do nothing`,
		quote, hex.EncodeToString(sum[:]), content, now); err != nil {
		return p, told(err)
	}
	return read() // the one that was first, where two asked at once
}
