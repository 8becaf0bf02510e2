package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// Facts gathers what rules may read about a deal as it stands.
func (s *Store) Facts(ctx context.Context, opportunity crm.ID) (crm.Facts, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return crm.Facts{}, err
	}
	entity, err := s.LegalEntity(ctx)
	if err != nil {
		return crm.Facts{}, err
	}
	zone, err := time.LoadLocation(entity.TimeZone)
	if err != nil {
		return crm.Facts{}, err
	}
	return facts(ctx, s.pool, opportunity, crm.DateOf(now, zone))
}

// Facts gathers what rules may read about a deal as this step leaves it.
func (tx *Tx) Facts(ctx context.Context, opportunity crm.ID) (crm.Facts, error) {
	return facts(ctx, tx.q, opportunity, tx.Today)
}

func facts(ctx context.Context, q querier, opportunity crm.ID, today crm.Date) (f crm.Facts, err error) {
	f.Process.Today = today
	o, err := one[crm.Opportunity](ctx, q, `select `+opportunityColumns+` from opportunity where id = $1`, opportunity)
	if err != nil {
		return f, err
	}
	f.Deal = crm.DealFacts{Name: o.Name, Stage: o.Stage, Amount: o.Amount, AmountSource: string(o.AmountSource), Target: o.Target, CloseDate: o.CloseDate,
		Need: o.Need, Budget: o.Budget, DecisionMaker: o.DecisionMaker, HandedOff: o.HandedOff, Tags: o.Tags}
	if err := dealFacts(ctx, q, o, &f.Deal); err != nil {
		return f, err
	}
	if f.Customer, f.Receivables, err = customerFacts(ctx, q, o.AccountID, today); err != nil {
		return f, err
	}
	if f.Contact, err = orNone(one[crm.ContactFacts](ctx, q, `select name, email, phone, status from contact where id = $1`, o.ContactID)); err != nil {
		return f, err
	}
	if f.Quote, err = quoteFacts(ctx, q, o.ID); err != nil {
		return f, err
	}
	f.Order, err = orderFacts(ctx, q, o.ID)
	return f, err
}

// orNone turns a record that does not exist into its empty value: rules never meet a nil.
func orNone[T any](v T, err error) (T, error) {
	if errors.Is(err, ErrNotFound) {
		var none T
		return none, nil
	}
	return v, err
}

func dealFacts(ctx context.Context, q querier, o crm.Opportunity, f *crm.DealFacts) error {
	err := q.QueryRow(ctx, `select coalesce(sum(round(l.quantity * l.unit_cost, 2)), 0), count(*)::numeric, coalesce(bool_or(p.made_to_order), false),
			(select count(*)::numeric from engagement where opportunity_id = $1 and outcome <> ''),
			(select count(*)::numeric from relation where opportunity_id = $1 and kind = 'competitor'),
			(select count(*)::numeric from sample where opportunity_id = $1), (select count(*)::numeric from sample where opportunity_id = $1 and state <> 'answered')
		from product_line l join product p on p.id = l.product_id where l.opportunity_id = $1`, o.ID).
		Scan(&f.Cost, &f.Products, &f.MadeToOrder, &f.Engagements, &f.Competitors, &f.Samples, &f.SamplesOpen)
	f.MarginPercent = crm.PercentOf(o.Amount.Sub(f.Cost), o.Amount)
	return told(err)
}

func customerFacts(ctx context.Context, q querier, account crm.ID, today crm.Date) (c crm.CustomerFacts, r crm.ReceivablesFacts, err error) {
	err = q.QueryRow(ctx, `select name, vat, country, address, email, class, credit_limit,
			not exists (select from contract where account_id = a.id),
			coalesce((select sum(open) from receivable where account_id = a.id), 0),
			coalesce((select sum(open) from receivable where account_id = a.id and due_date < $2), 0)
		from account a where id = $1`, account, today).
		Scan(&c.Name, &c.VAT, &c.Country, &c.Address, &c.Email, &c.Class, &c.CreditLimit, &c.New, &r.Open, &r.Overdue)
	return c, r, told(err)
}

func quoteFacts(ctx context.Context, q querier, opportunity crm.ID) (f crm.QuoteFacts, err error) {
	quote, err := one[crm.Quote](ctx, q, `select `+quoteColumns+` from quote where opportunity_id = $1 and state <> 'superseded'
		order by created_at desc, revision desc limit 1`, opportunity)
	if errors.Is(err, ErrNotFound) {
		return f, nil
	} else if err != nil {
		return f, err
	}
	f = crm.QuoteFacts{State: string(quote.State), Net: quote.Net, Total: quote.Total, ValidUntil: quote.ValidUntil,
		DiscountPercent: crm.PercentOf(quote.ListTotal.Sub(quote.Net), quote.ListTotal), MarginPercent: crm.PercentOf(quote.Net.Sub(quote.Cost), quote.Net)}
	err = q.QueryRow(ctx, `select count(*)::numeric from quote_line where quote_id = $1`, quote.ID).Scan(&f.Lines)
	return f, told(err)
}

func orderFacts(ctx context.Context, q querier, opportunity crm.ID) (f crm.OrderFacts, err error) {
	var cost, list decimal.Decimal
	var days int64
	err = told(q.QueryRow(ctx, `select o.state, o.net, o.payment_days, o.delivery_date, q.cost, q.list_total,
			(select count(*)::numeric from quote_share where quote_id = q.id)
		from sales_order o join quote q on q.id = o.quote_id where o.opportunity_id = $1 order by o.created_at desc limit 1`, opportunity).
		Scan(&f.State, &f.Total, &days, &f.DeliveryDate, &cost, &list, &f.Tranches))
	if errors.Is(err, ErrNotFound) {
		return f, nil
	}
	f.PaymentDays = decimal.NewFromInt(days)
	f.MarginPercent = crm.PercentOf(f.Total.Sub(cost), f.Total)
	f.DiscountPercent = crm.PercentOf(list.Sub(f.Total), list)
	return f, err
}
