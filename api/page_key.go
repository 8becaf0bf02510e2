package api

import (
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// keysPage is where a person makes and revokes his API keys.
type keysPage struct {
	Rows []keyRow
	Form form
	New  string // the key that was just made: it is shown this once
	Line string // how a shell keeps it
}

// keyRow is a key with what it is worth now: live, expired or revoked.
type keyRow struct {
	store.APIKey
	State string
}

func pageKeys(r *request) error { return showKeys(r, form{}, "") }

func showKeys(r *request, f form, made string) error {
	keys, err := r.store.APIKeys(r.ctx(), r.user.ID)
	if err != nil {
		return err
	}
	p := keysPage{Form: f, New: made}
	if made != "" {
		p.Line = "export LEADTOCASH_TOKEN=" + made
		r.gin.Header("Cache-Control", "no-store")
	}
	for _, k := range keys {
		p.Rows = append(p.Rows, keyRow{k, keyState(k, r.srv.Now())})
	}
	return r.show(f.Status(), "keys", r.say("apikey.title"), p)
}

func keyState(k store.APIKey, now time.Time) string {
	switch {
	case k.RevokedAt != nil:
		return "revoked"
	case k.ExpiresAt != nil && !now.Before(*k.ExpiresAt):
		return "expired"
	}
	return "live"
}

// formKey makes a key with which a machine acts as the person, with his permissions and reach and no more. A key cannot make another one:
// what leaks with an end would otherwise live for ever.
func formKey(r *request) error {
	if r.byKey {
		return refusal(codeForbidden)
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	name, expires, err := r.newKey(f)
	if err != nil {
		if err := r.judge(&f, err); err != nil {
			return err
		}
		return showKeys(r, f, "")
	}
	key, err := r.store.CreateAPIKey(r.ctx(), r.user.ID, name, expires)
	if err != nil {
		return err
	}
	return showKeys(r, form{}, key)
}

// newKey checks the form: a name, and if it is to end, the last day of it in the company's zone.
func (r *request) newKey(f form) (name string, expires time.Time, err error) {
	var wrong crm.FieldErrors
	name, err = crm.CleanText(f.Value("name"), maxName)
	wrong.Add("/name", err)
	if err == nil && name == "" {
		wrong.Add("/name", crm.Problem("required"))
	}
	if last := f.Value("until"); last != "" {
		d, err := crm.ParseDate(last)
		wrong.Add("/until", err)
		if expires = d.AddDays(1).StartIn(r.srv.screens().zone()); err == nil && !expires.After(r.srv.Now()) {
			wrong.Add("/until", crm.Problem("in_the_past"))
		}
	}
	keys, err := r.store.APIKeys(r.ctx(), r.user.ID)
	if err != nil {
		return "", expires, err
	}
	live := 0
	for _, k := range keys {
		if keyState(k, r.srv.Now()) == "live" {
			live++
		}
	}
	if live >= store.MaxAPIKeys {
		wrong.Add("/name", crm.Problem("too_many", "max", "50"))
	}
	return name, expires, wrong.Err()
}

// formKeyRevoke ends one of the person's own keys at once.
func formKeyRevoke(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	if err := r.store.RevokeOwnAPIKey(r.ctx(), r.user.ID, id); err != nil {
		return err
	}
	return r.said("removed", "/settings/keys")
}
