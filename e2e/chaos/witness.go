package chaos

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// witnessed are the records of which each change has a line in a timeline (invariant 19).
var witnessed = []string{
	"lead", "account", "contact", "opportunity", "product_line", "quote", "quote_line", "sales_order", "approval", "contract", "tranche",
	"invoice", "payment", "payment_return", "refund", "ledger", "project", "dunning_step",
}

// witness is what notes, beside the product, which transaction changed what, and every line of the timeline as it was written.
const witness = `
	create schema chaos;
	create table chaos.change (tx xid8 not null default pg_current_xact_id(), kind text not null, op text not null, id text not null);
	create table chaos.line (tx xid8 not null default pg_current_xact_id(), id bigint primary key, hash text not null);
	create function chaos.note_change() returns trigger language plpgsql as $$
	begin
		insert into chaos.change (kind, op, id) values (tg_table_name, tg_op, coalesce(to_jsonb(new)->>'id', to_jsonb(new)->>'invoice_id', to_jsonb(new)->>'contract_id', to_jsonb(new)->>'order_id', ''));
		return null;
	end $$;
	create function chaos.note_line() returns trigger language plpgsql as $$
	begin
		insert into chaos.line (id, hash) values (new.id, md5(new::text));
		return null;
	end $$;
	create trigger chaos_line after insert on timeline for each row execute function chaos.note_line()`

// watch installs the witness.
func (h *house) watch(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, h.Stack.DatabaseURL)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, witness); err != nil {
		return err
	}
	for _, table := range witnessed {
		if _, err := conn.Exec(ctx, `create trigger chaos_change after insert or update on `+pgx.Identifier{table}.Sanitize()+` for each row execute function chaos.note_change()`); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// lines asks the witness (invariant 19): every transaction that changed a record told a timeline of it, and every line stands there as it was written.
func (a *audit) lines(ctx context.Context) error {
	for _, q := range []invariant{
		{"19 each change is told", false, `select distinct c.id, format('%s of %s by nobody', c.op, c.kind) from chaos.change c where not exists (select from chaos.line l where l.tx = c.tx)`},
		{"19 lines never change", false, `select coalesce(t.process, ''), format('line %s', coalesce(t.id, l.id)) from timeline t full join chaos.line l on l.id = t.id where l.hash is distinct from md5(t::text)`},
	} {
		if err := a.ask(ctx, q); err != nil {
			return err
		}
	}
	return nil
}
