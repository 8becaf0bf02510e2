package store

import (
	"fmt"

	"leadtocash/crm"
)

// Scope says whose records a person may see or change with one permission. Every read and every edit takes one; a record outside it
// does not exist for him.
type Scope struct {
	User  crm.ID
	Teams []crm.ID // his team and all below it
	Reach crm.Reach
}

// ScopeOf is the user's scope for the permission.
func ScopeOf(u crm.User, p crm.Permission) Scope {
	return Scope{User: u.ID, Teams: u.Teams, Reach: u.Can(p)}
}

// Everything is the scope of the system itself.
func Everything() Scope { return Scope{Reach: crm.ReachAll} }

// covers is the condition under which a record is in the scope; column holds its owner. Its arguments are added to args.
func (sc Scope) covers(column string, args *[]any) string {
	switch sc.Reach {
	case crm.ReachAll:
		return "true"
	case crm.ReachTeam:
		me, teams := arg(args, sc.User), arg(args, texts(sc.Teams))
		return fmt.Sprintf("%s in (select u.id from app_user u where u.id = %s::uuid or u.team_id = any(%s::uuid[]))", column, me, teams)
	case crm.ReachOwn:
		return fmt.Sprintf("%s = %s::uuid", column, arg(args, sc.User))
	default:
		return "false"
	}
}

// arg adds an argument and gives its placeholder.
func arg(args *[]any, v any) string {
	*args = append(*args, v)
	return fmt.Sprintf("$%d", len(*args))
}

func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, v := range in {
		out[i] = string(v)
	}
	return out
}
