package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// collectQueue lists whom to chase.
type collectQueue struct {
	ruleServer
	Group string `help:"Only this group: broken, returned, over_60, to_60, to_30, to_7 or week; left out: all."`
}

// Run prints a line for each customer, in the order of the collector's screen.
func (c collectQueue) Run(ctx context.Context) error {
	var rows struct {
		Data []struct {
			AccountID string          `json:"account_id"`
			Account   string          `json:"account"`
			Group     string          `json:"group"`
			DaysLate  int             `json:"days_late"`
			Open      decimal.Decimal `json:"open"`
			Overdue   decimal.Decimal `json:"overdue"`
			Disputed  decimal.Decimal `json:"disputed"`
			Currency  string          `json:"currency"`
			Promised  string          `json:"promised"`
			PartDue   string          `json:"part_due"`
			Paused    string          `json:"paused_until"`
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
		also := heldBack(r.Disputed, r.Currency)
		for _, day := range []struct{ what, on string }{{"promised by", r.Promised}, {"next part", r.PartDue}, {"left alone until", r.Paused}} {
			if day.on != "" {
				also += ", " + day.what + " " + day.on
			}
		}
		fmt.Printf("%s  %s  %s, %d days late  open %s, overdue %s%s\n", r.AccountID, r.Account, r.Group, r.DaysLate, owing(r.Open, r.Currency), owing(r.Overdue, r.Currency), also)
	}
	if len(rows.Data) == 0 {
		fmt.Println("nobody is to be chased")
	}
	return nil
}

// owing is an amount in whole minor units with its currency.
func owing(sum decimal.Decimal, currency string) string {
	return sum.StringFixed(crm.Currency(currency).Digits()) + " " + currency
}

// heldBack tells what of a debt is disputed; empty where nothing is.
func heldBack(sum decimal.Decimal, currency string) string {
	if !sum.IsPositive() {
		return ""
	}
	return ", disputed " + owing(sum, currency)
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
		fmt.Printf("invoice %s  %s  due %s  open %s%s\n", d.InvoiceID, d.Number, d.DueDate, owing(d.Open, d.Currency), heldBack(d.Disputed, d.Currency))
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
