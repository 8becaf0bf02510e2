package store

import (
	"context"
	"errors"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
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
func (tx *Tx) Facts(ctx context.Context, opportunity crm.ID) (f crm.Facts, err error) {
	if k := tx.facts; k.of == opportunity && k.written == tx.q.written && k.of != "" {
		return k.facts, nil
	}
	if f, err = facts(ctx, tx.q, opportunity, tx.Today); err == nil {
		tx.facts = keptFacts{of: opportunity, written: tx.q.written, facts: f}
	}
	return f, err
}

// keptFacts are facts that hold until the step writes something.
type keptFacts struct {
	of      crm.ID
	written int
	facts   crm.Facts
	heard   time.Time // of a lead
}

// facts asks everything in one round trip: a gate is on the path of a person who waits.
func facts(ctx context.Context, q querier, opportunity crm.ID, today crm.Date) (f crm.Facts, err error) {
	b := &pgx.Batch{}
	queueFacts(b, opportunity, today, &f)
	return f, told(q.SendBatch(ctx, b).Close())
}

// queueFacts asks it with other questions; f is whole when all are answered.
func queueFacts(b *pgx.Batch, opportunity crm.ID, today crm.Date, f *crm.Facts) {
	f.Process.Today = today
	dealFacts(b, opportunity, &f.Deal)
	customerFacts(b, opportunity, today, f)
	b.Queue(`select name, email, phone, job, status, custom from contact where id = (select contact_id from opportunity where id = $1)`, opportunity).Query(func(rows pgx.Rows) (err error) {
		f.Contact, err = orNone(pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[crm.ContactFacts]))
		return err
	})
	quoteFacts(b, opportunity, &f.Quote)
	orderFacts(b, opportunity, &f.Order)
	holidayFacts(b, today, &f.Process)
	b.Queue(`select `+opportunityColumns+` from opportunity where id = $1`, opportunity).Query(func(rows pgx.Rows) error { // last: its margin needs the costs
		o, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[crm.Opportunity])
		f.Deal.Name, f.Deal.Pipeline, f.Deal.Stage, f.Deal.Amount, f.Deal.AmountSource, f.Deal.Target, f.Deal.CloseDate = o.Name, o.Pipeline, o.Stage, o.Amount, string(o.AmountSource), o.Target, o.CloseDate
		f.Deal.Need, f.Deal.Budget, f.Deal.DecisionMaker, f.Deal.HandedOff, f.Deal.Tags = o.Need, o.Budget, o.DecisionMaker, o.HandedOff, o.Tags
		f.Deal.Custom = o.Custom
		f.Deal.MarginPercent = crm.PercentOf(o.Amount.Sub(f.Deal.Cost), o.Amount)
		return err
	})
}

// holidayFacts are the whole days around today on which the company does not work, one year back and two ahead, for counting working days.
func holidayFacts(b *pgx.Batch, today crm.Date, f *crm.ProcessFacts) {
	b.Queue(`select on_date from holiday where free_from = 0 and country in ('', (select country from legal_entity order by id limit 1))
		and on_date between $1::date - 366 and $1::date + 731 order by on_date`, today).Query(func(rows pgx.Rows) (err error) {
		f.Holidays, err = pgx.CollectRows(rows, pgx.RowTo[crm.Date])
		return err
	})
}

// orNone turns a record that does not exist into its empty value: rules never meet a nil.
func orNone[T any](v T, err error) (T, error) {
	if err = told(err); errors.Is(err, ErrNotFound) {
		var none T
		return none, nil
	}
	return v, err
}

func dealFacts(b *pgx.Batch, opportunity crm.ID, f *crm.DealFacts) {
	b.Queue(`select coalesce(sum(round(l.quantity * l.unit_cost, 2)), 0), count(*)::numeric, coalesce(bool_or(p.made_to_order), false),
			(select count(*)::numeric from engagement where opportunity_id = $1 and outcome <> ''),
			(select count(*)::numeric from relation where opportunity_id = $1 and kind = 'competitor'),
			(select count(*)::numeric from sample where opportunity_id = $1), (select count(*)::numeric from sample where opportunity_id = $1 and state <> 'answered')
		from product_line l join product p on p.id = l.product_id where l.opportunity_id = $1`, opportunity).QueryRow(func(row pgx.Row) error {
		return row.Scan(&f.Cost, &f.Products, &f.MadeToOrder, &f.Engagements, &f.Competitors, &f.Samples, &f.SamplesOpen)
	})
}

// partChased is the earliest open part of the receivable r; 1 where the invoice is paid at once.
const partChased = `coalesce((select min(p.position) from invoice_instalment p where p.invoice_id = r.invoice_id and p.due_date >= r.due_date), 1)`

// debtFacts are the columns of crm.ReceivablesFacts of an account a on the day $2.
const debtFacts = `coalesce((select sum(open) from receivable where account_id = a.id), 0) as open,
			coalesce((select sum(open) from receivable where account_id = a.id and due_date < $2), 0) as overdue,
			coalesce((select $2::date - min(due_date) from receivable where account_id = a.id and open > 0 and due_date < $2), 0)::numeric as days_late,
			coalesce((select max(s.level) from dunning_step s join receivable r on r.invoice_id = s.invoice_id where r.account_id = a.id and r.open > 0 and s.state = 'written' and s.part >= ` + partChased + `), 0)::numeric as letters,
			((select count(*) from promise where account_id = a.id and state = 'broken' and ended_on > $2::date - 365)
				+ (select count(*) from payment_plan where account_id = a.id and state = 'broken' and ended_on > $2::date - 365))::numeric as broken,
			exists (select from legal_hand_over where account_id = a.id and ended_on is null) as legal`

// DebtorFacts are what rules may ask of debtors to choose how each is chased (S091): the customer, and what he owes on a day.
func debtorFacts(ctx context.Context, q querier, accounts []crm.ID, today crm.Date) (map[crm.ID]crm.Facts, error) {
	rows, err := many[struct {
		ID crm.ID
		crm.CustomerFacts
		Custom crm.Custom
		crm.ReceivablesFacts
	}](ctx, q, `select id, name, vat, country, address, email, phone, language, class, credit_limit, custom, not exists (select from contract where account_id = a.id) as new,
			`+debtFacts+` from account a where id = any($1::uuid[])`, texts(accounts), today)
	out := make(map[crm.ID]crm.Facts, len(rows))
	for _, r := range rows {
		out[r.ID] = crm.Facts{Customer: r.CustomerFacts, Account: crm.AccountFacts{Custom: r.Custom}, Receivables: r.ReceivablesFacts, Process: crm.ProcessFacts{Today: today}}
	}
	return out, err
}

// DebtorFacts are what rules may ask of the step's debtors.
func (tx *Tx) DebtorFacts(ctx context.Context, accounts ...crm.ID) (map[crm.ID]crm.Facts, error) {
	return debtorFacts(ctx, tx.q, accounts, tx.Today)
}

// DebtorFacts are what rules may ask of a debtor.
func (s *Store) DebtorFacts(ctx context.Context, account crm.ID, today crm.Date) (crm.Facts, error) {
	f, err := debtorFacts(ctx, s.pool, []crm.ID{account}, today)
	return f[account], err
}

func customerFacts(b *pgx.Batch, opportunity crm.ID, today crm.Date, f *crm.Facts) {
	b.Queue(`select name, vat, country, address, email, phone, language, class, credit_limit, custom,
			not exists (select from contract where account_id = a.id),
			`+debtFacts+`
		from account a where id = (select account_id from opportunity where id = $1)`, opportunity, today).QueryRow(func(row pgx.Row) error {
		c, r := &f.Customer, &f.Receivables
		return row.Scan(&c.Name, &c.VAT, &c.Country, &c.Address, &c.Email, &c.Phone, &c.Language, &c.Class, &c.CreditLimit, &f.Account.Custom, &c.New, &r.Open, &r.Overdue, &r.DaysLate, &r.Letters, &r.Broken, &r.Legal)
	})
}

func quoteFacts(b *pgx.Batch, opportunity crm.ID, f *crm.QuoteFacts) {
	b.Queue(`select `+quoteColumns+`, (select count(*)::numeric from quote_line l where l.quote_id = quote.id and l.kind = 'line' and (not l.optional or l.chosen)) as line_count
		from quote where opportunity_id = $1 and state <> 'superseded' order by created_at desc, revision desc limit 1`, opportunity).Query(func(rows pgx.Rows) error {
		quote, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByNameLax[countedQuote])
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		*f = quoteFactsOf(quote.Quote, 0)
		f.Lines = quote.LineCount
		return err
	})
}

// countedQuote is a quote with how many lines it has.
type countedQuote struct {
	crm.Quote
	LineCount decimal.Decimal
}

func orderFacts(b *pgx.Batch, opportunity crm.ID, f *crm.OrderFacts) {
	b.Queue(`select o.state, o.net, o.payment_days, o.delivery_date, q.cost, q.list_total,
			(select count(*)::numeric from quote_share where quote_id = q.id), o.ticks
		from sales_order o join quote q on q.id = o.quote_id where o.opportunity_id = $1 order by o.created_at desc limit 1`, opportunity).QueryRow(func(row pgx.Row) error {
		var cost, list decimal.Decimal
		var days int64
		var ticks []crm.Tick
		err := row.Scan(&f.State, &f.Total, &days, &f.DeliveryDate, &cost, &list, &f.Tranches, &ticks)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		f.PaymentDays, f.Ticked = decimal.NewFromInt(days), crm.Ticked(ticks)
		f.MarginPercent = crm.PercentOf(f.Total.Sub(cost), f.Total)
		f.DiscountPercent = crm.PercentOf(list.Sub(f.Total), list)
		return err
	})
}
