package store

import (
	"context"
	"fmt"

	"leadtocash/crm"
)

// leaveGroup settles where the company that stays stands in its group, so that no circle closes when the children of the other become its own: one
// below the other takes its place, one without a parent joins the other's group.
func (g *merging) leaveGroup(ctx context.Context) error {
	if g.Kind != "account" {
		return nil
	}
	if _, err := g.q.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('account.parent_id', 4))`); err != nil {
		return told(err)
	}
	below, err := g.under(ctx, g.Gone, g.Kept)
	if err != nil {
		return err
	}
	if below {
		_, err := g.q.Exec(ctx, `update account x set parent_id = g.parent_id from account g where x.id = $1 and g.id = $2`, g.Kept, g.Gone)
		return told(err)
	}
	if g.gone["parent_id"] == nil || g.kept["parent_id"] != nil {
		return nil
	}
	above, err := g.under(ctx, g.Kept, crm.ID(fmt.Sprint(g.gone["parent_id"])))
	g.joins = !above && err == nil
	return err
}

// uncircle takes a company that is there again out of its group where the group has been turned round since, so that it would stand below itself.
func (g *merging) uncircle(ctx context.Context) error {
	if g.Kind != "account" || g.gone["parent_id"] == nil {
		return nil
	}
	circle, err := g.under(ctx, g.Gone, crm.ID(fmt.Sprint(g.gone["parent_id"])))
	if err != nil || !circle {
		return err
	}
	_, err = g.q.Exec(ctx, `update account set parent_id = null where id = $1`, g.Gone)
	return told(err)
}
