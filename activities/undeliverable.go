package activities

import (
	"context"
	"encoding/json"
	"errors"

	"leadtocash/crm"
	"leadtocash/store"
)

// bounced bars the address from which a letter to a debtor came back for good (N5): the letter says so, its level comes again, and with those that had not left it is for
// somebody to print and post, as all letters are until the address is corrected or confirmed. The collector is told the address and the server's reason by a call to make.
func (s *Steps) bounced(ctx context.Context, tx *store.Tx, f crm.BouncedFields) (crm.Answer, error) {
	_, account := crm.SplitProcessID(tx.Process.ID)
	c, err := s.debtor(ctx, tx, account)
	if err != nil {
		return crm.Answer{}, err
	}
	l, err := tx.LetterBack(ctx, f.Key, f.Reason)
	if err != nil {
		return crm.Answer{}, err
	}
	if err := tx.AddUndeliverable(ctx, account, crm.Undeliverable{ID: store.NewID(), Email: l.To, Reason: f.Reason}, f.Key); err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "letter.came_back", AccountID: account, Data: map[string]any{"recipient": l.To, "reason": f.Reason, "invoice": l.Texts["invoice"]}})
	if len(c.debts) == 0 || tx.Process.Closed { // nothing is asked of him any more
		return done(), nil
	}
	var all []crm.ID
	for _, d := range c.debts {
		all = append(all, d.InvoiceID)
	}
	if err := tx.CancelLetters(ctx, all, "undeliverable"); err != nil {
		return crm.Answer{}, err
	}
	if _, err := s.give(ctx, tx, c, "call", l.To+": "+f.Reason+" · "+c.to.Name); err != nil {
		return crm.Answer{}, err
	}
	return done(), s.collect(ctx, tx, account)
}

// give gives the collector something to do this morning, and tells what; empty in a company that has nobody there.
func (s *Steps) give(ctx context.Context, tx *store.Tx, c collection, kind, subject string) (crm.ID, error) {
	who, err := tx.Collector(ctx, c.account)
	if err != nil || who == "" {
		return "", err
	}
	g := crm.Engagement{ID: store.NewID(), Kind: kind, OpportunityID: c.debts[0].OpportunityID, Subject: crm.ServerWords(subject), DueAt: store.Morning(c.cal.NextWorkingDay(tx.Today), tx.Zone), OwnerID: who}
	if kind == "call" { // what is said on the phone is noted with the debtor
		return g.ID, tx.AddCallTask(ctx, g, c.account)
	}
	return g.ID, tx.AddTask(ctx, g, c.account)
}

// leave writes a letter to the debtor with the step: by mail, or for somebody to print and post where his address takes none. About is what it is about, in few words.
func (s *Steps) leave(ctx context.Context, tx *store.Tx, c collection, key, about string, invoice crm.ID, l crm.Letter) error {
	if !c.to.Barred {
		leaveMail(tx, key, invoice, l)
		return nil
	}
	payload, err := json.Marshal(l)
	if err != nil {
		return err
	}
	tx.Leave(store.Effect{Key: key, Channel: store.ChannelPaper, Payload: payload, InvoiceID: invoice})
	task, err := s.give(ctx, tx, c, "letter", about+" · "+c.to.Name)
	if err != nil {
		return err
	}
	return tx.AddPaperLetter(ctx, c.account, task, key)
}

// confirmAddress has letters go by mail again to an address from which one came back.
func (s *Steps) confirmAddress(ctx context.Context, tx *store.Tx, f crm.ReleaseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	email, err := tx.EndUndeliverable(ctx, c.account, f.ID)
	if errors.Is(err, store.ErrNotFound) {
		return refuse("hold_over"), nil
	} else if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "letter.address_confirmed", AccountID: c.account, Data: map[string]any{"recipient": email, "note": f.Note}})
	return done(), nil
}

// posted notes that a letter on paper is on its way.
func (s *Steps) posted(ctx context.Context, tx *store.Tx, f crm.ReleaseFields) (crm.Answer, error) {
	c, a, err := s.begin(ctx, tx)
	if err != nil || !a.OK() {
		return a, err
	}
	p, err := tx.Posted(ctx, c.account, f.ID)
	if errors.Is(err, store.ErrNotFound) {
		return refuse("hold_over"), nil
	} else if err != nil {
		return crm.Answer{}, err
	}
	tx.Tell(store.Entry{Code: "letter.posted", AccountID: c.account, Data: map[string]any{"invoice": p.Number, "recipient": c.to.Name}})
	return done(), nil
}
