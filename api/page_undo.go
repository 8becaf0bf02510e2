package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// undoPage shows how a won deal would be undone, how the request stands, or how far it is (N15).
type undoPage struct {
	store.UndoView
	Rows       []undoRow
	Left       []string // what cannot be taken back, in words
	Form       form
	Outcomes   []option
	Reasons    []option
	CommandID  string
	OtherID    string
	MayAsk     bool
	MayDecide  bool
	Mine       bool // the reader asked, and may withdraw
	MayRun     bool
	Failed     bool // a step waits for a person
	WhyNot     string
	LostReason string
}

// undoRow is a step in words.
type undoRow struct {
	crm.UndoStep
	Name, Effect, Before, After, Tone string
}

var undoTones = map[crm.UndoStepState]string{crm.StepRunning: "wait", crm.StepDone: "ok", crm.StepFailed: "bad", crm.StepSettled: "ok"}

func pageUndo(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showUndo(r, id, form{})
}

func showUndo(r *request, id crm.ID, f form) error {
	v, err := r.store.UndoOf(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), id)
	if err != nil {
		return err
	}
	p := undoPage{UndoView: v, Form: f, CommandID: uuid.NewString(), OtherID: uuid.NewString()}
	for _, s := range v.Steps {
		row := undoRow{UndoStep: s, Tone: undoTones[s.State], Name: r.say("undo.step."+string(s.Kind), "Label", s.Label), Before: r.undoFigures("before", s.Kind, s.Intent), After: r.undoFigures("after", s.Kind, s.Result)}
		kind := string(s.Kind)
		if s.Kind == crm.UndoDeal && v.Undo.ID != "" {
			kind += "_" + string(v.Outcome)
		}
		row.Effect = r.say("undo.effect."+kind, "Amount", r.words().Money(s.Amount.Decimal, crm.Currency(v.Currency)))
		p.Failed = p.Failed || s.State == crm.StepFailed
		p.Rows = append(p.Rows, row)
	}
	for _, l := range v.Remains {
		p.Left = append(p.Left, r.say("undo.remains."+l.Code, "Amount", r.words().Money(l.Amount.Decimal, crm.Currency(v.Currency)), "Label", l.Label))
	}
	if err := r.undoMay(&p); err != nil {
		return err
	}
	return r.show(f.Status(), "undo", r.say("undo.title", "Number", v.Number), p)
}

// undoMay says what the person may do about it now.
func (r *request) undoMay(p *undoPage) error {
	asked := p.State == crm.UndoAsked
	p.MayAsk = p.Contract == crm.ContractActive && !asked && r.Can(crm.MayWriteOpportunity)
	p.Mine = asked && p.RequestedBy == r.user.ID
	p.MayDecide = asked && !p.Mine && r.Can(crm.MayApproveOrder)
	p.MayRun = (p.State == crm.UndoRunning || p.State == crm.UndoStopped) && r.Can(crm.MayWriteContract)
	switch {
	case p.Mine:
		p.WhyNot = r.say("undo.own")
	case asked && !p.MayDecide:
		p.WhyNot = r.say("undo.waits")
	}
	if p.LostReason = p.Undo.LostReason; p.LostReason != "" {
		p.LostReason = r.lostReason(p.LostReason)
	}
	if !p.MayAsk {
		return nil
	}
	p.Outcomes = enumOptions(r, "", "undo_outcome", undoOutcomes())
	set, err := r.pipeline()
	if err != nil {
		return err
	}
	p.Reasons = []option{{"", r.say("form.choose")}}
	for _, l := range set.LostReasons() {
		p.Reasons = append(p.Reasons, option{l.Key, worded(l.Name, r.language, l.Key)})
	}
	return nil
}

// undoFigures says how things were before a step, or what it came to, where there is something to say.
func (r *request) undoFigures(side string, kind crm.UndoKind, figures map[string]string) string {
	key := "undo." + side + "." + string(kind)
	if len(figures) == 0 || !r.words().Has(key) {
		return ""
	}
	if figures["answer"] == "not_there" {
		return r.say("undo.after.not_there")
	}
	return r.say(key, figures)
}

// undoForm carries out a form of the page and shows it again when it is refused.
func undoForm(kind, done string, fields func(*request, *form) any) func(*request) error {
	return contractSide{"/undo", (*request).contract, showUndo, nil}.form(kind, done, fields)
}

// contractSide is a page beside a contract's own whose forms are commands to the contract's process.
type contractSide struct {
	path  string // behind the contract's
	find  func(*request) (crm.Contract, error)
	show  func(*request, crm.ID, form) error
	blame func(*request, *form, crm.Answer) // puts what is wrong at the fields of its form; nil: they have the command's names
}

func (p contractSide) form(kind, done string, fields func(*request, *form) any) func(*request) error {
	return func(r *request) error {
		c, err := p.find(r)
		if err != nil {
			return err
		}
		f, err := r.posted()
		if err != nil {
			return err
		}
		what := fields(r, &f)
		if f.Failed() {
			f.status = http.StatusUnprocessableEntity
			return p.show(r, c.ID, f)
		}
		a, _, err := r.carry(f, kind, crm.KindContract, c.ID, what)
		switch {
		case err != nil:
			return err
		case a.OK():
			return r.said(done, "/contracts/"+string(c.ID)+p.path)
		case p.blame != nil:
			p.blame(r, &f, a)
		default:
			r.refuse(&f, a)
		}
		return p.show(r, c.ID, f)
	}
}

func undoAskFields(r *request, f *form) any {
	r.needed(f, "reason")
	out := crm.UndoAskFields{
		Outcome: crm.UndoOutcome(oneOfOr(f.Value("outcome"), undoOutcomes())), LostReason: clean(f.Value("lost_reason"), maxName), Tells: f.Value("tells") == "true", Reason: clean(f.Value("reason"), maxText),
	}
	if out.Outcome == crm.UndoLose && out.LostReason == "" {
		f.blame("lost_reason", r.say("form.required"))
	}
	return out
}

func undoNote(_ *request, f *form) any {
	return crm.UndoFields{Note: clean(f.Value("note"), maxText), Version: seenVersion(*f)}
}

func undoReason(r *request, f *form) any {
	r.needed(f, "reason")
	return crm.UndoFields{Note: clean(f.Value("reason"), maxText), Version: seenVersion(*f)}
}

// undoPageRoutes is the table of its pages.
func undoPageRoutes() []route {
	const undo = "/contracts/:id/undo"
	return []route{
		{method: get, path: undo, need: crm.MayReadContract, do: pageUndo, page: true},
		{method: post, path: undo, need: crm.MayWriteOpportunity, do: undoForm(crm.UndoAsk, "undo_asked", undoAskFields), page: true},
		{method: post, path: undo + "/withdraw", need: crm.MayWriteOpportunity, do: undoForm(crm.UndoWithdraw, "undo_withdrawn", undoNote), page: true},
		{method: post, path: undo + "/approve", need: crm.MayApproveOrder, do: undoForm(crm.UndoApprove, "undo_approved", undoNote), page: true},
		{method: post, path: undo + "/decline", need: crm.MayApproveOrder, do: undoForm(crm.UndoDecline, "undo_declined", undoReason), page: true},
		{method: post, path: undo + "/stop", need: crm.MayWriteContract, do: undoForm(crm.UndoStop, "undo_stopped", undoNote), page: true},
		{method: post, path: undo + "/resume", need: crm.MayWriteContract, do: undoForm(crm.UndoResume, "undo_resumed", undoNote), page: true},
		{method: post, path: undo + "/settle", need: crm.MayWriteContract, do: undoForm(crm.UndoSettle, "undo_settled", undoReason), page: true},
	}
}
