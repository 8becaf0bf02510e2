package store

import (
	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// emptyLast makes a date column that may be empty sort its empty ones last.
func emptyLast(column string) string { return "coalesce(" + column + ", 'infinity'::date)" }

// Leads lists leads by any of their names, score or age.
var Leads = List[crm.Lead]{
	from: `select ` + leadColumns + ` from lead`, id: "id", owner: "owner_id", lead: true, rowID: func(l crm.Lead) crm.ID { return l.ID },
	sort: []Order{{"created_at", true}},
	own:  "lead", customOf: func(r crm.Lead) crm.Custom { return r.Custom },
	columns: []column[crm.Lead]{
		{"name", "company", "text", func(l crm.Lead) any { return l.Company }, false},
		{"company", "company", "text", func(l crm.Lead) any { return l.Company }, false},
		{"created_at", "created_at", "timestamptz", func(l crm.Lead) any { return l.CreatedAt }, false},
		{"updated_at", "updated_at", "timestamptz", func(l crm.Lead) any { return l.UpdatedAt }, false},
		{"score", "score", "numeric", func(l crm.Lead) any { return l.Score }, false},
		{"state", "state", "text", func(l crm.Lead) any { return l.State }, false},
		{"source", "source", "text", func(l crm.Lead) any { return l.Source }, false},
		{"email", "email", "text", func(l crm.Lead) any { return l.Email }, false},
		{"owner_id", "owner_id", "uuid", nil, true},
		{"owned", "(owner_id is not null)", "boolean", nil, true},
		{"external_id", "coalesce(external_id, '')", "text", nil, true},
	},
}

// Accounts lists companies.
var Accounts = List[crm.Account]{
	from: `select * from account`, id: "id", owner: "owner_id", rowID: func(a crm.Account) crm.ID { return a.ID },
	sort: []Order{{"name", false}},
	own:  "account", customOf: func(r crm.Account) crm.Custom { return r.Custom },
	columns: []column[crm.Account]{
		{"name", "name", "text", func(a crm.Account) any { return a.Name }, false},
		{"created_at", "created_at", "timestamptz", func(a crm.Account) any { return a.CreatedAt }, false},
		{"kind", "kind", "text", func(a crm.Account) any { return a.Kind }, false},
		{"vat", "vat", "text", func(a crm.Account) any { return a.VAT }, false},
		{"country", "country", "text", func(a crm.Account) any { return a.Country }, false},
		{"class", "class", "text", func(a crm.Account) any { return a.Class }, false},
		{"tax_code", "tax_code", "text", func(a crm.Account) any { return a.TaxCode }, false},
		{"parent_id", "parent_id", "uuid", nil, true},
		{"archived", "(archived_at is not null)", "boolean", nil, true},
		{"owner_id", "owner_id", "uuid", nil, true},
	},
}

// Contacts lists people at companies. One sees his own and those of his companies (S049).
var Contacts = List[crm.Contact]{
	from: `select id, account_id, name, email, phone, other_emails, other_phones, job, role, status, language, consent, consent_source, consent_at, custom, owner_id, version, created_at,
		archived_at from (
		select c.*, coalesce(c.owner_id, a.owner_id) as seen_by from contact c join account a on a.id = c.account_id) c`,
	id: "id", owner: "seen_by", rowID: func(c crm.Contact) crm.ID { return c.ID },
	sort: []Order{{"name", false}},
	own:  "contact", customOf: func(r crm.Contact) crm.Custom { return r.Custom },
	columns: []column[crm.Contact]{
		{"name", "name", "text", func(c crm.Contact) any { return c.Name }, false},
		{"created_at", "created_at", "timestamptz", func(c crm.Contact) any { return c.CreatedAt }, false},
		{"email", "email", "text", func(c crm.Contact) any { return c.Email }, false},
		{"status", "status", "text", func(c crm.Contact) any { return c.Status }, false},
		{"role", "role", "text", func(c crm.Contact) any { return c.Role }, false},
		{"consent", "consent", "boolean", nil, true},
		{"archived", "(archived_at is not null)", "boolean", nil, true},
		{"account_id", "account_id", "uuid", nil, true},
	},
}

// Opportunities lists deals (S003).
var Opportunities = List[crm.Opportunity]{
	from: `select ` + opportunityColumns + ` from opportunity`, id: "id", owner: "owner_id", rowID: func(o crm.Opportunity) crm.ID { return o.ID },
	sort: []Order{{"updated_at", true}},
	own:  "opportunity", customOf: func(r crm.Opportunity) crm.Custom { return r.Custom },
	columns: []column[crm.Opportunity]{
		{"name", "name", "text", func(o crm.Opportunity) any { return o.Name }, false},
		{"number", "number", "text", func(o crm.Opportunity) any { return o.Number }, false},
		{"amount", "amount", "numeric", func(o crm.Opportunity) any { return o.Amount }, false},
		{"target", "target", "numeric", func(o crm.Opportunity) any { return o.Target }, false},
		{"close_date", emptyLast("close_date"), "date", func(o crm.Opportunity) any { return o.CloseDate }, false},
		{"created_at", "created_at", "timestamptz", func(o crm.Opportunity) any { return o.CreatedAt }, false},
		{"updated_at", "updated_at", "timestamptz", func(o crm.Opportunity) any { return o.UpdatedAt }, false},
		{"pipeline", "pipeline", "text", func(o crm.Opportunity) any { return o.Pipeline }, false},
		{"stage", "stage", "text", func(o crm.Opportunity) any { return o.Stage }, false},
		{"state", "state", "text", func(o crm.Opportunity) any { return o.State }, false},
		{"account_id", "account_id", "uuid", nil, true},
		{"owner_id", "owner_id", "uuid", nil, true},
	},
}

// Quotes lists offers; whoever sees the deal sees its quotes.
var Quotes = List[crm.Quote]{
	from: `select ` + quoteColumns + ` from (select q.*, o.owner_id from quote q join opportunity o on o.id = q.opportunity_id) q`,
	id:   "id", owner: "owner_id", rowID: func(q crm.Quote) crm.ID { return q.ID },
	sort: []Order{{"created_at", true}},
	columns: []column[crm.Quote]{
		{"number", "number", "text", func(q crm.Quote) any { return q.Number }, false},
		{"created_at", "created_at", "timestamptz", func(q crm.Quote) any { return q.CreatedAt }, false},
		{"total", "total", "numeric", func(q crm.Quote) any { return q.Total }, false},
		{"valid_until", "valid_until", "date", func(q crm.Quote) any { return q.ValidUntil }, false},
		{"state", "state", "text", func(q crm.Quote) any { return q.State }, false},
		{"opportunity_id", "opportunity_id", "uuid", nil, true},
	},
}

// Orders lists sales orders; whoever sees the deal sees its orders.
var Orders = List[crm.Order]{
	from: `select ` + orderColumns + ` from (select r.*, o.owner_id from sales_order r join opportunity o on o.id = r.opportunity_id) r`,
	id:   "id", owner: "owner_id", rowID: func(o crm.Order) crm.ID { return o.ID },
	sort: []Order{{"created_at", true}},
	columns: []column[crm.Order]{
		{"number", "number", "text", func(o crm.Order) any { return o.Number }, false},
		{"created_at", "created_at", "timestamptz", func(o crm.Order) any { return o.CreatedAt }, false},
		{"net", "net", "numeric", func(o crm.Order) any { return o.Net }, false},
		{"state", "state", "text", func(o crm.Order) any { return o.State }, false},
		{"opportunity_id", "opportunity_id", "uuid", nil, true},
	},
}

// Contracts lists contracts.
var Contracts = List[crm.Contract]{
	from: `select ` + contractColumns + ` from contract`, id: "id", owner: "owner_id", rowID: func(c crm.Contract) crm.ID { return c.ID },
	sort: []Order{{"signed_at", true}},
	columns: []column[crm.Contract]{
		{"number", "number", "text", func(c crm.Contract) any { return c.Number }, false},
		{"signed_at", "signed_at", "timestamptz", func(c crm.Contract) any { return c.SignedAt }, false},
		{"end_date", "end_date", "date", func(c crm.Contract) any { return c.EndDate }, false},
		{"total", "total", "numeric", func(c crm.Contract) any { return c.Total }, false},
		{"state", "state", "text", func(c crm.Contract) any { return c.State }, false},
		{"account_id", "account_id", "uuid", nil, true},
	},
}

// OpenInvoice is an invoice with what is still open on it.
type OpenInvoice struct {
	crm.Invoice
	State      crm.InvoiceState // as of the date of the list
	Open       decimal.Decimal
	WrittenOff decimal.Decimal // given up, and not come in since
}

// Invoices lists issued invoices with what is open; whoever sees the account sees its invoices.
var Invoices = List[OpenInvoice]{
	from: openInvoices, id: "id", owner: "owner_id", rowID: func(i OpenInvoice) crm.ID { return i.ID },
	sort: []Order{{"issue_date", true}},
	columns: []column[OpenInvoice]{
		{"number", "number", "text", func(i OpenInvoice) any { return i.Number }, false},
		{"issue_date", "issue_date", "date", func(i OpenInvoice) any { return i.IssueDate }, false},
		{"due_date", "due_date", "date", func(i OpenInvoice) any { return i.DueDate }, false},
		{"total", "total", "numeric", func(i OpenInvoice) any { return i.Total }, false},
		{"open", "open", "numeric", func(i OpenInvoice) any { return i.Open }, false},
		{"state", "state", "text", func(i OpenInvoice) any { return string(i.State) }, false},
		{"account_id", "account_id", "uuid", nil, true},
		{"contract_id", "contract_id", "uuid", nil, true},
	},
}

var openInvoices = `select ` + invoiceColumns + `, split_payment, paid_before, grouped, open, written_off, state from (select i.*, a.owner_id, r.open, written_off(i.id) as written_off,
		` + invoiceStateOn(`((now() + make_interval(secs => b.shift_seconds)) at time zone e.time_zone)::date`) + ` as state
	from invoice i join account a on a.id = i.account_id join receivable r on r.invoice_id = i.id
	cross join business_clock b cross join (select time_zone from legal_entity order by id limit 1) e) i`

// Products lists the catalogue.
var Products = List[crm.Product]{
	from: `select * from product`, id: "id", rowID: func(p crm.Product) crm.ID { return p.ID },
	sort: []Order{{"sku", false}},
	columns: []column[crm.Product]{
		{"sku", "sku", "text", func(p crm.Product) any { return p.SKU }, false},
		{"name", "name", "text", func(p crm.Product) any { return p.Name }, false},
		{"price", "price", "numeric", func(p crm.Product) any { return p.Price }, false},
		{"active", "active", "boolean", nil, true},
	},
}

// Engagements lists calls, meetings, visits, mails and letters of a person's own, his team's or everybody's (S093).
var Engagements = List[crm.Engagement]{
	from: `select * from engagement`, id: "id", owner: "owner_id", rowID: func(e crm.Engagement) crm.ID { return e.ID },
	sort: []Order{{"due_at", false}},
	columns: []column[crm.Engagement]{
		{"due_at", "due_at", "timestamptz", func(e crm.Engagement) any { return e.DueAt }, false},
		{"kind", "kind", "text", func(e crm.Engagement) any { return e.Kind }, false},
		{"outcome", "outcome", "text", func(e crm.Engagement) any { return e.Outcome }, false},
		{"opportunity_id", "opportunity_id", "uuid", nil, true},
		{"lead_id", "lead_id", "uuid", nil, true},
		{"owner_id", "owner_id", "uuid", nil, true},
	},
}
