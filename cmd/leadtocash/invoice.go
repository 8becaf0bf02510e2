package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"
)

// invoiceCommand lists what may be billed, or issues one invoice for several tranches.
type invoiceCommand struct {
	ruleServer
	Tranches []string `arg:"" optional:"" help:"Ids of tranches that one invoice bills; without any, what may be billed is listed."`
	Key      string   `help:"Idempotency key: the same one again gives the same invoice; left out: a new one."`
}

// Run prints a line for each tranche, or the invoice that was issued; a refusal names all reasons and ends with 1.
func (c invoiceCommand) Run(ctx context.Context) error {
	if len(c.Tranches) == 0 {
		return c.list(ctx)
	}
	if c.once = c.Key; c.once == "" {
		c.once = uuid.NewString()
	}
	var done struct {
		Params map[string]string `json:"params"`
	}
	if err := c.ask(ctx, http.MethodPost, "/api/v1/invoices", map[string]any{"tranche_ids": c.Tranches}, &done); err != nil {
		return err
	}
	var i struct {
		Number   string `json:"number"`
		Total    string `json:"total"`
		Currency string `json:"currency"`
	}
	if err := c.ask(ctx, http.MethodGet, "/api/v1/invoices/"+done.Params["invoice"], nil, &i); err != nil {
		return err
	}
	fmt.Printf("%s: %s %s\n", i.Number, i.Total, i.Currency)
	return nil
}

func (c invoiceCommand) list(ctx context.Context) error {
	var rows struct {
		Data []struct {
			ID       string `json:"tranche_id"`
			Group    int    `json:"group"`
			Account  string `json:"account"`
			Contract string `json:"contract"`
			Position int    `json:"position"`
			Total    string `json:"total"`
			Currency string `json:"currency"`
		} `json:"data"`
	}
	if err := c.ask(ctx, http.MethodGet, "/api/v1/billable", nil, &rows); err != nil {
		return err
	}
	for _, r := range rows.Data {
		fmt.Printf("%s  group %d  %s  %s tranche %d  %s %s\n", r.ID, r.Group, r.Account, r.Contract, r.Position, r.Total, r.Currency)
	}
	return nil
}
