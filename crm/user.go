package crm

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
