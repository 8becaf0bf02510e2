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
	Deals crm.Reach // whose deals the person may see, whatever the permission
	Pool  bool      // leads too that nobody has, if the assignment rules let him or his team have them
}

// ScopeOf is the user's scope for the permission.
func ScopeOf(u crm.User, p crm.Permission) Scope {
	return Scope{User: u.ID, Teams: u.Teams, Reach: u.Can(p), Deals: u.Can(crm.MayReadOpportunity), Pool: u.Pool(p)}
}

// Everything is the scope of the system itself.
func Everything() Scope { return Scope{Reach: crm.ReachAll, Deals: crm.ReachAll} }

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

// pooled is the condition under which a lead is in the scope since nobody has it; lead is the table's name in the query. Its argument is
// added to args.
func (sc Scope) pooled(lead string, args *[]any) string {
	if !sc.Pool || sc.Reach == crm.ReachAll {
		return "false"
	}
	return unowned(lead) + arg(args, sc.takers()) + "::uuid[]))"
}

// unowned begins the condition of pooled; those who may take the lead are to follow.
func unowned(lead string) string {
	return lead + ".id in (select w.id from lead w where w.owner_id is null and w.state in ('new', 'qualified') and (w.pool is null or w.pool && "
}

// takers are the person and the teams as which he may take a lead.
func (sc Scope) takers() []string { return append(texts(sc.Teams), string(sc.User)) }

// coversLead is covers for a lead, with those that nobody has.
func (sc Scope) coversLead(lead string, args *[]any) string {
	return "(" + sc.covers(lead+".owner_id", args) + " or " + sc.pooled(lead, args) + ")"
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
