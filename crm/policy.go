package crm

import "slices"

// Permission is something a role may do; every route names the one it needs.
type Permission string

// The permissions, by subject and verb.
const (
	MayReadLead         Permission = "lead.read"
	MayWriteLead        Permission = "lead.write"
	MayAssignLead       Permission = "lead.assign"
	MayTakeLead         Permission = "lead.take"
	MayImportLead       Permission = "lead.import"
	MayReadAccount      Permission = "account.read"
	MayWriteAccount     Permission = "account.write"
	MayReadOpportunity  Permission = "opportunity.read"
	MayWriteOpportunity Permission = "opportunity.write"
	MaySnoozeDeal       Permission = "opportunity.snooze"
	MayWriteHandOff     Permission = "handoff.write"
	MayReadProduct      Permission = "product.read"
	MayWriteProduct     Permission = "product.write"
	MayReadOrder        Permission = "order.read"
	MayWriteOrder       Permission = "order.write" // the terms of its contract, before it is validated
	MayValidateOrder    Permission = "order.validate"
	MayApproveOrder     Permission = "order.approve"
	MayReadContract     Permission = "contract.read"
	MayWriteContract    Permission = "contract.write"
	MayWriteProject     Permission = "project.write"
	MayReadInvoice      Permission = "invoice.read"
	MayIssueInvoice     Permission = "invoice.issue"
	MayWritePayment     Permission = "payment.write"
	MayApprovePurchase  Permission = "purchase.approve"
	MayApproveWriteOff  Permission = "write_off.approve" // another's
	MayReadPNL          Permission = "pnl.read"
	MayReadCase         Permission = "case.read"
	MayOpenCase         Permission = "case.open"
	MayWriteCase        Permission = "case.write"
	MayReadRules        Permission = "rules.read"
	MayWriteRules       Permission = "rules.write"
	MayAskException     Permission = "exception.ask"
	MayDecideException  Permission = "exception.decide"
	MayReadProcess      Permission = "process.read"
	MayReadMailbox      Permission = "mailbox.read"
	MayWriteClock       Permission = "clock.write"
	MayReadUser         Permission = "user.read"
	MayWriteUser        Permission = "user.write"
	MayReadDocument     Permission = "document.read"
	MayWriteDocument    Permission = "document.write"
	MayApproveDocument  Permission = "document.approve"
	MayManageDocument   Permission = "document.manage"
	MayReadNote         Permission = "note.read"
	MayWriteNote        Permission = "note.write"
	MayReadPlan         Permission = "plan.read"
	MayWritePlan        Permission = "plan.write"   // the figures of one's own customers (S100)
	MayConfirmPlan      Permission = "plan.confirm" // and adjust forecasts (S102)
	MayManagePlan       Permission = "plan.manage"  // begin plans, keep versions
	MayReadSettings     Permission = "settings.read"
	MayWriteSettings    Permission = "settings.write"
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
	MayReadLead:         {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleCare: ReachAll},
	MayWriteLead:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn},
	MayAssignLead:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam},
	MayTakeLead:         {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn},
	MayImportLead:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	MayReadAccount:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteAccount:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll},
	MayReadOpportunity:  {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	MayWriteOpportunity: {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn},
	MaySnoozeDeal:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn},
	MayWriteHandOff:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	MayReadProduct:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteProduct:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	MayReadOrder:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll}, // and of those who have it, whoever an order waits for
	MayWriteOrder:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll},
	MayValidateOrder:    {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleFinance: ReachAll},
	MayApproveOrder:     {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam},
	MayReadContract:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteContract:    {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam, RoleFinance: ReachAll},
	MayWriteProject:     {RoleAdmin: ReachAll, RoleProjectManager: ReachAll},
	MayReadInvoice:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	MayIssueInvoice:     {RoleAdmin: ReachAll, RoleFinance: ReachAll},
	MayWritePayment:     {RoleAdmin: ReachAll, RoleFinance: ReachAll},
	MayApproveWriteOff:  {RoleAdmin: ReachAll, RoleFinance: ReachAll},
	MayApprovePurchase:  {RoleAdmin: ReachAll, RoleFinance: ReachAll, RoleSalesManager: ReachTeam},
	MayReadPNL:          {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	MayReadCase:         {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayOpenCase:         {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleCare: ReachAll},
	MayWriteCase:        {RoleAdmin: ReachAll, RoleCare: ReachAll},
	MayReadRules:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteRules:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	MayAskException:     {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll},
	MayDecideException:  {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleProjectManager: ReachAll, RoleFinance: ReachAll},
	MayReadProcess:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayReadMailbox:      {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	MayWriteClock:       {RoleAdmin: ReachAll},
	MayReadUser:         {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll},
	MayWriteUser:        {RoleAdmin: ReachAll},
	MayReadPlan:         {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachTeam, RoleSalesperson: ReachOwn, RoleFinance: ReachAll},
	MayWritePlan:        {RoleSalesManager: ReachOwn, RoleSalesperson: ReachOwn},
	MayConfirmPlan:      {RoleAdmin: ReachAll, RoleSalesManager: ReachTeam},
	MayManagePlan:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll},
	// of documents and messages, as far as the folder or record that they belong to reaches
	MayReadDocument:    {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteDocument:   {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayApproveDocument: {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleFinance: ReachAll},
	MayManageDocument:  {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
	MayReadNote:        {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteNote:       {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},

	MayReadSettings:  {RoleAdmin: ReachAll, RoleSalesOps: ReachAll, RoleSalesManager: ReachAll, RoleSalesperson: ReachAll, RoleProjectManager: ReachAll, RoleFinance: ReachAll, RoleCare: ReachAll},
	MayWriteSettings: {RoleAdmin: ReachAll, RoleSalesOps: ReachAll},
}

// pool says which roles a permission also carries to leads that nobody has: whoever sells sees them and may take one, and a manager may
// hand one to his people. Who may take which lead the assignment rules say (S066).
var pool = map[Permission][]Role{
	MayReadLead:    {RoleSalesManager, RoleSalesperson},
	MayTakeLead:    {RoleSalesManager, RoleSalesperson},
	MayWriteLead:   {RoleSalesManager},
	MayAssignLead:  {RoleSalesManager},
	MayReadProcess: {RoleSalesManager, RoleSalesperson},
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

// Pool tells whether a permission carries the user to leads that nobody has yet, beside those that it reaches.
func (u User) Pool(p Permission) bool {
	return u.Can(p) > ReachNone && slices.ContainsFunc(u.Roles, func(r Role) bool { return slices.Contains(pool[p], r) })
}
