package activities

import (
	"context"

	"leadtocash/crm"
	"leadtocash/i18n"
	"leadtocash/rules"
	"leadtocash/store"
)

// deadlineQuoteDeposit comes when the deposit that confirms an acceptance was not noted in time: at the local midnight after its last day.
const deadlineQuoteDeposit = "quote_deposit"

// deadlineDepositReminder comes in the morning of the working day some days before a deposit's last day.
const deadlineDepositReminder = "deposit_reminder"

// awaitDeposit keeps the customer's word and asks for the deposit: what stood beside the quote is closed, the deal stays open and its amount as it is (S032)
// until the payment is noted. What he paid for an earlier version of the deal counts; where that covers the deposit, the deal is won at once.
func (s *Steps) awaitDeposit(ctx context.Context, tx *store.Tx, o crm.Opportunity, q crm.Quote, f crm.QuoteDecision) (crm.Answer, error) {
	_, onHand, err := tx.OnHand(ctx, o.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	d := crm.Deposit{QuoteID: q.ID, Amount: q.Deposit().Sub(onHand), DueOn: tx.Today.AddDays(q.DepositDays)}
	if !d.Amount.IsPositive() {
		return s.accept(ctx, tx, o, q, f)
	}
	if err := tx.CloseQuotes(ctx, o.ID, q.ID); err != nil {
		return crm.Answer{}, err
	}
	if err := decideQuote(ctx, tx, &q, crm.QuoteAwaiting, f); err != nil {
		return crm.Answer{}, err
	}
	if err := tx.AskDeposit(ctx, d); err != nil {
		return crm.Answer{}, err
	}
	tx.At(deadlineQuoteDeposit, string(q.ID), d.DueOn.AddDays(1).StartIn(tx.Zone))
	cal, err := tx.Calendar(ctx)
	if err != nil {
		return crm.Answer{}, err
	}
	if at := store.Morning(cal.LastWorkingDay(d.DueOn.AddDays(-remindDays)), tx.Zone); at.After(tx.Now) {
		tx.At(deadlineDepositReminder, string(q.ID), at)
	}
	tx.Tell(store.Entry{
		Code: "quote.reserved", AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "by": f.Name, "note": f.Note, "address": f.Address, "amount": d.Amount, "due": d.DueOn},
	})
	return done("deposit", d.Amount.StringFixed(2)), mailDeposit(ctx, tx, "deposit", o, q, d)
}

// mailDeposit asks the customer for his deposit in the quote's language: how much, until when, to which account and what he has to name.
func mailDeposit(ctx context.Context, tx *store.Tx, template string, o crm.Opportunity, q crm.Quote, d crm.Deposit) error {
	to, err := tx.Recipient(ctx, o.AccountID, o.ContactID)
	if err != nil {
		return err
	}
	leaveMail(tx, mailKey(template, q.ID), "", crm.Letter{
		Template: template, To: to.Email, Name: to.Name, Language: q.Language,
		Texts: map[string]string{"quote": q.Label(), "due_date": d.DueOn.String(), "company": tx.Entity.Name, "iban": crm.ShowIBAN(tx.Entity.IBAN)},
		Money: map[string]crm.Amount{"amount": {Value: d.Amount, Currency: q.Currency}},
	})
	return nil
}

// remindOfDeposit asks again for a deposit that has not come some days before its last day.
func (s *Steps) remindOfDeposit(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	o, q, err := quoteOf(ctx, tx, crm.ID(d.Key))
	if err != nil || q.State != crm.QuoteAwaiting || o.State != crm.OpportunityOpen {
		return err
	}
	deposit, err := tx.Deposit(ctx, q.ID)
	if err != nil {
		return err
	}
	return mailDeposit(ctx, tx, "deposit_reminder", o, q, deposit)
}

// returnDeposit gives the owner of a deal that is lost the task to have its deposit handed back, where one came in.
func returnDeposit(ctx context.Context, tx *store.Tx, o crm.Opportunity) error {
	_, sum, err := tx.OnHand(ctx, o.ID)
	if err != nil || !sum.IsPositive() {
		return err
	}
	tx.Tell(store.Entry{Code: "opportunity.deposit_kept", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"amount": sum, "currency": o.Currency}})
	return ownersTask(ctx, tx, o, "task.deposit_return", func(say *i18n.Printer) map[string]any {
		return map[string]any{"Amount": say.Money(sum, crm.Currency(o.Currency))}
	})
}

// noteDeposit notes that the deposit came in; from here it goes on as an acceptance does. The same reference twice is one payment.
func (s *Steps) noteDeposit(ctx context.Context, tx *store.Tx, f crm.DepositFields) (crm.Answer, error) {
	o, q, err := quoteOf(ctx, tx, f.QuoteID)
	if err != nil {
		return crm.Answer{}, err
	}
	if q.State == crm.QuoteAccepted {
		order, err := tx.OrderOf(ctx, q.ID)
		return done("order", string(order)), err
	}
	if q.State != crm.QuoteAwaiting || o.State != crm.OpportunityOpen {
		return refuse("deposit_not_due", "state", string(q.State)), nil
	}
	d, err := tx.Deposit(ctx, q.ID)
	if err != nil {
		return crm.Answer{}, err
	}
	if a := d.Pay(f, crm.Currency(q.Currency), tx.Today, tx.Actor, tx.Now); !a.OK() {
		return a, nil
	}
	if err := tx.SaveDeposit(ctx, o.AccountID, d); err != nil {
		return crm.Answer{}, err
	}
	tx.Unset(deadlineQuoteDeposit, string(q.ID))
	tx.Unset(deadlineDepositReminder, string(q.ID))
	tx.Tell(store.Entry{
		Code: "quote.deposit_paid", AccountID: o.AccountID, OpportunityID: o.ID,
		Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "amount": *d.Paid, "reference": d.Reference},
	})
	tx.Tell(store.Entry{Code: "quote.accepted", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "by": q.DecidedBy, "note": q.DecidedNote, "address": q.DecidedAddress}})
	return s.winBy(ctx, tx, o, q, crm.QuoteDecision{QuoteID: q.ID})
}

// lapseDeposit gives up an acceptance whose deposit did not come: the quote has lapsed, the deal goes on.
func (s *Steps) lapseDeposit(ctx context.Context, tx *store.Tx, d store.Deadline) error {
	o, q, err := quoteOf(ctx, tx, crm.ID(d.Key))
	if err != nil || q.State != crm.QuoteAwaiting {
		return err
	}
	q.State = crm.QuoteExpired
	tx.Tell(store.Entry{Code: "quote.deposit_lapsed", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "amount": q.Deposit()}})
	return tx.SaveQuote(ctx, q)
}

// withdrawQuote takes back a quote that is out, with the reason that the seller gives; the customer's page says so.
func (s *Steps) withdrawQuote(ctx context.Context, tx *store.Tx, f crm.QuoteDecision) (crm.Answer, error) {
	o, q, err := quoteOf(ctx, tx, f.QuoteID)
	if err != nil {
		return crm.Answer{}, err
	}
	switch {
	case q.State != crm.QuoteSent:
		return refuse("quote_not_open", "state", string(q.State)), nil
	case f.Note == "":
		return invalid("/note", "required"), nil
	}
	q.State = crm.QuoteWithdrawn
	tx.Unset(deadlineQuoteExpires, string(q.ID))
	tx.Unset(deadlineQuoteReminder, string(q.ID))
	tx.Tell(store.Entry{Code: "quote.withdrawn", AccountID: o.AccountID, OpportunityID: o.ID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "note": f.Note}})
	return done(), tx.SaveQuote(ctx, q)
}

// quoteGate asks the gate of the stage that a quote enters; one of several that stand side by side is asked about itself, not about the newest.
func (s *Steps) quoteGate(ctx context.Context, tx *store.Tx, set *rules.Set, o crm.Opportunity, q crm.Quote, stage string) (crm.Verdict, error) {
	if q.Variant == "" {
		return s.gate(ctx, tx, set, o, stage)
	}
	facts, err := tx.Facts(ctx, o.ID)
	if err != nil {
		return crm.Verdict{}, err
	}
	lines, err := tx.QuoteLines(ctx, q.ID)
	if err != nil {
		return crm.Verdict{}, err
	}
	facts.Quote = store.FactsOfQuote(q, lines)
	return judged(ctx, tx, set, o, stage, facts)
}
