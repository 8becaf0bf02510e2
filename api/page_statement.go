package api

import (
	"cmp"
	"slices"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// statementPage is what passed between a customer and the house, with the forms for his money.
type statementPage struct {
	store.Statement
	Claims   []store.ClaimLine
	Waivers  []crm.ClaimWaiver
	ID       crm.ID
	Name     string
	Currency string // of the forms
	Credit   store.Balance
	May      bool
	Once     string
	Form     form
	Orders   []store.RefundOrderRow // money that is to be paid back
	Deposits []store.DepositRow
	Plans    []paymentPlanView // of instalments
	Me       crm.ID
}

func sortInvoices(rows []store.InvoiceRow) {
	slices.SortFunc(rows, func(a, b store.InvoiceRow) int { return cmp.Compare(a.ID, b.ID) })
}

func pageStatement(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showStatement(r, id, values())
}

func showStatement(r *request, id crm.ID, f form) error {
	sc := store.ScopeOf(r.user, crm.MayReadInvoice)
	v, err := r.store.Statement(r.ctx(), sc, id)
	if err != nil {
		return err
	}
	a, err := store.Accounts.Record(r.ctx(), r.store, store.ScopeOf(r.user, crm.MayReadAccount), id)
	if err != nil {
		return err
	}
	e, err := r.store.LegalEntity(r.ctx())
	if err != nil {
		return err
	}
	p := statementPage{Statement: v, ID: id, Name: a.Name, Currency: e.Currency, May: r.Can(crm.MayWritePayment), Once: uuid.NewString(), Form: f}
	if len(v.Open) > 0 {
		p.Currency = v.Open[0].Currency
	}
	for _, b := range v.OnAccount {
		if b.Currency == p.Currency || p.Credit.Currency == "" {
			p.Credit = b
		}
	}
	today, err := r.today()
	if err != nil {
		return err
	}
	if p.Claims, err = r.store.ClaimLines(r.ctx(), id, today); err != nil {
		return err
	}
	if p.Waivers, err = r.store.Waivers(r.ctx(), id); err != nil {
		return err
	}
	if !f.Failed() {
		f.values["received_on"], f.values["paid_on"] = today.String(), today.String()
	}
	if p.Orders, err = r.store.RefundOrders(r.ctx(), id); err != nil {
		return err
	}
	if p.Deposits, err = r.store.DepositsOf(r.ctx(), id); err != nil {
		return err
	}
	plans, err := r.store.PaymentPlans(r.ctx(), id)
	if err != nil {
		return err
	}
	p.Plans = r.paymentPlans(plans, today)
	p.free()
	p.Me = r.user.ID
	return r.show(f.Status(), "statement", r.say("statement.title", "Name", a.Name), p)
}

// free takes from what the forms offer what was asked for to be paid back already.
func (p *statementPage) free() {
	for _, o := range p.Orders {
		if !o.Open() {
			continue
		}
		if o.QuoteID == "" && o.Currency == p.Credit.Currency {
			p.Credit.Amount = p.Credit.Amount.Sub(o.Amount)
		}
		for i := range p.Deposits {
			if p.Deposits[i].QuoteID == o.QuoteID {
				p.Deposits[i].Amount = p.Deposits[i].Amount.Sub(o.Amount)
			}
		}
	}
	p.Deposits = slices.DeleteFunc(p.Deposits, func(d store.DepositRow) bool { return !d.Amount.IsPositive() })
}

// formStatement books a payment, uses what is on account, pays it back, or takes a payment back.
func formStatement(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	t := store.Target{Scope: r.Scope(), Actor: r.user.ID, ID: id}
	said := map[string]string{"use": "account_used", "refund": "refunded", "return": "payment_returned", "waive": "claim_waived"}[f.Value("action")]
	once := cmp.Or(optionalID(f.Value("once")), store.NewID())
	if strings.HasPrefix(f.Value("action"), "refund_") {
		said = "refund_order"
	}
	switch said {
	case "refund_order":
		said, err = r.refundOrder(&f, t, once)
	case "account_used":
		err = r.useOnAccount(&f, t, once)
	case "refunded":
		err = r.refund(&f, t, once)
	case "claim_waived":
		err = r.waive(&f, t, once)
	case "payment_returned":
		fee := r.decimal(&f, "fee")
		if !f.Failed() {
			t.ID = optionalID(f.Value("payment_id"))
			back := crm.PaymentReturn{Reason: clean(f.Value("reason"), maxLine), Fee: fee}
			if f.Value("fee") == "" {
				back, err = r.feeByRule(t.ID, back)
			}
			if err == nil {
				_, err = r.store.ReturnPayment(r.ctx(), t, back)
			}
			err = r.judge(&f, err)
		}
	default:
		said = "payment_recorded"
		err = r.receive(&f, t, once)
	}
	if err != nil {
		return err
	}
	if f.Failed() {
		return showStatement(r, id, f)
	}
	return r.said(said, "/accounts/"+string(id)+"/statement")
}

// formInvoices are the invoices that a form names, in an order of their own.
func formInvoices(f form) (out []store.InvoiceRow) {
	for name := range f.values {
		if id, is := strings.CutPrefix(name, allocated); is && optionalID(id) != "" {
			row := store.InvoiceRow{}
			row.ID = optionalID(id)
			out = append(out, row)
		}
	}
	sortInvoices(out)
	return out
}

func (r *request) receive(f *form, t store.Target, once crm.ID) error {
	r.needed(f, "amount", "reference")
	p := crm.Payment{ID: once, Amount: r.decimal(f, "amount"), Currency: f.Value("currency"), Reference: clean(f.Value("reference"), maxName), ReceivedOn: r.date(f, "received_on")}
	if err := crm.CheckAmount(p.Amount, crm.Currency(p.Currency)); f.Wrong("amount") != "" {
		return nil
	} else if err != nil {
		f.blame("amount", r.errorText(err))
	} else if !p.Amount.IsPositive() {
		f.blame("amount", r.errorText(crm.Problem("out_of_range", "min", crm.Currency(p.Currency).Unit().String())))
	}
	parts := r.allocations(f, formInvoices(*f))
	if f.Failed() {
		return nil
	}
	_, err := r.store.Receive(r.ctx(), t, p, parts)
	return r.judgeAllocations(f, parts, err)
}

func (r *request) useOnAccount(f *form, t store.Target, once crm.ID) error {
	parts := r.allocations(f, formInvoices(*f))
	if f.Failed() {
		return nil
	}
	return r.judgeAllocations(f, parts, r.store.UseOnAccount(r.ctx(), t, once, f.Value("currency"), parts))
}

func (r *request) refund(f *form, t store.Target, once crm.ID) error {
	r.needed(f, "refund_amount", "refund_reference")
	out := crm.Refund{
		ID: once, Amount: r.decimal(f, "refund_amount"), Currency: f.Value("currency"), Reference: clean(f.Value("refund_reference"), maxName), PaidOn: r.date(f, "paid_on"), Reason: clean(f.Value("reason"), maxLine),
	}
	if err := crm.CheckAmount(out.Amount, crm.Currency(out.Currency)); f.Wrong("refund_amount") == "" && (err != nil || !out.Amount.IsPositive()) {
		f.blame("refund_amount", r.errorText(crm.Problem("out_of_range", "min", "0.01")))
	}
	if f.Failed() {
		return nil
	}
	_, err := r.store.Refund(r.ctx(), t, out)
	return r.judge(f, err)
}
