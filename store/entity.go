package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"
)

// LegalEntity is the company whose calendar, taxes and number series apply (decision 10).
func (s *Store) LegalEntity(ctx context.Context) (crm.LegalEntity, error) {
	return legalEntity(ctx, s.pool)
}

func legalEntity(ctx context.Context, q querier) (crm.LegalEntity, error) {
	return one[crm.LegalEntity](ctx, q, `select * from legal_entity order by id limit 1`)
}

// entityMark is another one after every change of the legal entity, whoever makes it: every step and edit asks for it, and few have to
// read the entity itself.
const entityMark = `coalesce((select id || ' ' || xmin::text from legal_entity order by id limit 1), '')`

// markedEntity is the legal entity as it was when it had the mark, with its zone.
type markedEntity struct {
	crm.LegalEntity
	mark string
	zone *time.Location
}

// entityOf is the legal entity that has the mark, from memory if it was read before.
func (s *Store) entityOf(ctx context.Context, q querier, mark string) (*markedEntity, error) {
	if known := s.entity.Load(); known != nil && known.mark == mark {
		return known, nil
	}
	entity, err := legalEntity(ctx, q)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(entity.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("legal entity: %w", err)
	}
	read := &markedEntity{entity, mark, zone} // should it be newer than the mark, the mark is not met again
	s.entity.Store(read)
	return read, nil
}
