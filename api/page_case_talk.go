package api

import (
	"errors"
	"strconv"

	"leadtocash/crm"
	"leadtocash/store"
)

// savedAnswers offers the templates of mails for an answer; the one that the address names is put into the text, in the customer's language.
func (r *request) savedAnswers(p *casePage) error {
	rows, err := r.store.MailTemplateChoices(r.ctx(), "mail")
	if err != nil {
		return err
	}
	if p.Language, err = r.store.CaseLanguage(r.ctx(), p.ID); err != nil {
		return err
	}
	entity, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	chosen := optionalID(r.gin.Query("answer"))
	p.Answers = []option{{"", r.say("care.no_template")}}
	for _, t := range rows {
		p.Answers = append(p.Answers, option{string(t.ID), t.Name})
		if t.ID != chosen || p.Form.Sent("text") {
			continue
		}
		p.Form.values["answer"] = string(t.ID)
		p.Form.values["text"] = crm.FillMail(t.In(p.Language).Text, map[string]string{
			"company": p.Account, "contact": p.Contact, "our_company": entity.Name, "sender": r.user.Name, "deal": p.Number + " " + p.Subject,
		})
	}
	return nil
}

// formCaseNote keeps a note, with files, that stays in the house.
func formCaseNote(r *request) error {
	return r.caseWords("note", func(t store.Target, m crm.CaseMessage, files []store.DocumentFile) error {
		_, err := r.store.NoteCase(r.ctx(), t, m, files)
		return err
	})
}

// formCaseHeard writes down what the customer said on another way.
func formCaseHeard(r *request) error {
	return r.caseWords("heard", func(t store.Target, m crm.CaseMessage, files []store.DocumentFile) error {
		_, err := r.store.HearCase(r.ctx(), t, m, files)
		return err
	})
}

// caseWords reads a form of the case's page whose text has the name.
func (r *request) caseWords(name string, keep func(store.Target, crm.CaseMessage, []store.DocumentFile) error) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	f, files, err := r.anyFiles()
	if err != nil {
		return err
	}
	r.needed(&f, name)
	if !f.Failed() {
		m := crm.CaseMessage{ID: formID(&f), Channel: crm.CaseByHouse, Name: clean(f.Value("who"), maxName), Text: clean(f.Value(name), maxText)}
		err = keep(store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}, m, files)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCase(r, id, f)
	}
	return r.said("saved", "/cases/"+string(id)+"#talk")
}

// helpLimit bounds what a customer may send at once: some files and a text.
const helpLimit = 26 << 20

// customerCasePage is what a customer sees of his case under the link in his mails.
type customerCasePage struct {
	store.CasePage
	Seller crm.LegalEntity
	Secret string
	Talk   []store.CaseLine
	Form   form
	Sent   bool
	Rate   *crm.CaseRating // what he is asked about its solution
	Gone   []crm.Case      // of his, that went into this one
}

// customerCase finds the case of the secret; a wrong one is not found. The page speaks the customer's language.
func (r *request) customerCase() (store.CasePage, error) {
	secret := r.gin.Param("secret")
	if len(secret) < 20 || len(secret) > 100 {
		return store.CasePage{}, store.ErrNotFound
	}
	k, err := r.store.CustomerCase(r.ctx(), secret)
	if err != nil {
		return k, err
	}
	language, err := r.store.CaseLanguage(r.ctx(), k.ID)
	r.speak(language)
	return k, err
}

func pageCustomerCase(r *request) error {
	k, err := r.customerCase()
	if err != nil {
		return err
	}
	return showCustomerCase(r, k, form{values: map[string]string{}})
}

func showCustomerCase(r *request, k store.CasePage, f form) (err error) {
	p := customerCasePage{CasePage: k, Secret: r.gin.Param("secret"), Form: f, Sent: r.gin.Query("sent") == "yes"}
	if p.Seller, err = r.store.LegalEntity(r.ctx()); err != nil {
		return err
	}
	if p.Talk, err = r.store.CaseTalk(r.ctx(), k.ID, false); err != nil {
		return err
	}
	kin, err := r.store.CaseKin(r.ctx(), k.ID)
	if err != nil {
		return err
	}
	p.Gone = kin.Gone
	switch q, err := r.store.OpenRating(r.ctx(), k.ID); {
	case err == nil:
		p.Rate = &q
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	r.gin.Header("Referrer-Policy", "no-referrer")
	r.gin.Header("X-Robots-Tag", "noindex")
	return r.show(f.Status(), "customer_case", k.Number+" "+k.Subject, p)
}

// formCustomerCase takes what the customer writes with his files, or his word that it is over. What he writes on a solved case takes it up again.
func formCustomerCase(r *request) error {
	if wait, ok := r.srv.rates.take("talk "+r.gin.ClientIP(), talkPerSecond, talkBurst); !ok {
		return later(codeRateLimited, wait)
	}
	k, err := r.customerCase()
	if err != nil {
		return err
	}
	f, files, err := r.anyFiles()
	if err != nil {
		return err
	}
	path := "/c/" + r.gin.Param("secret") + "?sent=yes#talk"
	if f.Value("do") == "done" && !f.Failed() {
		a, _, err := r.carry(f, crm.CareDone, crm.KindCase, k.ID, crm.CaseTextFields{Text: clean(f.Value("text"), maxText)})
		if err != nil {
			return err
		}
		if !a.OK() {
			r.refuse(&f, a)
			return showCustomerCase(r, k, f)
		}
		return r.SeeOther(path)
	}
	r.needed(&f, "text")
	if len(files) > crm.MaxCaseFiles {
		f.blame("file", r.say("document.too_many_files", "N", crm.MaxCaseFiles))
	}
	if !f.Failed() {
		m := crm.CaseMessage{ID: formID(&f), Channel: crm.CaseByPage, Name: customerName(k), Text: clean(f.Value("text"), maxText)}
		_, err = r.store.HearCase(r.ctx(), store.Target{Scope: store.Everything(), Actor: store.Customer, ID: k.ID}, m, files)
		if err = r.judge(&f, err); err != nil {
			return err
		}
	}
	if f.Failed() {
		return showCustomerCase(r, k, f)
	}
	return r.SeeOther(path)
}

// formCustomerRating takes how satisfied the customer is, once for each solution.
func formCustomerRating(r *request) error {
	k, err := r.customerCase()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	f.known("stars")
	q, err := r.store.OpenRating(r.ctx(), k.ID)
	if errors.Is(err, store.ErrNotFound) { // he has answered
		return r.SeeOther("/c/" + r.gin.Param("secret") + "?sent=yes")
	} else if err != nil {
		return err
	}
	stars, _ := strconv.Atoi(f.Value("stars"))
	err = r.store.RateCase(r.ctx(), store.Customer, q.ID, stars, clean(f.Value("rating_words"), maxText))
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		return showCustomerCase(r, k, f)
	}
	return r.SeeOther("/c/" + r.gin.Param("secret") + "?sent=yes")
}

// customerName is what the customer of a case is called on it.
func customerName(k store.CasePage) string {
	for _, name := range []string{k.Contact, k.SenderName, k.Sender} {
		if name != "" {
			return name
		}
	}
	return k.Account
}

// pageCustomerCaseFile sends the customer a file of his case, to be saved.
func pageCustomerCaseFile(r *request) error {
	k, err := r.customerCase()
	if err != nil {
		return err
	}
	return r.sendCaseFile(k.ID, false)
}
