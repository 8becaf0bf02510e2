package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// modulesPage is where supporting processes are switched off and on (S090).
type modulesPage struct {
	settingPage
	Modules []moduleRow
}

// moduleRow is a module with what it is for, and the reason where it is off.
type moduleRow struct {
	Key, Name, What string
	On              bool
	Reason, Error   string
}

func pageModules(r *request) error { return showModules(r, form{}) }

func showModules(r *request, f form) error {
	off, version, err := r.store.ModulesOff(r.ctx())
	if err != nil {
		return err
	}
	page, err := r.settingPage(store.SettingModules, version, f, func(module string) string { return r.say("module." + module) })
	if err != nil {
		return err
	}
	p := modulesPage{settingPage: page}
	for _, key := range crm.ModuleNames() {
		m := moduleRow{Key: key, Name: r.say("module." + key), What: r.say("module." + key + ".what"), On: !off.Off(crm.Module(key)), Reason: off[crm.Module(key)], Error: f.wrong[key]}
		if f.Sent("version") {
			m.On, m.Reason = f.Value("on."+key) == "true", f.Value(key)
		}
		p.Modules = append(p.Modules, m)
	}
	return r.show(f.Status(), "modules", r.say("module.title"), p)
}

// formModules saves which modules are off; one that is off needs a reason beside it.
func formModules(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	off := crm.ModulesOff{}
	for _, key := range crm.ModuleNames() {
		if f.Value("on."+key) != "true" {
			off[crm.Module(key)] = f.Value(key)
		}
	}
	return r.saveSetting(f, "/settings/modules", func(t store.Target) error {
		_, err := r.store.EditModules(r.ctx(), t, off)
		r.srv.modules.forget()
		return err
	}, func(f form) error { return showModules(r, f) })
}
