package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// addressBody is one of a company's places.
type addressBody struct {
	Purpose    opt[string] `json:"purpose" doc:"enum=address_purpose"`
	Main       opt[bool]   `json:"main" doc:"text=One of each purpose is; true takes it from the one that was, and the first is it anyway."`
	Name       opt[string] `json:"name" doc:"max=200;text=Of the place."`
	Street     opt[string] `json:"street" doc:"max=200"`
	PostalCode opt[string] `json:"postal_code" doc:"max=20"`
	City       opt[string] `json:"city" doc:"max=200"`
	Region     opt[string] `json:"region" doc:"max=100"`
	Country    opt[string] `json:"country" doc:"text=ISO 3166, two capital letters."`
}

func (b addressBody) apply(a *crm.Address) error {
	var c check
	set(b.Purpose, &a.Purpose)
	set(b.Main, &a.Main)
	set(b.Name, &a.Name)
	set(b.Street, &a.Street)
	set(b.PostalCode, &a.PostalCode)
	set(b.City, &a.City)
	set(b.Region, &a.Region)
	set(b.Country, &a.Country)
	c.needed("/purpose", a.Purpose, crm.AddressPurposes())
	c.line("/name", &a.Name, maxName)
	c.required("/street", &a.Street, maxName)
	c.line("/postal_code", &a.PostalCode, 20)
	c.line("/city", &a.City, maxName)
	c.line("/region", &a.Region, 100)
	c.country("/country", &a.Country)
	return c.err()
}

// addressList is all places of a company.
type addressList struct {
	Data []crm.Address `json:"data"`
}

func getAddresses(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	rows, err := r.store.Addresses(r.ctx(), r.Scope(), id)
	if err != nil {
		return err
	}
	if rows == nil {
		rows = []crm.Address{}
	}
	return r.JSON(http.StatusOK, r.view(addressList{rows}))
}

func postAddress(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b addressBody
	if err := r.decode(&b); err != nil {
		return err
	}
	return made(r, func(id crm.ID) (crm.Address, error) {
		rows, err := r.store.Addresses(r.ctx(), r.Scope(), t.ID)
		return among(rows, err, func(a crm.Address) bool { return a.ID == id })
	}, func(id crm.ID) (crm.Address, error) {
		return r.store.SaveAddress(r.ctx(), t, id, b.apply)
	}, func(a crm.Address) error { return r.JSON(http.StatusCreated, r.view(a)) })
}

func patchAddress(r *request) error {
	t, id, err := r.place()
	if err != nil {
		return err
	}
	var b addressBody
	if err := r.decodePatch(&b); err != nil {
		return err
	}
	a, err := r.store.SaveAddress(r.ctx(), t, id, b.apply)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(a))
}

// place is the company of the path and one of its places; one that it does not have is not found.
func (r *request) place() (store.Target, crm.ID, error) {
	t, id, err := r.part("address")
	if err != nil {
		return t, id, err
	}
	rows, err := r.store.Addresses(r.ctx(), t.Scope, t.ID)
	_, err = among(rows, err, func(a crm.Address) bool { return a.ID == id })
	return t, id, err
}

func deleteAddress(r *request) error {
	t, id, err := r.place()
	if err != nil {
		return err
	}
	if err := r.store.DropAddress(r.ctx(), t, id); err != nil {
		return err
	}
	return r.NoContent()
}
