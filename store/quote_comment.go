package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// Customer is the actor of what a customer does himself.
const Customer crm.ID = "customer"

// quoteTalk is what a comment on a quote needs to know, under the lock of the quote.
type quoteTalk struct {
	crm.Quote
	AccountID   crm.ID
	Deal        string
	OwnerEmail  string
	Owner       string
	OwnerSpeaks string
	ToEmail     string
	ToName      string
	Author      string // who writes, of the house
	Comments    int
	Waiting     int // of the customer's since the seller last wrote
	Counters    int
}

func (e *edit) quoteTalk(ctx context.Context, sc Scope, quote crm.ID) (quoteTalk, error) {
	return one[quoteTalk](ctx, e.q, `select q.*, o.account_id, o.name as deal, coalesce(u.email, '') as owner_email, coalesce(u.name, '') as owner, coalesce(u.language, 'en') as owner_speaks,
			coalesce(nullif(c.email, ''), a.email) as to_email, coalesce(c.name, a.name) as to_name, coalesce((select name from app_user where id::text = @actor), '') as author,
			(select count(*) from quote_comment x where x.opportunity_id = o.id) as comments,
			(select count(*) from quote_comment x where x.opportunity_id = o.id and x."by" is null
				and x.at > coalesce((select max(y.at) from quote_comment y where y.opportunity_id = o.id and y."by" is not null), '-infinity')) as waiting,
			(select count(*) from bid x where x.opportunity_id = o.id and x."by" is null) as counters
		from (select `+quoteColumns+` from quote) q join opportunity o on o.id = q.opportunity_id join account a on a.id = o.account_id left join contact c on c.id = o.contact_id left join app_user u on u.id = o.owner_id
		where q.id = @id and `+sc.sees("o.owner_id")+` for update of o`, sc.args(pgx.NamedArgs{"id": quote, "actor": string(e.actor)}))
}

// CommentQuote writes under a deal's offers: the customer, whom the deal's owner is mailed for, or one of the house, whose words the customer is mailed.
// Errors: ErrNotFound outside the scope, too_many_comments.
func (s *Store) CommentQuote(ctx context.Context, t Target, c crm.QuoteComment) (crm.QuoteComment, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		q, err := e.quoteTalk(ctx, t.Scope, t.ID)
		if err != nil {
			return err
		}
		mine := t.Actor != Customer
		if q.Comments >= crm.MaxComments || !mine && q.Waiting >= crm.MaxCommentsAsked {
			return Refused{Code: "too_many_comments", Params: map[string]string{"max": "20"}}
		}
		c.QuoteID, c.OpportunityID, c.At = q.ID, q.OpportunityID, e.now
		letter := crm.Letter{Template: "quote_comment", To: q.OwnerEmail, Name: q.Owner, Language: q.OwnerSpeaks, Path: "/quotes/" + string(q.ID)}
		if mine {
			c.By, c.Name = t.Actor, q.Author
			letter = crm.Letter{Template: "quote_answer", To: q.ToEmail, Name: q.ToName, Language: q.Language}
		}
		tag, err := e.q.Exec(ctx, `insert into quote_comment (id, quote_id, opportunity_id, "by", name, text, at) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
			c.ID, c.QuoteID, c.OpportunityID, c.By, c.Name, c.Text, c.At)
		if err != nil || tag.RowsAffected() == 0 { // a form that was sent twice
			return told(err)
		}
		letter.Texts = map[string]string{"by": c.Name, "quote": q.Label(), "deal": q.Deal, "text": c.Text}
		if err := e.tell(ctx, crm.ProcessID(crm.KindOpportunity, q.OpportunityID), Entry{
			Code: "quote.commented", AccountID: q.AccountID, OpportunityID: q.OpportunityID, Data: map[string]any{"quote": q.Label(), "quote_id": q.ID, "by": c.Name},
		}); err != nil {
			return err
		}
		return e.mail(ctx, "mail/quote_comment/"+string(c.ID), crm.ProcessID(crm.KindOpportunity, q.OpportunityID), letter)
	})
	return c, err
}

// CounterQuote notes what the customer offers instead of a quote that is out (S076); the deal's owner is mailed. Errors: quote_not_open, too_many_comments.
func (s *Store) CounterQuote(ctx context.Context, quote crm.ID, b crm.Bid) (crm.Bid, error) {
	err := s.edit(ctx, Customer, func(e *edit) error {
		q, err := e.quoteTalk(ctx, Everything(), quote)
		switch {
		case err != nil:
			return err
		case q.State != crm.QuoteSent || e.today.After(q.ValidUntil):
			return Refused{Code: "quote_not_open", Params: map[string]string{"state": string(q.State)}}
		case q.Counters >= crm.MaxCounters:
			return Refused{Code: "too_many_comments", Params: map[string]string{"max": "20"}}
		}
		b.OpportunityID, b.QuoteID, b.Side, b.At = q.OpportunityID, q.ID, crm.BidCounter, e.now
		if err := e.addBid(ctx, q.AccountID, b); err != nil {
			return err
		}
		return e.mail(ctx, "mail/quote_counter/"+string(b.ID), crm.ProcessID(crm.KindOpportunity, q.OpportunityID), crm.Letter{
			Template: "quote_counter", To: q.OwnerEmail, Name: q.Owner, Language: q.OwnerSpeaks, Path: "/quotes/" + string(q.ID),
			Texts: map[string]string{"by": b.Name, "quote": q.Label(), "deal": q.Deal, "terms": b.Terms}, Money: map[string]crm.Amount{"amount": {Value: b.Amount, Currency: q.Currency}},
		})
	})
	return b, err
}

// QuoteComments lists what was written under a deal's offers, the oldest first.
func (s *Store) QuoteComments(ctx context.Context, opportunity crm.ID) ([]crm.QuoteComment, error) {
	return many[crm.QuoteComment](ctx, s.pool, `select * from quote_comment where opportunity_id = $1 order by at, id`, opportunity)
}
