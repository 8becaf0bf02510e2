package api

import (
	"errors"
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// heldView is something that came in, looks like spam and waits for a person.
type heldView struct {
	ID      crm.ID       `json:"id"`
	Channel string       `json:"channel"`
	Source  string       `json:"source"`
	Reasons []string     `json:"reasons"`
	At      time.Time    `json:"at"`
	Lead    heldLeadView `json:"lead"`
}

// heldLeadView is what would become of it.
type heldLeadView struct {
	Company     string `json:"company"`
	ContactName string `json:"contact_name"`
	Email       string `json:"email"`
	Phone       string `json:"phone"`
	Need        string `json:"need"`
	Campaign    string `json:"campaign"`
}

// heldList is all that waits, the newest first.
type heldList struct {
	Data []heldView `json:"data"`
}

func listHeld(r *request) error {
	held, err := r.store.HeldLeads(r.ctx())
	if err != nil {
		return err
	}
	out := heldList{Data: []heldView{}}
	for _, h := range held {
		l := h.Lead
		out.Data = append(out.Data, heldView{h.ID, h.Channel, h.Source, h.Reasons, h.At.UTC(), heldLeadView{l.Company, l.ContactName, l.Email, l.Phone, l.Need, l.Campaign}})
	}
	return r.JSON(http.StatusOK, out)
}

func postRelease(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	lead, err := r.store.ReleaseHeld(r.ctx(), id, r.user.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, knownLead{lead})
}

func postDrop(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.DropHeld(r.ctx(), id, r.user.ID); err != nil {
		return err
	}
	return r.NoContent()
}

// heldPage is where a person says what of it is no spam.
type heldPage struct {
	Rows []crm.HeldLead
	Form form
}

func pageHeld(r *request) error { return showHeld(r, form{}) }

func showHeld(r *request, f form) error {
	rows, err := r.store.HeldLeads(r.ctx())
	if err != nil {
		return err
	}
	return r.show(f.Status(), "held", r.say("held.title"), heldPage{rows, f})
}

func formRelease(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	lead, err := r.store.ReleaseHeld(r.ctx(), id, r.user.ID)
	return r.heldDone(err, "held_released", "/leads/"+string(lead))
}

func formDrop(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return r.heldDone(r.store.DropHeld(r.ctx(), id, r.user.ID), "held_dropped", "/held")
}

// heldDone says what became of a held lead, and goes on there; a refusal is told on the page of those that are held.
func (r *request) heldDone(err error, said, to string) error {
	f := form{}
	if errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showHeld(r, f)
	}
	return r.said(said, to)
}
