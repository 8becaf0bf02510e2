package store

import (
	"context"

	"leadtocash/crash"
	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Keep has the courier bring a command to its process, since the engine could not be reached or did not answer in time. Unlike Accept it is
// on the disk when it returns: the caller may be told that the command was accepted (B127). One that has its answer is left alone.
func (s *Store) Keep(ctx context.Context, c crm.Command) error {
	return s.short(ctx, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `insert into command (id, kind, process, actor, fields) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			c.ID, c.Kind, c.Process, c.Actor, c.Fields); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `insert into outbox (id, process, due_at, command)
			select 'command/' || id, process, now(), id from command where id = $1 and answer is null on conflict (id) do nothing`, c.ID)
		return err
	})
}

// Kept is a command that could not be brought to the engine when it came.
type Kept struct {
	ID       string // of its entry in the outbox
	Process  string
	Command  string
	Sends    int
	Answered bool // it was carried out meanwhile
}

// Courier is the only one of its kind at a time, as Relay is.
type Courier struct {
	conn *pgx.Conn
}

// OpenCourier waits until no other courier lives.
func (s *Store) OpenCourier(ctx context.Context) (*Courier, error) {
	conn, err := s.alone(ctx, 7203005)
	if err != nil {
		return nil, err
	}
	return &Courier{conn}, nil
}

// Close gives the courier's place to the next.
func (c *Courier) Close(ctx context.Context) error { return c.conn.Close(ctx) }

// Kept lists the commands whose time has come to be sent again, in the order in which they came.
func (c *Courier) Kept(ctx context.Context) ([]Kept, error) {
	return many[Kept](ctx, c.conn, `select o.id, o.process, o.command, c.sends, c.answer is not null as answered
		from outbox o join command c on c.id = o.command where o.due_at <= now() order by o.due_at, o.id limit 50`)
}

// Delivered forgets a command that has its answer.
func (c *Courier) Delivered(ctx context.Context, k Kept) error {
	crash.At("delivered.before")
	_, err := c.conn.Exec(ctx, `delete from outbox where id = $1`, k.ID)
	crash.At("delivered.after")
	return told(err)
}

// Later puts off a command that could not be carried out: a second at first, then ever longer, at most five minutes. Its next send has an
// Update id of its own.
func (c *Courier) Later(ctx context.Context, k Kept) error {
	_, err := c.conn.Exec(ctx, `with next as (update command set sends = $3 + 1 where id = $2 and sends = $3)
		update outbox set due_at = now() + (select least(interval '5 minutes', greatest(interval '1 second', (now() - created_at) / 4)) from command where id = $2)
		where id = $1`, k.ID, k.Command, k.Sends)
	return told(err)
}
