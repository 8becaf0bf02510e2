package store

import (
	"context"
	"crypto/sha256"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// QuotePage is a quote with its lines and plan, as the editor and the customer see it.
type QuotePage struct {
	crm.Quote
	Deal            string
	DealState       crm.OpportunityState
	AccountID       crm.ID
	Account         string
	AccountAddress  string
	AccountVAT      string
	AccountLanguage string
	Contact         string
	ContactEmail    string
	Owner           string
	OwnerEmail      string
	HasLink         bool // a customer's link exists
	QuoteLines      []crm.QuoteLine
	Shares          []crm.Share
	Versions        []crm.Quote
}

const quotePage = `select q.*, o.name as deal, o.state as deal_state, a.id as account_id, a.name as account, a.address as account_address, a.vat as account_vat,
	a.language as account_language, coalesce(c.name, '') as contact, coalesce(c.email, a.email) as contact_email, coalesce(u.name, '') as owner,
	coalesce(u.email, '') as owner_email, exists (select from quote s where s.id = q.id and s.secret_hash is not null) as has_link
	from (select ` + quoteColumns + ` from quote) q join opportunity o on o.id = q.opportunity_id join account a on a.id = o.account_id
	left join contact c on c.id = o.contact_id left join app_user u on u.id = o.owner_id`

// QuotePage reads one quote; ErrNotFound when the reader may not see its deal.
func (s *Store) QuotePage(ctx context.Context, sc Scope, id crm.ID) (QuotePage, error) {
	p, err := one[QuotePage](ctx, s.pool, quotePage+` where q.id = @id and `+sc.sees("o.owner_id"), sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return p, err
	}
	return s.quoteParts(ctx, p)
}

// CustomerQuote reads the quote of a customer's link, or, asked for by its letter, the newest version of one that stands beside it. A draft has no link.
func (s *Store) CustomerQuote(ctx context.Context, secret, variant string) (QuotePage, error) {
	hash := sha256.Sum256([]byte(secret))
	p, err := one[QuotePage](ctx, s.pool, quotePage+` where q.state <> 'draft' and q.id = (select coalesce((select x.id from quote x where x.opportunity_id = s.opportunity_id and x.variant = $2
			and s.variant not in ('', $2) and x.state not in ('draft', 'superseded') order by x.revision desc, x.created_at desc limit 1), s.id)
		from quote s where s.secret_hash = $1)`, hash[:], variant)
	if err != nil {
		return p, err
	}
	return s.quoteParts(ctx, p)
}

// AcceptedQuote is the quote that an order came from, with who accepted it.
func (s *Store) AcceptedQuote(ctx context.Context, order crm.ID) (crm.Quote, error) {
	return one[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where id = (select quote_id from sales_order where id = $1)`, order)
}

func (s *Store) quoteParts(ctx context.Context, p QuotePage) (QuotePage, error) {
	var err error
	if p.QuoteLines, err = many[crm.QuoteLine](ctx, s.pool, `select * from quote_line where quote_id = $1 order by position, id`, p.ID); err != nil {
		return p, err
	}
	if p.Shares, err = many[crm.Share](ctx, s.pool, `select kind, percent from quote_share where quote_id = $1 order by position`, p.ID); err != nil {
		return p, err
	}
	p.Versions, err = many[crm.Quote](ctx, s.pool, `select `+quoteColumns+` from quote where number = $1 order by revision desc`, p.Number)
	return p, err
}
