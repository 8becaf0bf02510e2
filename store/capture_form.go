package store

import "context"

// CaptureForm is a form on a web site through which leads come in (S063).
type CaptureForm struct {
	Key      string
	Name     string
	Source   string
	Campaign string
}

// FormActive finds a public capture form; one that is switched off is not found.
func (s *Store) FormActive(ctx context.Context, key string) (f CaptureForm, err error) {
	return one[CaptureForm](ctx, s.pool, `select key, name, source, campaign from capture_form where key = $1 and active`, key)
}
