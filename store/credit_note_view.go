package store

import (
	"context"
	"slices"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// CreditNotes lists credit notes; whoever sees the account sees them.
var CreditNotes = List[crm.CreditNote]{
	from: `select ` + creditColumns + ` from (select n.*, i.account_id, a.owner_id from credit_note n join invoice i on i.id = n.invoice_id join account a on a.id = i.account_id) n`,
	id:   "id", owner: "owner_id", rowID: func(n crm.CreditNote) crm.ID { return n.ID },
	sort: []Order{{"issue_date", true}},
	columns: []column[crm.CreditNote]{
		{"number", "number", "text", func(n crm.CreditNote) any { return n.Number }, false},
		{"issue_date", "issue_date", "date", func(n crm.CreditNote) any { return n.IssueDate }, false},
		{"total", "total", "numeric", func(n crm.CreditNote) any { return n.Total }, false},
		{"invoice_id", "invoice_id", "uuid", nil, true},
		{"contract_id", creditsOf, kindWithin, nil, true},
		{"account_id", "account_id", "uuid", nil, true},
	},
}

// CreditRow is a credit note as a list shows it.
type CreditRow struct {
	crm.CreditNote
	InvoiceNumber string
	InvoiceDate   crm.Date
	AccountID     crm.ID
	Account       string
}

const creditRows = `select n.*, i.number as invoice_number, i.issue_date as invoice_date, i.account_id, a.name as account
	from (select ` + creditColumns + ` from credit_note) n join invoice i on i.id = n.invoice_id join account a on a.id = i.account_id`

// CreditFilter says which credit notes are asked for; empty ones are not asked by.
type CreditFilter struct {
	Account, Contract, Invoice crm.ID
	After                      crm.ID // the last of the page before
	Limit                      int
}

// creditsOf are the credit notes of a contract: its own, and those that take back something of its tranches on a grouped invoice, all of it or some lines.
const creditsOf = `select id from credit_note where contract_id = @id union
	select m.id from invoice_share w join credit_note m on m.invoice_id = w.invoice_id where w.contract_id = @id
		and (not exists (select from credit_note_line x where x.credit_note_id = m.id) or exists (select from credit_note_line x
			join invoice_line l on l.invoice_id = w.invoice_id and l.position = x.position and l.tranche_id = w.tranche_id where x.credit_note_id = m.id))`

// CreditRows lists credit notes, the latest first.
func (s *Store) CreditRows(ctx context.Context, sc Scope, f CreditFilter) ([]CreditRow, error) {
	where := conditions{sc.sees("a.owner_id")}
	where.when(f.Account != "", `i.account_id = @account`)
	where.when(f.Contract != "", `n.id in (`+creditsOf+`)`)
	where.when(f.Invoice != "", `n.invoice_id = @invoice`)
	where.when(f.After != "", `(n.issued_at, n.id) < (select x.issued_at, x.id from credit_note x where x.id = @after)`)
	return many[CreditRow](ctx, s.pool, creditRows+where.sql()+` order by n.issued_at desc, n.id desc limit @limit`,
		sc.args(pgx.NamedArgs{"account": f.Account, "id": f.Contract, "invoice": f.Invoice, "after": f.After, "limit": f.Limit}))
}

// CreditPage is a credit note with whom it is for and what it takes.
type CreditPage struct {
	CreditRow
	ContractNumber string
	Deal           string
	OpportunityID  crm.ID
	AccountAddress string
	AccountVAT     string
	Language       string // of the customer
	Issuer         string
	Lines          []crm.InvoiceLine
}

// CreditPage reads one credit note; ErrNotFound when the reader may not see it.
func (s *Store) CreditPage(ctx context.Context, sc Scope, id crm.ID) (CreditPage, error) {
	p, err := one[CreditPage](ctx, s.pool, `select n.*, c.number as contract_number, c.opportunity_id, o.name as deal, account_place(a.id, 'invoice') as account_address, a.vat as account_vat, a.language,
			coalesce(u.name, '') as issuer
		from (`+creditRows+` where n.id = @id and `+sc.sees("a.owner_id")+`) n join contract c on c.id = n.contract_id join opportunity o on o.id = c.opportunity_id
		join account a on a.id = n.account_id left join app_user u on u.id::text = n.issued_by`, sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return p, err
	}
	p.Lines, err = s.CreditNoteLines(ctx, id)
	return p, err
}

// CreditNoteLines reads the lines of a credit note that may be seen.
func (s *Store) CreditNoteLines(ctx context.Context, id crm.ID) ([]crm.InvoiceLine, error) {
	return many[crm.InvoiceLine](ctx, s.pool, creditLines+` where n.id = $1 order by 1`, id)
}

// Uncredited reads what is not credited yet of the lines of an invoice that may be seen.
func (s *Store) Uncredited(ctx context.Context, invoice crm.ID) ([]crm.InvoiceLine, error) {
	lines, credited, err := creditable(ctx, s.pool, invoice)
	return crm.Uncredited(lines, credited), err
}

// ECreditNote reads a credit note with all that an electronic one says, as the master data are now (S091); ErrNotFound when the reader may not see it.
func (s *Store) ECreditNote(ctx context.Context, sc Scope, id crm.ID) (crm.EInvoice, error) {
	n, err := s.CreditPage(ctx, sc, id)
	if err != nil {
		return crm.EInvoice{}, err
	}
	e, err := s.EInvoice(ctx, sc, n.InvoiceID)
	if err != nil {
		return e, err
	}
	invoiced, err := many[crm.InvoiceLine](ctx, s.pool, invoiceLine+` where invoice_id = $1 order by position`, n.InvoiceID)
	if err != nil {
		return e, err
	}
	for k, l := range n.Lines {
		at := slices.IndexFunc(invoiced, func(i crm.InvoiceLine) bool { return i.Position == l.Position })
		n.Lines[k].TaxCode = e.Lines[at].TaxCode
		of := slices.IndexFunc(e.Taxes, func(t crm.EInvoiceTax) bool { return t.Percent.Equal(l.TaxPercent) && t.Code == e.Lines[at].TaxCode })
		n.Lines[k].TaxReason = e.Taxes[of].Reason
	}
	e.Kind, e.Number, e.Transmission, e.IssueDate = crm.EInvoiceCredit, n.Number, transmission(n.Year, creditTransmissions+n.Sequence), n.IssueDate
	sent, err := orNone(one[Sending](ctx, s.pool, lastSending, id))
	if err != nil {
		return e, err
	} else if sent.Attempt > 1 {
		e.Transmission = sent.Transmission
	}
	e.Net, e.Tax, e.Total, e.PaidBefore, e.Instalments, e.Note = n.Net, n.Tax, n.Total, decimal.Zero, nil, n.Reason
	e.Corrects = crm.EReference{Number: n.InvoiceNumber, Date: n.InvoiceDate}
	e.Lines, e.Taxes = crm.EInvoiceLines(n.Lines)
	e.Refs = refsOf(e.Refs, n.Lines)
	if e.StampDuty = decimal.Zero; e.Seller.Country == "IT" {
		e.StampDuty = crm.StampDuty(e.Taxes)
	}
	return e, nil
}

// refsOf are the references of an invoice as far as a credit note takes lines of them, which it counts anew.
func refsOf(refs []crm.EReferences, lines []crm.InvoiceLine) (out []crm.EReferences) {
	for _, r := range refs {
		var own []int
		for k, l := range lines {
			if slices.Contains(r.Lines, l.Position) {
				own = append(own, k+1)
			}
		}
		if r.Lines = own; len(own) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// creditTransmissions keeps what the sendings of credit notes are called apart from those of invoices, below half a million of each a year.
const creditTransmissions = 500_000
