package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/shopspring/decimal"
)

// collectQueue lists whom to chase.
type collectQueue struct {
	ruleServer
	Group string `help:"Only this group: broken, returned, over_60, to_60, to_30, to_7 or week."`
}

// Run prints a line for each customer, in the order of the collector's screen.
func (c collectQueue) Run(ctx context.Context) error {
	var rows struct {
		Data []struct {
			AccountID string `json:"account_id"`
			Account   string `json:"account"`
			Group     string `json:"group"`
			DaysLate  int    `json:"days_late"`
			Open      string `json:"open"`
			Overdue   string `json:"overdue"`
			Currency  string `json:"currency"`
		} `json:"data"`
	}
	query := ""
	if c.Group != "" {
		query = "?group=" + url.QueryEscape(c.Group)
	}
	if err := c.ask(ctx, http.MethodGet, "/api/v1/collections"+query, nil, &rows); err != nil {
		return err
	}
	for _, r := range rows.Data {
		fmt.Printf("%s  %s  %s, %d days late  open %s %s, overdue %s %s\n", r.AccountID, r.Account, r.Group, r.DaysLate, r.Open, r.Currency, r.Overdue, r.Currency)
	}
	return nil
}

// debtorState is what the API tells of a debtor.
type debtorState struct {
	Debts []struct {
		InvoiceID string          `json:"invoice_id"`
		Number    string          `json:"number"`
		DueDate   string          `json:"due_date"`
		Currency  string          `json:"currency"`
		Open      decimal.Decimal `json:"open"`
		Disputed  decimal.Decimal `json:"disputed"`
	} `json:"debts"`
	Next []struct {
		On      string `json:"on"`
		Kind    string `json:"kind"`
		Invoice string `json:"invoice"`
	} `json:"next"`
	Promises []struct {
		ID       string `json:"id"`
		OnDate   string `json:"on_date"`
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
		State    string `json:"state"`
	} `json:"promises"`
	Plans []struct {
		ID       string `json:"id"`
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
		State    string `json:"state"`
	} `json:"plans"`
}

// collectShow tells how a debtor stands.
type collectShow struct {
	debtor
}

// Run prints open invoices, promises, instalment plans, and what the collection will do.
func (c collectShow) Run(ctx context.Context) error {
	var s debtorState
	if err := c.ask(ctx, http.MethodGet, c.at("collection"), nil, &s); err != nil {
		return err
	}
	for _, d := range s.Debts {
		disputed := ""
		if d.Disputed.IsPositive() {
			disputed = fmt.Sprintf(", disputed %s %s", d.Disputed, d.Currency)
		}
		fmt.Printf("invoice %s  %s  due %s  open %s %s%s\n", d.InvoiceID, d.Number, d.DueDate, d.Open, d.Currency, disputed)
	}
	for _, p := range s.Promises {
		fmt.Printf("promise %s  by %s  %s %s  %s\n", p.ID, p.OnDate, p.Amount, p.Currency, p.State)
	}
	for _, p := range s.Plans {
		fmt.Printf("plan %s  %s %s  %s\n", p.ID, p.Amount, p.Currency, p.State)
	}
	for _, n := range s.Next {
		if n.On == "" {
			n.On = "when somebody has decided"
		}
		fmt.Printf("next %s  %s %s\n", n.On, n.Kind, n.Invoice)
	}
	return nil
}
