package api

import (
	"net/http"
	"strings"

	"leadtocash/crm"
	"leadtocash/store"
)

// migrationPage is how far running processes were taken to another version, and what was done to each.
type migrationPage struct {
	store.RuleMigration
	Percent int
	Steps   []migrationStep
	More    int
	CanBack bool
	Form    form
}

type migrationStep struct {
	store.RuleMigrationStep
	URL string
}

// migrationSteps is how many processes the page names.
const migrationSteps = 50

func pageMigration(r *request) error { return showMigration(r, values("comment", "")) }

func showMigration(r *request, f form) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	m, err := r.store.RuleMigration(r.ctx(), id)
	if err != nil {
		return err
	}
	p := migrationPage{RuleMigration: m, Percent: 100, Form: f, CanBack: m.State == "done" && m.Reverses == "" && !m.Reversed && m.Done > 0}
	if m.Total > 0 {
		p.Percent = min(100, 100*m.Done/m.Total)
	}
	steps, err := r.store.RuleMigrationSteps(r.ctx(), id, migrationSteps)
	if err != nil {
		return err
	}
	for _, s := range steps {
		kind, _ := crm.SplitProcessID(s.Process)
		x := migrationStep{s, ""}
		if records[kind] != "" {
			x.URL = "/process/" + s.Process
		}
		p.Steps = append(p.Steps, x)
	}
	p.More = max(0, m.Done-len(steps))
	return r.show(f.Status(), "rules_migration", r.say("bench.migration"), p)
}

// formMigrationBack takes a migration back: every process that it took gets the version that it had.
func formMigrationBack(r *request) error {
	id, f, err := r.postedTo()
	if err != nil {
		return err
	}
	f.known("comment")
	if r.needed(&f, "comment"); f.Failed() {
		if _, err := r.store.RuleMigration(r.ctx(), id); err != nil {
			return err
		}
		return showMigration(r, f)
	}
	back, err := r.store.TakeBack(r.ctx(), id, string(r.user.ID), clean(strings.TrimSpace(f.Value("comment")), maxName))
	if err = r.judge(&f, err); err != nil {
		return err
	}
	if f.Failed() {
		f.status = http.StatusConflict
		return showMigration(r, f)
	}
	return r.said("migration_back", "/rules/migrations/"+string(back))
}
