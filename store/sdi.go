package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
)

// SDINoticeRow is a notice of the exchange with the document that it is about.
type SDINoticeRow struct {
	ID           crm.ID
	Kind         crm.SDIKind
	Exchange     string // the exchange's number for the sending
	File         string // as the document's file was called
	Name         string // as the notice's own file is called
	Said         *time.Time
	Problems     []crm.SDIError
	Accepted     bool
	Note         string
	InvoiceID    crm.ID
	CreditNoteID crm.ID // neither: nothing of ours is called so
	Number       string // of the document
	Attempt      int
	At           time.Time
}

const sdiNotices = `select n.id, n.kind, n.exchange, n.file, n.name, n.said, n.problems, n.accepted, n.note, n.invoice_id, n.credit_note_id, coalesce(i.number, c.number, '') as number, n.attempt, n.at
	from sdi_notice n left join invoice i on i.id = n.invoice_id left join credit_note c on c.id = n.credit_note_id`

// SDINotices lists what the exchange said.
var SDINotices = List[SDINoticeRow]{
	from: `select * from (` + sdiNotices + `) n`, id: "id", rowID: func(n SDINoticeRow) crm.ID { return n.ID },
	sort: []Order{{"at", true}},
	columns: []column[SDINoticeRow]{
		{"at", "at", "timestamptz", func(n SDINoticeRow) any { return n.At }, false},
		{"kind", "kind", "text", func(n SDINoticeRow) any { return string(n.Kind) }, false},
		{"exchange", "exchange", "text", func(n SDINoticeRow) any { return n.Exchange }, false},
		{"invoice_id", "invoice_id", "uuid", nil, true},
		{"credit_note_id", "credit_note_id", "uuid", nil, true},
	},
}

// Sending is the last sending of a document of which something is known.
type Sending struct {
	InvoiceID    crm.ID
	CreditNoteID crm.ID
	DocumentID   crm.ID
	Attempt      int
	Transmission string
	State        crm.SDIState
	Exchange     string
	SaidOn       *crm.Date
	At           time.Time
}

// ResendBy is until when a rejected document is sent again; zero for any other.
func (s Sending) ResendBy() crm.Date {
	if s.State != crm.SDIIsRejected || s.SaidOn == nil {
		return crm.Date{}
	}
	return s.SaidOn.AddDays(crm.ResendDays)
}

const lastSending = `select * from einvoice_sending where document_id = $1 order by attempt desc limit 1`

// document is an invoice or a credit note as a notice finds it.
type document struct {
	InvoiceID     crm.ID
	CreditNoteID  crm.ID
	Number        string
	ContractID    crm.ID
	AccountID     crm.ID
	OpportunityID crm.ID
	Year          int
	Sequence      int
}

func (d document) id() crm.ID {
	if d.CreditNoteID != "" {
		return d.CreditNoteID
	}
	return d.InvoiceID
}

// first is what the first sending of a document is called.
func (d document) first() string {
	if d.CreditNoteID != "" {
		return transmission(d.Year, creditTransmissions+d.Sequence)
	}
	return transmission(d.Year, d.Sequence)
}

const documents = `select d.invoice_id, d.credit_note_id, d.number, d.contract_id, d.account_id, d.opportunity_id, d.year, d.sequence from (select i.id as invoice_id, null::uuid as credit_note_id, i.number, i.contract_id, i.account_id, c.opportunity_id, i.series, i.year, i.sequence, i.id as document_id
		from invoice i join contract c on c.id = i.contract_id
	union all select null, n.id, n.number, n.contract_id, i.account_id, c.opportunity_id, n.series, n.year, n.sequence, n.id
		from credit_note n join invoice i on i.id = n.invoice_id join contract c on c.id = n.contract_id) d`

// sentFile is how files of electronic invoices are called: whose they are, and a number of up to five letters and digits.
var sentFile = regexp.MustCompile(`^([A-Z]{2}[A-Za-z0-9]{2,28})_([A-Za-z0-9]{1,5})(?:\.[Xx][Mm][Ll])?(?:\.[Pp]7[Mm])?(?:\.[Zz][Ii][Pp])?$`)

// TakeNotice keeps a notice of the exchange as it came and writes what follows from it for the document that it is about, once: the same file again changes nothing. A
// notice about nothing of ours is kept beside. actor is empty where nobody is known.
func (s *Store) TakeNotice(ctx context.Context, actor crm.ID, n crm.SDINotice, body []byte) (out SDINoticeRow, again bool, err error) {
	sum := sha256.Sum256(body)
	err = s.edit(ctx, actor, func(e *edit) error {
		if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(hashtext('sdi'))`); err != nil {
			return told(err)
		}
		out, err = one[SDINoticeRow](ctx, e.q, sdiNotices+` where n.sha256 = $1`, sum[:])
		if again = err == nil; again || !errors.Is(err, ErrNotFound) {
			return err
		}
		d, sent, err := e.sentAs(ctx, n)
		if err != nil {
			return err
		}
		var said *time.Time
		if !n.Said.IsZero() {
			said = &n.Said
		}
		if n.Problems == nil {
			n.Problems = []crm.SDIError{}
		}
		out = SDINoticeRow{
			ID: NewID(), Kind: n.Kind, Exchange: n.Exchange, File: n.File, Name: n.Name, Said: said, Problems: n.Problems, Accepted: n.Accepted, Note: n.Note,
			InvoiceID: d.InvoiceID, CreditNoteID: d.CreditNoteID, Number: d.Number, Attempt: sent.Attempt, At: e.now,
		}
		e.q.later(`insert into sdi_notice (id, kind, exchange, file, name, said, problems, accepted, note, invoice_id, credit_note_id, attempt, sha256, content, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			out.ID, out.Kind, out.Exchange, out.File, out.Name, out.Said, out.Problems, out.Accepted, out.Note, out.InvoiceID, out.CreditNoteID, out.Attempt, sum[:], body, out.At)
		if d.id() == "" {
			return nil
		}
		return e.noticed(ctx, d, sent, n)
	})
	return out, again, err
}

// sentAs finds the document that a notice is about and its sending: by the name of its file, else by the exchange's number, else by the number that an outcome names.
// Nothing of ours has no id.
func (e *edit) sentAs(ctx context.Context, n crm.SDINotice) (d document, sent Sending, err error) {
	name := sentFile.FindStringSubmatch(n.File[strings.LastIndex(n.File, "/")+1:])
	of := func(where string, args ...any) error {
		d, err = orNone(one[document](ctx, e.q, documents+` where `+where+` limit 1`, args...))
		return err
	}
	if name != nil && strings.EqualFold(name[1], e.entity.VAT) {
		called := strings.ToUpper(strings.Repeat("0", 5-len(name[2])) + name[2])
		if sent, err = orNone(one[Sending](ctx, e.q, `select * from einvoice_sending where transmission = $1`, called)); err != nil {
			return d, sent, err
		}
		if n, wrong := strconv.ParseInt(called, 36, 64); wrong == nil && sent.DocumentID == "" {
			series, sequence := "A", n%1_000_000
			if sequence >= creditTransmissions {
				series, sequence = SeriesCredit, sequence-creditTransmissions
			}
			if err := of(`series = $1 and year % 60 = $2 and sequence = $3 order by year desc`, series, n/1_000_000, sequence); err != nil {
				return d, sent, err
			}
		}
	}
	if sent.DocumentID == "" && d.id() == "" {
		if sent, err = orNone(one[Sending](ctx, e.q, `select * from einvoice_sending where exchange = $1 order by attempt desc limit 1`, n.Exchange)); err != nil {
			return d, sent, err
		}
	}
	if sent.DocumentID != "" {
		return d, sent, of(`document_id = $1`, sent.DocumentID)
	}
	if d.id() == "" && n.Number != "" {
		err = of(`number = $1 and year = $2`, n.Number, n.Year)
	}
	if d.id() != "" {
		sent = Sending{InvoiceID: d.InvoiceID, CreditNoteID: d.CreditNoteID, DocumentID: d.id(), Attempt: 1, Transmission: d.first()}
	}
	return d, sent, err
}

// noticed writes what follows from a notice, and tells it.
func (e *edit) noticed(ctx context.Context, d document, sent Sending, n crm.SDINotice) error {
	state, on := n.State(), e.today
	if !n.Said.IsZero() {
		on = crm.DateOf(n.Said, e.zone)
	}
	if !state.Follows(sent.State) {
		state = sent.State
	}
	e.q.later(`insert into einvoice_sending (invoice_id, credit_note_id, attempt, transmission, state, exchange, said_on, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (document_id, attempt) do update set exchange = excluded.exchange, state = excluded.state, at = excluded.at,
			said_on = case einvoice_sending.state when excluded.state then einvoice_sending.said_on else excluded.said_on end`,
		d.InvoiceID, d.CreditNoteID, sent.Attempt, sent.Transmission, state, n.Exchange, on, e.now)
	why := n.Note
	if len(n.Problems) > 0 {
		why = n.Problems[0].Code + " " + n.Problems[0].Text
	}
	return e.tell(ctx, crm.ProcessID(crm.KindContract, d.ContractID), Entry{
		Code: "einvoice." + string(n.State()), AccountID: d.AccountID, OpportunityID: d.OpportunityID,
		Data: map[string]any{"document": d.Number, "invoice_id": d.InvoiceID, "credit_note_id": d.CreditNoteID, "exchange": n.Exchange, "reason": why},
	})
}

// EInvoiceState is where an invoice or credit note is with the exchange, and what it said, the latest first.
type EInvoiceState struct {
	Sending
	Notices []SDINoticeRow
}

// EInvoiceState reads that of a document that may be seen.
func (s *Store) EInvoiceState(ctx context.Context, id crm.ID) (v EInvoiceState, err error) {
	if v.Sending, err = orNone(one[Sending](ctx, s.pool, lastSending, id)); err != nil {
		return v, err
	}
	v.Notices, err = many[SDINoticeRow](ctx, s.pool, sdiNotices+` where n.invoice_id = $1 or n.credit_note_id = $1 order by n.at desc, n.id desc limit 100`, id)
	return v, err
}

// SDINoticeContent reads a notice as it came.
func (s *Store) SDINoticeContent(ctx context.Context, id crm.ID) (name string, body []byte, err error) {
	err = s.pool.QueryRow(ctx, `select name, content from sdi_notice where id = $1`, id).Scan(&name, &body)
	return name, body, told(err)
}
