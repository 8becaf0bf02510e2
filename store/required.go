package store

import (
	"context"
	"strings"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// required asks the rules which fields must be filled at a moment of a record; process is whose version holds, none for the active one.
func (e *edit) required(ctx context.Context, moment, process string, f crm.Facts) error {
	r, err := e.rules(ctx, crm.RuleRequired, process)
	if err != nil {
		return err
	}
	return r.askOnce(ctx, moment, f)
}

// askOnce asks about one moment, and ends with it.
func (r *ruled) askOnce(ctx context.Context, moment string, f crm.Facts) error {
	if err := r.ask(ctx, moment, "", f); err != nil {
		return err
	}
	return r.end(ctx)
}

// accountRequired asks about a company as an edit leaves it.
func (e *edit) accountRequired(ctx context.Context, process string, a crm.Account) error {
	return e.required(ctx, "account", process, crm.Facts{Customer: customerFactsOf(a), Account: crm.AccountFacts{Custom: a.Custom}})
}

// contactRequired asks about a person as an edit leaves him, and his company.
func (e *edit) contactRequired(ctx context.Context, process string, c crm.Contact) error {
	a, err := one[crm.Account](ctx, e.q, `select * from account where id = $1`, c.AccountID)
	if err != nil {
		return err
	}
	return e.required(ctx, "contact", process, crm.Facts{Customer: customerFactsOf(a), Account: crm.AccountFacts{Custom: a.Custom}, Contact: contactFactsOf(c)})
}

// dealRequired asks about a deal as an edit leaves it.
func (e *edit) dealRequired(ctx context.Context, before, o crm.Opportunity) error {
	process := crm.ProcessID(crm.KindOpportunity, o.ID)
	f, err := facts(ctx, e.q, o.ID, e.today)
	if err != nil {
		return err
	}
	f.Deal.Name, f.Deal.Amount, f.Deal.Target, f.Deal.CloseDate = o.Name, o.Amount, o.Target, o.CloseDate
	f.Deal.Need, f.Deal.Budget, f.Deal.DecisionMaker, f.Deal.Tags, f.Deal.Custom = o.Need, o.Budget, o.DecisionMaker, o.Tags, o.Custom
	f.Deal.MarginPercent = crm.PercentOf(o.Amount.Sub(f.Deal.Cost), o.Amount)
	if before.ContactID != o.ContactID {
		c, err := orNone(one[crm.Contact](ctx, e.q, `select * from contact where id = $1`, o.ContactID))
		if err != nil {
			return err
		}
		f.Contact = contactFactsOf(c)
	}
	return e.required(ctx, "opportunity", process, f)
}

// quoteRequired asks about a quote as an edit leaves it.
func (r *ruled) quoteRequired(ctx context.Context, d *QuoteDraft, f crm.Facts) error {
	if err := r.e.quoteTotals(d); err != nil {
		return err
	}
	f.Quote = quoteFactsOf(d.Quote, crm.Counting(d.Lines))
	return r.askOnce(ctx, "quote", f)
}

// leadRequired asks about a lead as it comes in, whether it is known or not, so that the answer tells nobody. It tells the business time.
func (s *Store) leadRequired(ctx context.Context, q *behind, l crm.Lead) (now time.Time, err error) {
	e := &edit{q: q, asks: s.Judge, actor: l.OwnerID}
	b, zone := &pgx.Batch{}, ""
	b.Queue(selectShift).QueryRow(func(row pgx.Row) error {
		shift, err := scanShift(row)
		e.now = s.realNow().Add(shift)
		return err
	})
	b.Queue(`select coalesce((select time_zone from legal_entity order by id limit 1), 'UTC')`).QueryRow(func(row pgx.Row) error { return row.Scan(&zone) })
	r := e.queueRules(b, crm.RuleRequired, "")
	if err := q.SendBatch(ctx, b).Close(); err != nil || r.version == 0 {
		return e.now, err
	}
	at, err := time.LoadLocation(zone)
	if err != nil {
		return e.now, err
	}
	e.today = crm.DateOf(e.now, at)
	if err := r.ask(ctx, "lead", "", crm.Facts{Lead: leadFactsOf(l)}); err != nil {
		return e.now, err
	}
	if len(r.refused) > 0 {
		return e.now, RuleRefused{r.refused}
	}
	return e.now, nil
}

// rowRules are the required fields of rows of a file. The import keeps the version that it began with.
func (tx *Tx) rowRules(ctx context.Context, judge Judge) (*ruled, error) {
	e := &edit{q: tx.q, now: tx.Now, today: tx.Today, asks: judge}
	return e.rules(ctx, crm.RuleRequired, tx.Process.ID)
}

// row asks about a row; what is missing is told with it, column by column.
func (r *ruled) row(ctx context.Context, l crm.Lead) (crm.FieldErrors, error) {
	r.refused = nil
	if err := r.ask(ctx, "lead", "", crm.Facts{Lead: leadFactsOf(l)}); err != nil {
		return nil, err
	}
	wrong := crm.FieldErrors{}
	for _, refused := range r.refused {
		told := map[string]bool{}
		for _, c := range refused.Verdict.Failing() {
			for _, v := range c.Values {
				if name := leadColumnOf(v.Field); !told[name] {
					told[name] = true
					wrong = append(wrong, crm.Problem("required_by_rule", "condition", c.ID).At("/"+name))
				}
			}
		}
	}
	return wrong, nil
}

// leadColumnOf is how a file calls a field of a lead.
func leadColumnOf(path string) string {
	_, name, _ := strings.Cut(path, ".")
	if name == "contact" {
		return "contact_name"
	}
	return name
}

// leadFactsOf is a lead as rules read it; what its touches tell is the reader's.
func leadFactsOf(l crm.Lead) crm.LeadFacts {
	return crm.LeadFacts{
		Company: l.Company, Contact: l.ContactName, Email: l.Email, Phone: l.Phone, VAT: l.VAT, Country: l.Country, Need: l.Need,
		Language: l.Language, Source: l.Source, Campaign: l.Campaign, State: string(l.State), Feedback: string(l.Feedback),
		Score: decimal.NewFromInt(int64(l.Score)), Consent: l.Consent, Bounced: l.BouncedAt != nil, Custom: l.Custom,
	}
}

func customerFactsOf(a crm.Account) crm.CustomerFacts {
	return crm.CustomerFacts{Name: a.Name, VAT: a.VAT, Country: a.Country, Address: a.Address, Email: a.Email, Phone: a.Phone, Language: a.Language, Class: a.Class, CreditLimit: a.CreditLimit}
}

func contactFactsOf(c crm.Contact) crm.ContactFacts {
	return crm.ContactFacts{Name: c.Name, Email: c.Email, Phone: c.Phone, Job: c.Job, Status: c.Status, Custom: c.Custom}
}
