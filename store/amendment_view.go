package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"leadtocash/crm"
)

// AmendmentRow is an amendment with the people's names and its route.
type AmendmentRow struct {
	crm.Amendment
	Requester string
	Decider   string
	Noter     string // who noted how the ERP learnt of it
	Stations  []AmendmentStationRow
}

// AmendmentStationRow is a station with who decided there.
type AmendmentStationRow struct {
	crm.AmendmentStation
	AmendmentID crm.ID
	Decider     string
}

// AmendmentHistory is how a contract came to be as it is: its versions, the newest first, and all that was proposed.
type AmendmentHistory struct {
	Versions   []crm.ContractVersion // none: it holds as it was made
	Amendments []AmendmentRow        // the newest first
}

// Open is the amendment that may still become a version.
func (h AmendmentHistory) Open() (AmendmentRow, bool) {
	if len(h.Amendments) > 0 && h.Amendments[0].State.Open() {
		return h.Amendments[0], true
	}
	return AmendmentRow{}, false
}

// InForce is the version that holds: 1 where the contract was never amended.
func (h AmendmentHistory) InForce() int {
	if len(h.Versions) == 0 {
		return 1
	}
	return h.Versions[0].Number
}

// Outdated tells whether nobody has noted that the ERP knows the version in force.
func (h AmendmentHistory) Outdated() bool {
	for _, a := range h.Amendments {
		if a.State == crm.AmendmentInForce {
			return a.ERPAt == nil
		}
	}
	return false
}

// AmendmentHistory reads it of a contract that may be seen.
func (s *Store) AmendmentHistory(ctx context.Context, contract crm.ID) (h AmendmentHistory, err error) {
	if h.Versions, err = many[crm.ContractVersion](ctx, s.pool, `select * from contract_version where contract_id = $1 order by number desc`, contract); err != nil {
		return h, err
	}
	if h.Amendments, err = many[AmendmentRow](ctx, s.pool, `select a.*, q.name as requester, coalesce(d.name, '') as decider, coalesce(e.name, '') as noter
		from contract_amendment a join app_user q on q.id = a.requested_by left join app_user d on d.id = a.decided_by left join app_user e on e.id = a.erp_by
		where a.contract_id = $1 order by a.requested_at desc, a.id desc`, contract); err != nil {
		return h, err
	}
	stations, err := many[AmendmentStationRow](ctx, s.pool, `select t.*, coalesce(u.name, '') as decider from amendment_station t left join app_user u on u.id = t.decided_by
		where t.amendment_id in (select id from contract_amendment where contract_id = $1) order by t.position`, contract)
	for i := range h.Amendments {
		for _, st := range stations {
			if st.AmendmentID == h.Amendments[i].ID {
				h.Amendments[i].Stations = append(h.Amendments[i].Stations, st)
			}
		}
	}
	return h, err
}

// AmendmentQueueRow is an amendment that waits for a decision, as the queue shows it.
type AmendmentQueueRow struct {
	crm.Amendment
	Contract  string
	Account   string
	Currency  string
	Requester string
}

// AmendmentQueue lists those of contracts within the scope, the eldest first.
func (s *Store) AmendmentQueue(ctx context.Context, sc Scope) ([]AmendmentQueueRow, error) {
	return many[AmendmentQueueRow](ctx, s.pool, `select m.*, c.number as contract, c.currency, a.name as account, q.name as requester from contract_amendment m join contract c on c.id = m.contract_id
		join account a on a.id = c.account_id join app_user q on q.id = m.requested_by where m.state = 'proposed' and c.state = 'active' and `+sc.sees("c.owner_id")+` order by m.requested_at, m.id limit 200`, sc.args(nil))
}

// amendmentAsks is the condition under which an amendment u waits for the reader: it is the turn of a station of his.
const amendmentAsks = `u.state = 'proposed' and u.requested_by <> @me::uuid and exists (select from amendment_station t where t.amendment_id = u.id and t.state = 'waiting'
	and (t.user_id = @me::uuid or t.user_id is null and t.role = any(@roles::text[])) and not t.voted ? (@me::uuid)::text
	and not exists (select from amendment_station b where b.amendment_id = u.id and b.state = 'waiting' and b.stage < t.stage))`

// NoteERP notes how the ERP learnt of the version in force: a person entered it there. Errors: ErrNotFound, required at /reason, erp_not_amended where no version
// after the first is in force.
func (s *Store) NoteERP(ctx context.Context, t Target, how string) (a crm.Amendment, err error) {
	err = s.edit(ctx, t.Actor, func(e *edit) error {
		c, err := e.lockContract(ctx, t)
		if err != nil {
			return err
		}
		if how == "" {
			return crm.FieldErrors{crm.Problem("required").At("/reason")}
		}
		a, err = one[crm.Amendment](ctx, e.q, `select `+amendmentColumns+` from contract_amendment where contract_id = $1 and state = 'in_force' order by number desc limit 1 for update`, c.ID)
		if errors.Is(err, ErrNotFound) {
			return Refused{Code: "erp_not_amended"}
		} else if err != nil {
			return err
		}
		a.ERPNote, a.ERPBy, a.ERPAt, a.Version = how, e.actor, &e.now, a.Version+1
		if _, err := e.q.Exec(ctx, `update contract_amendment set erp_note = $2, erp_by = $3, erp_at = $4, version = $5 where id = $1`, a.ID, a.ERPNote, a.ERPBy, a.ERPAt, a.Version); err != nil {
			return told(err)
		}
		return e.tell(ctx, crm.ProcessID(crm.KindContract, c.ID), Entry{Code: "amendment.in_erp", AccountID: c.AccountID, OpportunityID: c.OpportunityID, Data: map[string]any{"amendment": a.Number, "amendment_id": a.ID, "reason": how}})
	})
	return a, err
}

// KeptPaper is the paper of a version as it was when it was first asked for.
type KeptPaper struct {
	Paper
	Language string
}

// ContractPaper is the paper of an amendment, or of a contract's first version under the contract's own id: what is drawn when it is first asked for, since
// it is what is signed.
func (s *Store) ContractPaper(ctx context.Context, id, contract crm.ID, draw func() (content []byte, language string, err error)) (KeptPaper, error) {
	read := func() (KeptPaper, error) {
		return one[KeptPaper](ctx, s.pool, `select sha256, content, language from contract_paper where id = $1`, id)
	}
	p, err := read()
	if !errors.Is(err, ErrNotFound) {
		return p, err
	}
	content, language, err := draw()
	if err != nil {
		return p, err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(content)
	if _, err := s.pool.Exec(ctx, `insert into contract_paper (id, contract_id, language, sha256, content, made_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
		id, contract, language, hex.EncodeToString(sum[:]), content, now); err != nil {
		return p, told(err)
	}
	return read() // the one that was first, where two asked at once
}
