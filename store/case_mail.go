package store

import (
	"context"
	"errors"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// carePerson is whose address a mail or form came from.
type carePerson struct {
	AccountID crm.ID
	ContactID crm.ID
	Name      string
	Language  string
}

// personOf finds the customer whom an address belongs to: a contact's, the company's own, else one of a domain that only one company's contacts have and
// that is not everybody's. ErrNotFound when it is nobody's, or several companies'.
func (e *edit) personOf(ctx context.Context, address string) (p carePerson, err error) {
	people, err := many[carePerson](ctx, e.q, `select distinct on (account_id) account_id, contact_id, name, language from (
			select c.account_id, c.id as contact_id, c.name, c.language, 0 as place from contact c join account a on a.id = c.account_id
				where lower(c.email) = lower($1) and a.archived_at is null and c.archived_at is null
			union all select a.id, null, a.name, a.language, 1 from account a where lower(a.email) = lower($1) and a.archived_at is null) x
		order by account_id, place, contact_id limit 2`, address)
	switch {
	case err != nil:
		return p, err
	case len(people) == 1:
		return people[0], nil
	case len(people) > 1:
		return p, ErrNotFound
	}
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	if crm.CompanyOfMail(address, "") != domain {
		return p, ErrNotFound
	}
	people, err = many[carePerson](ctx, e.q, `select distinct a.id as account_id, null::uuid as contact_id, '' as name, a.language from account a
		where a.archived_at is null and (lower(split_part(a.email, '@', 2)) = $1 or exists (select from contact c where c.account_id = a.id and c.archived_at is null and lower(split_part(c.email, '@', 2)) = $1)) limit 2`, domain)
	if err == nil && len(people) != 1 {
		err = ErrNotFound
	}
	if err != nil {
		return p, err
	}
	return people[0], nil
}

// careMail takes a mail that is about a case or asks for help, in the transaction that keeps the mail; false when it is neither (S086).
// A letter of ours that it answers names its case, or the number in its subject does when the sender is of the same customer. Who is of the house writes
// a note. A mail to an address of care opens a case of its sender's company, and waits to be placed when that is not known.
func (s *Store) careMail(ctx context.Context, tx pgx.Tx, m *crm.InboundMail, l crm.Lead) (bool, error) {
	e := &edit{q: &behind{tx: tx}, actor: Customer, cause: "mail/" + string(m.ID), asks: s.Judge}
	if err := s.beginEdit(ctx, e); err != nil {
		return false, err
	}
	e.now = m.At
	taken, err := e.careMail(ctx, m, l)
	if err != nil || !taken {
		return false, err
	}
	m.Kind = crm.MailCare
	return true, e.q.flush(ctx)
}

func (e *edit) careMail(ctx context.Context, m *crm.InboundMail, l crm.Lead) (bool, error) {
	k, err := e.caseOfMail(ctx, m)
	if err == nil {
		return true, e.hearMail(ctx, k, m, l.ContactName)
	}
	if !errors.Is(err, ErrNotFound) {
		return false, err
	}
	care, err := careSetting(ctx, e.q)
	if err != nil || !care.Takes(m.Recipients) {
		return false, err
	}
	r := crm.CareRequest{
		ID: NewID(), Channel: crm.CaseByMail, Name: l.ContactName, Email: m.Sender, Subject: crm.CaseSubject(m.Subject), Text: m.Text, Language: l.Language, Key: "mail/" + m.Key, MailID: m.ID,
	}
	k, err = e.request(ctx, r, mailFiles(m.Files))
	if k.ID != "" {
		m.Process = crm.ProcessID(crm.KindCase, k.ID)
	}
	return true, err
}

// caseOfMail finds the case that a mail goes on about.
func (e *edit) caseOfMail(ctx context.Context, m *crm.InboundMail) (k crm.Case, err error) {
	var process string
	err = ErrNotFound
	if len(m.Letters) > 0 {
		err = told(e.q.QueryRow(ctx, `select process from effect where channel = 'mail' and replace(key, '/', '.') = any($1) order by array_position($1::text[], replace(key, '/', '.')) limit 1`, m.Letters).Scan(&process))
	}
	if err == nil {
		if kind, id := crm.SplitProcessID(process); kind == crm.KindCase {
			if id, err = e.rootCase(ctx, id); err != nil {
				return k, err
			}
			return e.lockCase(ctx, Everything(), id)
		}
		return k, ErrNotFound // it answers a letter of another process
	}
	if !errors.Is(err, ErrNotFound) {
		return k, err
	}
	number := crm.CaseNumberIn(m.Subject)
	if number == "" {
		return k, ErrNotFound
	}
	var id crm.ID
	if err := e.q.QueryRow(ctx, `select case_root(k.id) from care_case k join account a on a.id = k.account_id where k.number = $1 and (lower(k.sender) = lower($2) or lower(a.email) = lower($2)
			or exists (select from contact c where c.account_id = k.account_id and lower(c.email) = lower($2)) or exists (select from app_user u where u.active and lower(u.email) = lower($2)))`,
		number, m.Sender).Scan(&id); err != nil {
		return k, told(err)
	}
	return e.lockCase(ctx, Everything(), id)
}

// hearMail puts a mail on its case: as the customer's word, or as a note of one of the house.
func (e *edit) hearMail(ctx context.Context, k crm.Case, m *crm.InboundMail, name string) error {
	said := crm.CaseMessage{ID: NewID(), CaseID: k.ID, Channel: crm.CaseByMail, Name: name, Text: clipped(crm.NewInMail(m.Text), crm.MaxCaseText), MailID: m.ID}
	if name == "" {
		said.Name = m.Sender
	}
	if said.Text == "" {
		said.Text = m.Subject
	}
	var house crm.ID
	if err := orAbsent(e.q.QueryRow(ctx, `select id from app_user where active and lower(email) = lower($1) order by id limit 1`, m.Sender).Scan(&house)); err != nil {
		return err
	}
	if house != "" {
		said.Kind, said.AuthorID = crm.CaseInternal, house
		m.Process = crm.ProcessID(crm.KindCase, k.ID)
		return e.say(ctx, said, mailFiles(m.Files))
	}
	after, err := e.hear(ctx, k, said, mailFiles(m.Files))
	m.Process = crm.ProcessID(crm.KindCase, after.ID)
	return err
}

// orAbsent drops the error of a row that is not there.
func orAbsent(err error) error {
	if err = told(err); errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// clipped shortens a text to so many characters.
func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func mailFiles(files []crm.MailFile) (out []DocumentFile) {
	for _, f := range files {
		out = append(out, DocumentFile{Name: f.Name, MediaType: f.Media, Bytes: f.Bytes})
	}
	return out
}
