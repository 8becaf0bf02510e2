package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// contractWay says on the pages of a deal and of an order what became of the contract: at the ERP, and where it is being undone.
type contractWay struct {
	ID         crm.ID
	ERP, Tone  string
	Undo       crm.UndoState
	MayUndo    bool // nobody asked yet, and the reader may
	UndoneTone string
}

// contractWay reads it; nil without a contract, or for those who may not see contracts.
func (r *request) contractWay(contract crm.ID) (*contractWay, error) {
	if contract == "" || !r.Can(crm.MayReadContract) {
		return nil, nil
	}
	w, err := r.store.WayOfContract(r.ctx(), contract)
	if err != nil {
		return nil, err
	}
	out := contractWay{ID: w.ID, Undo: w.Undo, MayUndo: w.State == crm.ContractActive && w.Undo == "" && r.Can(crm.MayWriteOpportunity)}
	page := store.ContractPage{ERP: w.ERP}
	page.ERPReference = w.ERPReference
	out.ERP, out.Tone = r.erpState(page)
	out.UndoneTone = map[crm.UndoState]string{crm.UndoAsked: "wait", crm.UndoRunning: "wait", crm.UndoStopped: "warn", crm.UndoDone: "warn", crm.UndoDeclined: ""}[w.Undo]
	return &out, nil
}
