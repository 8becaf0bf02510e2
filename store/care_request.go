package store

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// SettingCare is how care is reached and how cases are given out.
const SettingCare = "care"

func careSetting(ctx context.Context, q querier) (crm.CareSetting, error) {
	return one[crm.CareSetting](ctx, q, `select addresses, form_open, round_robin, survey, categories, causes from care_setting`)
}

// CareSetting reads how care is reached, with the setting's version.
func (s *Store) CareSetting(ctx context.Context) (c crm.CareSetting, version int, err error) {
	if version, err = settingVersion(ctx, s.pool, SettingCare, ""); err != nil {
		return c, 0, err
	}
	c, err = careSetting(ctx, s.pool)
	return c, version, err
}

// EditCareSetting changes it. Errors: those of crm.CareSetting.Check, Stale.
func (s *Store) EditCareSetting(ctx context.Context, t Target, apply func(*crm.CareSetting) error) (c crm.CareSetting, version int, err error) {
	version, err = s.editSetting(ctx, SettingCare, t, func(e *edit) (map[string]change, error) {
		if c, err = careSetting(ctx, e.q); err != nil {
			return nil, err
		}
		before := careTexts(c)
		if err := apply(&c); err != nil {
			return nil, err
		}
		if err := c.Check(); err != nil {
			return nil, err
		}
		if c.Addresses == nil {
			c.Addresses = []string{}
		}
		_, err := e.q.Exec(ctx, `update care_setting set addresses = $1, form_open = $2, round_robin = $3, survey = $4, categories = $5, causes = $6`, c.Addresses, c.FormOpen, c.RoundRobin, c.Survey, c.Categories, c.Causes)
		return compare(before, careTexts(c)), told(err)
	})
	return c, version, err
}

func careTexts(c crm.CareSetting) map[string]string {
	return map[string]string{
		"addresses": strings.Join(c.Addresses, ", "), "form_open": strconv.FormatBool(c.FormOpen), "round_robin": strconv.FormatBool(c.RoundRobin), "survey": strconv.FormatBool(c.Survey),
		"categories": strings.Join(c.Categories, ", "), "causes": strings.Join(c.Causes, ", "),
	}
}

// AskCare takes what a public form or the API says for a customer. It opens a case where the sender's company is known and nothing makes it look like
// spam, else the request waits for a person. The same key again changes nothing. Nobody is told which of these it was.
func (s *Store) AskCare(ctx context.Context, r crm.CareRequest, files []DocumentFile) error {
	return s.edit(ctx, Customer, func(e *edit) error {
		_, err := e.request(ctx, r, files)
		return err
	})
}

// request opens a case, or holds what cannot be one by itself; the case given back then has no id.
func (e *edit) request(ctx context.Context, r crm.CareRequest, files []DocumentFile) (k crm.Case, err error) {
	r.Subject, r.Text = requestSubject(r), clipped(r.Text, crm.MaxCaseText)
	if r.ID == "" {
		r.ID = NewID()
	}
	if err := late(ctx, e.q, `select pg_advisory_xact_lock(hashtext('care_request'), hashtext($1))`, r.Key); err != nil {
		return k, err
	}
	var known bool
	if err := e.q.QueryRow(ctx, `select exists (select from care_request where key = $1)`, r.Key).Scan(&known); err != nil || known {
		return k, told(err)
	}
	p, err := e.personOf(ctx, r.Email)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return k, err
	}
	r.State = "held"
	if err == nil && len(r.Reasons) == 0 {
		if k, err = e.caseOfRequest(ctx, r, p); err != nil {
			return k, err
		}
		r.State, r.CaseID = "placed", k.ID
	}
	if err := e.keepRequest(ctx, r); err != nil {
		return k, err
	}
	if k.ID == "" {
		return k, e.keepRequestFiles(ctx, r.ID, files)
	}
	return k, e.placed(ctx, k, r, files)
}

func requestSubject(r crm.CareRequest) string {
	s := r.Subject
	if s == "" {
		s, _, _ = strings.Cut(strings.TrimSpace(r.Text), "\n")
	}
	if s == "" {
		s = r.Email
	}
	return clipped(s, 200)
}

func (e *edit) keepRequest(ctx context.Context, r crm.CareRequest) error {
	if r.Reasons == nil {
		r.Reasons = []string{}
	}
	_, err := e.q.Exec(ctx, `insert into care_request (id, channel, name, email, company, subject, text, language, reasons, key, mail_id, state, case_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, r.ID, r.Channel, r.Name, r.Email, r.Company, r.Subject, r.Text, r.Language, r.Reasons, r.Key, r.MailID, r.State, r.CaseID, e.now)
	return told(err)
}

func (e *edit) keepRequestFiles(ctx context.Context, request crm.ID, files []DocumentFile) error {
	for _, f := range files {
		if _, err := e.q.Exec(ctx, `insert into care_request_file (id, request_id, name, media_type, bytes) values ($1, $2, $3, $4, $5)`, NewID(), request, f.Name, f.MediaType, f.Bytes); err != nil {
			return told(err)
		}
	}
	return nil
}

// caseOfRequest opens the case of a request for the customer.
func (e *edit) caseOfRequest(ctx context.Context, r crm.CareRequest, p carePerson) (crm.Case, error) {
	k := crm.Case{
		ID: NewID(), AccountID: p.AccountID, ContactID: p.ContactID, Subject: r.Subject, Text: r.Text, Priority: crm.PriorityNormal, Channel: r.Channel,
		Sender: r.Email, SenderName: r.Name, Language: p.Language,
	}
	if p.Language == "" {
		k.Language = r.Language
	}
	if e.actor != Customer {
		k.OpenedBy = e.actor
	}
	return k, e.openCase(ctx, &k, "")
}

// placed puts what was asked on the new case and tells the customer that it came in.
func (e *edit) placed(ctx context.Context, k crm.Case, r crm.CareRequest, files []DocumentFile) error {
	name := r.Name
	if name == "" {
		name = r.Email
	}
	m := crm.CaseMessage{ID: NewID(), CaseID: k.ID, Kind: crm.CaseFromCustomer, Channel: r.Channel, Name: name, Text: r.Text, MailID: r.MailID}
	if m.Text == "" {
		m.Text = r.Subject
	}
	if err := e.say(ctx, m, files); err != nil {
		return err
	}
	return e.receipt(ctx, k)
}

// CareRequests lists those that wait for a person, the oldest first.
func (s *Store) CareRequests(ctx context.Context) ([]crm.CareRequest, error) {
	return many[crm.CareRequest](ctx, s.pool, `select * from care_request where state = 'held' order by at, id limit 200`)
}

// CareRequestCount is how many wait.
func (s *Store) CareRequestCount(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*)::int from care_request where state = 'held'`).Scan(&n)
	return n, told(err)
}

// PlaceRequest makes a case of a request for the customer that a person chose; twice is once. Errors: ErrNotFound, already_done when it was dropped,
// unknown_record at /account_id.
func (s *Store) PlaceRequest(ctx context.Context, t Target, account crm.ID) (k crm.Case, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		r, err := one[crm.CareRequest](ctx, e.q, `select * from care_request where id = $1 for update`, t.ID)
		switch {
		case err != nil:
			return err
		case r.State == "placed":
			k, err = one[crm.Case](ctx, e.q, `select `+caseColumns+` from care_case where id = $1`, r.CaseID)
			return err
		case r.State != "held":
			return Refused{Code: "already_done"}
		}
		a, err := one[crm.Account](ctx, e.q, `select * from account where id = @id and `+t.Scope.sees("owner_id"), t.Scope.args(pgx.NamedArgs{"id": account}))
		if err != nil {
			return unknown(err, "/account_id")
		}
		p := carePerson{AccountID: a.ID, Language: r.Language}
		if err := orAbsent(e.q.QueryRow(ctx, `select id from contact where account_id = $1 and lower(email) = lower($2) order by id limit 1`, a.ID, r.Email).Scan(&p.ContactID)); err != nil {
			return err
		}
		if k, err = e.caseOfRequest(ctx, r, p); err != nil {
			return err
		}
		files, err := many[DocumentFile](ctx, e.q, `select name, media_type, bytes from care_request_file where request_id = $1 order by name, id`, r.ID)
		if err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `update care_request set state = 'placed', case_id = $2, decided_by = $3, decided_at = $4 where id = $1`, r.ID, k.ID, t.Actor, e.now); err != nil {
			return told(err)
		}
		return e.placed(ctx, k, r, files)
	})
	return k, err
}

// DropRequest puts a request aside; twice is once. Errors: ErrNotFound, already_done when it is a case.
func (s *Store) DropRequest(ctx context.Context, t Target) error {
	return s.edit(ctx, t.Actor, func(e *edit) error {
		r, err := one[crm.CareRequest](ctx, e.q, `select * from care_request where id = $1 for update`, t.ID)
		if err != nil || r.State == "dropped" {
			return err
		}
		if r.State != "held" {
			return Refused{Code: "already_done"}
		}
		_, err = e.q.Exec(ctx, `update care_request set state = 'dropped', decided_by = $2, decided_at = $3 where id = $1`, r.ID, t.Actor, e.now)
		return told(err)
	})
}

// CareRequest reads one request.
func (s *Store) CareRequest(ctx context.Context, id crm.ID) (crm.CareRequest, error) {
	return one[crm.CareRequest](ctx, s.pool, `select * from care_request where id = $1`, id)
}
