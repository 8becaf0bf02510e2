package store

import (
	"context"
	"fmt"
	"strconv"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// PriceBooks lists price books.
var PriceBooks = List[crm.PriceBook]{
	from: `select ` + bookColumns + ` from price_book`, id: "id", rowID: func(b crm.PriceBook) crm.ID { return b.ID },
	sort: []Order{{"name", false}},
	columns: []column[crm.PriceBook]{
		{"name", "name", "text", func(b crm.PriceBook) any { return b.Name }, false},
		{"currency", "currency", "text", func(b crm.PriceBook) any { return b.Currency }, false},
		{"class", "class", "text", func(b crm.PriceBook) any { return b.Class }, false},
		{"active", "active", "boolean", nil, true},
		{"account_id", "account_id", "uuid", nil, true},
	},
}

const bookColumns = `id, name, currency, account_id, class, valid_from, valid_until, active, version`

// BookRow is a price book as lists show it.
type BookRow struct {
	crm.PriceBook
	Account string
	Entries int
}

const bookRows = `select b.id, b.name, b.currency, b.account_id, b.class, b.valid_from, b.valid_until, b.active, b.version, coalesce(a.name, '') as account,
	(select count(*)::int from price_entry e where e.book_id = b.id) as entries from price_book b left join account a on a.id = b.account_id`

// BookRows lists price books whose name, class or customer has the text, those in use first.
func (s *Store) BookRows(ctx context.Context, text string) ([]BookRow, error) {
	return many[BookRow](ctx, s.pool, bookRows+` where @text = '' or b.name ilike @like or b.class ilike @like or a.name ilike @like order by b.active desc, b.name limit 1000`,
		pgx.NamedArgs{"text": text, "like": like(text)})
}

// BookPage reads one price book.
func (s *Store) BookPage(ctx context.Context, id crm.ID) (BookRow, error) {
	return one[BookRow](ctx, s.pool, bookRows+` where b.id = $1`, id)
}

// PriceEntries reads a book's prices from a place on, by product and quantity.
func (s *Store) PriceEntries(ctx context.Context, book crm.ID, from, limit int) ([]crm.PriceEntry, error) {
	return many[crm.PriceEntry](ctx, s.pool, `select e.*, coalesce(p.sku, '') as sku, coalesce(p.name, '') as name from price_entry e left join product p on p.id = e.product_id
		where e.book_id = $1 order by p.sku nulls first, e.min_quantity offset $2 limit $3`, book, from, limit)
}

// BookFindings compares a book's period with the others of its currency and customers.
func (s *Store) BookFindings(ctx context.Context, b crm.PriceBook) ([]crm.PeriodFinding, error) {
	if !b.Active {
		return nil, nil
	}
	others, err := many[crm.PriceBook](ctx, s.pool, `select `+bookColumns+` from price_book where active and currency = $1 and account_id is not distinct from $2 and class = $3 and id <> $4 order by valid_from`,
		b.Currency, b.AccountID, b.Class, b.ID)
	return b.Periods(others), err
}

// CreatePriceBook adds a book. Errors: those of crm.PriceBook.Check, unknown_record at /account_id, Taken for its name.
func (s *Store) CreatePriceBook(ctx context.Context, b crm.PriceBook) (crm.PriceBook, error) {
	b.Version = 1
	if err := b.Check(); err != nil {
		return b, err
	}
	_, err := s.pool.Exec(ctx, `insert into price_book (id, name, currency, account_id, class, valid_from, valid_until, active) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		b.ID, b.Name, b.Currency, b.AccountID, b.Class, b.ValidFrom, b.ValidUntil, b.Active)
	return b, bookTold(err)
}

func bookTold(err error) error {
	if refers(err, "price_book_account_id_fkey") {
		return crm.FieldErrors{crm.Problem("unknown_record").At("/account_id")}
	}
	return told(err)
}

// EditPriceBook changes a book; lines that were written keep their prices. Its currency stays once it has prices: read_only.
func (s *Store) EditPriceBook(ctx context.Context, t Target, apply func(*crm.PriceBook) error) (b crm.PriceBook, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if b, err = e.lockBook(ctx, t); err != nil {
			return err
		}
		before := b
		if err := apply(&b); err != nil {
			return err
		}
		if err := b.Check(); err != nil {
			return err
		}
		if b.Currency != before.Currency {
			var priced bool
			if err := e.q.QueryRow(ctx, `select exists (select from price_entry where book_id = $1)`, b.ID).Scan(&priced); err != nil {
				return told(err)
			}
			if priced {
				return crm.FieldErrors{crm.Problem("read_only").At("/currency")}
			}
		}
		b.Version++
		_, err := e.q.Exec(ctx, `update price_book set name = $2, currency = $3, account_id = $4, class = $5, valid_from = $6, valid_until = $7, active = $8, version = $9 where id = $1`,
			b.ID, b.Name, b.Currency, b.AccountID, b.Class, b.ValidFrom, b.ValidUntil, b.Active, b.Version)
		return bookTold(err)
	})
	return b, err
}

func (e *edit) lockBook(ctx context.Context, t Target) (crm.PriceBook, error) {
	b, err := one[crm.PriceBook](ctx, e.q, `select `+bookColumns+` from price_book where id = $1 for update`, t.ID)
	if err == nil && t.Version != 0 && t.Version != b.Version {
		err = Stale{Version: b.Version}
	}
	return b, err
}

// SetPrices writes prices of a book: those given replace what the book has for the same product from the same quantity on; with all, what is not given goes. A price that
// has neither amount nor percentage is taken out. Errors below /entries: unknown_record, given_twice, too_many, one_of at an entry with both.
func (s *Store) SetPrices(ctx context.Context, t Target, entries []crm.PriceEntry, all bool) (b crm.PriceBook, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		if b, err = e.lockBook(ctx, t); err != nil {
			return err
		}
		if err := e.checkPrices(ctx, entries); err != nil {
			return err
		}
		if all {
			if _, err := e.q.Exec(ctx, `delete from price_entry where book_id = $1`, b.ID); err != nil {
				return err
			}
		}
		batch := &pgx.Batch{}
		for _, p := range entries {
			batch.Queue(`delete from price_entry where book_id = $1 and product_id is not distinct from $2 and min_quantity = $3`, b.ID, p.ProductID, p.MinQuantity)
			if p.Price != nil || p.Percent != nil {
				batch.Queue(`insert into price_entry (id, book_id, product_id, min_quantity, price, percent) values ($1, $2, $3, $4, $5, $6)`, NewID(), b.ID, p.ProductID, p.MinQuantity, p.Price, p.Percent)
			}
		}
		if err := e.q.SendBatch(ctx, batch).Close(); err != nil {
			return told(err)
		}
		var n int
		if err := e.q.QueryRow(ctx, `update price_book set version = version + 1 where id = $1 returning version, (select count(*)::int from price_entry where book_id = $1)`, b.ID).Scan(&b.Version, &n); err != nil {
			return told(err)
		}
		if n > crm.MaxEntries {
			return crm.FieldErrors{crm.Problem("too_many", "max", strconv.Itoa(crm.MaxEntries)).At("/entries")}
		}
		return nil
	})
	return b, err
}

func (e *edit) checkPrices(ctx context.Context, entries []crm.PriceEntry) error {
	var wrong crm.FieldErrors
	var ids []crm.ID
	for _, p := range entries {
		if p.ProductID != "" {
			ids = append(ids, p.ProductID)
		}
	}
	found, err := e.productsBy(ctx, ids)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, p := range entries {
		at, key := "/entries/"+strconv.Itoa(i), fmt.Sprint(p.ProductID, " ", p.MinQuantity)
		switch {
		case p.ProductID != "" && found[p.ProductID].ID == "":
			wrong.Add(at+"/product_id", crm.Problem("unknown_record"))
		case seen[key]:
			wrong.Add(at, crm.Problem("given_twice"))
		case p.Price != nil && p.Percent != nil:
			wrong.Add(at+"/percent", crm.Problem("price_or_percent"))
		case p.ProductID == "" && p.Price != nil:
			wrong.Add(at+"/price", crm.Problem("price_of_everything"))
		}
		seen[key] = true
	}
	return wrong.Err()
}
