package chaos

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/jackc/pgx/v5"
)

// seen are the kinds of records that are asked for by every role: where, by which permission, and who owns which in SQL.
var seen = []struct {
	path   string
	need   crm.Permission
	owners string
}{
	{"leads", crm.MayReadLead, `select id, case when owner_id is null and state in ('new', 'qualified') then 'pool ' || coalesce(array_to_string(pool, ' '), '') else owner_id::text end from lead`},
	{"accounts", crm.MayReadAccount, `select id, owner_id from account`},
	{"contacts", crm.MayReadAccount, `select c.id, coalesce(c.owner_id, a.owner_id) from contact c join account a on a.id = c.account_id`},
	{"opportunities", crm.MayReadOpportunity, `select id, owner_id from opportunity`},
	{"quotes", crm.MayReadOpportunity, `select q.id, o.owner_id from quote q join opportunity o on o.id = q.opportunity_id`},
	{"hand-offs", crm.MayReadOpportunity, `select h.id, o.owner_id from hand_off h join opportunity o on o.id = h.opportunity_id`},
	{"exceptions", crm.MayReadOpportunity, `select x.id, o.owner_id from rule_exception x join opportunity o on o.id = x.opportunity_id`},
	{"orders", crm.MayReadOrder, `select s.id, o.owner_id from sales_order s join opportunity o on o.id = s.opportunity_id`},
	{"contracts", crm.MayReadContract, `select id, owner_id from contract`},
	{"invoices", crm.MayReadInvoice, `select i.id, c.owner_id from invoice i join contract c on c.id = i.contract_id`},
}

// sight asks every role for a sample of the records, one by one and in lists: it is shown what the permissions grant, by the rows' owners
// and teams, and nothing else (invariant 20).
func (a *audit) sight(ctx context.Context) error {
	people, err := a.people(ctx)
	if err != nil {
		return err
	}
	for _, kind := range seen {
		owners, err := a.pairs(ctx, kind.owners)
		if err != nil {
			return err
		}
		ids := make([]string, 0, len(owners))
		for id := range owners {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		every := max(1, len(ids)/max(3, len(ids)/100)) // one in a hundred, at least three
		for name, p := range people {
			visible := func(id string) bool { return p.sees(kind.need, owners[id], people) }
			for i := 0; i < len(ids); i += every {
				if err := a.look(ctx, name, "/api/v1/"+kind.path+"/"+ids[i], visible(ids[i])); err != nil {
					return err
				}
			}
			if err := a.browse(ctx, name, "/api/v1/"+kind.path, visible); err != nil {
				return err
			}
		}
	}
	return nil
}

// look asks for one record; one that may not be seen is unknown or forbidden.
func (a *audit) look(ctx context.Context, user, path string, visible bool) error {
	got, err := a.do(ctx, request{user: user, method: http.MethodGet, path: path})
	if err != nil {
		return err
	}
	a.report.Looks++
	if visible != (got.status == http.StatusOK) {
		a.wrong(path, "invariant 20: %s is answered %d for %s; to be seen: %v", user, got.status, path, visible)
	}
	return nil
}

// browse reads the first page of a list.
func (a *audit) browse(ctx context.Context, user, path string, visible func(id string) bool) error {
	got, err := a.do(ctx, request{user: user, method: http.MethodGet, path: path})
	if err != nil || !got.ok() {
		return err
	}
	var page struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(got.body, &page); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, r := range page.Data {
		a.report.Looks++
		if !visible(r.ID) {
			a.wrong(r.ID, "invariant 20: %s finds %s in %s", user, r.ID, path)
		}
	}
	return nil
}

// reader is a user with the teams that he leads.
type reader struct {
	crm.User
	teams map[string]bool
}

// people are the demo users by the name before the @; the teams below each come from the rows.
func (a *audit) people(ctx context.Context) (map[string]reader, error) {
	parents, err := a.pairs(ctx, `select id, parent_id from team`)
	if err != nil {
		return nil, err
	}
	out := map[string]reader{}
	for _, u := range store.DemoUsers() {
		user, err := a.store.User(ctx, store.DemoID(u.Email))
		if err != nil {
			return nil, err
		}
		r := reader{user, map[string]bool{}}
		for team := range parents {
			for above := team; above != ""; above = parents[above] {
				if above == string(user.TeamID) {
					r.teams[team] = true
				}
			}
		}
		name, _, _ := strings.Cut(u.Email, "@")
		out[name] = r
	}
	return out, nil
}

// sees is the permission model in plain words. Instead of an owner there may be a pool: who may take the lead, or nothing for all who sell.
func (r reader) sees(need crm.Permission, owner string, people map[string]reader) bool {
	if takers, pooled := strings.CutPrefix(owner, "pool "); pooled && r.Can(need) != crm.ReachAll {
		return r.Pool(need) && (takers == "" || slices.ContainsFunc(strings.Fields(takers), func(id string) bool { return id == string(r.ID) || r.teams[id] }))
	}
	switch r.Can(need) {
	case crm.ReachAll:
		return true
	case crm.ReachTeam:
		for _, p := range people {
			if string(p.ID) == owner && r.teams[string(p.TeamID)] {
				return true
			}
		}
		return string(r.ID) == owner
	case crm.ReachOwn:
		return string(r.ID) == owner
	}
	return false
}

// pairs reads two ids a row; an empty one is "".
func (a *audit) pairs(ctx context.Context, sql string) (map[string]string, error) {
	rows, err := a.conn.Query(ctx, `select x::text, coalesce(y::text, '') from (`+sql+`) p(x, y)`)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var x, y string
	_, err = pgx.ForEachRow(rows, []any{&x, &y}, func() error {
		out[x] = y
		return nil
	})
	return out, err
}
