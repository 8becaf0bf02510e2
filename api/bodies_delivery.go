package api

import "leadtocash/crm"

// projectBody changes a project (S082).
type projectBody struct {
	Name      opt[string]      `json:"name" doc:"max=200"`
	ManagerID opt[crm.ID]      `json:"manager_id"`
	CostRate  opt[decimalText] `json:"cost_rate" doc:"text=Of an hour of a person who has no rate of his own."`

	ProgressWay opt[string] `json:"progress_way" doc:"enum=progress_way;text=How its progress is reckoned; it is reported by a command of its own."`
	SignOff     opt[string] `json:"sign_off" doc:"enum=sign_off_term;text=What the customer accepts before it is billed."`

	Billing   opt[string]      `json:"billing" doc:"enum=earning_way;text=By what its work is billed; it stays once something was billed by it."`
	HourPrice opt[decimalText] `json:"hour_price" doc:"text=What the customer pays for an hour, without tax, where no other price was agreed."`
}

// timeBody is time spent on a project (S082).
type timeBody struct {
	UserID crm.ID      `json:"user_id" doc:"text=Without it, you."`
	OnDate crm.Date    `json:"on_date" doc:"text=Without it, today; not in the future."`
	Hours  decimalText `json:"hours" doc:"required;text=Above zero, at most 24, in hundredths."`
	Rate   decimalText `json:"rate" doc:"text=Cost of an hour; without it, the person's, else the project's."`
	Note   string      `json:"note" doc:"max=10000"`

	PhaseID crm.ID `json:"phase_id" doc:"text=Without it, the whole project's."`
}

// correctionBody says why an entry is taken back.
type correctionBody struct {
	Note string `json:"note" doc:"max=500"`
}

// costBody is a cost of a project, or a purchase (S082, S083).
type costBody struct {
	Kind     string      `json:"kind" doc:"required;enum=cost_kind"`
	State    string      `json:"state" doc:"enum=cost_state;text=Without it, actual. Who may not approve purchases asks for them."`
	Amount   decimalText `json:"amount" doc:"required;text=Without tax, above zero, in the contract's currency."`
	Supplier string      `json:"supplier" doc:"max=200"`
	Text     string      `json:"text" doc:"required;max=500"`
	OnDate   crm.Date    `json:"on_date" doc:"text=Without it, today."`
	PhaseID  crm.ID      `json:"phase_id" doc:"text=Without it, the whole project's."`
}

// costMoveBody goes with the next state of a purchase.
type costMoveBody struct {
	Amount decimalText `json:"amount" doc:"text=Of the supplier's invoice, when it differs from the order."`
}

// milestoneBody is a date on a project's plan (S084).
type milestoneBody struct {
	Name    string   `json:"name" doc:"required;max=200"`
	DueDate crm.Date `json:"due_date" doc:"required"`
}

// milestonePatch moves a milestone or notes that it is reached.
type milestonePatch struct {
	Name    opt[string]   `json:"name" doc:"max=200"`
	DueDate opt[crm.Date] `json:"due_date"`
	DoneOn  opt[crm.Date] `json:"done_on" doc:"text=Not in the future; null takes the milestone up again."`
}

// actionBody is what is done about a surprise (S084).
type actionBody struct {
	Text        string `json:"text" doc:"required;max=10000"`
	MilestoneID crm.ID `json:"milestone_id"`
	RiskID      crm.ID `json:"risk_id" doc:"text=That it is about."`
}

// contractBody changes a contract's term (S088).
type contractBody struct {
	EndDate    opt[crm.Date] `json:"end_date"`
	NoticeDays opt[int]      `json:"notice_days" doc:"min=0;top=3650;text=Before the end, at which the renewal begins."`
}

// trancheBody is what another system says about a tranche (S061, S062).
type trancheBody struct {
	ExternalNumber opt[string] `json:"external_number" doc:"max=200"`
	Dishonoured    opt[bool]   `json:"dishonoured"`
	Paid           opt[bool]   `json:"paid" doc:"text=Of a tranche that another system invoices."`
}

// costRateBody is what an hour of a person costs.
type costRateBody struct {
	Rate decimalText `json:"rate" doc:"required;text=0: the project's."`
}

// caseBody is a customer's request for help (S086).
type caseBody struct {
	AccountID  crm.ID `json:"account_id" doc:"text=This or contract_id."`
	ContractID crm.ID `json:"contract_id"`
	ContactID  crm.ID `json:"contact_id" doc:"text=Of the same customer."`
	Subject    string `json:"subject" doc:"required;max=200"`
	Text       string `json:"text" doc:"max=10000"`
	Priority   string `json:"priority" doc:"enum=case_priority;text=Without it, normal."`
}

// caseTextBody is an answer, a solution or a reason.
type caseTextBody struct {
	Text string `json:"text" doc:"required;max=10000"`
}

// caseNoteBody is a note that may be left out.
type caseNoteBody struct {
	Text string `json:"text" doc:"max=10000"`
}

// bidBody is an offer or a counter-offer (S076).
type bidBody struct {
	Side    string      `json:"side" doc:"required;enum=bid_side"`
	Amount  decimalText `json:"amount" doc:"required;text=Without tax, in the deal's currency."`
	QuoteID crm.ID      `json:"quote_id" doc:"text=Of the same deal."`
	Terms   string      `json:"terms" doc:"max=500"`
	Note    string      `json:"note" doc:"max=10000"`
}
