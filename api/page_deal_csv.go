package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// mostExported is how many deals go into one file.
const mostExported = 50_000

// pageDealsCSV saves the list as a file: the same deals in the same order with the same columns, all pages.
func pageDealsCSV(r *request) error {
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	f := r.listFilter(r.dealFilter())
	shown := shownColumns(r.gin.Request.URL.Query())
	head := make([]string, 0, len(shown)+1)
	for _, key := range shown {
		head = append(head, r.say(columnTexts[key]))
	}
	out := [][]string{append(head, r.say("deals.currency"))}
	for f.After = ""; len(out) <= mostExported; {
		rows, err := r.store.DealRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadOpportunity), f, 2000)
		if err != nil {
			return err
		}
		views, err := r.dealRows(rows, set)
		if err != nil {
			return err
		}
		for _, d := range views {
			line := make([]string, 0, len(shown)+1)
			for _, key := range shown {
				line = append(line, r.cell(d, key))
			}
			out = append(out, append(line, d.Currency))
		}
		if len(rows) < 2000 {
			break
		}
		f.After = rows[len(rows)-1].ID
	}
	return r.sendCSV("opportunities.csv", out)
}

// cell is a figure of a deal in a file: numbers and dates as machines read them.
func (r *request) cell(d cardView, key string) string {
	zone := r.srv.screens().zone()
	switch key {
	case "number":
		return d.Number
	case "name":
		return d.Name
	case "account":
		return d.Account
	case "stage":
		return d.StageName
	case "amount":
		return d.Amount.StringFixed(2)
	case "target":
		return d.Target.StringFixed(2)
	case "close_date":
		return d.CloseDate.String()
	case "owner":
		return d.Owner
	case "next_step":
		return d.NextStep
	case "pipeline":
		return d.Pipeline
	case "stage_since":
		return crm.DateOf(d.StageSince, zone).String()
	case "created_at":
		return crm.DateOf(d.CreatedAt, zone).String()
	}
	return crm.DateOf(d.UpdatedAt, zone).String()
}
