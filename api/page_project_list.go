package api

import (
	"net/http"

	"leadtocash/crm"
	"leadtocash/store"

	"github.com/google/uuid"
)

// projectsPage lists projects with what has to be done about each.
type projectsPage struct {
	Rows        []projectRow
	State       string
	Form        form
	SeesPNL     bool
	MayPlan     bool // people, too
	Times       bool // are kept here
	MayBill     bool
	First, Next string
	Saved       savedBar
}

// projectRow is a project with the step that releases its next tranche, where the reader may take it.
type projectRow struct {
	store.ProjectRow
	Late    int    // days that its next milestone is late
	Release string // where the step is sent to; empty: none
	Does    string // the step in words
	Signs   bool   // the step opens nothing before the customer accepts the progress
	Link    string // where it is gone on with instead
	Why     string // why no step releases it
	Once    string
}

func pageProjects(r *request) error { return showProjects(r, "", form{}) }

func showProjects(r *request, _ crm.ID, f form) error {
	today, err := r.today()
	if err != nil {
		return err
	}
	state := store.ProjectStateOf(r.gin.Request.URL.Query())
	rows, err := r.store.ProjectRows(r.ctx(), store.ScopeOf(r.user, crm.MayReadContract), state, optionalID(r.gin.Query("after")), today, rowsPerPage+1)
	if err != nil {
		return err
	}
	p := projectsPage{State: state, Form: f, SeesPNL: r.Can(crm.MayReadPNL) && r.user.Sees("project.budget"), MayPlan: r.Can(crm.MayWriteProject) && r.whyOff(crm.ModulePeople) == "", Times: r.whyOff(crm.ModulePeople) == "", MayBill: r.Can(crm.MayIssueInvoice)}
	rows, p.First, p.Next = paged(r, rows, func(p store.ProjectRow) crm.ID { return p.ID })
	for _, row := range rows {
		v := projectRow{ProjectRow: row, Once: uuid.NewString()}
		if !row.MilestoneDue.IsZero() && row.MilestoneDue.Before(today) {
			v.Late = today.DaysSince(row.MilestoneDue)
		}
		r.release(&v)
		p.Rows = append(p.Rows, v)
	}
	if p.Saved, err = r.savedBar(crm.ListProjects); err != nil {
		return err
	}
	return r.show(f.Status(), "projects", r.say("nav.projects"), p)
}

// release says how the reader releases the next tranche of a project: by its invoice when it may be billed, else by what the work has earned, or by the progress that opens
// it. Where the customer has to accept that first, it says so and leads to where he is asked (S060, S084).
func (r *request) release(v *projectRow) {
	amount := r.words().Money(v.TrancheTotal, crm.Currency(v.Currency))
	at := "/projects/" + string(v.ContractID)
	ready := v.TrancheState == crm.TrancheBillable || v.TrancheKind == crm.TranchePeriod
	switch {
	case !v.Active:
	case v.TrancheID != "" && ready && r.Can(crm.MayIssueInvoice):
		v.Release, v.Does = at+"/tranches/"+string(v.TrancheID)+"/issue", r.say("projects.invoice", "Amount", amount)
	case v.Billing.ByWork() && r.Can(crm.MayWriteProject) && v.State == "open":
		v.Link, v.Does = "/contracts/"+string(v.ContractID)+"/earned", r.say("earned.bill_row")
	case v.TrancheID == "" || ready || v.State != "open" || !v.TrancheOpensAt.GreaterThan(v.Billable()):
	case v.TrancheOpensAt.GreaterThan(v.ProgressPercent):
		if v.Signs = v.SignOff.Progress(); v.Signs {
			v.Why = r.say("projects.signs", "Percent", r.words().Percent(v.TrancheOpensAt))
		}
		if r.Can(crm.MayWriteProject) {
			v.Release, v.Does = at+"/release", r.say(releases[v.Signs], "Percent", r.words().Percent(v.TrancheOpensAt), "Amount", amount)
		}
	default:
		v.Why = r.say(unsigned[v.Asked], "Percent", r.words().Percent(v.TrancheOpensAt), "Signed", r.words().Percent(v.SignedPercent), "Amount", amount)
		v.Link, v.Does = "/contracts/"+string(v.ContractID)+"/milestones#signed", r.say(asks[v.Asked || !r.Can(crm.MayWriteProject)])
	}
}

// The words for a step that opens a tranche at once or once the customer has accepted the progress, for why it is not open when he was asked and when not, and for
// what is done about that: he is asked, or one looks at what he was asked.
var (
	releases = map[bool]string{false: "projects.reached", true: "projects.reached_signs"}
	unsigned = map[bool]string{false: "projects.unsigned", true: "projects.asked"}
	asks     = map[bool]string{false: "signoff.send", true: "projects.see_signature"}
)

// projectCommand carries out a command on a contract's process that was given in the row of its project.
func (r *request) projectCommand(kind, done string, fields func(*form) any) error {
	return r.shownCommand(kind, showProjects, fields, func(_ crm.ID, f form) error {
		if f.Value("signs") != "" {
			done = "progress_signs"
		}
		return r.said(done, "/projects")
	})
}

// shownCommand carries out a command on a contract's process, goes on as then says once it is done, and shows the page again where it was refused.
func (r *request) shownCommand(kind string, show func(*request, crm.ID, form) error, fields func(*form) any, then func(crm.ID, form) error) error {
	c, err := r.contract()
	if err != nil {
		return err
	}
	f, err := r.posted()
	if err != nil {
		return err
	}
	what := fields(&f)
	if !f.Failed() {
		a, _, err := r.carry(f, kind, crm.KindContract, c.ID, what)
		if err != nil {
			return err
		}
		if a.OK() {
			return then(c.ID, f)
		}
		r.refuse(&f, a)
	}
	if f.status == 0 {
		f.status = http.StatusUnprocessableEntity
	}
	return show(r, c.ID, f)
}

// formTrancheIssue bills the tranche of a row (S060, S087).
func formTrancheIssue(r *request) error {
	item, err := r.id("item")
	if err != nil {
		return err
	}
	return r.projectCommand(crm.InvoiceIssue, "invoice_issued", func(*form) any { return crm.IssueFields{TrancheID: item} })
}

// formTrancheRelease says that the work has come as far as the tranche of a row waits for (S060, S084).
func formTrancheRelease(r *request) error {
	return r.projectCommand(crm.ProjectProgress, "tranche_released", func(f *form) any {
		r.needed(f, "percent")
		return crm.ProgressFields{Percent: r.percent(f, "percent").String()}
	})
}
