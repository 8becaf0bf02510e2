package api

import (
	"strings"
	"time"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/i18n"
	"leadtocash/store"
)

// letterPrinter draws a letter as it is kept with its record: in its own language, as the company writes it (S096).
func (r *request) letterPrinter() store.LetterPrinter {
	sc := r.srv.screens()
	texts, zone := sc.texts, sc.zone()
	return func(m crm.Message, from crm.LegalEntity) (store.DocumentFile, error) {
		words := texts.For(m.Language)
		bytes, err := documents.Draw(letterPaper(m, from, words, zone))
		name, wrong := fileName(strings.ReplaceAll(m.Subject, ".", " ")+".pdf", "application/pdf")
		if wrong != nil {
			name = "letter.pdf"
		}
		return store.DocumentFile{Name: name, MediaType: "application/pdf", Bytes: bytes}, err
	}
}

// letterPaper lays a letter out: who writes and to whom, the date, its subject and its text, line by line.
func letterPaper(m crm.Message, from crm.LegalEntity, words *i18n.Printer, zone *time.Location) documents.Paper {
	p := documents.Paper{
		Language: m.Language, Title: m.Subject, Page: words.T("letter.page"), At: m.At, Seller: []string{from.Name}, Buyer: []string{words.T("letter.to"), m.Recipient},
		Facts: []documents.Fact{{Name: words.T("col.date"), Value: words.LongDate(crm.DateOf(m.At, zone))}},
	}
	for _, line := range []string{from.Address, from.VAT} {
		if line != "" {
			p.Seller = append(p.Seller, line)
		}
	}
	for line := range strings.SplitSeq(m.Address, "\n") {
		if line != "" {
			p.Buyer = append(p.Buyer, line)
		}
	}
	for line := range strings.SplitSeq(m.Text, "\n") {
		p.Notes = append(p.Notes, line)
	}
	return p
}

// getLetter sends a letter that was written as a PDF, to be saved or opened.
func getLetter(r *request) error {
	m, e, err := r.writtenLetter()
	if err != nil {
		return err
	}
	f, err := r.letterPrinter()(m.Message, e)
	if err != nil {
		return err
	}
	r.sendBytes(f, "attachment", "default-src 'none'; sandbox")
	return nil
}

// writtenLetter is the letter of an engagement that the person may see; a mail is none.
func (r *request) writtenLetter() (m store.MessageRow, e crm.LegalEntity, err error) {
	id, err := r.id("id")
	if err != nil {
		return m, e, err
	}
	sc := store.ScopeOf(r.user, crm.MayReadOpportunity)
	i, err := r.store.EngagementPage(r.ctx(), sc, sc, id)
	if err != nil {
		return m, e, err
	}
	if i.Kind != "letter" {
		return m, e, store.ErrNotFound
	}
	if m, err = r.store.EngagementMessage(r.ctx(), id); err != nil {
		return m, e, err
	}
	e, err = r.store.LegalEntity(r.ctx())
	return m, e, err
}
