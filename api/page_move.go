package api

import (
	"net/http"
	"net/url"

	"leadtocash/crm"
	"leadtocash/store"
)

// formDealMove takes a deal to another stage, with the fields that were missing if some are given ("save and move").
func formDealMove(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	d, err := r.store.DealPage(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	back := "/opportunities/" + string(id)
	onBoard := f.Value("back") == "board"
	if onBoard {
		back = boardOf(f)
	}
	fill := r.fills(&f)
	if f.Failed() {
		return r.moveMistaken(f, d, onBoard)
	}
	a, cause, err := r.carry(f, crm.OpportunityMove, crm.KindOpportunity, id, crm.MoveFields{To: f.Value("to"), Reason: f.Value("reason"), Note: f.Value("note"), Fill: fill})
	switch {
	case err != nil:
		return err
	case a.OK():
		return r.said("deal_moved", back)
	case a.Code != string(codeGate):
		r.refuse(&f, a)
		return r.moveMistaken(f, d, onBoard)
	}
	g, err := r.moveRefusal(cause, d, f)
	if err != nil {
		return err
	}
	f.status = http.StatusUnprocessableEntity
	return r.moveAgain(f, &g, d, onBoard)
}

// boardOf is the board from which a form was sent: that of its pipeline.
func boardOf(f form) string {
	if p := f.Value("pipeline"); p != "" {
		return "/board?pipeline=" + url.QueryEscape(p)
	}
	return "/board"
}

func (r *request) moveAgain(f form, g *gateView, d store.DealPage, onBoard bool) error {
	switch {
	case r.gin.GetHeader("X-Fragment") != "" && g != nil:
		return r.Page(f.Status(), "fragment", screen{Body: *g})
	case onBoard:
		return showBoard(r, f, g, d.ID)
	}
	return showDeal(r, d.ID, f, g)
}

// moveRefusal is the panel that says what is missing and takes it.
func (r *request) moveRefusal(cause string, d store.DealPage, f form) (gateView, error) {
	g, err := r.refusal(cause, crm.RulePipeline, d.ID, d.Currency, f)
	if err != nil {
		return g, err
	}
	r.movePanel(&g, d, f)
	return g, nil
}

// moveMistaken shows the page again after a mistake; a mistake in the panel opens the panel.
func (r *request) moveMistaken(f form, d store.DealPage, onBoard bool) error {
	if !f.filling() {
		return r.moveAgain(f, nil, d, onBoard)
	}
	g, err := r.unfilled(d.ID, f.Value("to"), d.Currency, f)
	if err != nil {
		return err
	}
	r.movePanel(&g, d, f)
	return r.moveAgain(f, &g, d, onBoard)
}

// movePanel names the panel and where it is sent.
func (r *request) movePanel(g *gateView, d store.DealPage, f form) {
	stage := r.placeName(f.Value("to"))
	g.Title = r.words().N("gate.refused", g.Missing, "Name", d.Name, "Stage", stage, "Total", g.All)
	g.Action, g.Back, g.Button = "/opportunities/"+string(d.ID)+"/move", "/opportunities/"+string(d.ID), r.say("gate.save_and_move")
	if f.Value("back") == "board" {
		g.Back = boardOf(f)
	}
	for _, name := range []string{"to", "back", "pipeline", "reason", "note"} {
		g.Hidden = append(g.Hidden, hidden{name, f.Value(name)})
	}
}
