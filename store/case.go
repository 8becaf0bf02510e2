package store

import (
	"context"
	"fmt"
	"time"

	"leadtocash/crm"

	"github.com/jackc/pgx/v5"
)

// The deadlines of a case (S086).
const (
	DeadlineAnswer    = "case_answer" // somebody should have answered
	DeadlineSolve     = "case_solve"  // it should be solved
	DeadlineCloseCase = "case_close"  // a solved one closes by itself
)

const caseColumns = `id, number, account_id, contract_id, contact_id, subject, text, priority, state, owner_id, answer_within, solve_within, answer_due, answered_at, solve_due, waiting_since,
	remaining, escalated, solution, solved_at, lead_id, opened_by, channel, sender, sender_name, language, follows_id, solutions, deal_id, category, cause, wait_reason, plan, project_id, opportunity_id, merged_id, version, opened_at, closed_at`

// Cases lists care cases; whoever sees the account sees its cases.
var Cases = List[crm.Case]{
	from: `select ` + caseColumns + ` from (select k.*, a.owner_id as seen_by from care_case k join account a on a.id = k.account_id) k`,
	id:   "id", owner: "seen_by", rowID: func(c crm.Case) crm.ID { return c.ID },
	sort: []Order{{"opened_at", true}},
	columns: []column[crm.Case]{
		{"number", "number", "text", func(c crm.Case) any { return c.Number }, false},
		{"opened_at", "opened_at", "timestamptz", func(c crm.Case) any { return c.OpenedAt }, false},
		{"solve_due", "solve_due", "timestamptz", func(c crm.Case) any { return c.SolveDue }, false},
		{"state", "state", "text", func(c crm.Case) any { return c.State }, false},
		{"priority", "priority", "text", func(c crm.Case) any { return c.Priority }, false},
		{"account_id", "account_id", "uuid", nil, true},
		{"contract_id", "contract_id", "uuid", nil, true},
		{"owner_id", "owner_id", "uuid", nil, true},
	},
}

// OpenCase writes a customer's request down with the promises of its priority, in one transaction that needs no engine; its process
// starts when the relay gets to it. The target's scope covers the accounts for which the person may open cases.
func (s *Store) OpenCase(ctx context.Context, t Target, c crm.Case) (crm.Case, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		c.OpenedBy, c.Channel = e.actor, crm.CaseByHouse
		parent, err := e.caseOf(ctx, t, &c)
		if err != nil {
			return err
		}
		if err := e.openCase(ctx, &c, parent); err != nil || c.Text == "" {
			return err
		}
		m := crm.CaseMessage{ID: NewID(), CaseID: c.ID, Kind: crm.CaseFromCustomer, Channel: c.Channel, Text: c.Text}
		if c.ContactID != "" {
			if m.Name, err = e.nameOf(ctx, c.ContactID); err != nil {
				return err
			}
		}
		return e.say(ctx, m, nil)
	})
	return c, err
}

// nameOf is a contact's name.
func (e *edit) nameOf(ctx context.Context, contact crm.ID) (name string, err error) {
	err = e.q.QueryRow(ctx, `select name from contact where id = $1`, contact).Scan(&name)
	return name, told(err)
}

// openCase writes a case of a known customer with its promises and its process.
func (e *edit) openCase(ctx context.Context, c *crm.Case, parent string) error {
	cal, err := calendar(ctx, e.q, e.entity)
	if err != nil {
		return err
	}
	level, err := levelOf(ctx, e.q, *c)
	if err != nil {
		return err
	}
	c.Plan = level.Plan
	c.Open(e.now, cal, level.ServiceLevel)
	if err := e.giveInTurn(ctx, c); err != nil {
		return err
	}
	var n int64
	if err := e.q.QueryRow(ctx, `select nextval('case_number')`).Scan(&n); err != nil {
		return err
	}
	c.Number = fmt.Sprintf("CASE-%d", n)
	if _, err := e.q.Exec(ctx, `insert into care_case (id, number, account_id, contract_id, contact_id, subject, text, priority, answer_within, solve_within, answer_due, solve_due, opened_by, opened_at,
			channel, sender, sender_name, language, follows_id, owner_id, plan, project_id, opportunity_id)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`, c.ID, c.Number, c.AccountID, c.ContractID, c.ContactID, c.Subject, c.Text, c.Priority,
		c.AnswerWithin, c.SolveWithin, c.AnswerDue, c.SolveDue, c.OpenedBy, c.OpenedAt, c.Channel, c.Sender, c.SenderName, c.Language, c.FollowsID, c.OwnerID, c.Plan, c.ProjectID, c.OpportunityID); err != nil {
		return told(err)
	}
	process := crm.ProcessID(crm.KindCase, c.ID)
	if err := openProcess(ctx, e.q, crm.KindCase, c.ID, crm.StepCare, parent, e.now); err != nil {
		return err
	}
	for kind, at := range map[string]time.Time{DeadlineAnswer: c.AnswerDue, DeadlineSolve: c.SolveDue} {
		if err := e.due(ctx, process, kind, "", at); err != nil {
			return err
		}
	}
	return e.tell(ctx, process, Entry{Code: "case.opened", AccountID: c.AccountID, Data: map[string]any{"case": c.Number, "subject": c.Subject, "priority": c.Priority}})
}

// caseOf checks whose case it is, and gives the process it hangs on.
func (e *edit) caseOf(ctx context.Context, t Target, c *crm.Case) (parent string, err error) {
	if c.ContractID != "" {
		contract, err := one[crm.Contract](ctx, e.q, `select `+contractColumns+` from contract where id = $1`, c.ContractID)
		if err != nil || c.AccountID != "" && contract.AccountID != c.AccountID {
			return "", unknown(orWrong(err), "/contract_id")
		}
		c.AccountID, parent = contract.AccountID, crm.ProcessID(crm.KindContract, contract.ID)
		if err := e.join(ctx, crm.KindContract, contract.ID); err != nil {
			return "", err
		}
	}
	args := []any{c.AccountID}
	if _, err := one[crm.Account](ctx, e.q, `select * from account where id = $1 and `+t.Scope.covers("owner_id", &args), args...); err != nil {
		return "", unknown(err, "/account_id")
	}
	return parent, e.contactOf(ctx, c.AccountID, c.ContactID)
}

// orWrong turns a record that is there but of another into one that is not there.
func orWrong(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// Case locks the case of this process.
func (tx *Tx) Case(ctx context.Context) (crm.Case, error) {
	_, id := crm.SplitProcessID(tx.Process.ID)
	return one[crm.Case](ctx, tx.q, `select `+caseColumns+` from care_case where id = $1 for update`, id)
}

// SaveCase writes what a step changed on a case.
func (tx *Tx) SaveCase(ctx context.Context, c crm.Case) error { return saveCase(ctx, tx.q, c) }

func saveCase(ctx context.Context, q querier, c crm.Case) error {
	if c.Escalated == nil {
		c.Escalated = []string{}
	}
	return late(ctx, q, `update care_case set state = $2, owner_id = $3, answered_at = $4, solve_due = $5, waiting_since = $6, remaining = $7, escalated = $8, solution = $9,
		solved_at = $10, lead_id = $11, closed_at = $12, solutions = $13, deal_id = $14, wait_reason = $15, version = version + 1 where id = $1`, c.ID, c.State, c.OwnerID, c.AnsweredAt, c.SolveDue, c.WaitingSince,
		c.Remaining, c.Escalated, c.Solution, c.SolvedAt, c.LeadID, c.ClosedAt, c.Solutions, c.DealID, c.WaitReason)
}

// Holders lists the active people of a role, for mail to all of them.
func (tx *Tx) Holders(ctx context.Context, role crm.Role) ([]crm.User, error) {
	rows, err := many[person](ctx, tx.q, `select id, name, email, language, roles, approval_limit, active from app_user where active and $1 = any(roles) order by id`, string(role))
	out := make([]crm.User, len(rows))
	for i, p := range rows {
		out[i] = crm.User{ID: p.ID, Name: p.Name, Email: p.Email, Language: p.Language, Roles: p.Roles, Active: p.Active}
	}
	return out, err
}

// CaptureLead keeps a lead that a step found, with its process, child of this one: the same person who is already being worked on is one
// lead with one more touch (S063, loop C6 to L1).
func (tx *Tx) CaptureLead(ctx context.Context, l crm.Lead, t crm.Touch) (crm.Lead, error) {
	known, err := knownLead(ctx, tx.q, l)
	if err == nil {
		return known, tx.touchLead(ctx, known, t)
	} else if err != ErrNotFound {
		return l, err
	}
	l.ID, l.State, l.Version, l.CreatedAt, l.UpdatedAt = NewID(), crm.LeadNew, 1, tx.Now, tx.Now
	if err := insertLead(ctx, tx.q, l); err != nil {
		return l, err
	}
	if err := tx.Open(ctx, crm.KindLead, l.ID, crm.StepQualify, tx.Process.ID); err != nil {
		return l, err
	}
	return l, tx.touchLead(ctx, l, t)
}

// touchLead adds a touch to a lead and has its process score it anew.
func (tx *Tx) touchLead(ctx context.Context, l crm.Lead, t crm.Touch) error {
	if touched, err := addTouch(ctx, tx.q, l, t, tx.Now); err != nil || !touched {
		return err
	}
	tx.Review(crm.ProcessID(crm.KindLead, l.ID))
	return nil
}

// CaseRow is a case as a list shows it.
type CaseRow struct {
	crm.Case
	Account  string
	Contract string
	Owner    string
}

const caseRows = `select k.*, a.name as account, coalesce(c.number, '') as contract, coalesce(u.name, '') as owner
	from care_case k join account a on a.id = k.account_id left join contract c on c.id = k.contract_id left join app_user u on u.id = k.owner_id`

// CasesOf lists the cases of a contract and of its project, the newest first.
func (s *Store) CasesOf(ctx context.Context, sc Scope, contract crm.ID) ([]CaseRow, error) {
	return many[CaseRow](ctx, s.pool, caseRows+` where (k.contract_id = @contract or k.project_id in (select id from project where contract_id = @contract)) and `+sc.sees("a.owner_id")+` order by k.opened_at desc, k.id limit 100`,
		sc.args(pgx.NamedArgs{"contract": contract}))
}

// CasePage is a case with what happened to it.
type CasePage struct {
	CaseRow
	Contact  string
	Opener   string
	Follows  string // number of the closed case that he answered to
	Lead     string // company of the lead that came of it
	Deal     string // number and name of the deal that did
	About    string // number and name of the deal that it is about
	Project  string // name of the project that it is about
	Works    crm.ID // the contract under which that project's pages are
	Merged   string // number of the case that goes on in its place
	Timeline []Event
}

// CasePage reads one case; ErrNotFound when the reader may not see it.
func (s *Store) CasePage(ctx context.Context, sc Scope, id crm.ID) (CasePage, error) {
	p, err := one[CasePage](ctx, s.pool, `select k.*, coalesce(p.name, '') as contact, coalesce(o.name, '') as opener, coalesce((select f.number from care_case f where f.id = k.follows_id), '') as follows,
		coalesce((select d.number || ' ' || d.name from opportunity d where d.id = k.deal_id), '') as deal,
		coalesce((select d.number || ' ' || d.name from opportunity d where d.id = k.opportunity_id), '') as about, coalesce(j.name, '') as project, j.contract_id as works, coalesce((select m.number from care_case m where m.id = k.merged_id), '') as merged, coalesce(l.company, '') as lead
		from (`+caseRows+` where k.id = @id and `+sc.sees("a.owner_id")+`) k left join contact p on p.id = k.contact_id left join app_user o on o.id = k.opened_by
		left join lead l on l.id = k.lead_id left join project j on j.id = k.project_id`, sc.args(pgx.NamedArgs{"id": id}))
	if err != nil {
		return p, err
	}
	p.Timeline, err = s.processTimeline(ctx, crm.ProcessID(crm.KindCase, id))
	return p, err
}
