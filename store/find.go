package store

import (
	"context"
	"strings"
	"unicode"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Find says what somebody looks for.
type Find struct {
	Text   string
	Amount *decimal.Decimal // the text as an amount, if it is one: deals, quotes, orders, contracts and invoices of it are found too
	// Scopes say what of each kind of record the reader may see; a kind that is not in it is not looked for.
	Scopes map[string]Scope
	Limit  int    // of each kind
	Viewer Viewer // whose documents are looked for, too
}

// Found is a record that fits.
type Found struct {
	Kind   string // lead, account, contact, opportunity, quote, order, contract, invoice, case, product
	ID     crm.ID
	Title  string
	Detail string
	Amount *decimal.Decimal // in Currency
	Money  crm.Currency     `db:"currency"`
	Rank   float64          // 1: the text is in it as it was typed; less: it is like it
}

// findable is one kind of record; its words stand in find_words, as the migration says of which columns.
type findable struct {
	kind, title, detail string
	amount, currency    string // empty: it has none
	from, owner         string
}

var findables = []findable{
	{"account", "x.name", "concat_ws(' · ', nullif(x.vat, ''), nullif(x.country, ''))", "", "", "account x", "x.owner_id"},
	{"opportunity", "x.name", "x.number || ' · ' || a.name", "x.amount", "x.currency", "opportunity x join account a on a.id = x.account_id", "x.owner_id"},
	{"lead", "x.company", "concat_ws(' · ', nullif(x.contact_name, ''), nullif(x.email, ''))", "", "", "lead x", ""},
	{"contact", "x.name", "concat_ws(' · ', a.name, nullif(x.email, ''))", "", "", "contact x join account a on a.id = x.account_id", "coalesce(x.owner_id, a.owner_id)"},
	{"quote", "x.number || ' v' || x.revision", "a.name", "x.total", "x.currency", "quote x join opportunity o on o.id = x.opportunity_id join account a on a.id = o.account_id", "o.owner_id"},
	{"order", "x.number", "a.name", "x.net", "x.currency", "sales_order x join opportunity o on o.id = x.opportunity_id join account a on a.id = o.account_id", "o.owner_id"},
	{"contract", "x.number", "a.name", "x.net", "x.currency", "contract x join account a on a.id = x.account_id", "x.owner_id"},
	{"invoice", "x.number", "a.name", "x.total", "x.currency", "invoice x join account a on a.id = x.account_id", "a.owner_id"},
	{"case", "x.subject", "x.number || ' · ' || a.name", "", "", "care_case x join account a on a.id = x.account_id", "a.owner_id"},
	{"product", "x.name", "x.sku", "x.price", "x.currency", "product x", "all"},
	{"document", "x.title", "x.name", "", "", "document x", "viewer"},
}

// Find looks for records by name, number, VAT number, e-mail address or amount, without regard to accents and case and in spite of typing
// slips; what fits as it was typed comes first.
func (s *Store) Find(ctx context.Context, f Find) (found []Found, err error) {
	text := strings.TrimSpace(f.Text)
	if text == "" {
		return nil, nil
	}
	b := &pgx.Batch{}
	b.Queue(`select set_config('pg_trgm.word_similarity_threshold', '0.3', true)`) // one wrong letter in five; for this batch, which is one transaction
	for _, k := range findables {
		sc, may := f.Scopes[k.kind]
		if !may || sc.none() {
			continue
		}
		sql := k.sql(sc, f.Viewer, f.Amount != nil, !strings.ContainsFunc(text, unicode.IsDigit))
		args := f.Viewer.args(pgx.NamedArgs{"text": text, "part": like(text), "amount": f.Amount, "limit": f.Limit})
		b.Queue(sql, args).Query(func(rows pgx.Rows) error {
			some, err := pgx.CollectRows(rows, pgx.RowToStructByNameLax[Found])
			found = append(found, some...)
			return err
		})
	}
	err = s.pool.SendBatch(ctx, b).Close()
	return found, told(err)
}

// findAmong is among how many records that fit the best ones are looked for: what so many fit is too short a text.
const findAmong = "300"

// sql finds records of this kind within the scope. Slips are looked for where nothing fits as it was typed, and in words only: a number with
// another digit is another number.
func (k findable) sql(sc Scope, v Viewer, amount, slips bool) string {
	seen := sc.sees(k.owner)
	switch k.owner {
	case "":
		seen = sc.seesLead("x")
	case "all":
		seen = "true"
	case "viewer":
		seen = "exists (select from document d where d.id = x.id and d.removed_at is null and " + v.reads("d") + ")"
	}
	sum, currency := "null::numeric", "''"
	if k.amount != "" {
		sum, currency = k.amount, k.currency
	}
	row := func(rank, from, where string) string {
		return `(select '` + k.kind + `' as kind, x.id, ` + k.title + ` as title, ` + k.detail + ` as detail, ` + sum + ` as amount, ` + currency + ` as currency,
			` + rank + `::float8 as rank from ` + from + ` where ` + where + ` and ` + seen + ` limit ` + findAmong + `)`
	}
	words := k.from + ` join find_words f on f.kind = '` + k.kind + `' and f.id = x.id`
	typed := row("1", words, "f.words like plain(@part)")
	if amount && k.amount != "" { // whole units find what has cents, too
		typed += ` union ` + row("1", k.from, k.amount+" >= @amount::numeric and "+k.amount+" < @amount::numeric + case when @amount::numeric = trunc(@amount::numeric) then 1 else 0.01 end")
	}
	all := `with typed as materialized (` + typed + `) select * from typed`
	if slips {
		all += ` union all ` + row("word_similarity(plain(@text), f.words)", words, "not exists (select from typed) and plain(@text) <% f.words")
	}
	return `select * from (` + all + `) f order by rank desc, title, id limit @limit`
}
