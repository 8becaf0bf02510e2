package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// signOffBody asks the customer to accept what was delivered (S084).
type signOffBody struct {
	MilestoneID crm.ID `json:"milestone_id" doc:"text=Without it, the progress as it was reported."`
	Text        string `json:"text" doc:"required;max=10000;text=What is delivered; the customer reads it."`
	Email       string `json:"email" doc:"text=Without it, the deal's contact, else the customer's own address."`
	Name        string `json:"name" doc:"max=200"`
}

// signOffList is what was asked for.
type signOffList struct {
	Data []store.SignOffRow
}

var signOffCalls = map[string]call{
	"GET /api/v1/contracts/:id/project/sign-offs": reading("Contracts", "List what the customer was asked to accept of a project", signOffList{}).plain().says("S084", "The last first, with who said yes or no, when, and from which address."),
	"POST /api/v1/contracts/:id/project/sign-offs": creating("Contracts", "Ask the customer to accept a milestone or the progress", signOffBody{}, crm.SignOff{}).
		may("project_closed", "sign_off_not_asked_for", "milestone_not_reached", "sign_off_asked", "milestone_signed", "progress_signed").matching().
		says("S060, S084", "He is mailed a link of his own. Until he accepts, the tranches that wait for it are not billed.").
		like(`{"text":"The line runs at full speed"}`),
}

func getSignOffs(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	rows, err := r.store.SignOffs(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(signOffList{Data: rows}))
}

func postSignOff(r *request, _ crm.Contract, t store.Target) error {
	var b signOffBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var k check
	k.id("/milestone_id", &b.MilestoneID)
	k.lines("/text", &b.Text, maxText)
	if b.Text == "" {
		k.fail("/text", "required", nil)
	}
	k.email("/email", &b.Email)
	k.line("/name", &b.Name, maxName)
	if err := k.err(); err != nil {
		return err
	}
	id, _, err := r.recordID()
	if err != nil {
		return err
	}
	o, err := r.store.AskSignOff(r.ctx(), t, crm.SignOff{ID: id, MilestoneID: b.MilestoneID, Text: b.Text, Email: b.Email, Name: b.Name})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusCreated, r.view(o))
}
