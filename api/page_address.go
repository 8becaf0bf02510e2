package api

import (
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// addressFields are what the form of a place holds, each under "a." with the place's id, since a page has several of them.
var addressFields = []string{"purpose", "place", "street", "postal_code", "city", "region", "country", "main"}

// formAddress adds a place to a company, or changes one.
func formAddress(r *request) error {
	account, err := r.id("id")
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	id := store.NewID()
	key := "a.new."
	if r.gin.Param("item") != "" {
		if id, err = r.id("item"); err != nil {
			return err
		}
		key = "a." + string(id) + "."
	}
	at := func(name string) string { return clean(f.Value(key+name), maxName) }
	for _, name := range addressFields {
		f.known(key + name)
	}
	country := strings.ToUpper(at("country"))
	if at("street") == "" {
		f.blame(key+"street", r.say("form.required"))
	}
	if country != "" && (len(country) != 2 || strings.Trim(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		f.blame(key+"country", r.errorText(crm.Problem("invalid_country", "example", "IT")))
	}
	purpose := known(at("purpose"), crm.AddressPurposes())
	if purpose == "" {
		f.blame(key+"purpose", r.say("form.required"))
	}
	if f.Failed() {
		return showAccount(r, account, f)
	}
	_, err = r.store.SaveAddress(r.ctx(), r.placeTarget(account, f), id, func(a *crm.Address) error {
		a.Purpose, a.Name, a.Street, a.PostalCode, a.City = purpose, at("place"), at("street"), clean(at("postal_code"), 20), at("city")
		a.Region, a.Country, a.Main = clean(at("region"), 100), country, at("main") == "true"
		return nil
	})
	if fields, ok := err.(crm.FieldErrors); ok {
		for _, e := range fields {
			f.blame(key+strings.TrimPrefix(e.Pointer, "/"), r.errorText(e))
		}
		err = nil
	}
	return r.placed(account, f, err)
}

func (r *request) placeTarget(account crm.ID, f form) store.Target {
	return store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: account, Version: seenVersion(f)}
}

// placed leads back to the company, or shows what was wrong there.
func (r *request) placed(account crm.ID, f form, err error) error {
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showAccount(r, account, f)
	}
	return r.said("saved", "/accounts/"+string(account)+"#places")
}

// formAddressDrop takes a place of a company away.
func formAddressDrop(r *request) error {
	account, err := r.id("id")
	if err != nil {
		return err
	}
	id, err := r.id("item")
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	return r.placed(account, f, r.store.DropAddress(r.ctx(), r.placeTarget(account, f), id))
}
