package api

import (
	"net/http"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// S060, S084: where the customer signs the progress, the list of projects says why a tranche is not open, and leads to where he is asked.
func TestListSaysWhatWaitsForASignature(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(`update tranche set state = 'planned', invoice_id = null, kind = 'progress', opens_at_percent = 50, milestone = '', milestone_id = null where id = '` + string(s.tranche) + `'; update project set sign_off = 'progress', progress_percent = 0`)
	pm := s.browser("project_manager")
	pm.open("/projects", http.StatusOK).want("button", "50% is done")
	pm.open("/projects", http.StatusOK).want("span", "Billed once the customer has accepted 50%")
	s.exec(`update project set progress_percent = 60, signed_percent = 20`)
	pm.open("/projects", http.StatusOK).want("span", "the customer has to accept 50% and has accepted 20%")
	pm.open("/projects", http.StatusOK).want("a", "Ask the customer to accept")
	_, err := s.store.AskSignOff(t.Context(), store.Target{Scope: store.Everything(), Actor: s.mara.ID, ID: s.contract}, crm.SignOff{ID: store.NewID(), Text: "Hall", Email: "a@example.com"})
	must(t, err)
	pm.open("/projects", http.StatusOK).want("span", "was asked to accept the progress")
	s.browser("finance").open("/projects", http.StatusOK).want("a", "The customer’s signature")
	s.exec(`update project set billing = 'hours'`)
	pm.open("/projects", http.StatusOK).want("a", "Bill what is earned")
}
