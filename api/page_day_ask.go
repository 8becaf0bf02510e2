package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// askRow is an activity that has ended, with the answers that one press gives.
type askRow struct {
	store.AgendaItem
	Time    string
	About   string // the deal, or the lead
	Answers []option
}

// dayAsks asks for the outcomes of what has ended.
func (r *request) dayAsks(p *dayPage, now time.Time) error {
	if !r.Can(crm.MayWriteOpportunity) {
		return nil
	}
	items, n, err := r.store.Unanswered(r.ctx(), store.ScopeOf(r.user, crm.MayWriteOpportunity), store.ScopeOf(r.user, crm.MayWriteLead), now)
	p.Asked = n
	for _, i := range items {
		row := askRow{AgendaItem: i, Time: r.words().Relative(i.Until(), now), About: i.Company, Answers: r.answersTo(i.Kind)}
		if i.Deal != "" {
			row.About = i.Deal + " · " + i.Company
		}
		p.Ask = append(p.Ask, row)
	}
	return err
}
