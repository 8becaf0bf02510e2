package api

import (
	"net/url"

	"leadtocash/crm"
	"leadtocash/store"
)

// captureHooksPage is where sales operations let other systems send leads (S063).
type captureHooksPage struct {
	settingPage
	Rows      []store.CaptureHookRow
	Languages []option
}

func pageCaptureHooks(r *request) error {
	return showCaptureHooks(r, values("source", "partner", "active", "true"))
}

func showCaptureHooks(r *request, f form) error {
	rows, err := r.store.CaptureHookRows(r.ctx())
	if err != nil {
		return err
	}
	p := captureHooksPage{Rows: rows, Languages: r.leadLanguages()}
	if p.settingPage, err = r.settingPage(store.SettingHooks, 0, f, func(name string) string { return name }); err != nil {
		return err
	}
	return r.show(f.Status(), "hooks", r.say("hooks.title"), p)
}

// leadLanguages are the languages of leads that bring none.
func (r *request) leadLanguages() []option {
	out := r.formLanguages()
	out[0].Label = r.say("language.en")
	return append(out[:1], out[2:]...)
}

// readCaptureHook gives the change that the page's form asks for.
func (r *request) readCaptureHook(f *form) func(*crm.CaptureHook) {
	f.known("key", "name", "source", "campaign", "language", "active")
	for _, name := range crm.HookFields() {
		f.known("mapping." + name)
	}
	return func(h *crm.CaptureHook) {
		h.Name, h.Source, h.Campaign, h.Language = f.Value("name"), f.Value("source"), f.Value("campaign"), f.Value("language")
		h.Active, h.Mapping = f.Value("active") == "true", map[string]string{}
		for _, name := range crm.HookFields() {
			if place := f.Value("mapping." + name); place != "" {
				h.Mapping[name] = place
			}
		}
	}
}

func formCaptureHooks(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	h := crm.CaptureHook{ID: store.NewID()}
	r.readCaptureHook(&f)(&h)
	h.Key, h.Active = f.Value("key"), true
	h, secret, err := r.store.CreateHook(r.ctx(), r.user.ID, h)
	if err = r.judge(&f, taken(r, &f, err, "key")); err != nil {
		return err
	}
	if f.Failed() {
		return showCaptureHooks(r, f)
	}
	return showCaptureHook(r, h.ID, form{}, secret)
}

// captureHookPage is one hook: how what is sent is read, how it is signed, and what came last.
type captureHookPage struct {
	crm.CaptureHook
	Tabs       []settingTab
	May        bool
	Form       form
	Fields     []hookField
	Languages  []option
	Secrets    []crm.HookSecret
	Deliveries []deliveryRow
	Address    string
	Header     string
	Secret     string // that was just made: it is shown this once
}

// hookField is a field of ours with where the hook reads it.
type hookField struct{ ID, Name, Label, Value, Place, Error string }

// deliveryRow is a delivery in words.
type deliveryRow struct {
	crm.HookDelivery
	Why []string
}

func pageCaptureHook(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	return showCaptureHook(r, id, form{}, "")
}

func showCaptureHook(r *request, id crm.ID, f form, secret string) error {
	h, err := store.CaptureHooks.Record(r.ctx(), r.store, r.Scope(), id)
	if err != nil {
		return err
	}
	p := captureHookPage{CaptureHook: h, Tabs: r.settingTabs(), May: r.Can(crm.MayWriteSettings), Form: f, Languages: r.leadLanguages(), Secret: secret, Header: signatureHeader}
	if secret != "" {
		r.gin.Header("Cache-Control", "no-store")
	}
	if !f.Failed() {
		p.Form = values("name", h.Name, "source", h.Source, "campaign", h.Campaign, "language", h.Language, "active", yes(h.Active))
		for name, place := range h.Mapping {
			p.Form.values["mapping."+name] = place
		}
	}
	for _, name := range crm.HookFields() {
		label := r.say("hooks.event_id")
		if name != crm.HookEvent {
			label = r.columnName(leadFile, name)
		}
		field := "mapping." + name
		own := crm.CaptureHook{}
		p.Fields = append(p.Fields, hookField{fieldID(field), field, label, p.Form.Value(field), own.Place(name), p.Form.wrong[field]})
	}
	if p.Secrets, err = r.store.HookSecrets(r.ctx(), id); err != nil {
		return err
	}
	rows, err := r.store.Deliveries(r.ctx(), id, shownDeliveries)
	if err != nil {
		return err
	}
	for _, d := range rows {
		row := deliveryRow{HookDelivery: d}
		for _, e := range d.Problems {
			text := r.errorText(crm.Problem(e.Code))
			if e.Pointer != "" {
				text = e.Pointer + ": " + text
			}
			row.Why = append(row.Why, text)
		}
		p.Deliveries = append(p.Deliveries, row)
	}
	p.Address = r.ownOrigin() + "/hooks/v1/" + url.PathEscape(h.Key)
	return r.show(f.Status(), "hook", h.Name, p)
}

// formHookSecret makes another secret and shows it this once.
func formHookSecret(r *request) error {
	id, err := r.id("id")
	if err != nil {
		return err
	}
	secret, err := r.store.RotateHook(r.ctx(), store.Target{Actor: r.user.ID, ID: id})
	if err != nil {
		return err
	}
	return showCaptureHook(r, id, form{}, secret)
}
