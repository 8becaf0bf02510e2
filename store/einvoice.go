package store

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// EInvoice reads an issued invoice with all that an electronic one says, as the master data are now (S091); ErrNotFound when the reader may not see it. The
// reason why a part is not taxed stands on its line; on one from before it was kept it is that of the order's lines of the same rate, and where these have
// several, it has none and the document is refused.
func (s *Store) EInvoice(ctx context.Context, sc Scope, id crm.ID) (e crm.EInvoice, err error) {
	i, err := one[struct {
		crm.Invoice
		Contract, OrderNumber string
		TrancheKind           crm.TrancheKind
		Reason, Code          string
		crm.EParty
	}](ctx, s.pool, `select i.*, c.number as contract, o.number as order_number, coalesce(t.kind, (select n.tranche_kind from credit_note n where n.invoice_id = i.id and n.rebill), '') as tranche_kind,
			a.name, a.vat, a.tax_code, a.sdi, a.pec, a.email, coalesce(nullif(x.country, ''), a.country) as country, coalesce(x.street, a.address) as street,
			coalesce(x.postal_code, '') as postal_code, coalesce(x.city, '') as city, coalesce(x.region, '') as province,
			case when z.codes = 1 then z.code else '' end as code, coalesce(z.reason, '') as reason
		from invoice i join account a on a.id = i.account_id join contract c on c.id = i.contract_id join sales_order o on o.id = c.order_id left join lateral (select min(kind) as kind from tranche where invoice_id = i.id) t on true
		left join lateral (select x.* from account_main_address m join account_address x on x.id = m.address_id
			where m.account_id = a.id and m.purpose in ('invoice', 'legal') order by m.purpose desc limit 1) x on true
		left join lateral (select count(distinct k.code) as codes, max(k.code) as code, max(l.exemption) as reason from quote_line l join tax_class k on k.id = l.tax_class_id
			where l.quote_id = o.quote_id and l.tax_percent = 0 and `+quotedAlone+`) z on true
		where i.id = @id and `+sc.sees("a.owner_id"), sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return e, err
	}
	if i.Elsewhere() {
		return e, crm.FieldErrors{crm.Problem("invoiced_elsewhere").At("/number")}
	}
	lines, err := many[crm.InvoiceLine](ctx, s.pool, invoiceLine+` where invoice_id = $1 order by position`, id)
	if err != nil {
		return e, err
	}
	seller, err := s.LegalEntity(ctx)
	if err != nil {
		return e, err
	}
	e = crm.EInvoice{
		Kind: crm.EInvoiceBill, Number: i.Number, Transmission: transmission(i.Year, i.Sequence), IssueDate: i.IssueDate, Currency: crm.Currency(i.Currency),
		Seller: crm.EParty{
			Name: seller.Name, VAT: seller.VAT, TaxCode: seller.TaxCode, Regime: seller.Regime, Street: seller.Street, PostalCode: seller.PostalCode, City: seller.City,
			Province: seller.Province, Country: seller.Country, Email: seller.Email,
		},
		Buyer: i.EParty, Net: i.Net, Tax: i.Tax, Total: i.Total, SplitPayment: i.SplitPayment, PaidBefore: i.PaidBefore, IBAN: seller.IBAN, Order: i.OrderNumber, Contract: i.Contract,
	}
	if i.Grouped {
		refs, err := s.ContractsOn(ctx, id)
		if err != nil {
			return e, err
		}
		for _, r := range refs {
			e.Refs = append(e.Refs, crm.EReferences{Contract: r.Number, Order: r.Order, Lines: r.Positions})
		}
	}
	if i.TrancheKind == crm.TrancheDeposit {
		e.Kind = crm.EInvoiceAdvance
	}
	for k, l := range lines {
		if l.TaxPercent.IsZero() {
			lines[k].TaxCode, lines[k].TaxReason = cmp.Or(l.TaxCode, i.Code), cmp.Or(l.TaxReason, i.Reason)
		}
	}
	e.Lines, e.Taxes = crm.EInvoiceLines(lines)
	if seller.Country == "IT" {
		e.StampDuty = crm.StampDuty(e.Taxes)
	}
	if left := e.Payable(); left.IsPositive() {
		e.Instalments = []crm.EInstalment{{DueDate: i.DueDate, Amount: left}}
	}
	sent, err := orNone(one[Sending](ctx, s.pool, lastSending, id))
	if err != nil {
		return e, err
	} else if sent.Attempt > 1 {
		e.Transmission = sent.Transmission
	}
	parts, err := invoiceParts(ctx, s.pool, id)
	if len(parts) > 1 {
		e.Instalments = nil
		for _, p := range parts {
			e.Instalments = append(e.Instalments, crm.EInstalment{DueDate: p.DueDate, Amount: p.Amount})
		}
	}
	return e, err
}

// transmission is what the sending of an invoice is called: five letters and digits that no other document of the company has, below half a million of each kind a year.
func transmission(year, sequence int) string {
	s := strings.ToUpper(strconv.FormatInt(int64(year%60)*1_000_000+int64(sequence), 36))
	return strings.Repeat("0", max(0, 5-len(s))) + s
}
