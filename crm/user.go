package crm

import (
	"slices"

	"github.com/shopspring/decimal"
)

// Role is what a person does in the company. A user may hold several.
type Role string

// The roles.
const (
	RoleAdmin          Role = "admin"
	RoleSalesOps       Role = "sales_ops"
	RoleSalesperson    Role = "salesperson"
	RoleSalesManager   Role = "sales_manager"
	RoleProjectManager Role = "project_manager"
	RoleFinance        Role = "finance"
	RoleCare           Role = "care"
)

// Roles lists all roles in the order in which they are shown.
func Roles() []Role {
	return []Role{RoleAdmin, RoleSalesOps, RoleSalesperson, RoleSalesManager, RoleProjectManager, RoleFinance, RoleCare}
}

// User is a person who logs in.
type User struct {
	ID            ID
	Name          string
	Email         string
	Roles         []Role
	TeamID        ID
	Teams         []ID // his team and all below it; what ReachTeam covers
	Language      string
	ApprovalLimit decimal.Decimal // the largest order he may approve, in the company's currency; 0: none
	Active        bool
	Version       int
}

// Has tells whether the user holds the role.
func (u User) Has(r Role) bool { return slices.Contains(u.Roles, r) }
