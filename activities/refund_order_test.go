package activities_test

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S087, decision 11: money is paid back in steps: asked for, approved by another person where it is over the limit of who asked, and paid, which alone moves the ledger,
// once. Of a deposit, too, which then counts for its deal no more. What was asked for is not asked for twice.
func TestRefundIsAskedApprovedPaid(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	q := c.quoted(func(d *store.QuoteDraft) { d.DepositPercent, d.DepositDays = decimal.NewFromInt(30), 27 })
	c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"}))
	c.must(c.do(crm.QuoteDeposit, "gina", crm.DepositFields{QuoteID: q, Amount: "300", Reference: "BANK-1"}))
	to := func(who string, id crm.ID) store.Target {
		return store.Target{Scope: store.Everything(), Actor: c.people[who], ID: id}
	}
	_, err := c.Receive(t.Context(), to("gina", account), crm.Payment{ID: store.NewID(), Reference: "B-2", Amount: decimal.NewFromInt(50), Currency: "EUR"}, nil)
	c.fine(err)
	asks := func(who string, amount int64, quote crm.ID) (crm.RefundOrder, error) {
		return c.AskRefund(t.Context(), to(who, account), crm.RefundOrder{ID: store.NewID(), Amount: decimal.NewFromInt(amount), Currency: "EUR", Reason: "Paid twice", QuoteID: quote})
	}
	no := func(err error, want string) {
		t.Helper()
		if err == nil || err.Error() != want {
			t.Errorf("%v, not %s", err, want)
		}
	}
	c.exec(`update app_user set approval_limit = 20 where name = 'gina'`)
	small, err := asks("gina", 20, "")
	if c.fine(err); small.State != crm.RefundApproved {
		t.Errorf("within the limit: %s", small.State)
	}
	_, err = asks("gina", 31, "") // twenty of fifty are asked for
	if err == nil {
		t.Error("asked for twice")
	}
	big, err := asks("gina", 30, "")
	if c.fine(err); big.State != crm.RefundAsked {
		t.Errorf("above the limit: %s", big.State)
	}
	deposit, err := asks("gina", 100, q)
	c.fine(err)
	if _, err = asks("gina", 201, q); err == nil {
		t.Error("more than the deposit")
	}
	before := ask[int](c.desk, `select count(*)::int from ledger`)
	_, err = c.DecideRefund(t.Context(), to("gina", big.ID), crm.RefundApproved, "")
	no(err, "self_approval")
	_, err = c.PayRefund(t.Context(), to("gina", big.ID), "OUT-1", crm.Date{})
	no(err, "refund_not_approved")
	_, err = c.DecideRefund(t.Context(), to("dora", big.ID), crm.RefundRefused, "No")
	c.fine(err)
	_, err = c.DecideRefund(t.Context(), to("dora", big.ID), crm.RefundApproved, "")
	no(err, "already_decided")
	for range 2 {
		_, err = c.DecideRefund(t.Context(), to("dora", deposit.ID), crm.RefundApproved, "")
		c.fine(err)
	}
	if after := ask[int](c.desk, `select count(*)::int from ledger`); after != before {
		t.Errorf("the ledger moved by %d before anything was paid", after-before)
	}
	for range 2 {
		for id, reference := range map[crm.ID]string{deposit.ID: "OUT-2", small.ID: "OUT-3"} {
			_, err = c.PayRefund(t.Context(), to("gina", id), reference, crm.Date{})
			c.fine(err)
		}
	}
	_, err = c.PayRefund(t.Context(), to("gina", small.ID), "OUT-4", crm.Date{})
	no(err, "refund_not_approved")
	if got := ask[string](c.desk, `select (select string_agg(kind || ' ' || sum, ', ' order by kind) from (select kind, sum(amount) from ledger where account_id = $1 group by kind) x) || '; ' || (select paid - used from quote_deposit)
		|| '; ' || (select count(*) from refund) || '; ' || (select count(*) from timeline where code in ('refund.asked', 'refund.approved', 'refund.refused', 'payment.refunded'))`, account); got != "deposit -200.00, payment -50.00, refund 20.00; 200.00; 2; 7" {
		t.Errorf("at the end: %s", got)
	}
	v, err := c.Statement(t.Context(), store.Everything(), account)
	if c.fine(err); len(v.Refunds) != 2 || len(v.OnAccount) != 1 || !v.OnAccount[0].Amount.Equal(decimal.NewFromInt(30)) || v.Lines[len(v.Lines)-1].Reference == "" {
		t.Errorf("the statement: %+v %+v", v.OnAccount, v.Refunds)
	}
}
