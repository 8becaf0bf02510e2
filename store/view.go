package store

import (
	"fmt"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// conditions are joined by "and".
type conditions []string

// when adds a condition if it applies.
func (c *conditions) when(applies bool, sql string) {
	if applies {
		*c = append(*c, sql)
	}
}

func (c conditions) sql() string { return " where " + c.joined() }

func (c conditions) joined() string { return strings.Join(c, " and ") }

// sees is covers for queries with named parameters; args gives the parameters that it reads.
func (sc Scope) sees(column string) string {
	switch sc.Reach {
	case crm.ReachAll:
		return "true"
	case crm.ReachTeam:
		return column + " in (select v.id from app_user v where v.id = @viewer::uuid or v.team_id = any(@teams::uuid[]))"
	case crm.ReachOwn:
		return column + " = @viewer::uuid"
	default:
		return "false"
	}
}

// seesLead is coversLead for queries with named parameters.
func (sc Scope) seesLead(lead string) string {
	if !sc.Pool || sc.Reach == crm.ReachAll {
		return sc.sees(lead + ".owner_id")
	}
	return "(" + sc.sees(lead+".owner_id") + " or " + unowned(lead) + "@takers::uuid[])))"
}

func (sc Scope) args(more pgx.NamedArgs) pgx.NamedArgs {
	out := pgx.NamedArgs{"viewer": sc.User, "teams": texts(sc.Teams), "takers": sc.takers()}
	for k, v := range more {
		out[k] = v
	}
	return out
}

func (sc Scope) none() bool { return sc.Reach == crm.ReachNone }

// like makes a pattern that finds the text anywhere; wildcards in it stand for themselves.
func like(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.TrimSpace(text)) + "%"
}

// as puts the kind of duty into a query.
func as(sql, kind string) string { return fmt.Sprintf(sql, kind) }
