package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func (e edited) account(t testing.TB, name string) crm.Account {
	t.Helper()
	a, err := e.store.CreateAccount(t.Context(), e.target.Actor, crm.Account{ID: store.NewID(), Name: name, Kind: "prospect", Language: "it"})
	must(t, err)
	return a
}

func (e edited) at(id crm.ID, version int) store.Target {
	return store.Target{Scope: store.Everything(), Actor: e.target.Actor, ID: id, Version: version}
}

// wrongAt are the codes of field errors by pointer.
func wrongAt(err error) map[string]string {
	out := map[string]string{}
	if all, ok := errors.AsType[crm.FieldErrors](err); ok {
		for _, e := range all {
			out[e.Pointer] = e.Code
		}
	}
	return out
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	e := newEdited(t)
	t.Run("groups", func(t *testing.T) { groups(t, e) })
	t.Run("addresses", func(t *testing.T) { places(t, e) })
	t.Run("contacts", func(t *testing.T) { moves(t, e) })
	t.Run("archive", func(t *testing.T) { archives(t, e) })
	t.Run("custom fields", func(t *testing.T) { customs(t, e) })
}

// However companies are moved about, no circle closes, and the group shows each of them once (S055).
func groups(t *testing.T, e edited) {
	ids := make([]crm.ID, 6)
	for i := range ids {
		ids[i] = e.account(t, fmt.Sprint("Group ", i)).ID
	}
	parent := map[crm.ID]crm.ID{}
	above := func(top, id crm.ID) bool {
		for ; id != ""; id = parent[id] {
			if id == top {
				return true
			}
		}
		return false
	}
	rapid.Check(t, func(rt *rapid.T) {
		for range 6 {
			child, to := rapid.SampledFrom(ids).Draw(rt, "child"), rapid.SampledFrom(append([]crm.ID{""}, ids...)).Draw(rt, "parent")
			_, err := e.store.EditAccount(t.Context(), e.at(child, 0), func(a *crm.Account) error { a.ParentID = to; return nil })
			switch circle := above(child, to); {
			case circle && wrongAt(err)["/parent_id"] != "own_group":
				rt.Fatalf("a circle passes: %v", err)
			case !circle && err != nil:
				rt.Fatal(err)
			case !circle:
				parent[child] = to
			}
		}
		head := rapid.SampledFrom(ids).Draw(rt, "shown")
		for parent[head] != "" {
			head = parent[head]
		}
		want := 0
		for _, id := range ids {
			if above(head, id) {
				want++
			}
		}
		rows, err := e.store.AccountGroup(t.Context(), store.Everything(), head, crm.NewDate(2026, 11, 22))
		if err != nil || len(rows) != want || rows[0].ID != head {
			rt.Fatalf("%d of %d, %v", len(rows), want, err)
		}
	})
	if _, err := e.store.EditAccount(t.Context(), e.at(ids[0], 0), func(a *crm.Account) error { a.ParentID = store.NewID(); return nil }); wrongAt(err)["/parent_id"] != "unknown_record" {
		t.Error(err)
	}
}

// One address of each purpose is the main one; the main legal one is the company's own, which then is not typed elsewhere.
func places(t *testing.T, e edited) {
	a := e.account(t, "Places")
	save := func(id crm.ID, purpose, street string, main bool) (crm.Address, error) {
		return e.store.SaveAddress(t.Context(), e.at(a.ID, 0), id, func(x *crm.Address) error {
			x.Purpose, x.Street, x.PostalCode, x.City, x.Region, x.Country, x.Main = purpose, street, "20100", "Milano", "MI", "IT", main
			return nil
		})
	}
	first, second, invoice := store.NewID(), store.NewID(), store.NewID()
	one, err := save(first, "legal", "Via A 1", false)
	must(t, err)
	_, err = save(second, "legal", "Via B 2", true)
	must(t, err)
	_, err = save(invoice, "invoice", "Via C 3", false)
	must(t, err)
	all, err := e.store.Addresses(t.Context(), store.Everything(), a.ID)
	must(t, err)
	var mains []crm.ID
	for _, x := range all {
		if x.Main {
			mains = append(mains, x.ID)
		}
	}
	if !one.Main || !slices.Equal(mains, []crm.ID{second, invoice}) {
		t.Errorf("%v %+v", mains, all)
	}
	got, err := store.Accounts.Record(t.Context(), e.store, store.Everything(), a.ID)
	if err != nil || got.Address != "Via B 2, 20100 Milano (MI)" || got.Country != "IT" {
		t.Errorf("%+v %v", got, err)
	}
	if _, err := e.store.EditAccount(t.Context(), e.at(a.ID, 0), func(a *crm.Account) error { a.Address = "elsewhere"; return nil }); wrongAt(err)["/address"] != "address_is_legal" {
		t.Error(err)
	}
	if _, err := save(second, "legal", "Via B 2", false); wrongAt(err)["/main"] != "main_needed" {
		t.Error(err)
	}
	if err := e.store.DropAddress(t.Context(), e.at(a.ID, 0), second); !errors.Is(err, error(store.Refused{Code: "main_address"})) && fmt.Sprint(err) != "main_address" {
		t.Error(err)
	}
	if err := e.store.DropAddress(t.Context(), e.at(a.ID, 0), invoice); err != nil {
		t.Error(err)
	}
	if _, err := e.store.SaveAddress(t.Context(), e.at(a.ID, 1), first, func(x *crm.Address) error { x.Street = "late"; return nil }); !errors.Is(err, store.ErrStale) {
		t.Error(err)
	}
}

// A person who changes the company keeps where he was; consent has its date and source (S047-S049).
func moves(t *testing.T, e edited) {
	from, to := e.account(t, "From"), e.account(t, "To")
	c, err := e.store.CreateContact(t.Context(), store.Everything(), e.target.Actor, crm.Contact{
		ID: store.NewID(), AccountID: from.ID, Name: "Ugo", Job: "Buyer", OtherPhones: []string{"+39021234567"}, Consent: true, ConsentSource: "fair",
	})
	must(t, err)
	if c.ConsentAt == nil || c.ConsentSource != "fair" {
		t.Errorf("%+v", c)
	}
	_, err = e.store.EditContact(t.Context(), e.at(c.ID, 1), func(c *crm.Contact) error {
		c.AccountID, c.Job, c.Consent = to.ID, "Head", false
		return nil
	})
	must(t, err)
	p, err := e.store.ContactPage(t.Context(), store.Everything(), c.ID)
	must(t, err)
	if p.AccountID != to.ID || len(p.Posts) != 1 || p.Posts[0].AccountID != from.ID || p.Posts[0].Job != "Buyer" || p.Posts[0].UntilAt.Before(p.Posts[0].FromAt) {
		t.Errorf("%+v", p.Posts)
	}
	if p.Consent || p.ConsentSource != "user:"+string(e.target.Actor) || p.OtherPhones[0] != "+39021234567" {
		t.Errorf("%+v", p.Contact)
	}
	for _, a := range []crm.ID{from.ID, to.ID} {
		page, err := e.store.AccountPage(t.Context(), store.Everything(), a, crm.NewDate(2026, 11, 22))
		if err != nil || len(page.Timeline) < 2 {
			t.Errorf("%v %d", err, len(page.Timeline))
		}
	}
	if _, err := e.store.EditContact(t.Context(), e.at(c.ID, 0), func(c *crm.Contact) error { c.AccountID = store.NewID(); return nil }); wrongAt(err)["/account_id"] != "unknown_record" {
		t.Error(err)
	}
}

// What is archived takes nothing new and is offered nowhere; what is in use stays.
func archives(t *testing.T, e edited) {
	a := e.account(t, "Old")
	a, err := e.store.ArchiveAccount(t.Context(), e.at(a.ID, a.Version), true)
	must(t, err)
	choices, err := e.store.AccountChoices(t.Context(), store.Everything())
	must(t, err)
	if a.ArchivedAt == nil || slices.ContainsFunc(choices, func(c store.Choice) bool { return c.ID == a.ID }) {
		t.Errorf("%+v", a)
	}
	if _, err := e.store.CreateContact(t.Context(), store.Everything(), e.target.Actor, crm.Contact{ID: store.NewID(), AccountID: a.ID, Name: "Ada"}); wrongAt(err)["/account_id"] != "account_archived" {
		t.Error(err)
	}
	if again, err := e.store.ArchiveAccount(t.Context(), e.at(a.ID, 0), true); err != nil || again.Version != a.Version {
		t.Error(err, again.Version)
	}
	if a, err = e.store.ArchiveAccount(t.Context(), e.at(a.ID, a.Version), false); err != nil || a.ArchivedAt != nil {
		t.Error(err)
	}
	deal, err := store.Opportunities.Record(t.Context(), e.store, store.Everything(), e.target.ID)
	must(t, err)
	_, err = e.store.ArchiveAccount(t.Context(), e.at(deal.AccountID, 0), true)
	if r, ok := errors.AsType[store.Refused](err); !ok || r.Code != "account_busy" || r.Params["deals"] != "1" {
		t.Error(err)
	}
}

// Definitions keep name and type, values fit them, and a retired field keeps what it held (S054).
func customs(t *testing.T, e edited) {
	must(t, define(t, e, crm.CustomField{Record: "account", Name: "s_turnover", Type: crm.CustomMoney}))
	must(t, define(t, e, crm.CustomField{Record: "account", Name: "s_branch", Type: crm.CustomChoice, Options: []crm.CustomOption{{Key: "steel"}, {Key: "glass"}}}))
	if err := define(t, e, crm.CustomField{Record: "account", Name: "s_turnover", Type: crm.CustomText}); !errors.As(err, &store.Taken{}) {
		t.Error(err)
	}
	a := e.account(t, "Own fields")
	fill := func(v crm.Custom) error {
		_, err := e.store.EditAccount(t.Context(), e.at(a.ID, 0), func(a *crm.Account) error { a.Custom = v; return nil })
		return err
	}
	full := crm.Custom{"s_turnover": decimal.RequireFromString("1234567.80"), "s_branch": "steel"}
	must(t, fill(full))
	got, err := store.Accounts.Record(t.Context(), e.store, store.Everything(), a.ID)
	if err != nil || got.Custom.Text("s_turnover") != "1234567.8" || got.Custom.Text("s_branch") != "steel" {
		t.Errorf("%+v %v", got.Custom, err)
	}
	wrong := wrongAt(fill(crm.Custom{"s_turnover": "much", "s_branch": "wood", "s_none": true}))
	if wrong["/custom/s_turnover"] == "" || wrong["/custom/s_branch"] != "unknown_value" || wrong["/custom/s_none"] != "unknown_field" {
		t.Error(wrong)
	}
	var branch crm.ID
	all, err := e.store.CustomFields(t.Context(), "account")
	must(t, err)
	for _, f := range all {
		if f.Name == "s_branch" {
			branch = f.ID
		}
	}
	f, err := e.store.EditCustomField(t.Context(), e.at(branch, 1), func(f *crm.CustomField) error {
		f.Retired, f.Type, f.Options = true, crm.CustomText, nil
		return nil
	})
	if err != nil || f.Type != crm.CustomChoice || len(f.Options) != 2 || !f.Options[0].Retired {
		t.Errorf("%+v %v", f, err)
	}
	if err := fill(full.With("s_turnover", nil)); err != nil {
		t.Error("a retired value that nobody touches is refused:", err)
	}
	if wrong := wrongAt(fill(crm.Custom{"s_branch": "glass"})); wrong["/custom/s_branch"] != "retired_field" {
		t.Error(wrong)
	}
	if _, err := e.store.EditCustomField(t.Context(), e.at(branch, 1), func(*crm.CustomField) error { return nil }); !errors.Is(err, store.ErrStale) {
		t.Error(err)
	}
}

func define(t *testing.T, e edited, f crm.CustomField) error {
	f.ID, f.Labels = store.NewID(), map[string]string{"en": f.Name}
	_, err := e.store.CreateCustomField(t.Context(), e.target.Actor, f)
	return err
}
