package api

import (
	"slices"
	"strconv"
	"time"

	"leadtocash/crm"
	"leadtocash/store"
)

// stationView is a station of an order's route as the page shows it.
type stationView struct {
	store.ApprovalRow
	Who    string // whose decision it is
	Asked  []seatRecord
	Needs  string // how many, when it is not one
	By     *time.Time
	Beside bool // it is asked together with the one before it
	Votes  []store.VoteRow
	Worse  []string // why it is asked again
}

// questionView is what an approver asked back, with the form for its answer when it waits for the person.
type questionView struct {
	store.QuestionRow
	MayAnswer bool
}

// readOrder reads an order's page within the person's reach, or of one that waits for him.
func (r *request) readOrder(id crm.ID) (store.OrderPage, error) {
	sc, err := r.orderScope(id)
	if err != nil {
		return store.OrderPage{}, err
	}
	return r.store.OrderPage(r.ctx(), sc, id, r.user)
}

// orderRoute adds to an order's page who has to decide, what was asked back, and what the person may do about it.
func (r *request) orderRoute(p *orderPage) error {
	route, err := r.routeOf(p.Order)
	if err != nil {
		return err
	}
	talk, err := r.store.ApprovalTalk(r.ctx(), p.ID)
	if err != nil {
		return err
	}
	if p.Earlier, err = r.store.EarlierRounds(r.ctx(), p.Order); err != nil {
		return err
	}
	p.Frozen = route.Frozen
	stage := 0
	for i, s := range route.Stations {
		v := stationView{ApprovalRow: store.ApprovalRow{Approval: s.Approval}, Who: r.whoDecides(s.Approval), Asked: s.Asked, By: s.By, Beside: s.Stage == stage}
		if route.Frozen && i < len(p.Route) {
			v.ApprovalRow = p.Route[i]
		}
		stage = s.Stage
		switch {
		case s.Need == crm.NeedAll:
			v.Needs = r.say("approval.needs_all")
		case s.Need > 1:
			v.Needs = r.words().N("approval.needs", s.Need)
		}
		for _, vote := range talk.Votes {
			if vote.Round == s.Round && vote.Position == s.Position {
				v.Votes = append(v.Votes, vote)
			}
		}
		for _, t := range s.Worse {
			v.Worse = append(v.Worse, r.say("approval.worse", "Field", r.words().FieldName(t.Field), "Before", r.words().Value(t.Field, t.Before, crm.Currency(p.Currency)), "After", r.words().Value(t.Field, t.After, crm.Currency(p.Currency))))
		}
		p.Stations = append(p.Stations, v)
	}
	speaks := p.RequestedBy == string(r.user.ID) || p.OwnerID == r.user.ID
	waits := p.State == crm.OrderApproving && p.DecidedAt == nil
	for _, q := range talk.Questions {
		p.Questions = append(p.Questions, questionView{q, speaks && waits && q.AnsweredAt == nil && q.Round == p.Order.Round})
	}
	p.MayRecall = speaks && waits
	p.Held = p.Decision != ""
	p.MayUndo = p.Held && p.DecidedBy == string(r.user.ID)
	return nil
}

// asks tells whether the person sits at a station whose turn it is.
func (p orderPage) asks(user crm.ID) bool {
	return slices.ContainsFunc(p.Stations, func(s stationView) bool {
		return s.State == crm.ApprovalWaiting && slices.ContainsFunc(s.Asked, func(a seatRecord) bool { return a.UserID == user })
	})
}

// whoDecides says whose decision a station is.
func (r *request) whoDecides(a crm.Approval) string {
	switch {
	case a.UserID != "":
		return r.personName(string(a.UserID))
	case a.Role == "":
		return r.say("approval.nobody")
	case a.TeamLead:
		return r.say("approval.lead", "Role", r.say("role."+string(a.Role)))
	}
	return r.say("role." + string(a.Role))
}

// decidedText says who was faster.
func (r *request) decidedText(p map[string]string) string {
	values := map[string]string{"decision": p["decision"], "by": r.personName(p["by"]), "at": ""}
	if at, err := time.Parse(time.RFC3339, p["at"]); err == nil {
		values["at"] = r.words().Time(at, r.srv.screens().zone())
	}
	return r.say("error.decided", values)
}

func formOrderAsk(r *request) error {
	return orderForm(r, crm.OrderAsk, "order_asked", func(f *form) { r.needed(f, "question") }, func(f form, _ map[string]string, version int) any {
		return crm.OrderAskFields{OrderID: crm.ID(r.gin.Param("id")), Question: f.Value("question"), Version: version}
	})
}

func formOrderAnswer(r *request) error {
	return orderForm(r, crm.OrderAnswer, "order_answered", func(f *form) { r.needed(f, "answer") }, func(f form, _ map[string]string, _ int) any {
		return crm.OrderAnswerFields{OrderID: crm.ID(r.gin.Param("id")), QuestionID: optionalID(f.Value("question_id")), Answer: f.Value("answer")}
	})
}

func formOrderRecall(r *request) error {
	return orderForm(r, crm.OrderRecall, "order_recalled", func(f *form) { r.needed(f, "recall") }, func(f form, _ map[string]string, version int) any {
		return crm.ReasonFields{ID: crm.ID(r.gin.Param("id")), Reason: f.Value("recall"), Version: version}
	})
}

func formOrderUndo(r *request) error {
	return orderForm(r, crm.OrderUndo, "order_undone", func(*form) {}, func(form, map[string]string, int) any {
		return crm.ReasonFields{ID: crm.ID(r.gin.Param("id"))}
	})
}

// approvalSettingPage is where sales operations set how long a decision can be taken back.
type approvalSettingPage struct {
	settingPage
	Seconds int
}

func pageApprovalSetting(r *request) error { return showApprovalSetting(r, form{}) }

func showApprovalSetting(r *request, f form) error {
	policy, err := r.store.ApprovalPolicy(r.ctx())
	if err != nil {
		return err
	}
	if !f.Failed() {
		f.values = map[string]string{"undo_seconds": strconv.Itoa(policy.UndoSeconds)}
	}
	page, err := r.settingPage(store.SettingApprovals, policy.Version, f, func(string) string { return r.say("approval.undo_seconds") })
	if err != nil {
		return err
	}
	return r.show(f.Status(), "approval_setting", r.say("approval.setting"), approvalSettingPage{page, policy.UndoSeconds})
}

func formApprovalSetting(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(f.Value("undo_seconds"))
	if err != nil {
		f.blame("undo_seconds", r.say("error.not_an_integer"))
	}
	return r.saveSetting(f, "/settings/approvals", func(t store.Target) error {
		_, err := r.store.EditApprovalPolicy(r.ctx(), t, store.ApprovalPolicy{UndoSeconds: n})
		return err
	}, func(f form) error { return showApprovalSetting(r, f) })
}
