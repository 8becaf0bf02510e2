package store

import (
	"context"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

const exceptionColumns = `id, opportunity_id, kind, rule_version, key, clauses, asked, owner, reason, state, requested_by, requested_at, decided_by, decided_at, note,
	expires_on, used_at, withdrawn_at, version`

// Exceptions lists what was asked of the owners of rules; whoever sees the deal sees them.
var Exceptions = List[crm.Exception]{
	from: `select ` + exceptionColumns + ` from (select x.*, o.owner_id as seen_by from rule_exception x join opportunity o on o.id = x.opportunity_id) x`,
	id:   "id", owner: "seen_by", rowID: func(x crm.Exception) crm.ID { return x.ID },
	sort: []Order{{"requested_at", true}},
	columns: []column[crm.Exception]{
		{"requested_at", "requested_at", "timestamptz", func(x crm.Exception) any { return x.RequestedAt }, false},
		{"state", "state", "text", func(x crm.Exception) any { return x.State }, false},
		{"kind", "kind", "text", func(x crm.Exception) any { return x.Kind }, false},
		{"key", "key", "text", func(x crm.Exception) any { return x.Key }, false},
		{"opportunity_id", "opportunity_id", "uuid", nil, true},
		{"requested_by", "requested_by", "uuid", nil, true},
		{"decided_by", "decided_by", "uuid", nil, true},
	},
}

// AddException writes a request for an exception; Taken when another for the same gate waits for its answer.
func (tx *Tx) AddException(ctx context.Context, x crm.Exception) error {
	_, err := tx.q.Exec(ctx, `insert into rule_exception (id, opportunity_id, kind, rule_version, key, clauses, asked, owner, reason, requested_by, requested_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		x.ID, x.OpportunityID, x.Kind, x.RuleVersion, x.Key, x.Clauses, x.Asked, x.Owner, x.Reason, x.RequestedBy, tx.Now)
	return told(err)
}

// Exception locks a request for an exception on this deal.
func (tx *Tx) Exception(ctx context.Context, opportunity, id crm.ID) (crm.Exception, error) {
	return one[crm.Exception](ctx, tx.q, `select `+exceptionColumns+` from rule_exception where id = $1 and opportunity_id = $2 for update`, id, opportunity)
}

// SaveException writes an owner's decision.
func (tx *Tx) SaveException(ctx context.Context, x crm.Exception) error {
	return late(ctx, tx.q, `update rule_exception set state = $2, decided_by = $3, decided_at = $4, note = $5, expires_on = $6, version = version + 1 where id = $1`,
		x.ID, x.State, x.DecidedBy, x.DecidedAt, x.Note, x.ExpiresOn)
}

// UseException spends a granted exception on this step.
func (tx *Tx) UseException(ctx context.Context, id crm.ID) error {
	return late(ctx, tx.q, `update rule_exception set state = 'used', used_at = $2, used_by = $3, version = version + 1 where id = $1 and state = 'granted'`, id, tx.Now, tx.Cause)
}

// WithdrawException takes back a request that waits for its answer.
func (tx *Tx) WithdrawException(ctx context.Context, id crm.ID) error {
	return late(ctx, tx.q, `update rule_exception set state = 'withdrawn', withdrawn_at = $2, version = version + 1 where id = $1 and state = 'asked'`, id, tx.Now)
}

// StandingExceptions are the clauses, by deal and gate, that a granted exception lets pass today under the version of the rules that the deal
// follows; gates are called "send" and "checklist", clauses "send.vat".
func (s *Store) StandingExceptions(ctx context.Context, kind crm.RuleKind) (map[crm.ID]map[string][]string, error) {
	today, err := s.today(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := many[struct {
		Deal    crm.ID
		Key     string
		Clauses []string
	}](ctx, s.pool, `select x.opportunity_id as deal, x.key, x.clauses from rule_exception x join opportunity o on o.id = x.opportunity_id and o.state = 'open'
		join process p on p.id = 'opportunity-' || o.id where x.state = 'granted' and x.kind = $1 and x.expires_on >= $2 and x.rule_version = (p.rules->>$1)::int`, string(kind), today)
	out := map[crm.ID]map[string][]string{}
	for _, r := range rows {
		if out[r.Deal] == nil {
			out[r.Deal] = map[string][]string{}
		}
		out[r.Deal][r.Key] = append(out[r.Deal][r.Key], r.Clauses...)
	}
	return out, err
}

// AskedException is the request that waits for an answer on a gate of the deal; ErrNotFound when none does.
func (tx *Tx) AskedException(ctx context.Context, opportunity crm.ID, v crm.Verdict) (crm.Exception, error) {
	return one[crm.Exception](ctx, tx.q, `select `+exceptionColumns+` from rule_exception where state = 'asked' and opportunity_id = $1 and kind = $2 and key = $3 and rule_version = $4`,
		opportunity, v.Kind, v.Key, v.Version)
}

const gateExceptions = `select ` + exceptionColumns + ` from rule_exception where opportunity_id = $1 and kind = $2 and key = $3 and rule_version = $4`

// GrantedExceptions are those that count today for the gate and the version of the rules that a verdict is about, the eldest first.
func (tx *Tx) GrantedExceptions(ctx context.Context, opportunity crm.ID, v crm.Verdict) ([]crm.Exception, error) {
	return many[crm.Exception](ctx, tx.q, gateExceptions+` and state = 'granted' and expires_on >= $5 order by decided_at, id`, opportunity, v.Kind, v.Key, v.Version, tx.Today)
}

// GateExceptions are all exceptions that were ever asked for on the gate and version that a verdict is about, the newest first, at most 20.
func (s *Store) GateExceptions(ctx context.Context, opportunity crm.ID, v crm.Verdict) ([]crm.Exception, error) {
	return many[crm.Exception](ctx, s.pool, gateExceptions+` order by requested_at desc, id desc limit 20`, opportunity, v.Kind, v.Key, v.Version)
}

// ExceptionRow is a request as the queue and its page show it.
type ExceptionRow struct {
	crm.Exception
	Deal      string
	Number    string
	Account   string
	AccountID crm.ID
	Stage     string
	Currency  string
	Requester string
	Decider   string
}

const exceptionRows = `select x.id, x.opportunity_id, x.kind, x.rule_version, x.key, x.clauses, x.asked, x.owner, x.reason, x.state, x.requested_by, x.requested_at,
	x.decided_by, x.decided_at, x.note, x.expires_on, x.used_at, x.withdrawn_at, x.version, o.name as deal, o.number, o.stage, o.currency, a.name as account, a.id as account_id, u.name as requester, coalesce(d.name, '') as decider
	from rule_exception x join opportunity o on o.id = x.opportunity_id join account a on a.id = o.account_id
	join app_user u on u.id = x.requested_by left join app_user d on d.id = x.decided_by`

// ExceptionQueue lists the requests that wait for an answer on deals within the scope, the eldest first.
func (s *Store) ExceptionQueue(ctx context.Context, sc Scope) ([]ExceptionRow, error) {
	return many[ExceptionRow](ctx, s.pool, exceptionRows+` where x.state = 'asked' and o.state <> 'lost' and `+sc.sees("o.owner_id")+
		` order by x.requested_at, x.id limit 200`, sc.args(nil))
}

// ExceptionPage reads one request; ErrNotFound when the reader may not see the deal.
func (s *Store) ExceptionPage(ctx context.Context, sc Scope, id crm.ID) (ExceptionRow, error) {
	args := sc.args(pgx.NamedArgs{"id": id})
	return one[ExceptionRow](ctx, s.pool, exceptionRows+` where x.id = @id and `+sc.sees("o.owner_id"), args)
}
