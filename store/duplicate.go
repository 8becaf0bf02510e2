package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
	"github.com/shopspring/decimal"
)

// Entered is what is known of a record before it is saved: enough to find others of the same company or person.
type Entered struct {
	Kind      string // account, contact, lead
	ID        crm.ID // its own, which it is not held against
	Name      string // of the company, or of a contact
	VAT       string
	Email     string
	Phone     string
	Country   string
	AccountID crm.ID // of a contact
}

// Match is a record that may be of the same company or person.
type Match struct {
	Kind         string
	ID           crm.ID // empty where the reader may not see the record
	Title        string
	Detail       string
	Owner        string
	Hidden       bool // somebody else's: only that there is one is told, and by what
	SameVAT      bool `db:"same_vat"`
	SameEmail    bool
	SamePhone    bool
	OtherCountry bool
	Similarity   int // of the names, in percent
	Name         string
	Named        bool         // the names may be held against each other
	Blocks       bool         // the rules stop a record for it
	Clauses      []crm.Clause // that are not met
	Rule         int          // version of the rules that were asked
}

// Doubt is how much of a duplicate somebody may see, and why he goes on in spite of it.
type Doubt struct {
	Scopes map[string]Scope // by kind of record
	Reason string           // to go on at a warning
}

// Duplicated is a record that is like others; it is saved with a reason, unless one of them stops it.
type Duplicated struct{ Matches []Match }

func (d Duplicated) Error() string { return "duplicate_record" }

// Blocked tells whether a reason does not help.
func (d Duplicated) Blocked() bool {
	return slices.ContainsFunc(d.Matches, func(m Match) bool { return m.Blocks })
}

// maxMatches is how many records are told of; those that are most alike.
const maxMatches = 10

// Duplicates finds what a record that is entered is like, in the words of the rules in force: what they say nothing against is left out. It reads only.
func (s *Store) Duplicates(ctx context.Context, actor crm.ID, d Doubt, e Entered) (found []Match, err error) {
	err = s.behind(ctx, func(q *behind) error { // it ends without a commit
		shift, err := clockShift(ctx, q)
		if err != nil {
			return err
		}
		found, err = (&edit{q: q, actor: actor, asks: s.Judge, now: s.realNow().Add(shift)}).matches(ctx, d, e)
		return err
	})
	return found, told(err)
}

// unique refuses a record that is like others: with all of them if one stops it or no reason is given. With a reason it is told on the
// timeline of process what the record was like. Without a doubt nobody is there to answer, and nothing is asked.
func (e *edit) unique(ctx context.Context, process string, d *Doubt, what Entered) error {
	if d == nil {
		return nil
	}
	if _, err := e.q.Exec(ctx, `select pg_advisory_xact_lock(h) from (select hashtextextended(k, 4) as h from unnest(array[$1::text, match_email($2)]) k where k <> '' order by 1) x`, what.VAT, what.Email); err != nil {
		return told(err)
	}
	found, err := e.matches(ctx, *d, what)
	if err != nil || len(found) == 0 {
		return err
	}
	refused := Duplicated{found}
	if d.Reason == "" || refused.Blocked() {
		return refused
	}
	like := make([]string, len(found))
	for i, m := range found {
		like[i] = m.Kind
		if !m.Hidden {
			like[i] += " " + string(m.ID)
		}
	}
	return e.tell(ctx, process, Entry{
		Code: "duplicate.confirmed", AccountID: what.account(), RuleKind: crm.RuleDuplicate, RuleVersion: found[0].Rule,
		Data: map[string]any{"reason": d.Reason, "n": len(found), "like": like},
	})
}

func (e Entered) account() crm.ID {
	if e.Kind == "account" {
		return e.ID
	}
	return e.AccountID
}

// matches asks the rules about every candidate.
func (e *edit) matches(ctx context.Context, d Doubt, what Entered) ([]Match, error) {
	r, err := e.rules(ctx, crm.RuleDuplicate, "")
	if err != nil || r.version == 0 {
		return nil, err
	}
	candidates, err := candidates(ctx, e.q, d.Scopes, what)
	if err != nil {
		return nil, err
	}
	var out []Match
	for _, m := range candidates {
		r.refused = nil
		f := crm.Facts{Duplicate: crm.DuplicateFacts{
			Entered: what.Kind, With: m.Kind, SameVAT: m.SameVAT, SameEmail: m.SameEmail, SamePhone: m.SamePhone,
			Similarity: decimal.NewFromInt(int64(m.Similarity)), OtherCountry: m.OtherCountry,
		}}
		for _, moment := range []string{"block", "warn"} {
			if err := r.ask(ctx, moment, "", f); err != nil {
				return nil, err
			}
			if moment == "block" {
				m.Blocks = len(r.refused) > 0
			}
		}
		for _, refused := range r.refused {
			m.Clauses = append(m.Clauses, refused.Verdict.Failing()...)
		}
		if m.Rule = r.version; len(r.refused) > 0 {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Match) int {
		if a.Blocks != b.Blocks {
			if a.Blocks {
				return -1
			}
			return 1
		}
		return b.weight() - a.weight()
	})
	return out[:min(len(out), maxMatches)], nil
}

// weight orders matches: what is the same before what is alike.
func (m Match) weight() int {
	w := m.Similarity
	for _, same := range []bool{m.SameVAT, m.SameEmail, m.SamePhone} {
		if same {
			w += 100
		}
	}
	return w
}

// candidates finds records with the same VAT number, e-mail address or telephone number, and with a name like it, each by its index. Who may
// not see a record is told of it without its name.
func candidates(ctx context.Context, q querier, scopes map[string]Scope, what Entered) ([]Match, error) {
	k, err := one[struct {
		Name, Rare, Email, Phone, Country string
	}](ctx, q, `select match_name(@name) as name, `+rareWords+` as rare, match_email(@email) as email, c.country,
			case when @phone = '' then '' else match_phone(@phone, coalesce(nullif(c.country, ''), home_country())) end as phone
		from (select coalesce((select country from account where id = nullif(@account, '')::uuid), @country) as country) c`,
		pgx.NamedArgs{"name": what.Name, "email": what.Email, "phone": what.Phone, "country": what.Country, "account": string(what.AccountID)})
	if err != nil {
		return nil, err
	}
	args := pgx.NamedArgs{"kind": what.Kind, "id": what.ID, "account": what.AccountID, "name": k.Name, "rare": k.Rare, "vat": what.VAT, "email": k.Email, "phone": k.Phone, "country": k.Country}
	b := &pgx.Batch{}
	names := namesLike(k.Name, k.Rare)
	b.Queue(`select set_config('pg_trgm.similarity_threshold', $1, true), set_config('pg_trgm.word_similarity_threshold', $2, true)`, names.threshold, rareThreshold(k.Rare))
	var out []Match
	b.Queue(candidateSQL(scopes, what.Kind, names.sql), withScopes(args, scopes)).Query(func(rows pgx.Rows) (err error) {
		out, err = pgx.CollectRows(rows, pgx.RowToStructByNameLax[Match])
		return err
	})
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return nil, told(err)
	}
	for i := range out {
		m := &out[i]
		if m.Named {
			m.Similarity = crm.Similarity(k.Name, m.Name)
		}
		if m.Hidden {
			m.ID, m.Title, m.Detail, m.Owner = "", "", "", ""
		}
		m.Name = ""
	}
	return out, nil
}

// threshold is how many of their trigrams two names must share to be looked at: as many as are left after a slip, so that long names of frequent
// words are no more work than others.
func threshold(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n < 10:
		return "0.3"
	case n < 16:
		return "0.42"
	default:
		return "0.5"
	}
}

// withScopes adds what the scopes of the kinds read; they are all of one person.
func withScopes(args pgx.NamedArgs, scopes map[string]Scope) pgx.NamedArgs {
	sc := Scope{}
	for _, s := range scopes {
		sc = s
	}
	return sc.args(args)
}

// alikeLimit is how many records of a like name are looked at; a name that more are like is no name.
const alikeLimit = "50"

// candidateSQL gathers the keys and then reads the records behind them. A contact's name is looked for at his own company only, his company's
// own address and number are not held against him, nor its people's against it.
func candidateSQL(scopes map[string]Scope, kind, alike string) string {
	names := `select k.* from duplicate_key k where ` + alike + ` and k.kind <> 'contact' and @name <> '' order by similarity(k.name, @name) desc, k.record_id limit ` + alikeLimit
	if kind == "contact" {
		names = `select k.* from duplicate_key k where k.account_id = nullif(@account, '')::uuid limit 300`
	}
	sees := func(kind, sees string) string {
		if sc, ok := scopes[kind]; !ok || sc.none() {
			return "false"
		}
		return sees
	}
	return strings.NewReplacer(
		"{names}", names,
		"{account}", sees("account", scopes["account"].sees("a.owner_id")),
		"{contact}", sees("contact", scopes["contact"].sees("coalesce(c.owner_id, ca.owner_id)")),
		"{lead}", sees("lead", scopes["lead"].seesLead("l")),
	).Replace(`with hit as (
		(select k.* from duplicate_key k where k.vat = @vat and @vat <> '' and k.vat <> '' order by k.record_id limit 20) union
		(select k.* from duplicate_key k where k.email = @email and @email <> '' and k.email <> '' order by k.record_id limit 20) union
		(select k.* from duplicate_key k where k.phone = @phone and @phone <> '' and k.phone <> '' order by k.record_id limit 20) union
		(` + "{names}" + `)
	)
	select h.kind, h.record_id as id, h.name,
		coalesce(a.name, c.name, l.company, '') as title,
		coalesce(ca.name, concat_ws(' · ', nullif(coalesce(a.vat, l.vat), ''), nullif(coalesce(a.country, l.country), ''), nullif(l.contact_name, '')), '') as detail,
		coalesce(u.name, '') as owner,
		not case h.kind when 'account' then {account} when 'contact' then {contact} else {lead} end as hidden,
		h.vat = @vat and @vat <> '' as same_vat,
		h.email = @email and @email <> '' as same_email,
		h.phone = @phone and @phone <> '' and not (@kind = 'contact' and h.account_id is not distinct from nullif(@account, '')::uuid) as same_phone,
		h.country <> @country and h.country <> '' and @country <> '' as other_country,
		(@kind = 'contact') = (h.kind = 'contact') and (@kind <> 'contact' or h.account_id is not distinct from nullif(@account, '')::uuid) as named
	from hit h
	left join account a on h.kind = 'account' and a.id = h.record_id
	left join contact c on h.kind = 'contact' and c.id = h.record_id
	left join account ca on ca.id = c.account_id
	left join lead l on h.kind = 'lead' and l.id = h.record_id
	left join app_user u on u.id = coalesce(a.owner_id, c.owner_id, ca.owner_id, l.owner_id)
	where not (h.kind = @kind and h.record_id is not distinct from nullif(@id, '')::uuid)
		and not (@kind = 'contact' and h.kind = 'account' and h.record_id is not distinct from nullif(@account, '')::uuid)
		and not (@kind = 'account' and h.kind = 'contact' and h.account_id is not distinct from nullif(@id, '')::uuid)
`)
}

// doubtOf is the doubt of a call that may have one.
func doubtOf(d []Doubt) *Doubt {
	if len(d) == 0 {
		return nil
	}
	return &d[0]
}

// EnteredAccount is what is known of a company, to find others that may be the same.
func EnteredAccount(a crm.Account) Entered {
	return Entered{Kind: "account", ID: a.ID, Name: a.Name, VAT: a.VAT, Email: a.Email, Phone: a.Phone, Country: a.Country}
}

// EnteredContact is the same of a person.
func EnteredContact(c crm.Contact) Entered {
	return Entered{Kind: "contact", ID: c.ID, Name: c.Name, Email: c.Email, Phone: c.Phone, AccountID: c.AccountID}
}

// EnteredLead is the same of a lead.
func EnteredLead(l crm.Lead) Entered {
	return Entered{Kind: "lead", ID: l.ID, Name: l.Company, VAT: l.VAT, Email: l.Email, Phone: l.Phone, Country: l.Country}
}
