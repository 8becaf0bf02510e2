package api

import (
	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// projectRecord is a project with its profit and loss (S083), and what that is made of.
type projectRecord struct {
	crm.Project
	PNL        crm.PNL
	Spending   crm.Spending
	Hours      decimal.Decimal
	Times      []store.TimeRow
	Costs      []store.CostRow
	Milestones []crm.Milestone
	Actions    []store.ActionRow
}

// quoteDiffRecord is what lies between two quotes (S076).
type quoteDiffRecord struct {
	From    crm.Quote
	To      crm.Quote
	Added   []crm.QuoteLine
	Removed []crm.QuoteLine
	Changed []crm.LineChange
	Bridge  []crm.BridgeStep
}
