package crm

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// ID is the uuid of a record as text; empty means none, and is NULL in the database.
type ID string

// Scan reads a uuid column.
func (id *ID) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*id = ""
	case string:
		*id = ID(v)
	case []byte:
		*id = ID(v)
	default:
		return fmt.Errorf("an id cannot be read from %T", v)
	}
	return nil
}

// Value writes a uuid column.
func (id ID) Value() (driver.Value, error) {
	if id == "" {
		return nil, nil
	}
	return string(id), nil
}

// Scan reads a date column; NULL is the zero Date.
func (d *Date) Scan(v any) error { return scanDate(d, v) }

// Value writes a date column.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.t, nil
}

func scanDate(d *Date, v any) error {
	switch v := v.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = DateOf(v, time.UTC)
	case string:
		return d.UnmarshalText([]byte(v))
	default:
		return fmt.Errorf("a date cannot be read from %T", v)
	}
	return nil
}
