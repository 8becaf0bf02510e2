package store

import (
	"context"
	"strconv"
	"strings"

	"leadtocash/crm"
)

// SettingForms is the history of all public forms.
const SettingForms = "forms"

const formColumns = `id, key, name, source, campaign, fields, required, language, thanks, redirect, origins, consent_text, consent_version, min_seconds, active, version`

// CaptureForms lists the public forms.
var CaptureForms = List[crm.CaptureForm]{
	from: `select ` + formColumns + ` from capture_form`, id: "id", rowID: func(f crm.CaptureForm) crm.ID { return f.ID },
	sort: []Order{{"name", false}},
	columns: []column[crm.CaptureForm]{
		{"name", "name", "text", func(f crm.CaptureForm) any { return f.Name }, false},
		{"key", "key", "text", func(f crm.CaptureForm) any { return f.Key }, false},
		{"source", "source", "text", func(f crm.CaptureForm) any { return f.Source }, false},
		{"campaign", "campaign", "text", func(f crm.CaptureForm) any { return f.Campaign }, false},
		{"active", "active", "boolean", nil, true},
	},
}

// FormActive finds a public form by the key in its address; one that is switched off is not found.
func (s *Store) FormActive(ctx context.Context, key string) (crm.CaptureForm, error) {
	return one[crm.CaptureForm](ctx, s.pool, `select `+formColumns+` from capture_form where key = $1 and active`, key)
}

// CaptureFormRow is a form with what came through it.
type CaptureFormRow struct {
	crm.CaptureForm
	Touches int
	Held    int
}

// CaptureFormRows reads all forms with their counts, those out of use last.
func (s *Store) CaptureFormRows(ctx context.Context) ([]CaptureFormRow, error) {
	return many[CaptureFormRow](ctx, s.pool, `select f.*, coalesce(t.n, 0) as touches, coalesce(h.n, 0) as held from (select `+formColumns+` from capture_form) f
		left join (select source, count(*)::int as n from touch where channel = 'form' group by source) t on t.source = f.key
		left join (select source, count(*)::int as n from capture_held where channel = 'form' and state = 'held' group by source) h on h.source = f.key
		order by f.active desc, lower(f.name)`)
}

// FormConsent is a text to which people agreed by a form.
type FormConsent struct {
	Version int
	Text    string
	Touches int // with a tick under it
}

// FormConsents lists the texts of a form, the newest first.
func (s *Store) FormConsents(ctx context.Context, form crm.CaptureForm) ([]FormConsent, error) {
	return many[FormConsent](ctx, s.pool, `select c.version, c.text, (select count(*)::int from touch t where t.channel = 'form' and t.source = $2 and t.consent_version = c.version) as touches
		from capture_consent c where c.form_id = $1 order by c.version desc`, form.ID, form.Key)
}

// CreateForm adds a form. Errors: those of crm.CaptureForm.Check, Taken for a key that another form has.
func (s *Store) CreateForm(ctx context.Context, actor crm.ID, f crm.CaptureForm) (crm.CaptureForm, error) {
	f.Version = 1
	_, err := s.editSetting(ctx, SettingForms, Target{Actor: actor}, func(e *edit) (map[string]change, error) {
		if err := f.Check(); err != nil {
			return nil, err
		}
		if f.ConsentText != "" {
			f.ConsentVersion = 1
		}
		return map[string]change{f.Name: {"", formText(f)}}, e.saveForm(ctx, f)
	})
	return f, err
}

// EditForm changes a form; its key stays, and another text of consent gets a version of its own.
func (s *Store) EditForm(ctx context.Context, t Target, apply func(*crm.CaptureForm) error) (f crm.CaptureForm, err error) {
	_, err = s.editSetting(ctx, SettingForms, Target{Actor: t.Actor}, func(e *edit) (map[string]change, error) {
		if f, err = one[crm.CaptureForm](ctx, e.q, `select `+formColumns+` from capture_form where id = $1 for update`, t.ID); err != nil {
			return nil, err
		}
		if t.Version != 0 && t.Version != f.Version {
			return nil, Stale{Version: f.Version}
		}
		before := f
		if err := apply(&f); err != nil {
			return nil, err
		}
		f.Key, f.ConsentVersion = before.Key, before.ConsentVersion
		if err := f.Check(); err != nil {
			return nil, err
		}
		if f.ConsentText != before.ConsentText && f.ConsentText != "" {
			f.ConsentVersion++
		}
		if len(differences(before, f)) == 0 {
			return nil, nil
		}
		f.Version++
		return map[string]change{f.Name: {formText(before), formText(f)}}, e.saveForm(ctx, f)
	})
	return f, err
}

func (e *edit) saveForm(ctx context.Context, f crm.CaptureForm) error {
	for _, list := range []*[]string{&f.Fields, &f.Required, &f.Origins} {
		if *list == nil {
			*list = []string{}
		}
	}
	if _, err := e.q.Exec(ctx, `insert into capture_form (`+formColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		on conflict (id) do update set name = $3, source = $4, campaign = $5, fields = $6, required = $7, language = $8, thanks = $9, redirect = $10, origins = $11,
		consent_text = $12, consent_version = $13, min_seconds = $14, active = $15, version = $16`,
		f.ID, f.Key, f.Name, f.Source, f.Campaign, f.Fields, f.Required, f.Language, f.Thanks, f.Redirect, f.Origins, f.ConsentText, f.ConsentVersion, f.MinSeconds, f.Active, f.Version); err != nil {
		return told(err)
	}
	if f.ConsentText == "" {
		return nil
	}
	_, err := e.q.Exec(ctx, `insert into capture_consent (form_id, version, text, at) values ($1, $2, $3, $4) on conflict do nothing`, f.ID, f.ConsentVersion, f.ConsentText, e.now)
	return err
}

// formText is a form in its history.
func formText(f crm.CaptureForm) string {
	parts := []string{f.Key, f.Source, f.Campaign, strings.Join(f.Fields, " "), strings.Join(f.Required, " "), f.Language, f.Redirect, strings.Join(f.Origins, " "), f.Thanks, f.ConsentText, strconv.Itoa(f.MinSeconds) + " s", map[bool]string{true: "–"}[!f.Active]}
	out := ""
	for _, p := range parts {
		if p != "" {
			out += " · " + p
		}
	}
	return strings.TrimPrefix(out, " · ")
}
