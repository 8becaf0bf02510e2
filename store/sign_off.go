package store

import (
	"context"
	"crypto/sha256"
	"errors"

	"leadtocash/crm"

	"github.com/shopspring/decimal"
)

// DeadlineSignOff comes when a customer who did not answer is asked once more to sign, each under its sign-off's id.
const DeadlineSignOff = "sign_off"

const insertSignOffLink = `insert into sign_off_link (hash, sign_off_id, at) values ($1, $2, $3)`

// AskSignOff asks the customer to accept a milestone that was reached, or, without one, the progress as it was reported, by a mail with a link of its own (S084). Without an
// address it goes to the deal's contact, else to the customer's own. Refused: sign_off_not_asked_for, milestone_not_reached, sign_off_asked, milestone_signed, progress_signed,
// no_address.
func (s *Store) AskSignOff(ctx context.Context, t Target, o crm.SignOff) (crm.SignOff, error) {
	err := s.edit(ctx, t.Actor, func(e *edit) error {
		d, err := e.lockProject(ctx, t)
		if err != nil {
			return err
		}
		what, err := e.signable(ctx, d, &o)
		if err != nil {
			return err
		}
		if err := e.signer(ctx, d, &o); err != nil {
			return err
		}
		o.ProjectID, o.State, o.AskedBy, o.AskedAt, o.Version = d.ID, crm.SignOffAsked, e.actor, e.now, 1
		if _, err := e.q.Exec(ctx, `insert into sign_off (id, project_id, milestone_id, percent, text, name, email, language, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			o.ID, o.ProjectID, o.MilestoneID, o.Percent, o.Text, o.Name, o.Email, o.Language, o.AskedBy, o.AskedAt); err != nil {
			return told(err)
		}
		secret, hash := NewCaseSecret()
		if _, err := e.q.Exec(ctx, insertSignOffLink, hash, o.ID, e.now); err != nil {
			return told(err)
		}
		if err := e.mail(ctx, "mail/sign_off/"+string(o.ID), d.process, SignOffLetter("sign_off", o, d.Name, d.contract.Number, what, secret)); err != nil {
			return err
		}
		cal, err := calendar(ctx, e.q, e.entity)
		if err != nil {
			return err
		}
		if err := e.due(ctx, d.process, DeadlineSignOff, string(o.ID), Morning(cal.AddWorkingDays(e.today, crm.RemindSignOffAfter), e.zone)); err != nil {
			return err
		}
		return e.told(ctx, d, "sign_off.asked", map[string]any{"what": what, "reached": o.Percent, "name": o.Name, "sign_off_id": o.ID})
	})
	return o, err
}

// SignOffLetter is the mail about a sign-off; what is the milestone's name, or empty for the progress.
func SignOffLetter(template string, o crm.SignOff, project, contract, what, secret string) crm.Letter {
	l := crm.Letter{
		Template: template, To: o.Email, Name: o.Name, Language: o.Language, Secret: secret,
		Texts: map[string]string{"project": project, "contract": contract, "milestone": what, "text": o.Text},
	}
	if o.Percent != nil {
		l.Texts["percent"] = o.Percent.String()
	}
	return l
}

// signable tells what is to be signed, when it may be: the milestone's name; of the progress the percentage is noted.
func (e *edit) signable(ctx context.Context, d delivery, o *crm.SignOff) (what string, err error) {
	var open bool
	if err := e.q.QueryRow(ctx, `select exists (select from sign_off where project_id = $1 and state = 'asked' and milestone_id is not distinct from $2)`, d.ID, o.MilestoneID).Scan(&open); err != nil {
		return "", told(err)
	}
	if o.MilestoneID == "" {
		o.Percent = &d.ProgressPercent
		switch {
		case !d.SignOff.Progress():
			err = Refused{Code: "sign_off_not_asked_for"}
		case open:
			err = Refused{Code: "sign_off_asked"}
		case !d.ProgressPercent.GreaterThan(d.SignedPercent):
			err = Refused{Code: "progress_signed", Params: map[string]string{"now": d.SignedPercent.String()}}
		}
		return "", err
	}
	m, err := one[crm.Milestone](ctx, e.q, `select * from milestone where id = $1 and project_id = $2 for update`, o.MilestoneID, d.ID)
	if err != nil {
		return "", unknown(err, "/milestone_id")
	}
	switch {
	case !d.SignOff.Milestones():
		err = Refused{Code: "sign_off_not_asked_for"}
	case m.SignedAt != nil:
		err = Refused{Code: "milestone_signed"}
	case m.DoneOn.IsZero():
		err = Refused{Code: "milestone_not_reached"}
	case open:
		err = Refused{Code: "sign_off_asked"}
	}
	return m.Name, err
}

// signer fills in whom the letter goes to.
func (e *edit) signer(ctx context.Context, d delivery, o *crm.SignOff) error {
	var contact crm.ID
	if err := e.q.QueryRow(ctx, `select contact_id from opportunity where id = $1`, d.contract.OpportunityID).Scan(&contact); err != nil && !errors.Is(told(err), ErrNotFound) {
		return told(err)
	}
	to, err := ask[Recipient](ctx, e.q, RecipientOf(d.contract.AccountID, contact))
	if err != nil {
		return err
	}
	o.Language = to.Language
	if o.Email == "" {
		if o.Email = to.Email; o.Name == "" {
			o.Name = to.Name
		}
	}
	if o.Name == "" {
		o.Name = o.Email
	}
	if o.Email == "" {
		return crm.FieldErrors{crm.Problem("required").At("/email")}
	}
	return nil
}

// unreached withdraws what a customer was asked to sign of a milestone that is taken up again; one that he signed stays reached.
func (e *edit) unreached(ctx context.Context, m crm.Milestone) error {
	if m.SignedAt != nil {
		return Refused{Code: "milestone_signed"}
	}
	_, err := e.q.Exec(ctx, `update sign_off set state = 'withdrawn', version = version + 1 where milestone_id = $1 and state = 'asked'`, m.ID)
	return told(err)
}

// SignOffAnswer is what a customer says.
type SignOffAnswer struct {
	Accept  bool
	Name    string
	Role    string
	Address string // of his computer
	Reason  string // why not
}

// AnswerSignOff keeps the customer's word, with what follows from it: a milestone or progress that he accepts opens its tranches, and who runs the project is mailed (S060, S084).
// It needs no engine, for it is a fact from outside. The same answer again changes nothing. Errors: ErrNotFound; already_done where he had answered otherwise, or nothing is
// asked any more.
func (s *Store) AnswerSignOff(ctx context.Context, contract, id crm.ID, a SignOffAnswer) (o crm.SignOff, err error) {
	err = s.edit(ctx, Customer, func(e *edit) error {
		d, err := e.lockProject(ctx, Target{Scope: Everything(), ID: contract})
		if err != nil {
			return err
		}
		if o, err = one[crm.SignOff](ctx, e.q, `select * from sign_off where id = $1 and project_id = $2 for update`, id, d.ID); err != nil {
			return err
		}
		state := crm.SignOffRefused
		if a.Accept {
			state = crm.SignOffSigned
		}
		if o.State == state {
			return nil
		}
		if o.State != crm.SignOffAsked {
			return Refused{Code: "already_done"}
		}
		o.State, o.DecidedName, o.DecidedRole, o.DecidedAddress, o.DecidedAt, o.Version = state, a.Name, a.Role, a.Address, &e.now, o.Version+1
		if !a.Accept {
			o.Reason = a.Reason
		}
		if _, err := e.q.Exec(ctx, `update sign_off set state = $2, decided_name = $3, decided_role = $4, decided_address = $5, decided_at = $6, reason = $7, version = $8 where id = $1`,
			o.ID, o.State, o.DecidedName, o.DecidedRole, o.DecidedAddress, o.DecidedAt, o.Reason, o.Version); err != nil {
			return told(err)
		}
		if err := e.undue(ctx, d.process, DeadlineSignOff, string(o.ID)); err != nil {
			return err
		}
		return e.answered(ctx, d, o)
	})
	return o, err
}

// signOffCodes are what the timeline is told of a customer's word.
var signOffCodes = map[crm.SignOffState]string{crm.SignOffSigned: "sign_off.signed", crm.SignOffRefused: "sign_off.refused"}

// answered does what follows from a customer's word.
func (e *edit) answered(ctx context.Context, d delivery, o crm.SignOff) error {
	what, opened := "", 0
	if o.MilestoneID != "" {
		if err := e.q.QueryRow(ctx, `select name from milestone where id = $1`, o.MilestoneID).Scan(&what); err != nil {
			return told(err)
		}
	}
	if o.State == crm.SignOffSigned {
		var err error
		if opened, err = e.signed(ctx, d, o); err != nil {
			return err
		}
	}
	if err := e.told(ctx, d, signOffCodes[o.State], map[string]any{"what": what, "reached": o.Percent, "name": o.DecidedName, "reason": o.Reason, "opened": opened, "sign_off_id": o.ID}); err != nil {
		return err
	}
	people, err := e.projectPeople(ctx, d)
	for _, u := range people {
		l := crm.Letter{
			Template: "sign_off_" + string(o.State), To: u.Email, Name: u.Name, Language: u.Language, Path: "/contracts/" + string(d.contract.ID) + "/milestones",
			Texts: map[string]string{"project": d.Name, "contract": d.contract.Number, "milestone": what, "by": o.DecidedName, "reason": o.Reason},
		}
		if o.Percent != nil {
			l.Texts["percent"] = o.Percent.String()
		}
		if err := e.mail(ctx, "mail/sign_off_answer/"+string(o.ID)+"/"+string(u.ID), d.process, l); err != nil {
			return err
		}
	}
	return err
}

// signed opens what waited for the customer's signature.
func (e *edit) signed(ctx context.Context, d delivery, o crm.SignOff) (opened int, err error) {
	if o.MilestoneID != "" {
		if _, err := e.q.Exec(ctx, `update milestone set signed_at = $2, version = version + 1 where id = $1`, o.MilestoneID, e.now); err != nil {
			return 0, told(err)
		}
		return e.openMilestone(ctx, o.MilestoneID)
	}
	if _, err := e.q.Exec(ctx, `update project set signed_percent = greatest(signed_percent, $2), version = version + 1 where id = $1`, d.ID, *o.Percent); err != nil {
		return 0, told(err)
	}
	return e.openProgress(ctx, d.contract.ID, *o.Percent)
}

// openProgress makes billable what the progress has reached (S060).
func (e *edit) openProgress(ctx context.Context, contract crm.ID, percent decimal.Decimal) (int, error) {
	tag, err := e.q.Exec(ctx, `update tranche set state = 'billable', version = version + 1 where `+openedByProgress, contract, percent)
	return int(tag.RowsAffected()), told(err)
}

// openSigned makes billable what waited for a signature that the project's contract does not ask for any more; what is billable stays so.
func (e *edit) openSigned(ctx context.Context, p crm.Project) error {
	if _, err := e.openProgress(ctx, p.ContractID, p.Billable()); err != nil {
		return err
	}
	milestones, err := many[crm.Milestone](ctx, e.q, `select * from milestone where project_id = $1 and done_on is not null`, p.ID)
	if err != nil {
		return err
	}
	for _, m := range milestones {
		if m.Opens(p) {
			if _, err := e.openMilestone(ctx, m.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// projectPeople are who runs the project, if he is still there, else all who manage projects.
func (e *edit) projectPeople(ctx context.Context, d delivery) ([]crm.User, error) {
	return many[crm.User](ctx, e.q, `select id, name, email, language from app_user u where active and (id = $1
		or 'project_manager' = any(roles) and not exists (select from app_user m where m.id = $1 and m.active)) order by id`, d.ManagerID)
}

// SignOffRow is a sign-off as a page shows it.
type SignOffRow struct {
	crm.SignOff
	Milestone string
	Asker     string
}

const selectSignOffs = `select o.*, coalesce(m.name, '') as milestone, u.name as asker from sign_off o join app_user u on u.id = o.asked_by left join milestone m on m.id = o.milestone_id`

// SignOffs lists what the customer of a contract was asked to sign, the last first.
func (s *Store) SignOffs(ctx context.Context, contract crm.ID) ([]SignOffRow, error) {
	return many[SignOffRow](ctx, s.pool, selectSignOffs+` where o.project_id = (select id from project where contract_id = $1) order by o.asked_at desc, o.id desc limit $2`, contract, projectRows)
}

// CustomerSignOff is what a customer sees under the link in his mail.
type CustomerSignOff struct {
	SignOffRow
	ContractID crm.ID
	Contract   string // its number
	Project    string
	Currency   string
	Account    string
	DueDate    crm.Date // of the milestone
	DoneOn     crm.Date
	Opens      decimal.Decimal // what may be billed once he accepts, with tax
	Over       bool            // the project is closed
}

// CustomerSignOff finds the sign-off of a secret. Errors: ErrNotFound.
func (s *Store) CustomerSignOff(ctx context.Context, secret string) (CustomerSignOff, error) {
	hash := sha256.Sum256([]byte(secret))
	return one[CustomerSignOff](ctx, s.pool, `select o.*, coalesce(m.name, '') as milestone, '' as asker, c.id as contract_id, c.number as contract, p.name as project, c.currency, a.name as account,
			m.due_date, m.done_on, p.state <> 'open' as over,
			(select coalesce(sum(t.total), 0) from tranche t where t.contract_id = c.id and t.state = 'planned'
				and (t.milestone_id = o.milestone_id or o.milestone_id is null and p.billing = 'plan' and t.milestone = '' and t.kind <> 'period' and t.opens_at_percent <= o.percent)) as opens
		from sign_off_link l join sign_off o on o.id = l.sign_off_id join project p on p.id = o.project_id join contract c on c.id = p.contract_id join account a on a.id = c.account_id
		left join milestone m on m.id = o.milestone_id where l.hash = $1`, hash[:])
}

// SignOff locks a sign-off of this process's project.
func (tx *Tx) SignOff(ctx context.Context, project, id crm.ID) (SignOffRow, error) {
	return one[SignOffRow](ctx, tx.q, selectSignOffs+` where o.id = $2 and o.project_id = $1 for update of o`, project, id)
}

// RemindedOfSignOff notes that the customer was asked once more, under a link of its own.
func (tx *Tx) RemindedOfSignOff(id crm.ID, hash []byte) {
	tx.q.later(insertSignOffLink, hash, id, tx.Now)
	tx.q.later(`update sign_off set reminded_at = $2 where id = $1`, id, tx.Now)
}
