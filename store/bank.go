package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// BankImport is a file of statements with what it brought.
type BankImport struct {
	ID         crm.ID
	Name       string
	Format     string
	Entries    int // new ones
	Known      int // that were there before
	Warnings   []crm.FieldError
	ImportedBy crm.ID
	Importer   string
	At         time.Time
}

const bankFiles = `select f.id, f.name, f.format, f.entries, f.known, f.warnings, f.imported_by, coalesce(u.name, '') as importer, f.at from bank_file f left join app_user u on u.id = f.imported_by`

// ImportBank keeps a file of statements as it came and takes the entries that are not there yet, all or nothing. The same file again changes nothing, nor do entries that
// another file brought. actor is empty where nobody is known. Errors: those of crm.BankFile.Check.
func (s *Store) ImportBank(ctx context.Context, actor crm.ID, f crm.BankFile, body []byte) (out BankImport, again bool, err error) {
	err = s.edit(ctx, actor, func(e *edit) error {
		if err := f.Check(e.entity); err != nil {
			return err
		}
		if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(hashtext('bank import'))`); err != nil {
			return told(err)
		}
		sum := sha256.Sum256(body)
		out, err = one[BankImport](ctx, e.q, bankFiles+` where f.sha256 = $1`, sum[:])
		if again = err == nil; again || !errors.Is(err, ErrNotFound) {
			return err
		}
		out, err = e.keepBankFile(ctx, actor, f, body, sum[:])
		return err
	})
	return out, again, err
}

func (e *edit) keepBankFile(ctx context.Context, actor crm.ID, f crm.BankFile, body, sum []byte) (out BankImport, err error) {
	out = BankImport{ID: f.ID, Name: f.Name, Format: f.Format, Warnings: f.Warnings, ImportedBy: actor, At: e.now}
	if out.Warnings == nil {
		out.Warnings = []crm.FieldError{}
	}
	var all []crm.BankEntry
	for _, s := range f.Statements {
		all = append(all, s.Entries...)
	}
	e.q.later(`insert into bank_file (id, name, format, sha256, content, entries, known, warnings, imported_by, at) values ($1, $2, $3, $4, $5, 0, 0, $6, $7, $8)`,
		f.ID, f.Name, f.Format, sum, body, out.Warnings, actor, e.now)
	for n, s := range f.Statements {
		e.q.later(`insert into bank_statement (file_id, position, reference, iban, currency, from_date, to_date, opening, closing, entries) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			f.ID, n+1, s.Reference, s.IBAN, s.Currency, s.From, s.To, s.Opening, s.Closing, len(s.Entries))
	}
	b := &pgx.Batch{}
	for _, x := range all {
		b.Queue(`insert into bank_entry (id, file_id, statement, position, iban, identity, amount, currency, booked_on, value_on, reversal, name, counter_iban, remittance, reference, end_to_end,
				bank_reference, charges, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) on conflict (identity) do nothing`,
			NewID(), f.ID, x.Statement, x.Position, x.IBAN, x.Identity, x.Amount, x.Currency, x.BookedOn, x.ValueOn, x.Reversal, x.Name, x.CounterIBAN, x.Remittance, x.Reference, x.EndToEnd,
			x.BankReference, x.Charges, e.now)
	}
	b.Queue(`update bank_file set entries = (select count(*) from bank_entry where file_id = $1), known = $2 - (select count(*) from bank_entry where file_id = $1) where id = $1 returning entries, known`,
		f.ID, len(all)).QueryRow(func(row pgx.Row) error { return row.Scan(&out.Entries, &out.Known) })
	return out, told(e.q.SendBatch(ctx, b).Close())
}

// BankImports lists the files, the newest first.
func (s *Store) BankImports(ctx context.Context, limit int) ([]BankImport, error) {
	return many[BankImport](ctx, s.pool, bankFiles+` order by f.at desc, f.id desc limit $1`, limit)
}

// BankFileContent reads a file as it was uploaded.
func (s *Store) BankFileContent(ctx context.Context, id crm.ID) (name string, body []byte, err error) {
	err = s.pool.QueryRow(ctx, `select name, content from bank_file where id = $1`, id).Scan(&name, &body)
	return name, body, told(err)
}

// BankEntryRow is an entry with whose it is.
type BankEntryRow struct {
	crm.BankEntry
	Account string
}

const bankEntries = `select x.id, x.file_id, x.statement, x.position, x.iban, x.identity, x.amount, x.currency, x.booked_on, x.value_on, x.reversal, x.name, x.counter_iban, x.remittance, x.reference,
	x.end_to_end, x.bank_reference, x.charges, x.state, x.account_id, x.payment_id, x.note, x.version, x.decided_by, x.decided_at, x.at, coalesce(a.name, '') as account
	from bank_entry x left join account a on a.id = x.account_id`

// BankEntries lists entries of statements.
var BankEntries = List[BankEntryRow]{
	from: `select * from (` + bankEntries + `) x`, id: "id", rowID: func(x BankEntryRow) crm.ID { return x.ID },
	sort: []Order{{"booked_on", true}},
	columns: []column[BankEntryRow]{
		{"booked_on", "booked_on", "date", func(x BankEntryRow) any { return x.BookedOn }, false},
		{"amount", "amount", "numeric", func(x BankEntryRow) any { return x.Amount }, false},
		{"state", "state", "text", func(x BankEntryRow) any { return x.State }, false},
		{"account_id", "account_id", "uuid", nil, true},
		{"file_id", "file_id", "uuid", nil, true},
	},
}

// OpenEntries reads the entries that nobody has decided about, the oldest first.
func (s *Store) OpenEntries(ctx context.Context, limit int) (rows []BankEntryRow, total int, err error) {
	if err := s.pool.QueryRow(ctx, `select count(*) from bank_entry where state = 'open'`).Scan(&total); err != nil {
		return nil, 0, told(err)
	}
	rows, err = many[BankEntryRow](ctx, s.pool, bankEntries+` where x.state = 'open' order by x.booked_on, x.id limit $1`, limit)
	return rows, total, err
}

// CustomersNamed finds customers by a part of their name, those who owe something first.
func (s *Store) CustomersNamed(ctx context.Context, sc Scope, text string, limit int) ([]Choice, error) {
	return many[Choice](ctx, s.pool, `select a.id, a.name from account a where plain(a.name) like plain(@part) and a.archived_at is null and `+sc.sees("a.owner_id")+`
		order by exists (select from receivable r where r.account_id = a.id and r.open > 0) desc, a.name, a.id limit @limit`, sc.args(pgx.NamedArgs{"part": like(text), "limit": limit}))
}
