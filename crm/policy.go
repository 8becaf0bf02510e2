package crm

// Permission is something a role may do; every route names the one it needs.
type Permission string

// The permissions, by subject and verb.
const (
	LeadRead         Permission = "lead.read"
	LeadWrite        Permission = "lead.write"
	LeadAssign       Permission = "lead.assign"
	AccountRead      Permission = "account.read"
	AccountWrite     Permission = "account.write"
	OpportunityRead  Permission = "opportunity.read"
	OpportunityWrite Permission = "opportunity.write"
	HandOffWrite     Permission = "handoff.write"
	ProductRead      Permission = "product.read"
	ProductWrite     Permission = "product.write"
	OrderRead        Permission = "order.read"
	OrderValidate    Permission = "order.validate"
	OrderApprove     Permission = "order.approve"
	ContractRead     Permission = "contract.read"
	ContractWrite    Permission = "contract.write"
	ProjectWrite     Permission = "project.write"
	InvoiceRead      Permission = "invoice.read"
	InvoiceIssue     Permission = "invoice.issue"
	PaymentWrite     Permission = "payment.write"
	RulesRead        Permission = "rules.read"
	RulesWrite       Permission = "rules.write"
	ProcessRead      Permission = "process.read"
	MailboxRead      Permission = "mailbox.read"
	ClockWrite       Permission = "clock.write"
	UserRead         Permission = "user.read"
	UserWrite        Permission = "user.write"
)

// Reach is how many of the records a permission covers: one's own, those of one's team and the teams below it, or all.
type Reach int

// The reaches, each wider than the one before.
const (
	ReachNone Reach = iota
	ReachOwn
	ReachTeam
	ReachAll
)

// policy is the one table of who may do what, and to whose records.
var policy = map[Permission]map[Role]Reach{
	LeadRead:         {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleCare: ReachAll},
	LeadWrite:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn},
	LeadAssign:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam},
	AccountRead:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	AccountWrite:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll},
	OpportunityRead:  {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	OpportunityWrite: {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn},
	HandOffWrite:     {RoleAdmin: ReachAll, RoleProjectManager: ReachAll},
	ProductRead:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	ProductWrite:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	OrderRead:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll},
	OrderValidate:    {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleFinance: ReachAll},
	OrderApprove:     {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam},
	ContractRead:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	ContractWrite:    {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam, RoleFinance: ReachAll},
	ProjectWrite:     {RoleAdmin: ReachAll, RoleProjectManager: ReachAll},
	InvoiceRead:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	InvoiceIssue:     {RoleAdmin: ReachAll, RoleFinance: ReachAll},
	PaymentWrite:     {RoleAdmin: ReachAll, RoleFinance: ReachAll},
	RulesRead:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	RulesWrite:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	ProcessRead:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MailboxRead:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	ClockWrite:       {RoleAdmin: ReachAll},
	UserRead:         {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll},
	UserWrite:        {RoleAdmin: ReachAll},
}

// Permissions lists all permissions that the policy knows.
func Permissions() []Permission {
	out := make([]Permission, 0, len(policy))
	for p := range policy {
		out = append(out, p)
	}
	return out
}

// Can tells how far the user's roles carry a permission: the widest of them. A disabled user can do nothing.
func (u User) Can(p Permission) Reach {
	reach := ReachNone
	if !u.Active {
		return reach
	}
	for _, r := range u.Roles {
		reach = max(reach, policy[p][r])
	}
	return reach
}
