package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"
)

// The forms of a company and its people: all mistakes at once beside their fields, values kept; what is typed as markup stays text (B131).
func TestAccountPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	page := "/accounts/" + string(s.account)
	t.Run("mistakes", func(t *testing.T) {
		rec := b.send(http.MethodPost, page, url.Values{
			"name": {"<script>alert(1)</script>"}, "vat": {"IT12345678901"}, "iban": {"IT00"}, "tax_code": {"X"}, "sdi": {"1"}, "pec": {"nobody"}, "country": {"Italy"}, "address": {""}, "parent": {"Nobody Srl"},
			"payment_days": {"30"}, "email": {"x"},
		})
		status(t, rec, http.StatusUnprocessableEntity)
		body := rec.Body.String()
		for _, field := range []string{"vat", "iban", "tax_code", "sdi", "pec", "country", "parent", "email"} {
			if !strings.Contains(body, `id="f-`+field+`-err"`) {
				t.Errorf("%s has no error beside it", field)
			}
		}
		if strings.Contains(body, "<script>alert(1)") || !strings.Contains(body, "&lt;script&gt;alert(1)") {
			t.Error("what was typed is not kept as text")
		}
	})
	t.Run("data", func(t *testing.T) {
		rec := b.send(http.MethodPost, page, url.Values{
			"name": {"Bianchi Srl"}, "iban": {"IT60 X054 2811 1010 0000 0123 456"}, "country": {"it"}, "address": {"Via Roma 1"}, "payment_days": {"30"}, "custom.scene_size": {"12,5"}, "version": {"0"},
		})
		status(t, rec, http.StatusUnprocessableEntity) // 12,5 is no number in English
		status(t, b.send(http.MethodPost, page, url.Values{
			"name": {"Bianchi Srl"}, "iban": {"IT60 X054 2811 1010 0000 0123 456"}, "country": {"it"}, "address": {"Via Roma 1"}, "payment_days": {"30"}, "custom.scene_size": {"12.5"},
		}), http.StatusSeeOther)
		a := s.account1()
		if a.IBAN != "IT60X0542811101000000123456" || a.Country != "IT" || a.Custom.Text("scene_size") != "12.5" {
			t.Errorf("%+v", a)
		}
	})
	t.Run("addresses", func(t *testing.T) {
		status(t, b.send(http.MethodPost, page+"/addresses", url.Values{"a.new.purpose": {"legal"}, "a.new.street": {""}, "a.new.country": {"Italy"}}), http.StatusUnprocessableEntity)
		status(t, b.send(http.MethodPost, page+"/addresses", url.Values{"a.new.purpose": {"legal"}, "a.new.street": {"Via Po 2"}, "a.new.city": {"Torino"}, "a.new.country": {"it"}}), http.StatusSeeOther)
		if a := s.account1(); a.Address != "Via Po 2, Torino" {
			t.Errorf("%q", a.Address)
		}
	})
	t.Run("people", func(t *testing.T) {
		other := s.made("anna", "/api/v1/accounts", `{"name":"Next Job Srl"}`)
		rec := b.send(http.MethodPost, "/contacts/"+string(s.contact), url.Values{
			"name": {"Carla"}, "company": {"next job srl"}, "role": {"decides"}, "other_emails": {"a@example.com\nb@example.com"}, "other_phones": {""}, "consent": {"true"}, "consent_source": {"fair"},
		})
		status(t, rec, http.StatusSeeOther)
		c := s.do("anna", http.MethodGet, "/api/v1/contacts/"+string(s.contact), "", 200)
		if c["account_id"] != string(other) || c["role"] != "decides" || len(c["other_emails"].([]any)) != 2 || c["consent"] != true || c["consent_source"] != "fair" {
			t.Errorf("%v", c)
		}
		b.open("/contacts/"+string(s.contact), 200).want("a", "Bianchi Srl")
		status(t, b.send(http.MethodPost, "/contacts/"+string(s.contact), url.Values{"name": {"Carla"}, "other_emails": {"a@example.com\nwrong"}}), http.StatusUnprocessableEntity)
	})
	t.Run("files", func(t *testing.T) {
		s.made("anna", "/api/v1/accounts", `{"name":"=HYPERLINK(1)"}`)
		csv := b.send(http.MethodGet, "/accounts.csv", nil)
		if !strings.Contains(csv.Body.String(), "'=HYPERLINK") || !strings.Contains(csv.Body.String(), "custom.scene_size") {
			t.Error(csv.Body.String())
		}
		if people := b.send(http.MethodGet, "/contacts.csv", nil); !strings.Contains(people.Body.String(), "Carla") {
			t.Error(people.Body.String())
		}
	})
	t.Run("archive", func(t *testing.T) {
		status(t, b.send(http.MethodPost, page+"/archive", url.Values{}), http.StatusConflict)
	})
}

// Definitions are made and retired on their page; deals and leads show their fields, and a rule's page offers them (S054).
func TestOwnFieldPages(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("sales_ops")
	status(t, b.send(http.MethodPost, "/settings/fields", url.Values{"record": {"opportunity"}, "type": {"choice"}, "name": {"Bad Name"}, "label_en": {""}}), http.StatusUnprocessableEntity)
	for _, record := range []string{"opportunity", "lead"} {
		status(t, b.send(http.MethodPost, "/settings/fields", url.Values{
			"record": {record}, "type": {"choices"}, "name": {"page_regions"}, "label_en": {"Regions"}, "label_it": {"Regioni"}, "options": {"north = North | Nord\nsouth = South"},
		}), http.StatusSeeOther)
	}
	b.open("/rules?kind=pipeline", 200).want("td", "deal.custom.page_regions")
	seller := s.browser("anna")
	deal, lead := "/opportunities/"+string(s.deal), "/leads/"+string(s.lead)
	for _, page := range []string{deal, lead} {
		seller.open(page, 200).want("legend", "Regions")
		status(t, seller.send(http.MethodPost, page+"/own", url.Values{"custom.page_regions": {""}, "custom.page_regions.north": {"true"}}), http.StatusSeeOther)
	}
	if got := s.do("anna", http.MethodGet, "/api/v1"+deal, "", 200)["custom"]; fmt.Sprint(got) != "map[page_regions:[north]]" {
		t.Errorf("%v", got)
	}
	fields, err := s.store.CustomFields(t.Context(), "lead")
	must(t, err)
	status(t, b.send(http.MethodPost, "/settings/fields/"+string(fields[0].ID), url.Values{"label_en": {"Regions"}, "options": {"north = North"}, "retired": {"true"}, "version": {"1"}}), http.StatusSeeOther)
	if seller.open(lead, 200).has("legend", "Regions") {
		t.Error("a retired field is offered")
	}
	seller.open(lead, 200).want("dd", "North")
}

func (s *scene) account1() crm.Account {
	s.t.Helper()
	a, err := store.Accounts.Record(s.t.Context(), s.store, store.Everything(), s.account)
	must(s.t, err)
	return a
}
