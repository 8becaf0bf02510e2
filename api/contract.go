package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// getContract shows a contract with its billing plan (S060) and project.
func getContract(r *request) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	parts, err := r.store.ContractParts(r.ctx(), c.ID)
	if err != nil {
		return err
	}
	return r.record(contractRecord{c, parts.Tranches, parts.Project}, c.Version)
}

func (r *request) contract() (crm.Contract, error) {
	id, err := r.id("id")
	if err != nil {
		return crm.Contract{}, err
	}
	return store.Contracts.Record(r.ctx(), r.store, r.Scope(), id)
}

// onContract makes the handler of a command on a contract within the person's reach.
func onContract[T any](kind string, read func(*request, *T) error) func(*request) error {
	return onContractOf((*request).contract, kind, read)
}

// onContractOf makes the handler of a command on a contract, however it is found.
func onContractOf[T any](find func(*request) (crm.Contract, error), kind string, read func(*request, *T) error) func(*request) error {
	return func(r *request) error {
		c, err := find(r)
		if err != nil {
			return err
		}
		var fields T
		if err := read(r, &fields); err != nil {
			return err
		}
		return r.command(kind, crm.ProcessID(crm.KindContract, c.ID), fields)
	}
}

func readProgress(r *request, f *crm.ProgressFields) error {
	var b progressBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	if b.Percent == "" {
		c.fail("/percent", "required", nil)
	} else {
		c.percent("/percent", b.Percent)
	}
	f.Percent = string(b.Percent)
	return c.err()
}

func readNothing(r *request, _ *struct{}) error {
	var b emptyBody
	return r.decodeOptional(&b)
}

func readClose(r *request, f *crm.CloseFields) error {
	if err := r.decodeOptional(f); err != nil {
		return err
	}
	var c check
	c.line("/next_name", &f.NextName, maxName)
	return c.err()
}

// readIssue reads which tranche is to be billed (S087). It is money: without an Idempotency-Key it is refused.
func readIssue(r *request, f *crm.IssueFields) error {
	if err := r.keyRequired(); err != nil {
		return err
	}
	if err := r.decode(f); err != nil {
		return err
	}
	var c check
	c.idRequired("/tranche_id", &f.TrancheID)
	c.line("/number", &f.Number, maxExternal)
	return c.err()
}

// maxExternal is how long the number of another system's invoice may be.
const maxExternal = 40
