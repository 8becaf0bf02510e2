package activities_test

import (
	"encoding/json"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"
	"leadtocash/store"

	"github.com/shopspring/decimal"
)

// newCashier is a counter whose orders dora approves, and whose money gina keeps; the company and its customer have what an electronic invoice says.
func newCashier(t *testing.T) *counter {
	t.Helper()
	c := newCounter(t)
	u, err := c.CreateUser(t.Context(), crm.User{Name: "gina", Email: "gina@example.com", Language: "en", Roles: []crm.Role{crm.RoleFinance}}, "a long password")
	c.fine(err)
	c.people["gina"] = u.ID
	c.exec(`update app_user set approval_limit = 100000 where name = 'dora'`)
	c.exec(`update legal_entity set vat = 'IT00743110157', street = 'Via Roma 1', postal_code = '20121', city = 'Milano', province = 'MI', regime = 'RF01', iban = 'IT60X0542811101000000123456'`)
	c.exec(`update account set country = 'IT', address = 'Piazza A. Saffi 8', tax_code = '00743110157', sdi = 'UFY9MH'`)
	c.exec(`with x as (insert into account_address (id, account_id, purpose, street, postal_code, city, region, country, created_at) select gen_random_uuid(), id, 'legal', 'Piazza A. Saffi 8', '47121', 'Forlì', 'FC', 'IT', now()
		from account returning *) insert into account_main_address (account_id, purpose, address_id) select account_id, purpose, id from x`)
	_, err = c.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleApproval: oneLevel, crm.RuleOrder: "order:\n  checks:\n    - order.tranches >= 0\n"}, "shipped", "")
	c.fine(err)
	return c
}

// signs takes an order to its contract and tells which of the house's it is.
func (c *counter) signs(order string) int {
	c.t.Helper()
	c.orders = append(c.orders, crm.ID(order))
	n := len(c.orders) - 1
	c.validate(n)
	c.must(c.approve(n, "dora"))
	return n
}

// billed issues the invoice of a contract's tranche and tells what the customer owes.
func (c *counter) billed(n, position int) (invoice crm.ID, open string) {
	c.t.Helper()
	tranche := crm.ID(ask[string](c.desk, `select id::text from tranche where contract_id = $1 and position = $2`, c.contract(n), position))
	invoice = crm.ID(c.must(c.onContract(n, crm.InvoiceIssue, "gina", crm.IssueFields{TrancheID: tranche})).Params["invoice"])
	c.balanced()
	return invoice, ask[string](c.desk, `select r.open || ' of ' || i.total || ', ' || i.paid_before || ' before, ' || t.state from receivable r join invoice i on i.id = r.invoice_id join tranche t on t.invoice_id = i.id where i.id = $1`, invoice)
}

func (c *counter) letter(key string) (l crm.Letter) {
	c.t.Helper()
	c.fine(json.Unmarshal([]byte(ask[string](c.desk, `select payload::text from effect where key = $1`, key)), &l))
	return l
}

// S062, S087, S091: of an invoice whose tax the customer pays to the state he owes the net, less what his deposit covers; the ledger explains it, what comes in is
// held against that, and the electronic invoice asks for the same.
func TestDepositAndSplitPayment(t *testing.T) {
	t.Parallel()
	c := newCashier(t)
	c.at("2027-03-01 10:00")
	account := ask[crm.ID](c.desk, `select account_id from opportunity where id = $1`, c.deal)
	percent := func(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
	asks := func(d *store.QuoteDraft) {
		d.DepositPercent, d.DepositDays = percent(30), 27
		d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: percent(20)}, {Kind: crm.TrancheBalance, Percent: percent(80)}}
	}
	q := c.quoted(asks)
	other := c.beside(q)
	for range 2 {
		c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"}))
	}
	if l := c.letter("mail/deposit/" + string(q)); l.Language != "pl" || l.To != "buyer@example.com" || l.Texts["iban"] != "IT60 X054 2811 1010 0000 0123 456" || l.Texts["due_date"] != "2027-03-28" ||
		!l.Money["amount"].Value.Equal(percent(300)) || !strings.HasPrefix(l.Texts["quote"], "Q-") {
		t.Errorf("asked for: %+v", l)
	}
	c.due("2027-03-26 08:00") // a Friday
	c.due("2027-03-26 08:01")
	if n := ask[string](c.desk, `select string_agg(key, ' ') from effect where key like 'mail/deposit%'`); n != "mail/deposit/"+string(q)+" mail/deposit_reminder/"+string(q) {
		t.Errorf("mails: %s", n)
	}
	n := c.signs(c.must(c.do(crm.QuoteDeposit, "gina", crm.DepositFields{QuoteID: q, Amount: "300", Reference: "BANK-1"})).Params["order"])
	if got := c.quoteState(other) + ask[string](c.desk, `select ', ' || split_payment || ' ' || deposit from contract`); got != "B not_chosen, true 300.00" {
		t.Errorf("the contract: %s", got)
	}
	first, open := c.billed(n, 1)
	if open != "0.00 of 244.00, 200.00 before, paid" {
		t.Errorf("the first invoice: %s", open)
	}
	if l := c.letter("mail/invoice/" + string(first)); !l.Money["to_pay"].Value.IsZero() || !l.Money["split_tax"].Value.Equal(percent(44)) || !l.Money["paid_before"].Value.Equal(percent(200)) {
		t.Errorf("the mail with it: %+v", l.Money)
	}
	c.must(c.onContract(n, crm.ProjectProgress, "dora", crm.ProgressFields{Percent: "100"}))
	second, open := c.billed(n, 2)
	if open != "700.00 of 976.00, 100.00 before, invoiced" {
		t.Errorf("the second: %s", open)
	}
	c.sameElectronically(second, "700.00")
	pay := crm.PaymentFields{InvoiceID: second, Amount: "876", Reference: "BANK-2"}
	c.refused(c.onContract(n, crm.PaymentRecord, "gina", pay), "overpayment")
	pay.Amount = "700"
	c.must(c.onContract(n, crm.PaymentRecord, "gina", pay))
	c.balanced()
	if got := ask[string](c.desk, `select string_agg(kind || ' ' || sum, ', ' order by kind) from (select kind, sum(amount) from ledger where account_id = $1 group by kind) x`, account); got != "deposit -300.00, invoice 1220.00, payment -700.00, split_tax -220.00" {
		t.Errorf("the ledger: %s", got)
	}
	if v, err := c.ContractHead(t.Context(), store.Everything(), c.contract(n)); err != nil || !v.Paid.Equal(percent(1000)) || !v.Invoiced.Equal(percent(1220)) {
		t.Errorf("paid %s of %s: %v", v.Paid, v.Invoiced, err)
	}
	c.must(c.onContract(n, crm.ProjectClose, "dora", struct{}{}))
	c.must(c.onContract(n, crm.ContractClose, "dora", crm.CloseFields{}))
	if bad, err := c.CheckChain(t.Context(), "A", 2027); err != nil || bad != "" {
		t.Errorf("the chain breaks at %s: %v", bad, err)
	}
	c.open(account)
	c.undoneWithDeposit(account)
}

// sameElectronically writes an invoice in both formats, which ask for what is open.
func (c *counter) sameElectronically(invoice crm.ID, open string) {
	c.t.Helper()
	e, err := c.EInvoice(c.t.Context(), store.Everything(), invoice)
	c.fine(err)
	fattura, err := documents.FatturaPA(e)
	c.fine(err)
	bill, err := documents.UBLInvoice(e)
	c.fine(err)
	for what, in := range map[string]string{
		"<EsigibilitaIVA>S<": string(fattura), "<ImportoPagamento>" + open + "<": string(fattura), "<ImportoTotaleDocumento>" + e.Total.StringFixed(2) + "<": string(fattura),
		">" + open + "</cbc:PayableAmount>": string(bill), ">" + e.Total.Sub(e.Payable()).StringFixed(2) + "</cbc:PrepaidAmount>": string(bill),
	} {
		if !strings.Contains(in, what) {
			c.t.Errorf("no %s in %s", what, in)
		}
	}
}

// undoneWithDeposit undoes a contract whose deposit is set off in part: the credit note takes the split tax with it, what came in stands on the account, and
// what is left of the deposit counts for the deal until it is lost, which makes a task of it.
func (c *counter) undoneWithDeposit(account crm.ID) {
	c.t.Helper()
	fifty := func(d *store.QuoteDraft) {
		d.DepositPercent = decimal.NewFromInt(50)
		d.Shares = []crm.Share{{Kind: crm.TrancheDeposit, Percent: decimal.NewFromInt(20)}, {Kind: crm.TrancheBalance, Percent: decimal.NewFromInt(80)}}
	}
	q := c.quoted(fifty)
	c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: q, Name: "Jan"}))
	n := c.signs(c.must(c.do(crm.QuoteDeposit, "gina", crm.DepositFields{QuoteID: q, Amount: "500", Reference: "BANK-3"})).Params["order"])
	if _, open := c.billed(n, 1); open != "0.00 of 244.00, 200.00 before, paid" {
		c.t.Errorf("the invoice: %s", open)
	}
	c.must(c.onContract(n, crm.UndoAsk, "anna", crm.UndoAskFields{Outcome: crm.UndoReopen, Reason: "The plant is not built"}))
	if r := c.view(n).Remains; len(r) == 0 || r[0].Code != "refund" || !r[0].Amount.Decimal.Equal(decimal.NewFromInt(500)) {
		c.t.Errorf("what remains: %+v", r)
	}
	c.must(c.onContract(n, crm.UndoApprove, "dora", crm.UndoFields{}))
	c.untilUndo(n, crm.UndoDone)
	if got := ask[string](c.desk, `select sum(g.amount) || ' ' || coalesce(sum(g.amount) filter (where kind = 'credit'), 0) || ' ' || coalesce(sum(g.amount) filter (where kind = 'split_tax'), 0) from ledger g
		where g.account_id = $1 and g.at > (select max(at) from ledger where kind = 'payment')`, account); got != "-500.00 -244.00 0.00" {
		c.t.Errorf("after the undo: %s", got)
	}
	again := c.quoted(func(d *store.QuoteDraft) { d.DepositPercent = decimal.NewFromInt(30) })
	if a := c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: again, Name: "Jan"})); a.Params["order"] == "" {
		c.t.Errorf("the deposit on hand, 300, covers the one asked for: %+v", a)
	}
	c.open(account)
	lost := c.quoted(fifty)
	c.must(c.do(crm.QuoteAccept, "", crm.QuoteDecision{QuoteID: lost, Name: "Jan"}))
	c.exec(`update quote_deposit set paid = 500, paid_on = '2027-03-02', noted_at = now() where quote_id = $1`, lost)
	c.exec(`insert into ledger (account_id, kind, amount, on_date, at) values ($1, 'deposit', -500, '2027-03-02', now())`, account)
	for range 2 {
		c.do(crm.OpportunityMove, "anna", crm.MoveFields{To: "lost", Reason: "price"})
	}
	if got := ask[string](c.desk, `select count(*) || ' ' || min(subject) from engagement where opportunity_id = $1`, c.deal); !strings.HasPrefix(got, "1 ") || !strings.Contains(got, "500,00") {
		c.t.Errorf("the task: %s", got)
	}
}
