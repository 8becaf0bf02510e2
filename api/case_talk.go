package api

import (
	"mime"
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"
)

// caseMessageBody is what a customer said, by telephone for example.
type caseMessageBody struct {
	Text string `json:"text" doc:"required;max=10000"`
	Name string `json:"name" doc:"max=200;text=Who said it."`
}

// careRequestBody is a request for help that another system passes on.
type careRequestBody struct {
	Name     string `json:"name" doc:"max=200"`
	Email    string `json:"email" doc:"required;format=email"`
	Company  string `json:"company" doc:"max=200"`
	Subject  string `json:"subject" doc:"required;max=200"`
	Text     string `json:"text" doc:"max=10000"`
	Language string `json:"language" doc:"enum=language"`
}

// placeBody says whose request it is.
type placeBody struct {
	AccountID crm.ID `json:"account_id" doc:"required"`
}

// careSettingBody is how care is reached and how cases are given out.
type careSettingBody struct {
	Addresses  opt[[]string] `json:"addresses" doc:"text=The part before the @ of the addresses to which customers write for help."`
	FormOpen   opt[bool]     `json:"form_open" doc:"text=The public form /help is there."`
	RoundRobin opt[bool]     `json:"round_robin" doc:"text=New cases go in turn to the people of care who are there."`
	Categories opt[[]string] `json:"categories" doc:"text=What cases are about, at most 50."`
	Causes     opt[[]string] `json:"causes" doc:"text=What they came of, at most 50."`
	Survey     opt[bool]     `json:"survey" doc:"text=Customers are asked how satisfied they are with a solution, and once more after three working days."`
}

// careSettingRecord is the setting as it stands.
type careSettingRecord struct {
	crm.CareSetting
	Version int
}

// getCaseMessages is the conversation of a case, notes with it.
func getCaseMessages(r *request) error {
	k, err := r.careCase()
	if err != nil {
		return err
	}
	lines, err := r.store.CaseTalk(r.ctx(), k.ID, true)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[store.CaseLine]{Data: lines}))
}

// sayOnCase makes the handler of what is said on a case: by the customer, or among the house.
func sayOnCase(add func(*request, store.Target, crm.CaseMessage) error) func(*request) error {
	return func(r *request) error {
		k, err := r.careCase()
		if err != nil {
			return err
		}
		var b caseMessageBody
		if err := r.decode(&b); err != nil {
			return err
		}
		var c check
		c.lines("/text", &b.Text, maxText)
		if b.Text == "" && len(c.wrong) == 0 {
			c.fail("/text", "required", nil)
		}
		c.line("/name", &b.Name, maxName)
		if err := c.err(); err != nil {
			return err
		}
		find := func(id crm.ID) (store.CaseLine, error) { return r.store.CaseMessage(r.ctx(), id) }
		return made(r, find, func(id crm.ID) (store.CaseLine, error) {
			m := crm.CaseMessage{ID: id, Channel: crm.CaseByHouse, Name: b.Name, Text: b.Text}
			if err := add(r, store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: k.ID}, m); err != nil {
				return store.CaseLine{}, err
			}
			return find(id)
		}, func(l store.CaseLine) error { return r.JSON(http.StatusCreated, r.view(l)) })
	}
}

func heardOnCase(r *request, t store.Target, m crm.CaseMessage) error {
	_, err := r.store.HearCase(r.ctx(), t, m, nil)
	return err
}

func notedOnCase(r *request, t store.Target, m crm.CaseMessage) error {
	_, err := r.store.NoteCase(r.ctx(), t, m, nil)
	return err
}

// getCaseFile sends a file of a case, to be saved.
func getCaseFile(r *request) error {
	k, err := r.careCase()
	if err != nil {
		return err
	}
	return r.sendCaseFile(k.ID, true)
}

func (r *request) sendCaseFile(id crm.ID, house bool) error {
	entry, err := r.id("entry")
	if err != nil {
		return err
	}
	f, err := r.store.CaseFile(r.ctx(), id, entry, house)
	if err != nil {
		return err
	}
	return r.sendSaved(f)
}

// sendSaved sends a file that somebody sent us, to be saved and never shown.
func (r *request) sendSaved(f store.DocumentFile) error {
	h := r.gin.Writer.Header()
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("Content-Security-Policy", "sandbox")
	r.gin.Data(http.StatusOK, "application/octet-stream", f.Bytes)
	return nil
}

func getCareRequests(r *request) error {
	rows, err := r.store.CareRequests(r.ctx())
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, r.view(page[crm.CareRequest]{Data: rows}))
}

// postCareRequest takes a request that another system passes on: a case where the sender's company is known, else one that waits to be placed.
func postCareRequest(r *request) error {
	var b careRequestBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.line("/name", &b.Name, maxName)
	if b.Email == "" {
		c.fail("/email", "required", nil)
	}
	c.email("/email", &b.Email)
	c.line("/company", &b.Company, maxName)
	c.required("/subject", &b.Subject, maxName)
	c.lines("/text", &b.Text, maxText)
	c.language("/language", b.Language)
	if err := c.err(); err != nil {
		return err
	}
	if b.Language == "" {
		b.Language = crm.LanguageOfMail(b.Email)
	}
	find := func(id crm.ID) (crm.CareRequest, error) { return r.store.CareRequest(r.ctx(), id) }
	return made(r, find, func(id crm.ID) (crm.CareRequest, error) {
		q := crm.CareRequest{ID: id, Channel: crm.CaseByForm, Name: b.Name, Email: b.Email, Company: b.Company, Subject: b.Subject, Text: b.Text, Language: b.Language, Key: "api/" + string(id)}
		if err := r.store.AskCare(r.ctx(), q, nil); err != nil {
			return q, err
		}
		return find(id)
	}, func(q crm.CareRequest) error { return r.JSON(http.StatusCreated, r.view(q)) })
}

func postPlaceRequest(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	var b placeBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	c.idRequired("/account_id", &b.AccountID)
	if err := c.err(); err != nil {
		return err
	}
	k, err := r.store.PlaceRequest(r.ctx(), t, b.AccountID)
	if err != nil {
		return err
	}
	return r.record(k, k.Version)
}

func postDropRequest(r *request) error {
	t, err := r.target()
	if err != nil {
		return err
	}
	if err := r.store.DropRequest(r.ctx(), t); err != nil {
		return err
	}
	return r.NoContent()
}

func getCareSetting(r *request) error {
	c, version, err := r.store.CareSetting(r.ctx())
	if err != nil {
		return err
	}
	return r.record(careSettingRecord{c, version}, version)
}

// putCareSetting changes how care is reached; what is left out stays.
func putCareSetting(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b careSettingBody
	if err := r.decode(&b); err != nil {
		return err
	}
	c, version, err := r.store.EditCareSetting(r.ctx(), t, func(c *crm.CareSetting) error {
		set(b.Addresses, &c.Addresses)
		set(b.FormOpen, &c.FormOpen)
		set(b.RoundRobin, &c.RoundRobin)
		set(b.Survey, &c.Survey)
		set(b.Categories, &c.Categories)
		set(b.Causes, &c.Causes)
		return nil
	})
	if err != nil {
		return err
	}
	return r.record(careSettingRecord{c, version}, version)
}
