package activities

import (
	"context"
	"encoding/json"

	"leadtocash/crm"
	"leadtocash/store"
)

// ERPOrder is the payload of the effect that sends an order to the ERP, or takes one back.
type ERPOrder struct {
	ContractID crm.ID `json:"contract_id,omitempty"` // whose order goes out; the ERP's answer is written to it
	Of         crm.ID `json:"of,omitempty"`          // whose order is taken back
	Cancels    string `json:"cancels,omitempty"`     // key of the order that is taken back
	Reason     string `json:"reason,omitempty"`
}

// NeverInERP is the outcome of taking back an order that never reached the ERP.
const NeverInERP = "not_there"

func (p ERPOrder) contract() crm.ID {
	if p.Cancels != "" {
		return p.Of
	}
	return p.ContractID
}

// erpKey makes an order reach the ERP once, whatever happens on the way (S081).
func erpKey(order crm.ID) string { return "erp/order/" + string(order) }

// sign makes the contract of an approved order (S080) with its billing plan (S060) and its project (S089), and hands the order to the ERP
// (S081): all of it with the approval, or none. With that the deal's process is over: how the order fares at the ERP is the contract's matter.
func (s *Steps) sign(ctx context.Context, tx *store.Tx, o crm.Opportunity, order crm.Order) (crm.ID, error) {
	if err := tx.Ahead(ctx, store.QuoteOf(o.ID, order.QuoteID), store.QuoteLinesOf(order.QuoteID), store.QuoteSharesOf(order.QuoteID), store.ContractNumber); err != nil {
		return "", err
	}
	lines, err := tx.QuoteLines(ctx, order.QuoteID)
	if err != nil {
		return "", err
	}
	q, err := tx.Quote(ctx, o.ID, order.QuoteID)
	if err != nil {
		return "", err
	}
	totals, err := q.Pricing().Add(crm.PriceLines(lines), q.DiscountPercent)
	if err != nil {
		return "", err
	}
	shares, err := tx.QuoteShares(ctx, q.ID)
	if err != nil {
		return "", err
	}
	terms, plan := crm.DefaultTerms(), crm.PlanOf(shares)
	if order.Terms != nil {
		if terms = *order.Terms; len(terms.Plan) > 0 {
			plan = terms.Plan
		}
	}
	tranches, parts, err := crm.BillPlan(totals, plan, terms.From(tx.Today), crm.Currency(order.Currency))
	if err != nil {
		return "", err
	}
	payment, err := crm.ParsePaymentTerms(terms.PaymentTerms)
	if err != nil {
		return "", err
	}
	id := store.NewID()
	c, err := tx.AddContract(ctx, crm.Contract{
		ID: id, OpportunityID: o.ID, OrderID: order.ID, AccountID: o.AccountID, Currency: order.Currency, Net: order.Net,
		Tax: order.Tax, Total: order.Total, PaymentDays: order.PaymentDays, StartDate: terms.From(tx.Today), EndDate: terms.Until(tx.Today), NoticeDays: terms.NoticeDays,
		Renewal: terms.Renewal, RenewalMonths: terms.RenewalMonths, Terms: terms.Text, PaymentTerms: payment, OwnerID: o.OwnerID,
	},
		crm.Project{ID: store.NewID(), Name: o.Name, Revenue: totals.Net, Budget: totals.Cost, Billing: terms.Billing, HourPrice: terms.HourPrice, SignOff: terms.SignOff}, tranches, parts)
	if err != nil {
		return "", err
	}
	if err := tx.Open(ctx, crm.KindContract, id, crm.StepProject, tx.Process.ID); err != nil {
		return "", err
	}
	if c.Renewal != crm.RenewalNone {
		tx.AtOf(crm.ProcessID(crm.KindContract, id), store.DeadlineRenewal, "", store.Morning(tx.RenewalAt(c), tx.Zone))
	}
	if c.Renewal == crm.RenewalAutomatic {
		tx.AtOf(crm.ProcessID(crm.KindContract, id), store.DeadlineRenewal, store.RenewalAhead, store.Morning(tx.RenewalAt(c).AddDays(-crm.RenewalAheadDays), tx.Zone))
	}
	payload, err := json.Marshal(ERPOrder{ContractID: id})
	if err != nil {
		return "", err
	}
	tx.Leave(store.Effect{Key: erpKey(order.ID), Channel: store.ChannelERP, Payload: payload})
	tx.Process.Step, tx.Process.Closed = crm.StepERP, true
	tx.Tell(store.Entry{Code: "contract.signed", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"contract": c.Number, "contract_id": id, "total": c.Total, "tranches": len(tranches)}})
	tx.Tell(store.Entry{
		Process: crm.ProcessID(crm.KindContract, id), Code: "project.opened", AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"budget": totals.Cost, "revenue": totals.Net},
	})
	return id, nil
}
