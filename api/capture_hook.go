package api

import (
	"maps"
	"net/http"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// captureHookBody is a hook as it is made or patched.
type captureHookBody struct {
	Key      opt[string]            `json:"key" doc:"max=60;text=In the hook's address: small letters, digits and hyphens. It cannot be changed later."`
	Name     opt[string]            `json:"name" doc:"max=200"`
	Source   opt[string]            `json:"source" doc:"max=200;text=Of its leads."`
	Campaign opt[string]            `json:"campaign" doc:"max=200;text=Of leads that bring none."`
	Language opt[string]            `json:"language" doc:"text=Of leads that bring none: en, it, es or pl."`
	Mapping  opt[map[string]string] `json:"mapping" doc:"text=Our field to a JSON pointer into what is sent, such as email to /contact/email; event_id to the sender's own id. A field that is not there is read under its own name, the sender's id at /id."`
	Active   opt[bool]              `json:"active" doc:"text=One that is not does not exist for senders."`
}

func (b captureHookBody) apply(h *crm.CaptureHook) error {
	if b.Key.Set && h.Version > 0 && b.Key.Value != h.Key {
		return refusal(codeValidation, invalid("/key", "read_only", nil))
	}
	set(b.Key, &h.Key)
	set(b.Name, &h.Name)
	set(b.Source, &h.Source)
	set(b.Campaign, &h.Campaign)
	set(b.Language, &h.Language)
	if b.Mapping.Set {
		h.Mapping = maps.Clone(b.Mapping.Value)
	}
	set(b.Active, &h.Active)
	return h.Check()
}

// madeHook is a hook with its secret, which is told this once.
type madeHook struct {
	crm.CaptureHook
	Secret string
}

// hookSecret is a secret that is told this once.
type hookSecret struct {
	Secret string `json:"secret"`
}

func postCaptureHook(r *request) error {
	var b captureHookBody
	if err := r.decode(&b); err != nil {
		return err
	}
	h := crm.CaptureHook{Active: true, Source: "partner"}
	if err := b.apply(&h); err != nil {
		return err
	}
	h.ID = store.NewID()
	h, secret, err := r.store.CreateHook(r.ctx(), r.user.ID, h)
	if err != nil {
		return err
	}
	r.gin.Header("Cache-Control", "no-store")
	return r.Created("/api/v1/hooks/"+string(h.ID), r.view(madeHook{h, secret}))
}

func patchCaptureHook(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b captureHookBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	h, err := r.store.EditHook(r.ctx(), t, b.apply)
	if err != nil {
		return err
	}
	return r.record(h, h.Version)
}

// postHookSecret gives a hook another secret; the one before counts a day longer.
func postHookSecret(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	secret, err := r.store.RotateHook(r.ctx(), store.Target{Actor: r.user.ID, ID: id})
	if err != nil {
		return err
	}
	r.gin.Header("Cache-Control", "no-store")
	return r.JSON(http.StatusCreated, hookSecret{secret})
}

// deliveryView is a signed delivery with what became of it.
type deliveryView struct {
	ID      crm.ID        `json:"id"`
	Event   string        `json:"event"`
	Outcome string        `json:"outcome"`
	LeadID  crm.ID        `json:"lead_id,omitempty"`
	Raw     string        `json:"raw"`
	Errors  []refusedCell `json:"errors"`
	At      time.Time     `json:"at"`
}

// deliveryList is the latest deliveries, the newest first.
type deliveryList struct {
	Data []deliveryView `json:"data"`
}

// shownDeliveries is how many deliveries of a hook are shown.
const shownDeliveries = 50

func listDeliveries(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if _, err := store.CaptureHooks.Record(r.ctx(), r.store, r.Scope(), id); err != nil {
		return err
	}
	rows, err := r.store.Deliveries(r.ctx(), id, shownDeliveries)
	if err != nil {
		return err
	}
	out := deliveryList{Data: []deliveryView{}}
	for _, d := range rows {
		v := deliveryView{d.ID, d.Event, d.Outcome, d.LeadID, d.Raw, []refusedCell{}, d.At.UTC()}
		for _, e := range d.Problems {
			v.Errors = append(v.Errors, refusedCell{e.Pointer, e.Code})
		}
		out.Data = append(out.Data, v)
	}
	return r.JSON(http.StatusOK, out)
}
