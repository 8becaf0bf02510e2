package store

import "context"

// Answered tells whether a command has its answer already, so that sending it again replays it.
func (s *Store) Answered(ctx context.Context, id string) (bool, error) {
	var answered bool
	err := s.pool.QueryRow(ctx, `select coalesce((select answer is not null from command where id = $1), false)`, id).Scan(&answered)
	return answered, told(err)
}
