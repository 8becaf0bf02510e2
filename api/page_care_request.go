package api

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// helpPage is the public form by which a customer asks for help (S086).
type helpPage struct {
	Seller   crm.LegalEntity
	Form     form
	Stamp    string
	Received bool
}

// helpForm is the name of the public form in its stamp.
const helpForm = "help"

// helpPause is how long a person takes at least to fill the form in.
const helpPause = 2 * time.Second

// helpOpen refuses while the form or care is switched off.
func (r *request) helpOpen() error {
	c, _, err := r.store.CareSetting(r.ctx())
	if err == nil && (!c.FormOpen || r.whyOff(crm.ModuleCare) != "") {
		err = store.ErrNotFound
	}
	return err
}

func pageHelp(r *request) error {
	if err := r.helpOpen(); err != nil {
		return err
	}
	return showHelp(r, form{values: map[string]string{}})
}

func showHelp(r *request, f form) error {
	seller, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p := helpPage{Seller: seller, Form: f, Stamp: r.srv.stamp(helpForm), Received: r.gin.Query("received") == "yes"}
	if old := f.Value("stamp"); old != "" { // who corrects a mistake has been here for longer
		p.Stamp = old
	}
	return r.show(f.Status(), "help", r.say("care.help_title"), p)
}

// formHelp takes a request. It tells nobody whether the person is known; what looks like spam waits for a person.
func formHelp(r *request) error {
	if err := r.takeTry(helpForm); err != nil {
		return err
	}
	if err := r.helpOpen(); err != nil {
		return err
	}
	f, files, err := r.anyFiles()
	if err != nil {
		return err
	}
	r.needed(&f, "name", "email", "subject", "text")
	r.checked(&f, "email", crm.CheckEmail)
	if len(files) > crm.MaxCaseFiles {
		f.blame("file", r.say("document.too_many_files", "N", crm.MaxCaseFiles))
	}
	if f.Failed() {
		return showHelp(r, f)
	}
	email, _ := crm.CheckEmail(f.Value("email"))
	q := crm.CareRequest{
		Channel: crm.CaseByForm, Name: clean(f.Value("name"), maxName), Email: email, Company: clean(f.Value("company"), maxName), Subject: clean(f.Value("subject"), maxName),
		Text: clean(f.Value("text"), maxText), Language: r.language,
	}
	if q.Reasons, err = r.helpSuspicions(f, q); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Value("stamp"), q.Email, q.Subject, q.Text}, "\x00")))
	q.Key = "form/" + hex.EncodeToString(sum[:])
	if err := r.store.AskCare(r.ctx(), q, files); err != nil {
		return err
	}
	return r.SeeOther("/help?received=yes")
}

// helpSuspicions are the reasons for which a request waits for a person.
func (r *request) helpSuspicions(f form, q crm.CareRequest) ([]string, error) {
	b := formBody{Company: q.Company, ContactName: q.Name, Email: q.Email, Need: q.Subject + " " + q.Text, Website: f.Value("website")}
	return r.suspicions(crm.CaptureForm{Key: helpForm, MinSeconds: int(helpPause / time.Second)}, b, true, clean(f.Value("stamp"), 200))
}

// careRequestsPage is where people of care place requests of senders whom nobody knows.
type careRequestsPage struct {
	Form     form
	Rows     []crm.CareRequest
	Accounts []option
}

func pageCareRequests(r *request) error { return showCareRequests(r, form{}) }

func showCareRequests(r *request, f form) error {
	rows, err := r.store.CareRequests(r.ctx())
	if err != nil {
		return err
	}
	accounts, err := r.store.AccountChoices(r.ctx(), r.Scope())
	if err != nil {
		return err
	}
	p := careRequestsPage{Form: f, Rows: rows, Accounts: chosen(r.say("form.choose"), accounts)}
	return r.show(f.Status(), "care_requests", r.say("care.requests"), p)
}

// formCareRequest makes a case of a request, or puts it aside.
func formCareRequest(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}
	if f.Value("do") == "drop" {
		if err := r.judge(&f, r.store.DropRequest(r.ctx(), t)); err != nil {
			return err
		}
		if f.Failed() {
			return showCareRequests(r, f)
		}
		return r.said("saved", "/care/requests")
	}
	r.needed(&f, "account_id")
	var k crm.Case
	if !f.Failed() {
		k, err = r.store.PlaceRequest(r.ctx(), t, optionalID(f.Value("account_id")))
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCareRequests(r, f)
	}
	return r.said("case_opened", "/cases/"+string(k.ID))
}

// careSettingPage is where sales operations set how care is reached.
type careSettingPage struct {
	settingPage
	Address string // of the public form
}

func pageCareSetting(r *request) error { return showCareSetting(r, form{}) }

func showCareSetting(r *request, f form) error {
	c, version, err := r.store.CareSetting(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f = values("addresses", strings.Join(c.Addresses, ", "), "form_open", yes(c.FormOpen), "round_robin", yes(c.RoundRobin), "survey", yes(c.Survey), "categories", strings.Join(c.Categories, "\n"), "causes", strings.Join(c.Causes, "\n"))
	}
	page, err := r.settingPage(store.SettingCare, version, f, func(name string) string { return r.say("care.setting_" + name) })
	if err != nil {
		return err
	}
	return r.show(f.Status(), "care_setting", r.say("care.setting"), careSettingPage{page, r.ownOrigin() + "/help"})
}

func formCareSetting(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("addresses", "form_open", "round_robin", "survey", "categories", "causes")
	return r.saveSetting(f, "/settings/care", func(t store.Target) error {
		_, _, err := r.store.EditCareSetting(r.ctx(), t, func(c *crm.CareSetting) error {
			c.Addresses = strings.FieldsFunc(f.Value("addresses"), func(c rune) bool { return strings.ContainsRune(", ;\n", c) })
			c.FormOpen, c.RoundRobin, c.Survey = f.Value("form_open") == "true", f.Value("round_robin") == "true", f.Value("survey") == "true"
			c.Categories, c.Causes = strings.Split(f.Value("categories"), "\n"), strings.Split(f.Value("causes"), "\n")
			return nil
		})
		return err
	}, func(f form) error { return showCareSetting(r, f) })
}
