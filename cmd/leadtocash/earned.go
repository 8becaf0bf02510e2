package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"
)

// earnedCommand tells what the work of a contract's project has earned, and bills it.
type earnedCommand struct {
	ruleServer
	Contract string `arg:"" help:"Id of the contract."`
	UpTo     string `help:"Day up to which hours count; left out: today." placeholder:"2026-12-31"`
	Bill     bool   `help:"Bill what is earned: as much of the tranches as it comes to may then be invoiced."`
	Key      string `help:"Idempotency key: the same one again bills once; left out: a new one."`
}

// Run prints what is earned, billed and left, and what may be billed or why nothing may; a refused billing ends with 1.
func (c earnedCommand) Run(ctx context.Context) error {
	project := "/api/v1/contracts/" + url.PathEscape(c.Contract) + "/project"
	var e struct {
		Way    string `json:"way"`
		Earned string `json:"earned"`
		Billed string `json:"billed"`
		Left   string `json:"left"`
		Net    string `json:"net"`
		Why    string `json:"why"`
	}
	query := ""
	if c.UpTo != "" {
		query = "?up_to=" + url.QueryEscape(c.UpTo)
	}
	if err := c.ask(ctx, http.MethodGet, project+"/earned"+query, nil, &e); err != nil {
		return err
	}
	fmt.Printf("by %s: earned %s, billed %s, left of the contract %s, to be billed %s %s\n", e.Way, e.Earned, e.Billed, e.Left, e.Net, e.Why)
	if !c.Bill {
		return nil
	}
	if c.once = c.Key; c.once == "" {
		c.once = uuid.NewString()
	}
	body := map[string]any{}
	if c.UpTo != "" {
		body["up_to"] = c.UpTo
	}
	var done struct {
		Params map[string]string `json:"params"`
	}
	if err := c.ask(ctx, http.MethodPost, project+"/bill", body, &done); err != nil {
		return err
	}
	fmt.Printf("billed %s as %s\n", done.Params["net"], done.Params["earning"])
	return nil
}
