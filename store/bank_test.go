package store

import (
	"fmt"
	"sync"
	"testing"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// statement is a file with entries: amount, IBAN of the other side, what it says.
func (d *debts) statement(name string, entries ...[3]string) (BankImport, bool, error) {
	s := crm.BankStatement{Reference: name, IBAN: "IT60X0542811101000000123456", Currency: "EUR"}
	for _, e := range entries {
		on, err := crm.ParseDate("2026-11-20")
		fine(d.t, err)
		s.Entries = append(s.Entries, crm.BankEntry{Amount: decimal.RequireFromString(e[0]), Currency: "EUR", BookedOn: on, CounterIBAN: e[1], Remittance: e[2]})
	}
	return d.ImportBank(d.t.Context(), d.actor, crm.BankFile{ID: NewID(), Name: name, Format: crm.BankCSV, Statements: []crm.BankStatement{s}}, []byte(name))
}

func (d *debts) entries() []BankEntryRow {
	rows, _, err := d.OpenEntries(d.t.Context(), 100)
	fine(d.t, err)
	return rows
}

// S087: a statement brought in again changes nothing; of equal entries each counts once; what is certain is booked once however often and by however many it is pressed.
func TestBankStatements(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	a := d.accounts[0]
	var number string
	fine(t, d.c.QueryRow(t.Context(), `select number from invoice where id = $1`, d.invoices[a][0]).Scan(&number))
	d.exec(`insert into number_series (series, year, next) values ('A', 2031, 100) on conflict do nothing`)
	d.exec(`update account set iban = 'DE89370400440532013000' where id = $1`, a)
	one := [][3]string{{"100", "DE89370400440532013000", "2031/0001"}, {"25", "", "?"}, {"25", "", "?"}, {"-9", "", "charges"}}
	b, again, err := d.statement("one", one...)
	if err != nil || again || b.Entries != 4 || b.Known != 0 || len(b.Warnings) != 2 {
		t.Fatal(b, again, err)
	}
	if _, again, err = d.statement("one", one...); err != nil || !again {
		t.Error(again, err)
	}
	if b, _, err = d.statement("two", append(one, [3]string{"25", "", "?"})...); err != nil || b.Entries != 1 || b.Known != 4 {
		t.Error(b, err)
	}
	rows := d.entries()
	found, err := d.Proposals(t.Context(), rows)
	fine(t, err)
	if p := found[rows[0].ID]; len(p) != 1 || p[0].Confidence != crm.Certain || p[0].AccountID != a {
		t.Fatalf("%+v", p)
	}
	var all sync.WaitGroup
	booked := make([]int, 4)
	for i := range booked {
		all.Go(func() {
			n, err := d.BookCertain(t.Context(), d.to(""), 100)
			if booked[i] = n; err != nil && err != ErrBusy {
				t.Error(err)
			}
		})
	}
	all.Wait()
	d.sound(t)
	var got string
	fine(t, d.c.QueryRow(t.Context(), `select concat_ws(' ', count(*), sum(amount), (select open from receivable where invoice_id = $1)) from payment`, d.invoices[a][0]).Scan(&got))
	if got != "1 100.00 0.00" {
		t.Error(got, booked)
	}
}

// S087, S062: a person splits an entry over invoices, the same again is the same payment and another decision is refused; an outgoing entry takes it back, once.
func TestBankEntryIsDecidedOnce(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	a := d.accounts[0]
	_, _, err := d.statement("in", [3]string{"170", "DE89370400440532013000", ""}, [3]string{"5", "", "x"})
	fine(t, err)
	x := d.entries()[0]
	if x.Amount.IntPart() != 170 {
		x = d.entries()[1]
	}
	book := func(parts ...crm.Allocation) (crm.Receipt, error) {
		return d.BookEntry(t.Context(), d.to(x.ID), BankEntryEdit{AccountID: a, Allocations: parts})
	}
	if _, err := book(d.part(a, 0, "100"), d.part(a, 1, "70.01")); err == nil {
		t.Error("more than came in is allocated")
	}
	r, err := book(d.part(a, 0, "100"), d.part(a, 1, "60"))
	if err != nil || !r.OnAccount.Equal(decimal.NewFromInt(10)) {
		t.Fatal(r, err)
	}
	if again, err := book(d.part(a, 0, "100"), d.part(a, 1, "60")); err != nil || again.ID != r.ID || !again.OnAccount.Equal(r.OnAccount) {
		t.Error(again, err)
	}
	if _, err := book(d.part(a, 0, "100")); err == nil || err.Error() != "entry_decided" {
		t.Error(err)
	}
	if _, err := d.SetEntryAside(t.Context(), d.to(x.ID), true, ""); err == nil {
		t.Error("a payment is set aside")
	}
	d.sound(t)
	_, _, err = d.statement("out", [3]string{"-170", "DE89370400440532013000", "insoluto"})
	fine(t, err)
	var back BankEntryRow
	for _, e := range d.entries() {
		if e.Amount.IsNegative() {
			back = e
		} else if _, err := d.SetEntryAside(t.Context(), d.to(e.ID), true, "none of ours"); err != nil {
			t.Error(err)
		}
	}
	found, err := d.Proposals(t.Context(), []BankEntryRow{back})
	if p := found[back.ID]; err != nil || len(p) != 1 || p[0].PaymentID != r.ID {
		t.Fatal(found, err)
	}
	for range 2 {
		if _, err := d.ReturnByEntry(t.Context(), d.to(back.ID), BankEntryEdit{PaymentID: r.ID}, crm.PaymentReturn{}); err != nil {
			t.Error(err)
		}
	}
	d.sound(t)
	if rows, total, err := d.OpenEntries(t.Context(), 10); err != nil || total != 0 {
		t.Error(rows, err)
	}
	named, err := d.Proposals(t.Context(), []BankEntryRow{{BankEntry: crm.BankEntry{ID: "x", State: crm.EntryOpen, Amount: decimal.NewFromInt(300), Currency: "EUR", Name: "DEBTOR1 SRL"}}})
	if err != nil || len(named["x"]) != 1 || named["x"][0].AccountID != d.accounts[1] || named["x"][0].Confidence != crm.Likely {
		t.Error("a customer is not known by his name: ", named, err)
	}
	learned, err := d.Proposals(t.Context(), []BankEntryRow{{BankEntry: crm.BankEntry{ID: "x", State: crm.EntryOpen, Amount: decimal.NewFromInt(100), Currency: "EUR", CounterIBAN: "DE89370400440532013000"}}})
	if err != nil || len(learned["x"]) == 0 {
		t.Error("an account from which a payment came is not known again: ", learned, err)
	}
}

// S091: the registers are the rows: what was issued by rate, and the ledger's entries to the cent.
func TestRegisters(t *testing.T) {
	t.Parallel()
	d := newDebts(t)
	d.exec(`insert into invoice_line (invoice_id, position, text, net, tax_percent, tax) select id, 1, 'x', 100, 0, 0 from invoice`)
	from, _ := crm.ParseDate("2020-01-01")
	to, _ := crm.ParseDate("2040-01-01")
	_, err := d.pay(d.accounts[0], "30", d.part(d.accounts[0], 0, "30"))
	fine(t, err)
	lines, err := d.VATRegister(t.Context(), from, to)
	fine(t, err)
	sum := decimal.Zero
	for _, l := range lines {
		sum = sum.Add(l.Net)
	}
	entries, err := d.Ledger(t.Context(), Everything(), from, to)
	fine(t, err)
	var want string
	fine(t, d.c.QueryRow(t.Context(), `select sum(amount) || ' ' || count(*) from ledger`).Scan(&want))
	if last := entries[len(entries)-1]; len(lines) != 6 || !sum.Equal(decimal.NewFromInt(600)) || fmt.Sprint(last.Balance.StringFixed(2), " ", len(entries)) != want {
		t.Error(len(lines), sum, last, want)
	}
}
