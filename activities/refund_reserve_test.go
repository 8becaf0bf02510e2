package activities_test

import (
	"testing"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// S087, decision 11: the deposits of two deals on one grouped invoice are set off by no more than what stands on the customer's account, from which a part was paid back
// already; what somebody asked for of them to be paid back stays where it is until that is decided.
func TestSetOffIsWhatIsThere(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	c.exec(`update account_tax set split_payment = false`)
	var quotes []crm.ID
	signs := func() int {
		q := c.quoted(func(d *store.QuoteDraft) {
			d.DepositPercent, d.DepositDays = decimal.NewFromInt(30), 27
			d.Shares = []crm.Share{{Kind: crm.TrancheProgress, Percent: decimal.NewFromInt(50)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(50)}}
		})
		quotes = append(quotes, q)
		c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"}))
		n := c.signs(c.must(c.do(crm.QuoteDeposit, "gina", crm.DepositFields{QuoteID: q, Amount: "366", Reference: "BANK-" + string(q)})).Params["order"])
		c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
		return n
	}
	a := signs()
	c.open(account)
	b := signs()
	if c.contract(b) < c.contract(a) {
		a, b, quotes[0], quotes[1] = b, a, quotes[1], quotes[0]
	}
	// 282 of the 732 were paid back by an entry that names no deposit, as before there were refunds of deposits; 100 of the first are asked for.
	c.exec(`insert into ledger (account_id, kind, amount, on_date, at) values ($1, 'deposit', 282, '2027-03-01', now())`, account)
	to := store.Target{Scope: store.Everything(), Actor: c.people["gina"], ID: account}
	o, err := c.AskRefund(t.Context(), to, crm.RefundOrder{ID: store.NewID(), Amount: decimal.NewFromInt(100), Currency: "EUR", Reason: "Too much", QuoteID: quotes[0]})
	c.fine(err)
	bills := func(position int) (before string) {
		t.Helper()
		var ids []crm.ID
		for _, n := range []int{a, b} {
			ids = append(ids, crm.ID(ask[string](c.desk, `select id::text from tranche where contract_id = $1 and position = $2`, c.contract(n), position)))
		}
		invoice := crm.ID(c.must(c.onContract(a, crm.InvoiceGroup, "gina", crm.GroupFields{TrancheIDs: ids})).Params["invoice"])
		c.balanced()
		return ask[string](c.desk, `select i.paid_before || ' of ' || i.total || ', ' || (select -sum(amount) from ledger where account_id = i.account_id and invoice_id is null) || ' left' from invoice i where id = $1`, invoice)
	}
	if got := bills(1); got != "350.00 of 1220.00, 100.00 left" { // 266 of the first, 84 of the second
		t.Errorf("the first: %s", got)
	}
	to.ID = o.ID
	to.Actor = c.people["dora"]
	_, err = c.DecideRefund(t.Context(), to, crm.RefundRefused, "No")
	c.fine(err)
	if got := bills(2); got != "100.00 of 1220.00, 0.00 left" {
		t.Errorf("the second: %s", got)
	}
}
