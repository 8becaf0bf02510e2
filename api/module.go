package api

import (
	"context"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"leadtocash/crm"
)

// codeModuleOff refuses what belongs to a supporting process that is switched off (S090).
const codeModuleOff code = "module_off"

// modulesBody says which modules are off; those that it does not name are on.
type modulesBody struct {
	Off []moduleOffBody `json:"off" doc:"required"`
}

// moduleOffBody is a module with the reason that is shown in its place.
type moduleOffBody struct {
	Module string `json:"module" doc:"required;enum=module"`
	Reason string `json:"reason" doc:"required;max=300"`
}

// modulesRecord is every module with what is said of it.
type modulesRecord struct {
	Modules []moduleRecord
	Version int
}

type moduleRecord struct {
	Module crm.Module
	On     bool
	Reason string
}

func modulesView(off crm.ModulesOff, version int) modulesRecord {
	v := modulesRecord{Version: version}
	for _, name := range crm.ModuleNames() {
		m := crm.Module(name)
		v.Modules = append(v.Modules, moduleRecord{m, !off.Off(m), off[m]})
	}
	return v
}

func getModules(r *request) error {
	off, version, err := r.store.ModulesOff(r.ctx())
	if err != nil {
		return err
	}
	return r.record(modulesView(off, version), version)
}

// putModules switches modules off and on (S027, S030, S090).
func putModules(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b modulesBody
	if err := r.decode(&b); err != nil {
		return err
	}
	var c check
	off := crm.ModulesOff{}
	for i, m := range b.Off {
		at := "/off/" + strconv.Itoa(i)
		c.required(at+"/module", &m.Module, maxName)
		c.oneOf(at+"/module", m.Module, crm.ModuleNames()...)
		c.required(at+"/reason", &m.Reason, crm.ModuleReason)
		if off.Off(crm.Module(m.Module)) {
			c.fail(at+"/module", "already_used", nil)
		}
		off[crm.Module(m.Module)] = m.Reason
	}
	if err := c.err(); err != nil {
		return err
	}
	version, err := r.store.EditModules(r.ctx(), t, off)
	if err != nil {
		return err
	}
	r.srv.modules.forget()
	return r.record(modulesView(off, version), version)
}

// modulesFor is how long a server takes the modules for known: on another machine a switch shows so much later.
const modulesFor = 5 * time.Second

// knownModules are the modules that a server last read as switched off. It may be used by many goroutines; at times two of them read.
type knownModules struct{ last atomic.Pointer[readModules] }

type readModules struct {
	off   crm.ModulesOff
	until time.Time
}

// forget has the modules read again by who asks next.
func (k *knownModules) forget() { k.last.Store(nil) }

// modulesOff are the modules of the setting that are off; while they cannot be read, those that were last known, else none.
func (s *Server) modulesOff() crm.ModulesOff {
	last := s.modules.last.Load()
	if last != nil && time.Now().Before(last.until) {
		return last.off
	}
	now := readModules{crm.ModulesOff{}, time.Now().Add(modulesFor)}
	if last != nil {
		now.off = last.off
	}
	if s.Store != nil {
		ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
		defer stop()
		if off, _, err := s.Store.ModulesOff(ctx); err == nil {
			now.off = off
		}
	}
	s.modules.last.Store(&now)
	return now.off
}

// on refuses what belongs to a module that is switched off, in words and with the reason. What runs goes on: the routes of a module are
// those that begin something.
func (r *request) on(m crm.Module) error {
	off := r.srv.modulesOff()
	if !off.Off(m) {
		return nil
	}
	p := refusal(codeModuleOff, item{Code: "switched_off", Params: params{"module": string(m), "reason": off[m]}})
	p.Params = params{"name": r.T("module." + string(m)), "reason": off[m]}
	return p
}

// switchedOn refuses a route whose module is off.
func (r *request) switchedOn() error {
	if m := moduleOf(r.route); m != "" {
		return r.on(m)
	}
	return nil
}

// beginnings are the routes that begin something within a module, by module. What is not here reads, or goes on with what was begun.
var beginnings = map[crm.Module][]string{
	crm.ModuleMarketing: {"POST /api/v1/leads/:id/nurture", "POST /leads/:id/nurture"},
	crm.ModuleCatalogue: {
		"POST /api/v1/products", "PATCH /api/v1/products/:id", "POST /products", "POST /products/:id",
		"POST /api/v1/opportunities/:id/products", "PATCH /api/v1/opportunities/:id/products/:line", "POST /opportunities/:id/products", "POST /opportunities/:id/products/:item",
		"POST /api/v1/opportunities/:id/samples", "POST /opportunities/:id/samples",
	},
	crm.ModuleQuotes: {
		"POST /api/v1/quotes", "PATCH /api/v1/quotes/:id", "POST /api/v1/quotes/:id/send", "POST /api/v1/quotes/:id/revisions", "POST /api/v1/quotes/:id/alternatives",
		"POST /opportunities/:id/quotes", "POST /quotes/:id", "POST /quotes/:id/send", "POST /quotes/:id/version",
	},
	crm.ModuleProjects: {
		"PATCH /api/v1/contracts/:id/project", "POST /api/v1/contracts/:id/project/milestones", "POST /api/v1/contracts/:id/project/actions",
		"POST /contracts/:id/project", "POST /contracts/:id/milestones", "POST /contracts/:id/actions",
		"POST /api/v1/contracts/:id/project/phases", "POST /api/v1/contracts/:id/project/tasks", "POST /contracts/:id/plan/phases", "POST /contracts/:id/plan/tasks",
		"POST /api/v1/contracts/:id/project/risks", "POST /contracts/:id/risks",
	},
	crm.ModulePurchasing: {"POST /api/v1/contracts/:id/project/purchase-orders", "POST /contracts/:id/purchases"},
	crm.ModuleAdministration: {
		"POST /api/v1/contracts/:id/invoices", "POST /contracts/:id/tranches/:item/issue", "POST /projects/:id/tranches/:item/issue", "POST /api/v1/invoices", "POST /billing",
	},
	crm.ModuleEInvoicing: {
		"GET /api/v1/invoices/:id/fatturapa", "GET /api/v1/invoices/:id/ubl", "GET /api/v1/credit-notes/:id/fatturapa", "GET /api/v1/credit-notes/:id/ubl",
		"GET /invoices/:id/fatturapa", "GET /invoices/:id/ubl", "GET /credit-notes/:id/fatturapa", "GET /credit-notes/:id/ubl",
	},
	crm.ModuleCare: {"POST /api/v1/cases", "POST /cases"},
	crm.ModulePeople: {
		"POST /api/v1/absences", "POST /absences", "POST /api/v1/contracts/:id/project/times", "POST /contracts/:id/times",
		"PUT /api/v1/timesheet/:week", "POST /api/v1/timesheet/:week/submit", "POST /timesheet",
		"POST /api/v1/expenses", "POST /expenses",
	},
}

// moduleOf is the module within which a route begins something; none for most.
func moduleOf(rt route) crm.Module {
	name := rt.method + " " + rt.path
	for m, routes := range beginnings {
		if slices.Contains(routes, name) {
			return m
		}
	}
	return ""
}

// tabOf is the module of a tab of an opportunity (S027, S030).
var tabOf = map[string]crm.Module{"products": crm.ModuleCatalogue, "quotes": crm.ModuleQuotes}

// whyOff says in words why something is not there; empty while the module is on.
func (r *request) whyOff(m crm.Module) string {
	off := r.srv.modulesOff()
	if m == "" || !off.Off(m) {
		return ""
	}
	return r.say("module.off", "Name", r.say("module."+string(m)), "Reason", off[m])
}
