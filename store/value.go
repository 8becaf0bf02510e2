package store

import (
	"leadtocash/crm"

	"github.com/jackc/pgx/v5/pgtype"
)

// register lets ids and dates be written as uuids and dates directly. As database/sql's Valuer each would be planned and encoded by way of
// another type every time, and a journey writes hundreds.
func register(m *pgtype.Map) {
	m.TryWrapEncodePlanFuncs = append([]pgtype.TryWrapEncodePlanFunc{wrapID, wrapDate}, m.TryWrapEncodePlanFuncs...)
}

// writtenID is an id as pgx writes it: a uuid or text, and NULL when it is empty.
type writtenID crm.ID

func (v writtenID) UUIDValue() (u pgtype.UUID, err error) {
	if v != "" {
		err = u.Scan(string(v))
	}
	return u, err
}

func (v writtenID) TextValue() (pgtype.Text, error) {
	return pgtype.Text{String: string(v), Valid: v != ""}, nil
}

// writtenDate is a date as pgx writes it; the zero date is NULL.
type writtenDate crm.Date

func (v writtenDate) DateValue() (pgtype.Date, error) {
	d := crm.Date(v)
	if d.IsZero() {
		return pgtype.Date{}, nil
	}
	return pgtype.Date{Time: d.Time(), Valid: true}, nil
}

// written encodes a value of the vocabulary as what pgx knows to write.
type written[T, W any] struct {
	next pgtype.EncodePlan
	as   func(T) W
}

func (p *written[T, W]) SetNext(next pgtype.EncodePlan) { p.next = next }

func (p *written[T, W]) Encode(value any, buf []byte) ([]byte, error) {
	return p.next.Encode(p.as(value.(T)), buf)
}

func wrapID(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	id, ok := value.(crm.ID)
	return &written[crm.ID, writtenID]{as: func(id crm.ID) writtenID { return writtenID(id) }}, writtenID(id), ok
}

func wrapDate(value any) (pgtype.WrappedEncodePlanNextSetter, any, bool) {
	d, ok := value.(crm.Date)
	return &written[crm.Date, writtenDate]{as: func(d crm.Date) writtenDate { return writtenDate(d) }}, writtenDate(d), ok
}
